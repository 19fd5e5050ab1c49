"""A staging place: a whole journal from elsewhere, laid out and folded beside the store before anything touches it.

It is a temporary database without a name: SQLite keeps it in memory while it is small and in an
unlinked temporary file when it grows, so an interruption leaves nothing behind.
"""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import apsw

from oldhand.model.canonical import encoded
from oldhand.model.event import Event
from oldhand.store import merkle, projection
from oldhand.store.fold import Record, apply
from oldhand.store.projection import Change, row_of
from oldhand.store.rebuild import BATCH
from oldhand.store.roots import Root
from oldhand.store.rows import event_of
from oldhand.store.store import lay_out

ROWS_AT_ONCE = 2000  # rows held before they are written
BYTES_AT_ONCE = 8 << 20  # or so many bytes of wordings and fields

_TABLES = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-32768;
CREATE TABLE touched (             -- what each memory's state follows from: its events, and links that point to it
  memory   BLOB NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (memory, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE taken (position INTEGER PRIMARY KEY) STRICT;   -- events that the store will take in
CREATE TABLE here (                -- memories that the store has too, as they were before the merge
  memory   BLOB PRIMARY KEY,
  standing TEXT NOT NULL,
  digest   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE gone (memory BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;   -- memories that the merge has erased
"""
_FOLDING = (
    "SELECT t.memory, r.id, j.seq, j.wall, j.counter, a.name, o.name, j.op, j.memory, j.revision, j.fields, j.erased,"
    " j.id, NULL, j.position FROM touched t CROSS JOIN journal j ON j.position = t.position"
    " CROSS JOIN replicas r ON r.number = j.replica CROSS JOIN names a ON a.number = j.actor"
    " CROSS JOIN names o ON o.number = j.origin {} ORDER BY t.memory, t.position"
)
_INSERTS = {
    "objects": "INSERT INTO objects VALUES(?,?)",
    "journal": "INSERT INTO journal VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
    "touched": "INSERT OR IGNORE INTO touched VALUES(?,?)",
    "roots": "INSERT INTO roots VALUES(?,?,?,?,?,?,?)",
    "losses": "INSERT INTO losses VALUES(?,?,?,?,?)",
}


class Staging:
    """The staged journal. Use it in `with`; add objects, then events in order, then roots, then `complete` it."""

    def __init__(self) -> None:
        self.connection = apsw.Connection("")
        self._numbers: dict[tuple[str, str], int] = {}
        self._waiting: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _INSERTS}
        self._rows = self._bytes = 0
        self.root = merkle.EMPTY

    def __enter__(self) -> "Staging":
        self.connection.execute(_TABLES).fetchall()
        lay_out(self.connection, 0, 0)
        self.connection.execute("BEGIN; DELETE FROM replicas")
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    # -- filling -------------------------------------------------------------------------------

    def add_object(self, address: bytes, body: bytes | None) -> None:
        """Stage a wording; None when it was erased."""
        self._add("objects", (address, body), len(body or b""))

    def add_event(self, position: int, event: Event) -> None:
        """Stage an event that has been checked, at its position in the journal it comes from."""
        packed = encoded(event.fields) if event.fields else None
        erased = bytes.fromhex(event.fields_digest) if event.fields_digest and not event.fields else None
        row = (
            position, self.number("replicas", event.replica), event.seq, *event.clock,
            self.number("names", event.actor), self.number("names", event.origin), event.op,
            bytes.fromhex(event.memory), bytes.fromhex(event.revision), packed, erased, bytes.fromhex(event.id),
        )  # fmt: skip
        self._add("journal", row, len(packed or b""))
        if event.memory:
            self._add("touched", (bytes.fromhex(event.memory), position))
        if event.op in ("link", "unlink") and event.fields:
            self._add("touched", (bytes.fromhex(event.fields["target"]), position))

    def add_root(self, root: Root) -> None:
        """Stage a recorded root."""
        self._add("roots", (*root[:5], *root.clock))

    def add_loss(self, row: tuple[str, str, int, bytes, int]) -> None:
        """Stage a row of what repairs could not save."""
        self._add("losses", row)

    def number(self, table: str, name: str) -> int:
        """The number of a replica or of an actor's or origin's name, given when it is new."""
        known = self._numbers.get((table, name))
        if known is None:
            if table == "replicas":
                self.connection.execute("INSERT OR IGNORE INTO replicas(id, own, place) VALUES(?,0,'')", (name,))
                row = self._one("SELECT number FROM replicas WHERE id=?", name)
            else:
                self.connection.execute("INSERT OR IGNORE INTO names(name) VALUES(?)", (name,))
                row = self._one("SELECT number FROM names WHERE name=?", name)
            known = self._numbers[table, name] = row[0] if row else 0
            if len(self._numbers) > ROWS_AT_ONCE:
                self._numbers.clear()
        return known

    def _add(self, table: str, row: tuple[Any, ...], size: int = 0) -> None:
        self._waiting[table].append(row)
        self._rows += 1
        self._bytes += size
        if self._rows >= ROWS_AT_ONCE or self._bytes >= BYTES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for table, rows in self._waiting.items():
            if rows:
                self.connection.executemany(_INSERTS[table], rows)
                rows.clear()
        self._rows = self._bytes = 0

    # -- asking --------------------------------------------------------------------------------

    def has_object(self, revision: str) -> bool:
        """Whether a wording is staged, erased ones included. Call `flush` after the last object."""
        return bool(self._one("SELECT 1 FROM objects WHERE address=?", bytes.fromhex(revision)))

    def lost(self, part: str, replica: str, number: int, name: bytes | None = None) -> bytes | None:
        """The name of a loss, or None when no such loss is staged. name: which one, of several."""
        row = self._one("SELECT name FROM losses WHERE part=? AND replica=? AND number=? AND (?4 IS NULL OR name=?4)",
                        part, replica, number, name)  # fmt: skip
        return bytes(row[0]) if row else None

    def event_at(self, replica: str, seq: int) -> str:
        """The id of a replica's staged event; empty when there is none."""
        self.flush()
        query = "SELECT j.id FROM journal j JOIN replicas r ON r.number = j.replica WHERE r.id=? AND j.seq=?"
        row = self._one(query, replica, seq)
        return row[0].hex() if row else ""

    def _one(self, query: str, *arguments: Any) -> tuple[Any, ...] | None:
        return self.connection.execute(query, arguments).fetchone()

    def rows(self, query: str, arguments: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows of a query, one at a time."""
        yield from self.connection.execute(query, arguments)

    # -- completing ----------------------------------------------------------------------------

    def complete(self) -> bytes:
        """Fold every memory and return the root that follows from the staged events."""
        self.flush()
        batch: list[Change] = []
        number = 0
        for memory, events in self.events_by_memory():
            record: Record = {}
            for event in events:
                apply(record, event, memory)
            number += 1
            batch.append(Change(memory, number, None, row_of(record), record))
            if len(batch) == BATCH:
                self.root = projection.write(self.connection, batch, {}, indexing=False)
                batch = []
        if batch:
            self.root = projection.write(self.connection, batch, {}, indexing=False)
        return self.root

    def events_by_memory(self, *, taken: bool = False) -> Iterator[tuple[str, Iterator[Event]]]:
        """Every memory in id order with the events its state follows from; with `taken`, only those to be taken in."""
        query = _FOLDING.format("CROSS JOIN taken k ON k.position = t.position" if taken else "")
        for memory, rows in groupby(self.rows(query), key=lambda row: row[0]):
            yield memory.hex(), (event_of(row[1:]) for row in rows)

    def unsound(self) -> str:
        """The first contradiction between what is erased and what memories say, in words; empty when there is none."""
        row = self._one(
            "SELECT j.id FROM journal j JOIN memories m ON m.id = j.memory"
            " WHERE j.erased IS NOT NULL AND m.standing <> 'erased' LIMIT 1"
        )
        if row:
            return f"the fields of event {row[0].hex()[:12]} are erased, and its memory is not"
        row = self._one(
            "SELECT j.revision FROM journal j JOIN objects o ON o.address = j.revision"
            " JOIN memories m ON m.id = j.memory WHERE o.body IS NULL AND m.standing <> 'erased' LIMIT 1"
        )
        return f"the wording {row[0].hex()[:12]} is erased, and a memory that has had it is not" if row else ""


def fields_of(packed: bytes | None) -> dict[str, Any]:
    """The fields in a row of the journal."""
    return json.loads(packed) if packed else {}
