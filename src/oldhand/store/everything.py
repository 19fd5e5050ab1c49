"""A whole store, read in order and piece by piece: what an export is made of."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from oldhand.errors import DamagedObject
from oldhand.model.event import Event, recomputed_id
from oldhand.model.identity import short
from oldhand.store.reader import Held, Reader
from oldhand.store.roots import Root, root_of
from oldhand.store.rows import EVENT_COLUMNS, event_of, hashes_to

CURRENT = ("active", "contested")  # standings of what is true as far as the memory knows


class Sizes(NamedTuple):
    """How many of each there are."""

    events: int
    losses: int
    objects: int
    replicas: int
    roots: int


def sizes(reader: Reader) -> Sizes:
    """Count the canonical tables; replicas only when they have events."""
    tables = ("journal", "losses", "objects", "roots")
    events, losses, objects, roots = (_one(reader, f"SELECT count(*) FROM {table}") for table in tables)
    return Sizes(events, losses, objects, _one(reader, "SELECT count(DISTINCT replica) FROM journal"), roots)


def _one(reader: Reader, query: str) -> int:
    row = reader._connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def replicas(reader: Reader) -> Iterator[tuple[str, int, str]]:
    """(replica, events, id of its latest event) of every replica with events, in order of their ids."""
    query = (
        "SELECT r.id, (SELECT count(*) FROM journal j WHERE j.replica = r.number),"
        " (SELECT j.id FROM journal j WHERE j.replica = r.number ORDER BY j.seq DESC LIMIT 1)"
        " FROM replicas r ORDER BY r.id"
    )
    for replica, count, last in reader._connection.execute(query):
        if count:
            yield replica, count, last.hex()


def losses(reader: Reader) -> Iterator[tuple[str, str, int, bytes, int]]:
    """What repairs could not save: (part, replica, number, name, since)."""
    yield from reader._connection.execute("SELECT part, replica, number, name, since FROM losses ORDER BY 1, 2, 3, 4")


def objects(reader: Reader) -> Iterator[tuple[bytes, bytes | None]]:
    """(address, bytes) of every wording in order of their addresses; None where erased. Raises DamagedObject."""
    for name, body in reader._connection.execute("SELECT address, body FROM objects ORDER BY address"):
        if body is not None and not hashes_to(body, name):
            raise DamagedObject(short(name.hex()))
        yield name, body


def events(reader: Reader) -> Iterator[tuple[int, Event]]:
    """(position, event) of the whole journal. Raises DamagedObject for an event that does not match its id."""
    for row in reader._connection.execute(f"{EVENT_COLUMNS} ORDER BY j.position"):
        try:
            event = event_of(row)
            whole = recomputed_id(event) == event.id
        except (ValueError, TypeError, AttributeError):
            whole = False
        if not whole:
            raise DamagedObject(f"the event at position {row[-1]}")
        yield row[-1], event


def roots(reader: Reader) -> Iterator[Root]:
    """The recorded roots, oldest first."""
    rows: Iterator[tuple[Any, ...]] = reader._connection.execute("SELECT * FROM roots ORDER BY number")
    return (root_of(row) for row in rows)


def current(reader: Reader) -> Iterator[Held]:
    """Every current memory in order of their ids. Raises DamagedObject."""
    marks = ",".join("?" * len(CURRENT))
    query = f"SELECT id FROM memories WHERE standing IN ({marks}) ORDER BY id"
    for (memory,) in reader._connection.execute(query, CURRENT):
        yield reader.get(memory.hex())
