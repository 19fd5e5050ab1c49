"""The operation `rooms`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import iso
from oldhand.operation import READ, operation


class Room(NamedTuple):
    """A domain with how many memories it holds, by standing, and its latest change."""

    domain: str
    current: int
    standings: dict[str, int]
    updated: str


class Rooms(NamedTuple):
    """Every domain that holds something."""

    rooms: list[Room]
    root: str


@operation(READ)
def rooms(memory: Memory, *, as_of: str = "") -> Rooms:
    """List the rooms: every domain with what it holds

    Parameters
    as_of: as known at a root, a date or a time
    """
    with memory.reading(as_of) as reader:
        found: dict[str, tuple[dict[str, int], int]] = {}
        for domain, standing, count, updated in reader.rooms():
            if standing != "awaited":
                counts, latest = found.get(domain, ({}, 0))
                found[domain] = (counts | {standing: count}, max(latest, updated))
        listed = [
            Room(domain, counts.get("active", 0) + counts.get("contested", 0), counts, iso(latest))
            for domain, (counts, latest) in sorted(found.items())
        ]
        return Rooms(listed, reader.root().root.hex())
