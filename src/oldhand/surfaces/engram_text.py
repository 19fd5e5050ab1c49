"""The replies of the group `engram` as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from oldhand.model.visible import line
from oldhand.surfaces.file_text import ADDED, CODE, HEAD, NOTE, REMOVED, TAIL, WARNING, Line

SHOWN_COMMIT, SHOWN_SESSION = 9, 13
NOTHING_YET = {
    "per-commit": "`oldhand engram enable` has git make one of every commit that an agent makes.",
    "per-session": "`oldhand engram enable` has git make one of every session that commits.",
    "manual": "`oldhand engram save` makes one of the latest session.",
    "off": "The setting engrams.strategy is off.",
}
# The parts of one engram, with what each is called.
PARTS = (
    ("decisions", "Decided"), ("eliminated", "Given up, in this order"), ("trail", "Reasoning, as it was said"),
    ("confidence", "How sure it sounded (50 is the beginning; a scale of marks, no probability)"),
    ("shown", "What memory told, and what of it shows afterwards"), ("gotchas", "Gotchas that came up"),
    ("critical", "The chain of calls that took longest"), ("friction", "Friction"), ("open", "Left open"),
    ("subagents", "Subagents"), ("sandbox", "Surroundings"),
)  # fmt: skip


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of one of the operations as lines."""
    return _TOLD[operation](reply)


def _one(one: Any) -> str:
    """An engram in one line."""
    commit = one.commit[:SHOWN_COMMIT] or "no commit"
    files = f", {_counted(one.files, 'file')} +{one.added} -{one.deleted}" if one.files else ""
    branch = f" on {one.branch}" if one.branch else ""
    return f"{one.name}  {_when(one.at)}  {commit}{branch}  {line(one.title)}{files}"


def _by(one: Any) -> str:
    tokens = f", {one.tokens:,} tokens" if one.tokens else ""
    time = f", {one.minutes:,} min" if one.minutes else ""
    who = f"{line(one.model or 'unknown model')} in {line(one.host or 'unknown host')}"
    return f"    {who}, session {line(one.session[:SHOWN_SESSION])}{time}{tokens}"


def _listed(engrams: Sequence[Any]) -> Iterator[Line]:
    for one in engrams:
        yield Line(CODE, _one(one))
        yield Line(NOTE, _by(one))


def _list(reply: Any) -> Iterator[Line]:
    waits = f"{_counted(reply.waiting, 'commit')} wait{'s' * (reply.waiting == 1)}: oldhand session drain"
    if not reply.engrams:
        yield Line(HEAD, "There are no engrams." if not reply.total else "No engram is shown.")
        yield Line(TAIL, f"{waits} makes engrams of them." if reply.waiting else NOTHING_YET[reply.strategy])
        return
    more = f" of {reply.total:,}" if reply.total > len(reply.engrams) else ""
    yield Line(HEAD, f"{len(reply.engrams):,}{more} engram{'s' * (len(reply.engrams) != 1)}, the latest first.")
    yield from _listed(reply.engrams)
    if reply.waiting:
        yield Line(NOTE, f"{waits} makes engrams of them.")
    yield Line(TAIL, f"Next: oldhand engram show {reply.engrams[0].name}")


def _search(reply: Any) -> Iterator[Line]:
    if not reply.matches:
        yield Line(HEAD, "No engram has any of these words.")
    for one in reply.matches:
        yield Line(CODE, _one(one.engram))
        yield Line(NOTE, f"    {line(one.excerpt)}")


def _for_commit(reply: Any) -> Iterator[Line]:
    yield Line(
        HEAD, f"Commit {line(reply.commit[:SHOWN_COMMIT])} was made in {_counted(len(reply.engrams), 'engram')}."
    )
    yield from _listed(reply.engrams)


def _for_file(reply: Any) -> Iterator[Line]:
    if not reply.engrams:
        yield Line(HEAD, f"No engram's commit touched {line(reply.path)}.")
        return
    yield Line(HEAD, f"{line(reply.path)} was changed in {_counted(len(reply.engrams), 'engram')}, the latest first.")
    yield from _listed(reply.engrams)


def _show(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"Engram {reply.name}: {line(reply.title)}")
    yield Line(CODE, line(reply.text))
    where = f" on {line(reply.branch)}" if reply.branch else ""
    yield Line(CODE, f"commit {reply.commit[:SHOWN_COMMIT] or 'none'}{where}, {_when(reply.at)}")
    if reply.before:
        yield Line(NOTE, f"before it was rewritten: {', '.join(one[:SHOWN_COMMIT] for one in reply.before)}")
    if reply.also:
        yield Line(NOTE, f"also belongs to: {', '.join(one[:SHOWN_COMMIT] for one in reply.also)}")
    how = {
        "shell": "its shell made the commit",
        "latest": "taken for the latest one of its host",
        "named": "named by hand",
    }
    yield Line(
        CODE, f"session {line(reply.session)} ({how.get(reply.tied, 'found')}), "
        f"{line(reply.model or 'unknown model')} in {line(reply.host or 'unknown host')}, "
        f"{_minutes(reply.active)} of work in {_minutes(reply.duration)}",
    )  # fmt: skip
    for cost in reply.costs:
        agent = f" by subagent {line(cost.agent)}" if cost.agent else ""
        amount = f", costs {cost.amount}" if cost.amount else ""
        model = "a model not told" if cost.model == "unknown" else line(cost.model)
        kind = "recorded by the host" if cost.recorded else "estimated"
        yield Line(
            CODE, f"tokens of {model}{agent}: {cost.input:,} read, {cost.output:,} written, "
            f"{cost.cache_read:,} from and {cost.cache_written:,} into the cache ({kind}){amount}",
        )  # fmt: skip
    if reply.work:
        yield Line(CODE, f"calls: {', '.join(line(one) for one in reply.work)}")
    if reply.influence:
        yield Line(CODE, f"memory: of what was told something shows afterwards: {line(reply.influence)}")
    yield from _files(reply)
    for name, said in PARTS:
        entries = getattr(reply, name)
        if entries:
            yield Line(HEAD, f"{said}:")
            yield from (Line(CODE, f"  {line(one)}") for one in entries)
    yield from _part(reply)


