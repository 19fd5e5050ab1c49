"""The operation `chain create`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.sessions import chains
from oldhand.sessions.chains import ChainTold, Member


class ChainChanged(NamedTuple):
    """A chain after a change. outcome: remembered (it is new), restored, extended, unchanged, stashed, or
    quarantined; chain: it; came, went: how many members; items: its members in order; why: it waits, empty
    otherwise."""

    outcome: str
    chain: ChainTold
    came: int
    went: int
    items: list[Member]
    why: str
    root: str


@operation(WRITE)
def create(memory: Memory, name: str, names: list[str] = [], *, about: str = "") -> ChainChanged:
    """Make a chain: memories in an order that tells a story

    The memories stay what they are. A chain may hold others, but not itself.

    Parameters
    name: what the chain is called
    names: its members in order: at least 6 characters of the id of each
    about: what the story is about
    """
    with memory.writing() as transaction:
        done = chains.create(memory, transaction, name, about, names)
    return told(memory, done.memory, done.outcome, len(names), 0, done.reason)


def told(memory: Memory, chain: str, outcome: str, came: int, went: int, why: str = "") -> ChainChanged:
    """A chain after a change, as its reply."""
    with memory.reading() as reader:
        held = reader.get(chain)
        items = chains.members(reader, held) if held.wordings else []
        root = reader.root().root.hex()
        memory.trace_detail = {"memory": short(chain), "root": root}
        return ChainChanged(outcome, chains.told(reader, held), came, went, items, why, root)
