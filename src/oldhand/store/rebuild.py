"""Rebuilding every projection from the journal and the objects: in place, or beside for a moment in the past."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw

from oldhand.errors import DamagedStore
from oldhand.model.clock import Clock
from oldhand.model.event import Event
from oldhand.store import merkle, projection
from oldhand.store.erasure import erase_bytes
from oldhand.store.fold import Record, fold
from oldhand.store.projection import Change, row_of
from oldhand.store.rows import EVENT_COLUMNS, event_of, hashes_to
from oldhand.store.scan import one

if TYPE_CHECKING:
    from oldhand.store.transaction import Transaction

BATCH = 5000  # memories written at once: a few megabytes of records


class Rebuilt(NamedTuple):
    """What a rebuild gave: how many memories, the root recorded before, the root now, the parts that were broken."""

    memories: int
    before: bytes
    root: bytes
    mended: tuple[str, ...]


def rebuild_in(transaction: "Transaction", actor: str, origin: str) -> Rebuilt:
    """Rebuild within a write transaction. A root that comes out other than recorded is recorded with an event.

    Raises DamagedStore when events cannot be read: then `repair` comes first.
    """
    connection = transaction.connection
    last = connection.execute("SELECT root, position FROM roots ORDER BY number DESC LIMIT 1").fetchone()
    before, position = last or (merkle.EMPTY, 0)
    mended = tuple(part for (part,) in connection.execute("SELECT part FROM health ORDER BY part"))
    try:
        root = rebuild(connection)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedStore(connection.filename, f"its events cannot be read ({error})") from error
    transaction.absorbed(root, Clock(0, 0))
    latest = one(connection, "SELECT coalesce(max(position), 0) FROM journal")
    if root != before and latest == position:
        transaction.emit("root", "", actor, origin, {"root": before.hex(), "label": "rebuilt"})
    memories = one(connection, "SELECT count(*) FROM memories")
    return Rebuilt(memories, before, root, mended)


def rebuild(connection: apsw.Connection) -> bytes:
    """Drop every projection, make each anew and return the root. Runs inside the caller's transaction."""
    projection.clear(connection)
    connection.execute("INSERT INTO wordings SELECT DISTINCT revision, memory FROM journal WHERE length(revision) = 32")
    root, number = merkle.EMPTY, 0
    batch: list[Change] = []
    for memory, record in folded(connection):
        number += 1
        batch.append(Change(memory, number, None, row_of(record), record))
        if len(batch) == BATCH:
            root = _write(connection, batch)
            batch = []
    root = _write(connection, batch) if batch else root
    erased: list[Any] = connection.execute("SELECT id FROM memories WHERE standing='erased'").fetchall()
    for (name,) in erased:
        erase_bytes(connection, name)  # events may have come in while the state was broken, when nothing was erased
    return root


def folded(connection: apsw.Connection) -> Iterator[tuple[str, Record]]:
    """(memory, record) of every memory, folded from the journal, in id order."""
    incoming: dict[str, list[Event]] = {}
    for row in connection.execute(EVENT_COLUMNS + "WHERE j.op IN ('link','unlink')"):
        event = event_of(row)
        if event.fields["target"] != event.memory:
            incoming.setdefault(event.fields["target"], []).append(event)
    rows = connection.execute(EVENT_COLUMNS + "WHERE length(j.memory) = 16 ORDER BY j.memory, j.position")
    waiting = sorted(incoming)
    for memory, group in groupby((event_of(row) for row in rows), key=lambda event: event.memory):
        while waiting and waiting[0] < memory:
            target = waiting.pop(0)
            yield target, fold(target, incoming[target])
        if waiting and waiting[0] == memory:
            waiting.pop(0)
        yield memory, fold(memory, [*group, *incoming.get(memory, ())])
    for target in waiting:
        yield target, fold(target, incoming[target])


def _write(connection: apsw.Connection, batch: list[Change]) -> bytes:
    wanted = {revision for change in batch for revision in change.after.revisions}
    bodies = {revision: intact_body(connection, revision) for revision in wanted}
    return projection.write(connection, batch, bodies)


def intact_body(connection: apsw.Connection, revision: str) -> bytes | None:
    """The bytes of a wording when they are there and match their address, else None."""
    row = connection.execute("SELECT body FROM objects WHERE address=?", (bytes.fromhex(revision),)).fetchone()
    if row is None or not hashes_to(row[0], bytes.fromhex(revision)):
        return None
    return row[0]  # type: ignore[no-any-return]
