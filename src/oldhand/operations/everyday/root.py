"""The operation `root`."""

from typing import NamedTuple

from oldhand.errors import TooLong
from oldhand.memory import Memory
from oldhand.model.moment import iso
from oldhand.operation import WRITE, operation

LONGEST_LABEL = 200  # bytes: a label is a name for a moment


class RecordedRoot(NamedTuple):
    """A recorded root: its number, the root, its chain value, when this machine learned of it, events up to it."""

    number: int
    root: str
    chain: str
    learned: str
    position: int


class Roots(NamedTuple):
    """The present root and the latest ones before it, latest first. label: the mark that was set, if any."""

    root: str
    label: str
    roots: list[RecordedRoot]


@operation(WRITE)
def root(memory: Memory, *, limit: int = 5, mark: str = "") -> Roots:
    """Tell the root of the memory: one hash over everything it holds, chained to those before it

    Any read can be asked --as-of a root.

    Parameters
    limit: at most so many earlier roots
    mark: set a mark in the journal with this name for the present root
    """
    if len(mark.encode()) > LONGEST_LABEL:
        raise TooLong("mark", len(mark.encode()), LONGEST_LABEL)
    with memory.reading() as reader:
        present = reader.root().root.hex()
    if mark:
        with memory.writing() as transaction:
            transaction.emit("root", "", memory.actor, memory.origin, {"root": present, "label": mark})
    with memory.reading() as reader:
        recorded = [
            RecordedRoot(r.number, r.root.hex(), r.chain.hex(), iso(r.learned), r.position)
            for r in reversed(reader.roots(newest=max(limit, 1)))
        ]
        return Roots(reader.root().root.hex(), mark, recorded)