def _files(reply: Any) -> Iterator[Line]:
    if reply.files:
        yield Line(HEAD, "Files of the commit:")
        yield from (Line(CODE, f"  {line(one)}") for one in reply.files)


def _part(reply: Any) -> Iterator[Line]:
    if reply.part != "summary":
        yield Line(
            HEAD, {"transcript": "Transcript:", "calls": "Calls (* on the longest chain):", "diff": "Diff:"}[reply.part]
        )
        if not reply.lines:
            yield Line(NOTE, "  nothing of it is kept on this machine")
        for one in reply.lines:
            kind = ADDED if one[:1] == "+" else REMOVED if one[:1] == "-" else CODE
            yield Line(kind if reply.part == "diff" else CODE, f"  {one if reply.part == 'diff' else line(one)}")
    elif reply.transcript:
        yield Line(TAIL, f"Next: oldhand engram show {reply.name} --part transcript")


def _diff(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"first   {_one(reply.first)}")
    yield Line(HEAD, f"second  {_one(reply.second)}")
    for name, before, after in reply.changed:
        if name in ("duration", "active"):
            before, after = (_minutes(int(one)) if one.isdecimal() else one for one in (before, after))
        yield Line(CODE, f"{name}: {line(before) or 'nothing'} -> {line(after) or 'nothing'}")
    if reply.files:
        yield Line(HEAD, "Files that differ between their commits:")
        yield from (Line(CODE, f"  {line(one)}") for one in reply.files)
    for one in reply.only:
        yield Line(
            REMOVED if one.which == "first" else ADDED,
            f"{'-' if one.which == 'first' else '+'} {one.part}: {line(one.text)}",
        )
    yield from (Line(WARNING, line(note)) for note in reply.notes)


def _hooks(reply: Any) -> Iterator[Line]:
    on = sum(hook.state == "on" for hook in reply.hooks)
    place = "git's own settings" if reply.way == "config" else line(reply.folder)
    yield Line(HEAD, f"{on} of {len(reply.hooks)} hooks are in {place}." if on else f"No hook of ours is in {place}.")
    for hook in reply.hooks:
        why = f": {line(hook.why)}" if hook.why else ""
        yield Line(WARNING if hook.state in ("left", "broken") else CODE, f"  {hook.event}: {hook.state}{why}")
    if any(hook.state == "left" for hook in reply.hooks):
        yield Line(NOTE, f"Where it is left out, add this line yourself: {line(reply.script)} EVENT </dev/null || :")
    if any(hook.state == "broken" for hook in reply.hooks):
        yield Line(NOTE, "Take the lines that were changed out by hand, then `oldhand engram enable`.")
    if on:
        yield Line(TAIL, f"Engrams are made {reply.strategy}. `oldhand engram disable` takes the hooks out.")


def _strategy(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"{reply.strategy} ({reply.source}): {reply.meaning}.")
    yield Line(CODE, f"A trailer in commits: {reply.trailer}. Git's hooks: {reply.hooks}.")
    if reply.hooks != "on" and reply.strategy.startswith("per-"):
        yield Line(TAIL, "Next: oldhand engram enable")


def _save(reply: Any) -> Iterator[Line]:
    name = reply.engram.name
    yield Line(HEAD, f"Kept as engram {name}." if reply.made else f"Nothing happened since engram {name}; it stands.")
    yield Line(CODE, line(reply.text))
    yield Line(TAIL, f"Next: oldhand engram show {reply.engram.name}")


def _rewind(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"Commit {reply.commit[:SHOWN_COMMIT]}, {line(reply.title)}")
    if reply.worktree:
        branch = f" on the branch {line(reply.branch)}" if reply.branch else ""
        yield Line(CODE, f"Checked out into {line(reply.worktree)}{branch}; your working tree is as it was.")
    elif reply.branch:
        yield Line(CODE, f"The branch {line(reply.branch)} is there now; your working tree is as it was.")
    if reply.path:
        yield Line(HEAD, f"{line(reply.path)} as it was:")
        yield from (Line(CODE, one) for one in reply.content)
        return
    for one in reply.files:
        yield Line(CODE, f"  {line(one.path)}, {one.bytes:,} bytes; now {one.now}")
    if not (reply.branch or reply.worktree):
        yield Line(TAIL, f"Next: oldhand engram rewind {reply.name} FILE, or --branch NAME, or --worktree FOLDER")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _minutes(ms: int) -> str:
    return f"{ms / 60_000:.0f} min" if ms >= 60_000 else f"{ms / 1000:.0f} s"


def _when(at: str) -> str:
    return at[:16].replace("T", " ") if at else "no date"


_TOLD: dict[str, Callable[[Any], Iterator[Line]]] = {
    "engram_list": _list, "engram_search": _search, "engram_for_commit": _for_commit, "engram_for_file": _for_file,
    "engram_show": _show, "engram_diff": _diff, "engram_enable": _hooks, "engram_disable": _hooks,
    "engram_strategy": _strategy, "engram_save": _save, "engram_rewind": _rewind,
}  # fmt: skip
