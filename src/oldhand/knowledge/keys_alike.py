"""Keys that differ only in case: two slots by their names, and most likely one question.

A slot's id is made of its key as it is written (docs/FORMAT.md), so `Port` and `port` are two. Who begins a slot beside
one that is called the same in another case is told so.
"""

from oldhand.model.domain import DEFAULT_DOMAIN
from oldhand.model.identity import memory_of_slot
from oldhand.store.fold import standing
from oldhand.store.transaction import Transaction

NOWHERE = ("awaited", "erased")


def alike(transaction: Transaction, domain: str, key: str) -> str:
    """The key of another slot of the room that is this one in an ordinary other case; empty when there is none.

    The usual ways to write a key are looked up, lower, upper and with capitals at the beginning of the key or of its
    parts, each by one look-up of its id; `pOrT` is not found.
    """
    parts = key.split("/")
    ways = (
        key.casefold(), key.lower(), key.upper(), key.capitalize(), key.title(), key[:1].upper() + key[1:],
        "/".join(part.capitalize() for part in parts), "/".join((*parts[:-1], parts[-1].capitalize())),
        "/".join((*parts[:-1], parts[-1].lower())), "/".join((*parts[:-1], parts[-1].upper())),
    )  # fmt: skip
    for way in dict.fromkeys(ways):
        slot = memory_of_slot(domain or DEFAULT_DOMAIN, way)
        if way != key and standing(transaction.record(slot)) not in NOWHERE:
            return way
    return ""
