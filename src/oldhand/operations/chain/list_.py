"""The operation `chain list`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.sessions import chains
from oldhand.sessions.chains import STASHED, ChainTold


class Chains(NamedTuple):
    """Chains in a list. items: the latest first; left_out: how many more there are; stashed: how many are put aside
    and not listed."""

    items: list[ChainTold]
    left_out: int
    stashed: int
    root: str


@operation(READ)
def list_(memory: Memory, *, every: bool = False, limit: int = 20) -> Chains:
    """List the chains

    Parameters
    every: also those that are put aside
    limit: at most so many
    """
    with memory.reading() as reader:
        found = chains.several(reader)
        shown = [one for one in found if every or STASHED not in one.tags]
        items = [chains.told(reader, one) for one in shown[:limit]]
        aside = 0 if every else len(found) - len(shown)
        return Chains(items, max(len(shown) - limit, 0), aside, reader.root().root.hex())
