"""Finding what a name means: a memory inside a change, a root for another store."""

from typing import NamedTuple

from oldhand.errors import ErasedMemory, Refused, UnknownId
from oldhand.model.identity import names_root, short
from oldhand.model.moment import iso, parse
from oldhand.store.fold import Record, standing
from oldhand.store.reader import Reader
from oldhand.store.transaction import Transaction


class Present(NamedTuple):
    """A memory that is there: its id and its folded record."""

    id: str
    record: Record


def present(transaction: Transaction, name: str, *, rejected: bool = False) -> Present:
    """The memory that `name` means, which must have a wording.

    rejected: whether a rejected one will do. Raises UnknownId and its kin, ErasedMemory, Refused.
    """
    memory = Reader(transaction.connection).resolve(name)
    record = transaction.record(memory)
    state = standing(record)
    if state == "erased":
        raise ErasedMemory(short(memory))
    if state == "awaited":
        raise UnknownId(name)
    if state == "rejected" and not rejected:
        raise Refused(f"{short(memory)} was rejected. `oldhand restore {short(memory)}` takes the rejection back.")
    return Present(memory, record)


def moment_elsewhere(reader: Reader, as_of: str) -> str:
    """What `as_of` means for other stores: a root is this store's own, they are asked for when it was learned."""
    return iso(reader.root().learned) if names_root(as_of) else as_of


def moment_asked(reader: Reader, as_of: str, now_ms: int) -> int:
    """The moment (ms) that a view tells of: what had not expired by then is not told as expired."""
    if not as_of:
        return now_ms
    return reader.root().learned if names_root(as_of) else parse(as_of, now_ms, end=True)
