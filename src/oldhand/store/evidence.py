"""What proves an event: its parts, hashed together with the id before it, give the id it is known by.

`verify` proves events where they lie. `repair` proves them from pieces: a row whose replica, actor
or origin was damaged is still whole when another copy of that name makes the hash come out.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

import apsw

from oldhand.model.canonical import encoded
from oldhand.model.clock import Clock
from oldhand.model.event import OPERATIONS, Event, digest_of, recomputed_id
from oldhand.store.scan import UNREADABLE, Row

ADDRESS_BYTES = 32
MEMORY_BYTES = 16

# Text is read as bytes: a damaged one may be no UTF-8, which must not end the reading.
RAW_COLUMNS = (
    "position, replica, seq, wall, counter, actor, origin, CAST(op AS BLOB), memory, revision, fields, erased, id"
)
RAW_EVENTS = f"SELECT {RAW_COLUMNS} FROM journal NOT INDEXED WHERE position BETWEEN ? AND ? ORDER BY position"


class RawEvent(NamedTuple):
    """A row of the journal as it lies there, believed in nothing."""

    position: Any
    replica: Any
    seq: Any
    wall: Any
    counter: Any
    actor: Any
    origin: Any
    op: Any
    memory: Any
    revision: Any
    fields: Any
    erased: Any
    id: Any

    @property
    def well_formed(self) -> bool:
        """Whether every part has the type and length that it must have."""
        numbers = (self.position, self.replica, self.seq, self.wall, self.counter, self.actor, self.origin)
        return (
            all(isinstance(number, int) for number in numbers)
            and all(isinstance(part, bytes) for part in (self.op, self.memory, self.revision, self.id))
            and len(self.id) == ADDRESS_BYTES
            and len(self.memory) in (0, MEMORY_BYTES)
            and len(self.revision) in (0, ADDRESS_BYTES)
            and (self.erased is None or (isinstance(self.erased, bytes) and len(self.erased) == ADDRESS_BYTES))
            and (self.fields is None or (isinstance(self.fields, bytes) and self.erased is None))
            and self.op.decode("ascii", "replace") in OPERATIONS
        )


def fields_of(packed: bytes | None) -> dict[str, Any] | None:
    """An event's fields from their stored bytes; None when these are not the canonical bytes of an object."""
    if packed is None:
        return {}
    try:
        fields = json.loads(packed)
        whole = isinstance(fields, dict) and encoded(fields) == packed
    except (ValueError, RecursionError):
        return None
    return fields if whole else None


def event_from(raw: RawEvent, replica: str, actor: str, origin: str, previous: str) -> Event | None:
    """The event that a raw row and its names make; None when its parts cannot be an event's."""
    if not raw.well_formed:
        return None
    fields = fields_of(raw.fields)
    if fields is None:
        return None
    return Event(
        replica, raw.seq, Clock(raw.wall, raw.counter), actor, origin, raw.op.decode(), raw.memory.hex(),
        raw.revision.hex(), fields, previous, raw.id.hex(), raw.erased.hex() if raw.erased else digest_of(fields),
    )  # fmt: skip


class Names:
    """The numbered names of a store (replicas; actors and origins), each with every copy of it that can be read."""

    def __init__(self) -> None:
        self.copies: dict[int, list[str]] = {}

    def add(self, number: Any, name: Any) -> None:
        """Take in a copy of a name; what is no name is left out."""
        if not isinstance(number, int) or not isinstance(name, bytes):
            return
        try:
            text = name.decode()
        except UnicodeDecodeError:
            return
        known = self.copies.setdefault(number, [])
        if text not in known:
            known.append(text)

    def of(self, number: Any) -> list[str]:
        """The copies of the name with this number, the one that proved right most recently first."""
        return self.copies.get(number, [])

    def prefer(self, number: int, name: str) -> None:
        """Remember that this copy of the name made a hash come out."""
        known = self.copies[number]
        if known[0] != name:
            known.remove(name)
            known.insert(0, name)


def names_read(connection: apsw.Connection, table: str, column: str) -> Names:
    """Every copy of the names in `table`: from its rows, and from its index, which holds them again."""
    names = Names()
    for source in ("NOT INDEXED", f"INDEXED BY sqlite_autoindex_{table}_1"):
        for number, name in rows_until_damage(
            connection, f"SELECT number, CAST({column} AS BLOB) FROM {table} {source}"
        ):
            names.add(number, name)
    return names


def rows_until_damage(connection: apsw.Connection, query: str) -> Iterator[Row]:
    """The rows of a query up to the first that cannot be read."""
    try:
        yield from connection.execute(query)
    except UNREADABLE:
        return  # what is missing is found out by those who need it


class Prover:
    """Proves events against the names of a store."""

    def __init__(self, replicas: Names, names: Names) -> None:
        self.replicas, self.names = replicas, names

    def prove(self, raw: RawEvent, before: Iterable[str], claimed: Iterable[str]) -> Event | None:
        """The event of a raw row when its hash comes out, else None.

        before: what the id of the replica's event before may be; claimed: what its own id is said to be.
        """
        if not raw.well_formed:
            return None
        wanted = set(claimed)
        copies = (self.replicas.of(raw.replica), self.names.of(raw.actor), self.names.of(raw.origin))
        for replica, actor, origin in product(*copies):
            event = event_from(raw, replica, actor, origin, "")
            if event is None:
                return None
            for previous in before:
                event = event._replace(prev=previous)
                found = recomputed_id(event)
                if found in wanted:
                    self.replicas.prefer(raw.replica, replica)
                    self.names.prefer(raw.actor, actor)
                    self.names.prefer(raw.origin, origin)
                    return event._replace(id=found)
        return None

    def guess(self, raw: RawEvent, before: Iterable[str]) -> set[str]:
        """The ids that a raw row's parts give, for when the stored id itself may be what is damaged."""
        if not raw.well_formed or fields_of(raw.fields) is None:
            return set()
        found = set()
        copies = (self.replicas.of(raw.replica), self.names.of(raw.actor), self.names.of(raw.origin))
        for replica, actor, origin in product(*copies):
            for previous in before:
                if event := event_from(raw, replica, actor, origin, previous):
                    found.add(recomputed_id(event))
        return found
