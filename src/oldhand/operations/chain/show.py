"""The operation `chain show`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.sessions import chains
from oldhand.sessions.chains import ChainTold, Member


class ChainShown(NamedTuple):
    """A chain whole. chain: it; items: its members in order; promoted: summaries and decisions that were made from
    its members alone, by their ids."""

    chain: ChainTold
    items: list[Member]
    promoted: list[str]
    root: str


@operation(READ)
def show(memory: Memory, name: str) -> ChainShown:
    """Show a chain and how each of its members stands now

    Parameters
    name: the chain, by its name or id
    """
    with memory.reading() as reader:
        held = chains.named(reader, name)
        memory.trace_detail = {"memory": short(held.id)}
        return ChainShown(
            chains.told(reader, held),
            chains.members(reader, held),
            chains.made_of(reader, held),
            reader.root().root.hex(),
        )
