"""The operation `diff`."""

from typing import NamedTuple

from oldhand.errors import UnknownId
from oldhand.knowledge.events import WITHHELD, Happened, happened
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.store.held import Held


class Changed(NamedTuple):
    """A memory that changed: how it stood and what it said at the two roots; empty where it was not there."""

    id: str
    before_standing: str
    after_standing: str
    before: str
    after: str


class Difference(NamedTuple):
    """What changed between two roots, memory by memory, and the events that did it, oldest first."""

    since: str
    until: str
    memories: list[Changed]
    events: list[Happened]


@operation(READ)
def diff(memory: Memory, since: str, until: str = "") -> Difference:
    """Tell what changed since a root, a date or a time

    Parameters
    since: a root, a date or a time
    until: a later root, date or time; without it, now
    """
    with memory.reading(since) as before, memory.reading(until) as after:
        first, last = before.root(), after.root()
        if first.position > last.position:
            raise UnknownId(f"{since} .. {until}")
        events = [(at, event) for at, event in after.journal(first.position) if at <= last.position]
        touched = {event.memory for _, event in events if event.memory}
        touched |= {event.fields["target"] for _, event in events if "target" in event.fields}
        changes = []
        for name in sorted(touched):
            old, new = before.find(name), after.find(name)
            was, now = _stood(old), _stood(new)
            if was != now:
                changes.append(Changed(short(name), was[0], now[0], was[1], now[1]))
        return Difference(
            first.root.hex(), last.root.hex(), changes,
            [happened(after, at, event, listed=True) for at, event in events],
        )  # fmt: skip


def _stood(held: Held | None) -> tuple[str, str]:
    """How a memory stood and what it said; what waits in quarantine is not told."""
    if held is None or held.standing == "awaited":
        return "", ""
    return held.standing, WITHHELD if held.standing == "quarantined" else held.text
