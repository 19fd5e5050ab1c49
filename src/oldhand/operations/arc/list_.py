"""The operation `arc list`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.sessions.arc_telling import ArcTold, told
from oldhand.sessions.arcs import EVERY, OPEN, goals


class Arcs(NamedTuple):
    """Arcs in a list. items: the most important first, then the latest; left_out: how many more there are."""

    items: list[ArcTold]
    left_out: int
    root: str


@operation(READ)
def list_(memory: Memory, *, every: bool = False, limit: int = 20) -> Arcs:
    """List the open arcs and how far they have come

    Parameters
    every: also those that are done or dropped
    limit: at most so many
    """
    with memory.reading() as reader:
        found = goals(reader, EVERY if every else OPEN)
        items = [told(reader, one) for one in found[:limit]]
        return Arcs(items, max(len(found) - limit, 0), reader.root().root.hex())
