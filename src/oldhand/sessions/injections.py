"""What memory told, to which session, and what followed: of each injection, as the log of sessions holds it.

What shows of a memory afterwards is looked for by the same rules as in engrams: a file that it is tied to was touched,
its rare words were taken up, the command that it warned of was not run again. It shows use and proves no cause; whether
memory helps, the holdout tells.
"""

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import UnknownSession
from oldhand.model.session import CALL, PROMPT, REPLY, RESULT, THOUGHT, Event
from oldhand.sessions.engram_context import context, occasion_of
from oldhand.sessions.inferring import text_of
from oldhand.sessions.troubles import CORRECTED, REVERTED, corrects, takes_back

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader
    from oldhand.store.session_rows import Injection

STEPS = 40  # calls after an injection in which something of it may show: what comes later has other causes
BEFORE = 300  # events before it whose words and files were at hand already
MOST_EVENTS = 50_000  # of one session, some 2 s of reading
MOST_MEMORIES = 12  # of one injection that are told: an opening names some dozens


class Shown(NamedTuple):
    """A memory that was told or withheld. how: what of it shows afterwards, empty for nothing; kind and text: empty
    where it is no longer there; text: also where nobody is to be told it any more."""

    id: str
    kind: str
    text: str
    how: list[str]


class Told(NamedTuple):
    """An injection and what followed. memories: the first MOST_MEMORIES, more: how many beyond; used: of how many
    something shows afterwards, of all; calls: that followed
    within STEPS, without the one that it was told at, failed: of those; then: `corrected` and
    `work taken back`, where that happened within them."""

    injection: "Injection"
    memories: list[Shown]
    more: int
    used: int
    calls: int
    failed: int
    then: list[str]


def told(memory: "Memory", reader: "Reader", injections: Sequence["Injection"]) -> list[Told]:
    """What followed each of some injections. Raises the errors of the log."""
    found: list[Told] = []
    events: dict[str, tuple[list[Event], str]] = {}
    for number, one in enumerate(injections):
        memory.progress(number, len(injections), "Reading sessions")
        if one.session not in events:
            events = {one.session: _events(memory, one.session)}  # one session at a time: they can be large
        found.append(_told(reader, one, *events[one.session]))
    return found


def _events(memory: "Memory", session: str) -> tuple[list[Event], str]:
    """The events of a session and its folder."""
    log = memory.session_log()
    kinds = (PROMPT, REPLY, THOUGHT, CALL, RESULT)
    try:
        folder = log.session(session).session.folder
    except UnknownSession:
        folder = ""
    return list(islice(log.events(session, kinds), MOST_EVENTS)), folder


def _told(reader: "Reader", one: "Injection", events: list[Event], folder: str) -> Told:
    """What followed one injection. A subagent's is followed in what that subagent did."""
    near = _near([event for event in events if event.agent == one.agent or event.kind == PROMPT], one)
    occasion = occasion_of(one, near)
    after = [event for event in near if event.at >= one.at and not occasion(event)]
    shown = [
        Shown(known.memory, known.kind, text_of(reader, known.memory) if known.text else "", list(known.how))
        for known in context(reader, [one], near, folder).told
    ]
    results = [event for event in after if event.kind == RESULT]
    then = [CORRECTED] * any(map(corrects, after)) + [REVERTED] * any(map(takes_back, after))
    return Told(
        one, shown[:MOST_MEMORIES], max(len(one.memories) - MOST_MEMORIES, 0),
        sum(bool(memory.how) for memory in shown),
        sum(event.kind == CALL for event in after), sum(event.ok is False for event in results), then,
    )  # fmt: skip


def _near(events: Sequence[Event], one: "Injection") -> list[Event]:
    """The events around an injection: BEFORE before it, and those of STEPS calls after it."""
    start = next((number for number, event in enumerate(events) if event.at >= one.at), len(events))
    calls, end = 0, start
    while end < len(events):
        calls += events[end].kind == CALL
        if calls > STEPS:
            break
        end += 1
    return list(events[max(0, start - BEFORE) : end])
