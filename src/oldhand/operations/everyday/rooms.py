"""The operation `rooms`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation


class Room(NamedTuple):
    """A domain with how many memories it holds, by standing; current: active and contested."""

    domain: str
    current: int
    standings: dict[str, int]


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
        found: dict[str, dict[str, int]] = {}
        for domain, standing, count in reader.rooms():
            if standing != "awaited":
                found.setdefault(domain, {})[standing] = count
        listed = [
            Room(domain, counts.get("active", 0) + counts.get("contested", 0), counts)
            for domain, counts in found.items()
        ]
        return Rooms(listed, reader.root().root.hex())
