"""The operation `session show`."""

from typing import Any, Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import iso
from oldhand.model.session import CALL, USAGE, Event
from oldhand.operation import READ, operation
from oldhand.operations.session.list_ import SessionLine, told
from oldhand.recall.render import clipped
from oldhand.sessions.draining import drain

LONGEST_SHOWN = 400  # characters of an event's text; --full gives what is kept
Kind = Literal["all", "talk", "calls", "failures", "told"]
_KINDS: dict[str, tuple[str, ...]] = {
    "all": (), "talk": ("prompt", "reply", "compacted"), "calls": ("call", "result"), "failures": ("call", "result"),
    "told": ("injected",),
}  # fmt: skip


class Happened(NamedTuple):
    """One thing that happened in a session.

    kind: prompt, reply, thought, call, result, injected, compacted, usage or note; agent: the subagent that did it;
    tool: what sort of tool a call is of, and name what its host calls it; target: the file or address; outcome: ok,
    failed, or empty where it is not known; exit: of a command, -1 where it is not known; memories: that were told.
    """

    number: int
    at: str
    kind: str
    agent: str
    tool: str
    name: str
    target: str
    text: str
    outcome: str
    exit: int
    memories: list[str]


class SessionShown(NamedTuple):
    """A session and what happened in it, in order of time. left_out: how many more there are beyond the limit."""

    session: SessionLine
    events: list[Happened]
    left_out: int


@operation(READ)
def show(
    memory: Memory, name: str = "", *, kind: Kind = "all", limit: int = 100, offset: int = 0, full: bool = False
) -> SessionShown:
    """Show what happened in a session, in order of time

    Texts are as the log keeps them: without secrets, and cut when they are long.

    Parameters
    name: the session, by the beginning of its id (at least 4 characters); without it the latest
    kind: all; talk: what was said; calls: tools and what came of them; failures: calls that failed; told: what memory
        told
    limit: at most so many
    offset: pass over so many first
    full: each text as long as the log keeps it
    """
    drain(memory)
    log = memory.session_log()
    row = log.session(name)
    failed = None
    if kind == "failures":
        failed = {event.call for event in log.events(row.session.id, ("result",)) if event.ok is False}
    page, passed = [], 0
    for number, event in log.entries(row.session.id, _KINDS[kind]):
        if event.kind == USAGE or (failed is not None and event.call not in failed):
            continue
        if offset <= passed < offset + limit:
            page.append(_happened(number, event, full))
        passed += 1
    return SessionShown(told(log, row), page, max(passed - offset - len(page), 0))


def _happened(number: int, event: Event, full: bool) -> Happened:
    code, ids = event.detail.get("exit"), event.detail.get("memories")
    text = event.text if full else clipped(event.text, LONGEST_SHOWN)
    return Happened(
        number, iso(event.at or None), event.kind, event.agent, event.tool, event.name, event.target, text,
        "" if event.ok is None or event.kind == CALL else "ok" if event.ok else "failed", _exit(code),
        [one for one in ids if isinstance(one, str)] if isinstance(ids, list) else [],
    )  # fmt: skip


def _exit(code: Any) -> int:
    return code if isinstance(code, int) and not isinstance(code, bool) else -1
