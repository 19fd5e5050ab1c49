"""Replies about checkpoints and handoffs as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
SHOWN_COMMIT = 7
SHOWN_SESSION = 8
LONGEST = 300  # characters of one item; --json gives all of it
MOST = 12  # items of one list; --json gives all of them
_WORDED = {
    "log": "Nobody worded it: it was made from the log of the session. ", "agent": "These are an agent's words. ",
    "person": "These are a person's words. ",
}  # fmt: skip
_WHEN = {"checkpoint": "Checkpoint", "handoff": "Handoff"}


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of `session checkpoint`, `session handoff` or `session resume` as lines."""
    if operation == "session_resume":
        yield from _resumed(reply)
    else:
        yield from _kept(reply)


def _kept(reply: Any) -> Iterator[Line]:
    what = _WHEN.get(reply.made, "Checkpoint")
    whose = f" of session {line(reply.session[:SHOWN_SESSION])}" if reply.session else ""
    again = {"changed": ", the one before stays in its history", "unchanged": ": nothing has changed"}
    yield Line(HEAD, f"{what}{whose} {reply.id[:SHOWN_DIGITS]}{again.get(reply.outcome, '')}.")
    if reply.outcome == "quarantined":
        yield Line(WARNING, f"It waits in `oldhand review`: {line(reply.why)}")
    if reply.outcome == "contested":
        yield Line(WARNING, "It stands beside another one of the same session: `oldhand review`.")
    yield Line(CODE, f"  {line(clipped(reply.text, LONGEST))}")
    yield from _lists(reply)
    if reply.beside:
        said = "A person worded this session too: their words stay, and are told first"
        yield Line(NOTE, f"  {said} ({reply.beside[:SHOWN_DIGITS]}).")
    yield from (Line(NOTE, f"  arc {line(one.arc)}: {line(one.step)}") for one in reply.steps)
    if reply.left_out:
        number = _number(reply.left_out, "text")
        yield Line(
            WARNING, f"  {number} left out, as what gives orders to its reader is not handed over. Say it otherwise."
        )
    worded = "" if reply.source == "said" else "Made from the log of the session; nobody worded it. "
    yield Line(TAIL, f"{worded}{_counts(reply)}")


def _counts(reply: Any) -> str:
    """What git and the log added, in one line."""
    parts = [_where(reply.branch, reply.commit)]
    parts += [_number(len(reply.files), "file") if reply.files else ""]
    parts += [_number(len(reply.commits), "commit") if reply.commits else ""]
    parts += [f"{len(reply.dirty)} not committed" if reply.dirty else ""]
    parts += [_number(len(reply.told), "memory told", "memories told") if reply.told else ""]
    parts += [_number(len(reply.decided), "decision") if reply.decided else ""]
    return ", ".join(part for part in parts if part) + "."


def _where(branch: str, commit: str) -> str:
    if not commit and not branch:
        return "no git"
    return f"on {line(branch) or 'no branch'}" + (f" at {commit[:SHOWN_COMMIT]}" if commit else "")


def _number(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _lists(one: Any) -> Iterator[Line]:
    for name in ("done", "next", "open", "failing"):
        yield from _listed(name, getattr(one, name))


def _listed(name: str, items: Iterable[str], kind: str = CODE) -> Iterator[Line]:
    items = list(items)
    for item in items[:MOST]:
        yield Line(WARNING if name == "failing" else kind, f"  {name:<8}{line(clipped(item, LONGEST))}")
    if len(items) > MOST:
        yield Line(TAIL, f"  {'':<8}and {len(items) - MOST} more")


def _resumed(reply: Any) -> Iterator[Line]:
    one = reply.handed
    what = _WHEN.get(one.made, "Checkpoint")
    whose = f" of session {line(one.session[:SHOWN_SESSION])}" if one.session else f" of {line(one.actor)}"
    host = f" ({line(one.host)})" if one.host else ""
    where = _where(one.branch, one.commit)
    yield Line(HEAD, f"{what}{whose}{host}, {one.at[:16].replace('T', ' ')}, {where}  [{one.id[:SHOWN_DIGITS]}]")
    yield Line(CODE, f"  {line(clipped(one.text, LONGEST * 2))}")
    if reply.others:
        names = ", ".join(line(name[:SHOWN_SESSION]) for name in reply.others)
        yield Line(WARNING, f"  Session {names} goes on from it too.")
    yield from _lists(one)
    for other in reply.beside:
        whose = "the agent's words" if other.by == "agent" else "from its log"
        yield Line(NOTE, f"  Beside it, {other.at[:16].replace('T', ' ')}, {whose}:  [{other.id[:SHOWN_DIGITS]}]")
        yield Line(CODE, f"  {line(clipped(other.text, LONGEST))}")
        yield from _lists(other)
    yield from _since(reply)
    worded = _WORDED.get(one.by, "")
    taken = "Noted: this session goes on from it." if reply.taken else ""
    if worded or taken:
        yield Line(TAIL, f"{worded}{taken}".strip())


def _since(reply: Any) -> Iterator[Line]:
    """What does not hold any more."""
    differs = [file for file in reply.files if file.state != "same"]
    if reply.moved:
        yield Line(WARNING, f"  Since then: {line(reply.moved)}.")
    yield from _listed("commit", reply.latest)
    yield from _listed("file", [f"{file.path} {_state(file.state)}" for file in differs], NOTE)
    for found in reply.memories:
        text = f': "{line(clipped(found.text, LONGEST))}"' if found.text else ""
        yield Line(NOTE, f"  memory  {found.id[:SHOWN_DIGITS]} is {found.state} now{text}")
    if reply.files and not differs:
        yield Line(TAIL, f"  As it left them: {_number(reply.same, 'file')}, all that it touched.")
    elif reply.same:
        yield Line(TAIL, f"  As it left them: {_number(reply.same, 'file')}.")


def _state(state: str) -> str:
    return {
        "changed": "changed since", "gone": "is gone", "back": "is there again", "unread": "could not be compared",
    }.get(state, state)  # fmt: skip
