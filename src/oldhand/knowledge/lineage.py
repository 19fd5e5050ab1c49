"""Lineage: how far a memory may be believed for what it was made from, and what was made from it."""

from collections.abc import Sequence

from oldhand.model.trust import LEVELS, least
from oldhand.store.reader import Reader


def least_trust(reader: Reader, ids: Sequence[str]) -> str:
    """The least trust among memories and all that they were made from, transitively: what is made from them gets it.

    It is worked out when it is asked for, so it follows an input that is withdrawn, reworded or believed less
    later. A memory that is not known counts as the least there is; no ids count as the least too.
    """
    held = [reader.find(memory) for memory in ids]
    return least(*(one.trust if one is not None else LEVELS[0] for one in held))


def descendants(reader: Reader, ids: Sequence[str], *, ever: bool = False) -> list[str]:
    """Every memory made from these, directly or through others, without these; circles are followed once.

    ever: also what is tied to them no more, or never was but names a wording of theirs among its inputs; that reads
    every wording. Bounded by `oldhand.store.lineage.MOST_FOLLOWED` memories for each 400 ids.
    """
    return reader.made_from(ids, ever=ever)
