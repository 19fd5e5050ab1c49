"""The operation `chain cat`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.sessions import chains
from oldhand.sessions.chains import Member
from oldhand.sessions.narrating import story
from oldhand.store.reader import Held


class Narrated(NamedTuple):
    """A chain as a story. name, about: of the chain; items: its members in order; left_out: how many in the middle
    did not fit; cut: whether texts were cut; tokens: estimated; outcome: empty, or popped when this took it back
    from where it was put aside."""

    name: str
    about: str
    items: list[Member]
    left_out: int
    cut: bool
    tokens: int
    outcome: str
    root: str


@operation(READ)
def cat(memory: Memory, name: str, *, budget_tokens: int = 0) -> Narrated:
    """Tell a chain as a story: its members in order, with their dates

    Parameters
    name: the chain, by its name or id
    budget_tokens: at most so many tokens: texts are cut alike, then the middle is left out (0: all of it)
    """
    with memory.reading() as reader:
        held = chains.named(reader, name)
    return narrated(memory, held, budget_tokens)


def narrated(memory: Memory, chain: Held, budget_tokens: int, outcome: str = "") -> Narrated:
    """A chain as a story, as its reply."""
    with memory.reading() as reader:
        held = reader.get(chain.id)
        told = chains.told(reader, held)
        found = story(chains.members(reader, held), budget_tokens)
        root = reader.root().root.hex()
    memory.trace_detail = {"memory": short(chain.id), "root": root}
    return Narrated(told.name, told.about, found.items, found.left_out, found.cut, found.tokens, outcome, root)
