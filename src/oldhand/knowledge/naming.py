"""Finding what a name means: a memory inside a change, a root for another store."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from oldhand.errors import AmbiguousId, ErasedMemory, Refused, UnknownId
from oldhand.model.identity import SHORTEST_PREFIX, names_root, short
from oldhand.model.moment import iso, parse
from oldhand.store.fold import Record, standing
from oldhand.store.reader import Reader
from oldhand.store.transaction import Transaction

MOST_SHOWN = 8  # of those that a name could mean


class Named(Protocol):
    """What has an id, a title and a text, by which people call it."""

    @property
    def id(self) -> str:
        """Its whole id."""

    @property
    def title(self) -> str:
        """Its name; empty where nobody gave one."""

    @property
    def text(self) -> str:
        """What it says."""


_T = TypeVar("_T", bound=Named)


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


def meant(
    name: str, known: Sequence[_T], goes_on: Callable[[_T], bool], shown: Callable[[_T], str]
) -> _T | None:  # fmt: skip
    """The one that a name means: by some digits of its id, its title or text, or words that only its name has; None
    where it means none. One that is over yields its name to one that goes on.

    goes_on: whether one is not over; shown: what one is called where several are named. Raises AmbiguousId.
    """
    wanted = _plain(name)
    if not wanted:
        return None
    ways: tuple[Callable[[_T], bool], ...] = (
        lambda one: len(wanted) >= SHORTEST_PREFIX and one.id.startswith(wanted),
        lambda one: wanted in (_plain(one.title), _plain(one.text)),
        lambda one: wanted in f"{_plain(one.title)} {_plain(one.text)}",
    )
    for way in ways:
        found = [one for one in known if way(one)]
        if len(found) > 1 and (still := [one for one in found if goes_on(one)]):
            found = still
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousId(name, ", ".join(f"{short(one.id)} ({shown(one)})" for one in found[:MOST_SHOWN]))
    return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def moment_elsewhere(reader: Reader, as_of: str) -> str:
    """What `as_of` means for other stores: a root is this store's own, they are asked for when it was learned."""
    return iso(reader.root().learned) if names_root(as_of) else as_of


def moment_asked(reader: Reader, as_of: str, now_ms: int) -> int:
    """The moment (ms) that a view tells of: what had not expired by then is not told as expired."""
    if not as_of:
        return now_ms
    return reader.root().learned if names_root(as_of) else parse(as_of, now_ms, end=True)
