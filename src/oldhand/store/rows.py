"""Rows and records: how events and states are laid out in the tables."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import apsw

from oldhand.errors import DamagedObject
from oldhand.model.clock import Clock
from oldhand.model.event import Event, digest_of
from oldhand.store.fold import Record

LOOKED_UP_AT_ONCE = 400  # names in one query: the statement is prepared once and stays small
EVENT_COLUMNS = (
    "SELECT r.id, j.seq, j.wall, j.counter, a.name, o.name, j.op, j.memory, j.revision, j.fields, j.erased, j.id,"
    " coalesce((SELECT p.id FROM journal p WHERE p.replica = j.replica AND p.seq = j.seq - 1),"
    " (SELECT l.name FROM losses l WHERE l.part = 'event' AND l.replica = r.id AND l.number = j.seq - 1)), j.position"
    " FROM journal j JOIN replicas r ON r.number = j.replica"
    " JOIN names a ON a.number = j.actor JOIN names o ON o.number = j.origin "
)


def event_of(row: tuple[Any, ...]) -> Event:
    """The event in a row of EVENT_COLUMNS. Raises DamagedObject when its parts are none of an event's."""
    replica, seq, wall, counter, actor, origin, op, memory, revision, packed, erased, name, previous, _ = row
    try:
        fields = json.loads(packed) if packed else {}
        return Event(
            replica, seq, Clock(wall, counter), actor, origin, op, memory.hex(), revision.hex(), fields,
            previous.hex() if previous else "", name.hex(), erased.hex() if erased else digest_of(fields),
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedObject(f"event {seq} of replica {replica}") from error


def hashes_to(value: Any, name: bytes) -> bool:
    """Whether a stored value is bytes whose SHA-256 is `name`; damage may have put anything in their place."""
    return isinstance(value, bytes) and sha256(value).digest() == name


def events(
    connection: apsw.Connection, condition: str = "1", arguments: tuple[Any, ...] = ()
) -> Iterator[tuple[int, Event]]:
    """(position, event) of the journal rows that meet `condition`, in the order they were learned."""
    query = f"{EVENT_COLUMNS} WHERE {condition} ORDER BY j.position"
    for row in connection.execute(query, arguments):
        yield row[-1], event_of(row)


def about(connection: apsw.Connection, memory: str) -> Iterator[tuple[int, Event]]:
    """(position, event) of everything a memory's state follows from: its events and the links that point to it."""
    pointing = "j.op IN ('link','unlink') AND json_extract(CAST(j.fields AS TEXT), '$.target') = ?"
    yield from events(connection, f"j.memory=? OR ({pointing})", (bytes.fromhex(memory), memory))


def record_of(packed: bytes) -> Record:
    """The folded record in its stored form."""
    return json.loads(packed)  # type: ignore[no-any-return]


def among(connection: apsw.Connection, query: str, names: list[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of a query that ends in IN, for hexadecimal names, some hundred at a time."""
    for start in range(0, len(names), LOOKED_UP_AT_ONCE):
        part = [bytes.fromhex(name) for name in names[start : start + LOOKED_UP_AT_ONCE]]
        yield from connection.execute(f"{query} ({','.join('?' * len(part))})", part)
