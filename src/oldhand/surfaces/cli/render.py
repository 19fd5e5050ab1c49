"""Replies for people: one function for each reply that deserves its own look, a table for the rest.

On a terminal there are colour, symbols (always beside words) and wrapped lines; in a pipe, plain
stable text. Every stored text passes through `Screen.wrapped` or `visible.line`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from oldhand.model.visible import escaped, in_json, line
from oldhand.recall.render import headline
from oldhand.surfaces.cli.screen import Screen

SHOWN_DIGITS = 12
SHOWN_ROOT = 8


def render(screen: Screen, operation: str, reply: Any) -> str:
    """A reply as text that ends with a line break."""
    own: dict[str, Callable[[Screen, Any], str]] = {
        "recall": _recalled, "remember": _remembered, "init": _initialized, "status": _status, "show": _shown,
        "active": _active, "search": _searched, "log": _log, "history": _log,
        "replay": _replayed, "diff": _diff, "help": _helped, "export": _exported, "graph_export": _exported,
    }  # fmt: skip
    lead = screen.style(f"Degraded: {reply.degraded}\n", "red") if getattr(reply, "degraded", "") else ""
    if operation in own:
        return lead + own[operation](screen, reply)
    if operation == "brief":
        from oldhand.surfaces.cli.briefed import briefed

        return lead + briefed(screen, reply)
    if operation in ("look", "blame", "impact"):
        from oldhand.surfaces.cli import places

        of_places = {"look": places.looked, "blame": places.blamed, "impact": places.impacted}
        return lead + of_places[operation](screen, reply)
    if operation in ("read", "grep", "glob", "write", "edit"):
        return lead + _of_files(screen, operation, reply)
    if operation in ("anchors_verify", "anchors_list"):
        return lead + _of_anchors(screen, operation, reply)
    if operation in ("map", "scan", "coverage", "heatmap"):
        return lead + _of_code(screen, operation, reply)
    if operation in ("overview", "explore", "plan"):
        return lead + _of_task(screen, operation, reply)
    from oldhand.surfaces import line_texts
    from oldhand.surfaces.cli.table import generic

    if line_texts.tells(operation):
        return lead + in_lines(screen, line_texts.lines(operation, reply))
    return lead + generic(screen, reply)


def in_lines(screen: Screen, told: Iterable[Any]) -> str:
    """Lines of a reply: wrapped on a terminal, coloured by what each is."""
    from oldhand.surfaces.file_text import HEAD, NOTE, TAIL, WARNING

    styles = {HEAD: "bold", TAIL: "dim", NOTE: "yellow", WARNING: "yellow"}
    shown = []
    for kind, text in told:
        bare = text.lstrip(" ")
        said = screen.wrapped(bare, " " * (len(text) - len(bare))) if screen.terminal else escaped(text, "")
        shown.append(screen.style(said, styles[kind]) if kind in styles else said)
    return "\n".join(shown) + "\n"


def _of_code(screen: Screen, operation: str, reply: Any) -> str:
    """A reply about the code as a whole."""
    from oldhand.surfaces import code_text
    from oldhand.surfaces.file_text import HEAD, NOTE, TAIL, WARNING

    styles = {HEAD: "bold", TAIL: "dim", NOTE: "yellow", WARNING: "yellow"}
    told = code_text.lines(operation, reply, block=screen.symbol("█", "#"))
    shown = [(kind, escaped(text, "")) for kind, text in told]
    return "\n".join(screen.style(text, styles[kind]) if kind in styles else text for kind, text in shown) + "\n"


def _of_task(screen: Screen, operation: str, reply: Any) -> str:
    """A reply about a task."""
    from oldhand.surfaces import task_text
    from oldhand.surfaces.file_text import HEAD, NOTE, TAIL, WARNING

    styles = {HEAD: "bold", TAIL: "dim", NOTE: "yellow", WARNING: "yellow"}
    shown = [(kind, escaped(text, "")) for kind, text in task_text.lines(operation, reply)]
    return "\n".join(screen.style(text, styles[kind]) if kind in styles else text for kind, text in shown) + "\n"


def _of_anchors(screen: Screen, operation: str, reply: Any) -> str:
    """A reply about anchors: bad states in red, what moved in yellow."""
    from oldhand.surfaces import anchor_text

    styles = {"holds": "green", "moved": "yellow", "changed": "red", "gone": "red"}
    styles |= {anchor_text.HEAD: "bold", anchor_text.TAIL: "dim"}
    shown = [(kind, escaped(text, "")) for kind, text in anchor_text.lines(operation, reply)]
    return "\n".join(screen.style(text, styles[kind]) if kind in styles else text for kind, text in shown) + "\n"


def _of_files(screen: Screen, operation: str, reply: Any) -> str:
    """A reply about files. In a pipe tabs stay what they are; nothing else that moves a cursor does."""
    from oldhand.surfaces import file_text

    styles = {
        file_text.HEAD: "bold", file_text.NOTE: "yellow", file_text.ADDED: "green", file_text.REMOVED: "red",
        file_text.TAIL: "dim", file_text.WARNING: "yellow",
    }  # fmt: skip
    shown = []
    for kind, text in file_text.lines(operation, reply):
        safe = escaped(text.replace("\t", "    "), "") if screen.terminal else escaped(text, "\t")
        shown.append(screen.style(safe, styles[kind]) if kind in styles else safe)
    return "\n".join(shown) + "\n"


def item(screen: Screen, told: Any, *, strong: bool = True) -> str:
    """One memory: its text, then where it stands and where it comes from."""
    bullet = screen.symbol("●", "*") if strong else screen.symbol("○", "o")
    head = screen.wrapped(headline(told.title, told.text) or "Its words are not here any more.", "  ").lstrip()
    label = screen.style(f"[{told.kind} {told.id[:SHOWN_DIGITS]}]".replace("[ ", "["), "cyan")
    lines = [f"{screen.style(bullet, 'green' if strong else 'yellow')} {head}  {label}"]
    source = told.origin.removeprefix("repo:")
    tied = any(anchor.anchor.partition(":")[0] == source for anchor in told.anchors)
    facts = [f"since {told.since[:10]}"] if told.since else []
    facts += [told.trust if tied or not source else f"{told.trust}: {line(source)}"] if told.trust else []
    fate = (getattr(told, "ended", "").upper(), told.standing.removeprefix("active"))
    facts[:0] = [screen.style(one, "yellow") for one in fate if one]
    facts.extend(place_state(screen, anchor) for anchor in told.anchors[:3])
    if told.confirmations > 1:
        facts.append(f"confirmed {told.confirmations}x")
    if told.valid_until:
        facts.append(
            screen.style("EXPIRED", "red") + f" {told.valid_until[:10]}"
            if told.expired
            else f"until {told.valid_until[:10]}"
        )
    if told.scope == "global" or told.project:
        facts.append(screen.style(f"from {told.project or 'your global memory'}", "yellow"))
    lines.append(screen.joined(facts, "  "))
    lines.extend(
        screen.style(screen.wrapped(f'replaces "{old.text}" ({old.since[:10]} to {old.until[:10]})', "  "), "dim")
        for old in told.replaces
    )
    lines.extend(screen.style(screen.wrapped(f"or, contested: {other}", "  "), "yellow") for other in told.contested)
    return "\n".join(lines)


def place_state(screen: Screen, anchor: Any) -> str:
    """A place a memory speaks of and whether it still says so; the place alone where nothing was noted to compare."""
    if anchor.state == "cannot tell" and not anchor.detail and not anchor.now:
        return f"about {line(anchor.anchor)}"
    signs = {"holds": ("✓", "green"), "moved": ("→", "yellow"), "changed": ("⚠", "red"), "gone": ("✗", "red")}
    sign, colour = signs.get(anchor.state, ("?", "dim"))
    words = {"holds": "still says so", "moved": "moved", "changed": "changed since", "gone": "is gone"}
    said = words.get(anchor.state, "cannot be told")
    if anchor.detail and anchor.state != "holds":
        said += f": {line(anchor.detail)}"
    if anchor.now:
        said += (" to " if anchor.state == "moved" else ", now ") + line(anchor.now)
    return f"{line(anchor.anchor)} {screen.style(screen.symbol(sign + ' ', '') + said, colour)}"


def _recalled(screen: Screen, reply: Any) -> str:
    if not reply.items:
        near = f'  (nearest: "{line(reply.nearest)}", too far off to show; --loose shows it)' if reply.nearest else ""
        spoke = f"  {_spoke(reply)}" if reply.system > 1 else ""
        return f"Nothing known about this.{near}{spoke}\n"
    lines = []
    for one in reply.items:
        lines.append(item(screen, one, strong=one.match >= 0.6))
        if one.newer:
            lines.append(screen.style(f"    older: {one.newer} speaks of the same and is later", "yellow"))
        if one.linked:
            lines.append(f"    shown because of a link: {line(one.linked)}")
        lines.extend(f"    {line(reason)}" for reason in one.why)
    more = f" {reply.left_out} more did not fit (--limit, --budget-tokens)." if reply.left_out else ""
    unknown = f" Nobody used: {', '.join(map(line, reply.unknown))}." if reply.unknown else ""
    tail = f"{reply.verdict.capitalize()} match, {len(reply.items)} of {reply.memories} memories shown.{more}{unknown}"
    if reply.mended:
        tail += f" Taken: {', '.join(map(line, reply.mended))}."
    if reply.system > 1:
        tail += f" {_spoke(reply)}"
    if reply.trace and any(one.why for one in reply.items):  # --explain
        tail += f" Confidence {reply.confidence:.2f}. Trace {reply.trace}."
    return "\n".join(lines) + "\n" + screen.style(tail, "dim") + "\n"


def _spoke(reply: Any) -> str:
    """Which system spoke and why, in a sentence."""
    return f"System 2, {line(reply.because)}" + ("" if reply.because.endswith(".") else ".")


def _replayed(screen: Screen, reply: Any) -> str:
    then = reply.then
    given = "".join(
        f" --{name.replace('_', '-')}" + (f" {line(value)}" if value != "true" else "")
        for name, value in then.arguments.items()
    )
    head = f"{then.moment[:19].replace('T', ' ')}  trace {then.trace}, through {then.surface}"
    lines = [screen.style(head, "dim"), screen.wrapped(f'asked: "{then.cue}"{given}')]
    for one in reply.items:
        lines.append(item(screen, one, strong=one.match >= 0.6))
        lines.extend(f"    {line(reason)}" for reason in one.why)
    if reply.same:
        lines.append(screen.style(f"The same answer as then: {then.verdict}, {len(then.shown)} shown.", "green"))
    else:
        lines.append(screen.style("Not the same answer as then:", "yellow"))
    lines.extend(screen.wrapped(f"- {said}", "  ") for said in reply.differences)
    if reply.today:
        lines.append(screen.style(f"Asked today: {reply.today.verdict or 'no answer'}.", "bold"))
        lines.extend(screen.wrapped(f"- {said}", "  ") for said in reply.today.changes or ["nothing has changed"])
        lines.extend(item(screen, one, strong=one.match >= 0.6) for one in reply.today.items if reply.today.changes)
    return "\n".join(lines) + "\n"


def _remembered(screen: Screen, reply: Any) -> str:
    if len(reply.memories) > 10:
        counts: dict[str, int] = {}
        for one in reply.memories:
            counts[one.outcome] = counts.get(one.outcome, 0) + 1
        return (
            ", ".join(f"{outcome} {count}" for outcome, count in counts.items()) + f"  root {reply.root[:SHOWN_ROOT]}\n"
        )
    from oldhand.surfaces.remembered_text import sentences

    lines: list[str] = []
    for one in reply.memories:
        lines.extend(screen.wrapped(said) for said in sentences(one))
        times = f" ({one.confirmations}x)" if one.outcome == "confirmed" else ""
        lines.append(f"{one.outcome}{times} {screen.style(one.id[:SHOWN_DIGITS], 'cyan')}")
    return "\n".join(lines) + "\n"


def _passed_over(reply: Any) -> str:
    """How many files and passages were not taken in, with the reason of the first."""
    if not reply.left_out:
        return ""
    (place, why), count = reply.left_out[0], len(reply.left_out)
    what = f"{count} file or passage was" if count == 1 else f"{count} files or passages were"
    return f" {what} left out, {line(place)}: {line(why).rstrip('.')}{' …' * (count > 1)} (--json lists them)."


def _initialized(screen: Screen, reply: Any) -> str:
    from oldhand.surfaces.init_text import held_back

    if not reply.by_kind:
        what = "An empty memory" if reply.created else "The memory" + ", used from now on," * reply.accepted
        said = f"{what} is in {line(reply.folder)}. Nothing was read in.{_passed_over(reply)}"
        return f"{said}\nNext: oldhand remember TEXT\n"
    total = sum(reply.by_kind.values())
    kinds = ", ".join(f"{count} {kind}{'s' * (count != 1)}" for kind, count in reply.by_kind.items())
    gone = f" ({reply.superseded} of them no longer in force)" if reply.superseded else ""
    places: dict[str, int] = {}
    for path, count in reply.by_file.items():
        place = "/".join(path.split("/")[:2]) if "/" in path else path
        places[place] = places.get(place, 0) + count
    best = sorted(places.items(), key=lambda pair: (-pair[1], pair[0]))[:6]
    sources = ", ".join(f"{line(place)} ({count})" for place, count in best)
    if len(places) > len(best):
        sources += f" and {len(places) - len(best)} more"
    if reply.history:
        told = f"history ({sum(reply.history.values())}: {_of_history(reply.history)})"
        sources = f"{sources}; {told}" if sources else told
    lines = [
        f"Learned {total} thing{'s' * (total != 1)}: {kinds}{gone}.",
        f"From: {sources}. Nothing left this machine.",
        f"This reading: {reply.added} new, {reply.changed} changed, {reply.retired} retired,"
        f" {reply.unchanged} as before." + _passed_over(reply),
        *_history_told(reply),
        *map(line, held_back(reply)),
        f'Ask: oldhand recall "why ..."   ·   See all: oldhand active   ·   root {reply.root[:SHOWN_ROOT]}',
        "Next: oldhand install   (connects the agents of this machine: Claude Code, Codex, Cursor and others)",
    ]  # fmt: skip
    return "\n".join(screen.wrapped(text) for text in lines) + "\n"


_FROM_HISTORY = {
    "decision": ("explained change", "explained changes"), "revert": ("revert", "reverts"),
    "removal": ("removal", "removals"), "dependency": ("given-up dependency", "given-up dependencies"),
    "fragile": ("fragile file", "fragile files"), "owners": ("folder with its experts", "folders with their experts"),
}  # fmt: skip


def _of_history(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {_FROM_HISTORY[name][count != 1]}" for name, count in counts.items())


def _history_told(reply: Any) -> list[str]:
    """What was read of the history, where there is one, and what of it was not kept."""
    if not reply.commits:
        return []
    more = {name: count for name, count in reply.history_found.items() if count > reply.history.get(name, 0)}
    said = f"History: {reply.commits:,} commits, {reply.commits_read:,} of them read now"
    said += f"; the best were kept of {_of_history(more)}." if more else "."
    cut = " It is cut off (a shallow clone): `git fetch --unshallow`, then `oldhand init` reads the rest."
    return [said + (cut if reply.cut_off else "")]


def _status(screen: Screen, reply: Any) -> str:
    def counts(found: dict[str, int]) -> str:
        return ", ".join(f"{count} {name}" for name, count in found.items()) or "none"

    replicas = f"{reply.replicas} replica{'s' * (reply.replicas != 1)}"
    rows = [
        ("project", f"{line(reply.project)}  ({line(reply.folder)})"),
        ("memories", f"{reply.memories} current ({counts(reply.kinds)})"),
        ("standing", counts(reply.standings)),
        ("trust", counts(reply.trusts)),
        ("journal", f"{reply.events} events of {replicas}, last change {reply.updated[:16] or 'never'}"),
        ("store", f"{line(reply.store)}, {reply.size_bytes / 1024:,.0f} KiB"),
        ("root", reply.root[:SHOWN_DIGITS]),
    ]
    lines = [f"{screen.style(f'{name:<10}', 'bold')}{said}" for name, said in rows]
    lines.extend(screen.style(screen.symbol("⚠ ", "! ") + line(signal), "yellow") for signal in reply.signals)
    return "\n".join(lines) + "\n"


def _shown(screen: Screen, reply: Any) -> str:
    told = reply.memory
    lines = [item(screen, told)]
    rows = [
        ("id", told.id), ("domain", told.domain), ("key", told.key), ("standing", told.standing),
        ("trust", f"{told.trust} ({told.actor} through {told.origin})" if told.origin else ""),
        ("confidence", "" if told.confidence < 0 else f"{told.confidence:.2f}"), ("priority", str(told.priority or "")),
        ("tags", ", ".join(told.tags)), ("valid from", told.valid_from), ("updated", told.updated),
        *reply.fields.items(), ("wordings", ", ".join(revision[:SHOWN_DIGITS] for revision in reply.revisions)),
    ]  # fmt: skip
    lines.extend(f"  {screen.style(f'{name:<11} ', 'bold')}{line(value)}" for name, value in rows if value)
    for edge in reply.links:
        arrow = screen.symbol("→", "->") if edge.source == told.id else screen.symbol("←", "<-")
        other = edge.target if edge.source == told.id else edge.source
        lines.append(f"  {edge.rel} {arrow} {other[:SHOWN_DIGITS]}")
    lines.extend(_event(screen, event) for event in reply.history)
    return "\n".join(lines) + "\n"


def _active(screen: Screen, reply: Any) -> str:
    if not reply.items:
        return "Nothing here.\n"
    body = "\n".join(item(screen, told) for told in reply.items)
    return f"{body}\n{screen.style(f'{len(reply.items)} of {reply.total}.', 'dim')}\n"


def _searched(screen: Screen, reply: Any) -> str:
    if not reply.hits:
        return "Nothing holds any of these words.\n"
    body = "\n".join(item(screen, hit.memory, strong=hit.match >= 0.6) for hit in reply.hits)
    more = f" {reply.left_out} more (--limit)." if reply.left_out else ""
    return f"{body}\n{screen.style(f'{len(reply.hits)} found.{more}', 'dim')}\n"


def _event(screen: Screen, event: Any) -> str:
    who = f"{line(event.actor)} ({line(event.origin)})"
    said = event.text or event.reason
    extra = f"  {line(event.reason)}" if event.text and event.reason else ""
    head = (
        f"{event.at[:19].replace('T', ' ')}  {screen.style(f'{event.op:<8}', 'bold')}{event.memory[:SHOWN_DIGITS]:<13}"
    )
    return f"{head}{who}  {line(said)}{extra}"


def _log(screen: Screen, reply: Any) -> str:
    return (
        "\n".join(_event(screen, event) for event in reply.events) + "\n" if reply.events else "Nothing happened yet.\n"
    )


def _helped(screen: Screen, reply: Any) -> str:
    lines = [part for part in (reply.about, reply.usage and f"\nusage: {reply.usage}") if part]
    for part in reply.parts:
        wide = max((len(entry.name) for entry in part.lines), default=0)
        lines.extend(["", screen.style(part.title, "bold")])
        lines.extend(f"  {entry.name:<{wide}}  {entry.meaning}" for entry in part.lines)
    if reply.example:
        lines.extend(["", f"example: {reply.example}"])
    return "\n".join(lines).lstrip("\n") + "\n"


def _exported(screen: Screen, reply: Any) -> str:
    if not reply.path:
        exact = screen.unicode and not screen.terminal  # the export itself, byte for byte, so that it can be piped
        return str(reply.text) if exact else in_json(reply.text, ascii_only=not screen.unicode)
    what = f"{reply.lines} lines" if hasattr(reply, "lines") else f"{reply.nodes:,} nodes and {reply.edges:,} edges"
    return f"Exported {what} to {line(reply.path)}  root {reply.root[:SHOWN_ROOT]}\n"


def _diff(screen: Screen, reply: Any) -> str:
    span = f"{reply.since[:SHOWN_ROOT]} to {reply.until[:SHOWN_ROOT]}"
    lines = [f"{span}: {len(reply.memories)} memories changed, {len(reply.events)} events"]
    for change in reply.memories:
        if not change.before_standing:
            lines.append(screen.style("+ ", "green") + f"{change.id} {line(change.after)}")
            continue
        stood = (
            ""
            if change.before_standing == change.after_standing
            else f" ({change.before_standing} to {change.after_standing})"
        )
        lines.append(screen.style("~ ", "yellow") + f"{change.id}{stood}")
        if change.before != change.after:
            lines.extend(
                [screen.style(f"  - {line(change.before)}", "red"), screen.style(f"  + {line(change.after)}", "green")]
            )
    return "\n".join(lines) + "\n"
