"""Replies about arcs as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
SHOWN_COMMIT = 7
SHOWN_SESSION = 8
LONGEST = 300  # characters of one text; --json gives all of it
_OUTCOMES = {
    "remembered": "Started", "confirmed": "It was started before", "restored": "It goes on", "done": "Done",
    "dropped": "Dropped", "step": "Noted", "unchanged": "It is so already", "contested": "Contested",
    "changed": "Started, in other words", "quarantined": "It waits in `oldhand review`",
}  # fmt: skip
_ACTIONS = {"A": "new", "M": "changed", "D": "removed", "R": "moved", "T": "changed"}


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the group `arc` as lines."""
    told = {"arc_list": _listed, "arc_show": _shown, "arc_detect": _detected}
    yield from told.get(operation, _changed)(reply)


def _changed(reply: Any) -> Iterator[Line]:
    step = f": {line(clipped(reply.step, LONGEST))}" if reply.step else ""
    why = f" ({line(reply.why)})" if reply.why else ""
    yield Line(HEAD, f"{_OUTCOMES.get(reply.outcome, reply.outcome)}{step}{why}")
    yield from _arc(reply.arc)
    if reply.arc.state == "open" and reply.arc.steps and reply.arc.done == reply.arc.steps:
        yield Line(NOTE, "  All its steps are done: `oldhand arc done NAME` ends it.")


def _arc(arc: Any) -> Iterator[Line]:
    """One arc: its name and how far it has come, then when it last moved."""
    far = f"{arc.done}/{arc.steps} done" if arc.steps else "no steps yet"
    state = "" if arc.state == "open" else f"  {arc.state} {arc.ended[:10]}"
    because = f": {line(clipped(arc.reason, LONGEST))}" if arc.reason not in ("", arc.state) else ""
    yield Line(CODE, f"{arc.id[:SHOWN_DIGITS]}  {line(arc.name)}  {far}{state}{because}")
    facts = [f"since {arc.since[:10]}"]
    if arc.last:
        commit = f" ({arc.last_commit[:SHOWN_COMMIT]})" if arc.last_commit else ""
        facts.append(f"last: {line(clipped(arc.last, LONGEST))}{commit}, {arc.last_at[:10]}")
    if arc.sessions:
        facts.append(f"{arc.sessions} session{'s' * (arc.sessions != 1)}")
    yield Line(TAIL, f"  {', '.join(facts)}")


def _listed(reply: Any) -> Iterator[Line]:
    for one in reply.items:
        yield from _arc(one)
    if not reply.items:
        yield Line(HEAD, "No open arcs. `oldhand arc start TEXT` starts one; `oldhand arc list --every` shows all.")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")


def _shown(reply: Any) -> Iterator[Line]:
    yield from _arc(reply.arc)
    if line(reply.text) != line(reply.arc.name):
        yield Line(CODE, f"  {line(clipped(reply.text, LONGEST))}")
    for one in reply.steps:
        where = [f"{line(one.trust)}'s word"] if one.trust != reply.arc.trust else []
        where += [f"session {line(name[:SHOWN_SESSION])}" for name in one.sessions]
        where += [name[:SHOWN_COMMIT] for name in one.commits]
        told = f"  ({', '.join(where)})" if where else ""
        mark = f"[x] {one.at[:10]}" if one.done else "[ ] planned   "
        yield Line(CODE, f"  {mark}  {line(clipped(one.text, LONGEST))}{told}")
        yield from _moved(one)
    for along in reply.checkpoints:
        yield Line(
            TAIL, f"  checkpoint {along.id[:SHOWN_DIGITS]} {along.at[:10]}: {line(clipped(along.text, LONGEST))}"
        )


def _moved(step: Any) -> Iterator[Line]:
    """What the commits of a step changed."""
    for one in step.moved:
        size = f" +{one.added} -{one.deleted}" if one.added >= 0 and (one.added or one.deleted) else ""
        yield Line(TAIL, f"        {line(one.path)} {_ACTIONS.get(one.action, one.action)}{size}")
    if step.files > len(step.moved):
        yield Line(TAIL, f"        and {step.files - len(step.moved)} more")
    if step.gone:
        names = ", ".join(name[:SHOWN_COMMIT] for name in step.gone)
        yield Line(WARNING, f"        {names} is not here any more: rebased, or made elsewhere")


def _detected(reply: Any) -> Iterator[Line]:
    for number, one in enumerate(reply.candidates, 1):
        sessions = len(one.sessions)
        yield Line(HEAD, f"{number}. {line(one.title) or 'sessions without a title'}")
        span = f"{one.first} to {one.last}"
        yield Line(CODE, f"   {sessions} sessions on {one.days} days, {span}; {one.alike}% of their files are common")
        files = ", ".join(f"{line(name)} ({count}/{sessions})" for name, count in one.files.items())
        words = ", ".join(f"{line(name)} ({count}/{sessions})" for name, count in one.words.items())
        if files:
            yield Line(CODE, f"   files: {files}")
        if words:
            yield Line(CODE, f"   words: {words}")
    looked = f"{reply.sessions} session{'s' * (reply.sessions != 1)} that changed files were compared"
    more = f", {reply.left_out} were not read for want of time (--since)" if reply.left_out else ""
    if reply.candidates:
        yield Line(NOTE, "Nothing was made of them: `oldhand arc start TEXT --title NAME` starts an arc.")
        yield Line(TAIL, f"{looked}{more}.")
    else:
        yield Line(HEAD, f"No goal shows: {looked}{more}. It takes 3 sessions on 2 days that share files.")
