"""Vectors: what a model made of the wordings, in a file of their own that can be recomputed.

A row holds the vectors of one wording by one model, one for each window of its text, as bytes that
only `oldhand.recall.dense.packing` reads. Rows are named by the wording's address, so they stay right
when the store is rebuilt, restored or merged. Making them never takes memory's write lock; losing the
file loses no memory.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw

from oldhand.errors import EncoderFailed, StoreBusy
from oldhand.store import vector_cache
from oldhand.store.pending import NOWHERE, Mark, erased_since, faulty, latest_mark, reaches
from oldhand.store.vector_file import VECTORS, VectorFile

if TYPE_CHECKING:
    from oldhand.store.reader import Reader

MARK_EVERY = 500  # events without an erasure between two notes of how far they were looked through: 0.2 ms to look
AT_ONCE = 400  # names in one query: the statement is prepared once and stays small
SCALE_BYTES = 4  # a float of 32 bits before each vector
READING = "SELECT number, name, dimensions, token, changes, wordings, windows, position, event FROM models"

Held = Callable[[Sequence[bytes]], set[bytes]]  # which of some addresses are still wordings with a text
Row = tuple[bytes, bytes]  # (address, packed vectors)


def width(dimensions: int) -> int:
    """Bytes of one packed vector: its scale and a byte for each dimension."""
    return SCALE_BYTES + dimensions


class Model(NamedTuple):
    """A model whose vectors are here. mark: every wording that came up to this event has its vectors."""

    number: int
    name: str
    dimensions: int
    token: str
    changes: int
    wordings: int
    windows: int
    mark: Mark


class Vectors(VectorFile):
    """The vectors of one store folder. Nothing is opened before it is used, and no file is made by reading.

    Every method raises UnusableVectors when the file cannot be used; writing also NotWritable,
    StorageFull and StoreBusy.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.searches: dict[str, Any] = {}  # by model, what those who search keep as long as the file is open

    def close(self) -> None:
        """Close the file, and let go of what was kept of it."""
        self.searches.clear()
        super().close()

    # -- reading -------------------------------------------------------------------------------

    def models(self) -> list[Model]:
        """Every model that has vectors here, by name."""
        return [_model_of(row) for row in self._rows(f"{READING} ORDER BY name")]

    def model(self, name: str) -> Model | None:
        """The model of this name, or None when it has no vectors here."""
        rows = self._rows(f"{READING} WHERE name=?", (name,))
        return _model_of(rows[0]) if rows else None

    def of(self, model: Model, revisions: Iterable[bytes]) -> dict[bytes, bytes]:
        """The packed vectors of those of the wordings that have some, by address."""
        query = "SELECT revision, packed FROM vectors WHERE model=? AND revision IN"
        return dict(self._among(query, (model.number,), revisions))

    def present(self, model: Model, revisions: Iterable[bytes]) -> set[bytes]:
        """Those of the wordings that have vectors of this model."""
        query = "SELECT revision FROM vectors WHERE model=? AND revision IN"
        return {row[0] for row in self._among(query, (model.number,), revisions)}

    def numbered(self, numbers: Iterable[int]) -> dict[int, Row]:
        """The rows with these numbers that are still here."""
        query = "SELECT number, revision, packed FROM vectors WHERE number IN"
        return {row[0]: (row[1], row[2]) for row in self._among(query, (), numbers)}

    def stream(self, model: Model, after: int = 0, most: int = -1) -> Iterator[tuple[int, bytes]]:
        """(number, packed vectors) of a model in the order of the numbers, from after one on; at most so many rows."""
        connection = self._opened()
        if connection is None:
            return
        with self._translated():
            yield from connection.execute(
                "SELECT number, packed FROM vectors NOT INDEXED WHERE number > ? AND model=? ORDER BY number LIMIT ?",
                (after, model.number, most),
            )

    def numbers(self, model: Model, last: int) -> Iterator[int]:
        """The numbers of a model's rows up to one."""
        for row in self._rows(
            "SELECT number FROM vectors NOT INDEXED WHERE model=? AND number <= ?", (model.number, last)
        ):
            yield row[0]

    def count_after(self, model: Model, number: int) -> tuple[int, int]:
        """(wordings, windows) in the rows of a model after one."""
        rows = self._rows(
            "SELECT count(*), coalesce(sum(length(packed)), 0) FROM vectors NOT INDEXED WHERE number > ? AND model=?",
            (number, model.number),
        )
        return (rows[0][0], rows[0][1] // width(model.dimensions)) if rows else (0, 0)

    def addresses(self, after: bytes, size: int) -> list[bytes]:
        """The next addresses that have vectors of any model, in their order."""
        query = (
            "SELECT revision FROM (SELECT DISTINCT revision FROM vectors INDEXED BY sqlite_autoindex_vectors_1"
            " WHERE model=? AND revision > ? ORDER BY revision LIMIT ?)"
        )
        found = {row[0] for model in self.models() for row in self._rows(query, (model.number, after, size))}
        return sorted(found)[:size]

    def size(self) -> int:
        """Bytes of the file and its log; 0 when there is none."""
        files = (self.path, self.path.with_name(VECTORS + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def _rows(self, query: str, arguments: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        connection = self._opened()
        if connection is None:
            return []
        with self._translated():
            return connection.execute(query, arguments).fetchall()

    def _among(self, query: str, before: tuple[Any, ...], names: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of a query that ends in IN, some hundred names at a time."""
        wanted = list(names)
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            yield from self._rows(f"{query} ({','.join('?' * len(part))})", (*before, *part))

    # -- writing -------------------------------------------------------------------------------

    def keep(self, name: str, dimensions: int, rows: Sequence[Row], held: Held) -> tuple[int, int]:
        """Keep the vectors of some wordings, in one transaction: (wordings, windows) that are new here.

        held: asked inside the transaction, so that a wording erased meanwhile leaves nothing behind.
        Raises EncoderFailed when the model has vectors of another length here.
        """
        with self._writing() as connection:
            model = self._registered(connection, name, dimensions)
            wanted = held([revision for revision, _ in rows])
            new = windows = 0
            for revision, packed in rows:
                if revision in wanted:
                    connection.execute(
                        "INSERT OR IGNORE INTO vectors(model, revision, packed) VALUES(?,?,?)",
                        (model.number, revision, packed),
                    )
                    new += connection.changes()
                    windows += connection.changes() * (len(packed) // width(dimensions))
            if new:
                _count(connection, model.number, new, windows)
        return new, windows

    def settle(self, name: str, mark: Mark, before: Mark) -> None:
        """Note that every wording up to an event has its vectors; left alone when someone else noted another.

        before: what was noted when the wordings up to `mark` were looked through. A model without any
        vectors has no note.
        """
        if self._opened() is None:
            return
        with self._writing() as connection:
            connection.execute(
                "UPDATE models SET position=?, event=? WHERE name=? AND position=? AND event=?", (*mark, name, *before)
            )

    def _registered(self, connection: apsw.Connection, name: str, dimensions: int) -> Model:
        row = connection.execute(f"{READING} WHERE name=?", (name,)).fetchone()
        if row is None:
            token = os.urandom(8).hex()
            connection.execute(
                "INSERT INTO models(name, dimensions, token, changes, wordings, windows, position, event)"
                " VALUES(?,?,?,0,0,0,?,?)", (name, dimensions, token, *NOWHERE)
            )  # fmt: skip
            return self._registered(connection, name, dimensions)
        model = _model_of(row)
        if model.dimensions != dimensions:
            raise EncoderFailed(
                f"{name} gives vectors of {dimensions} numbers and those kept here have {model.dimensions};"
                f" `oldhand embeddings reset --model {name}` drops the kept ones"
            )
        return model

    # -- forgetting ----------------------------------------------------------------------------

    def forget(self, revisions: Iterable[bytes]) -> int:
        """Remove the vectors of some wordings, of every model, from the file and its caches; how many rows went."""
        wanted = list(revisions)
        if not wanted or self._opened() is None:
            return 0
        with self._writing() as connection:
            gone = self._removed(connection, wanted)
        if gone:
            self._checkpoint()
        return gone

    def follow_erasures(self, reader: "Reader") -> int:
        """Remove the vectors of what was erased since the last time; how many rows went.

        reader: a view of the present. Called after a memory was erased and again before vectors are
        used, because two files cannot be changed as one: a process that ends between the two leaves
        the rest to the next. When nothing was erased it costs one look at the end of the journal.
        """
        rows = self._rows("SELECT position, event FROM erasures")
        if not rows or self.only_readable:
            return 0
        noted, latest = Mark(*rows[0]), latest_mark(reader)
        if noted == latest:
            return 0
        start = noted if reaches(reader, noted) else NOWHERE
        erased = erased_since(reader, start.position)
        if not erased and latest.position - start.position < MARK_EVERY and start == noted:
            return 0
        with self._writing() as connection:
            gone = self._removed(connection, erased)
            if not faulty(reader):  # with a broken state nothing was erased yet: it is looked at again
                connection.execute("UPDATE erasures SET position=?, event=?", latest)
        if gone:
            self._checkpoint()
        return gone

    def _removed(self, connection: apsw.Connection, revisions: Sequence[bytes]) -> int:
        """Remove rows and blank them in the cache files: done again when the transaction does not come about."""
        gone: dict[int, list[tuple[int, int]]] = {}
        for start in range(0, len(revisions), AT_ONCE):
            part = revisions[start : start + AT_ONCE]
            models: Any = connection.execute("SELECT number, dimensions FROM models").fetchall()
            for model, dimensions in models:
                rows: Any = connection.execute(
                    "DELETE FROM vectors WHERE model=? AND revision IN"
                    f" ({','.join('?' * len(part))}) RETURNING number, length(packed)", (model, *part)
                ).fetchall()  # fmt: skip
                gone.setdefault(model, []).extend((row[0], row[1] // width(dimensions)) for row in rows)
        for number, rows in gone.items():
            if rows:
                vector_cache.blank(self.folder, number, [row for row, _ in rows])
                _count(connection, number, -len(rows), -sum(windows for _, windows in rows))
        return sum(map(len, gone.values()))

    def forget_model(self, name: str) -> int:
        """Remove every vector of a model; how many wordings had some. The file shrinks."""
        model = self.model(name)
        if model is None:
            return 0
        with self._writing(thorough=False) as connection:
            connection.execute("DELETE FROM vectors WHERE model=?", (model.number,))
            connection.execute("DELETE FROM models WHERE number=?", (model.number,))
            vector_cache.remove(self.folder, model.number)
        try:
            with self._translated():
                self._connected(create=False).execute("VACUUM").fetchall()
            self._checkpoint()
        except StoreBusy:
            pass  # another process writes: the room is used again, and given back at the next reset
        return model.wordings


def _model_of(row: tuple[Any, ...]) -> Model:
    number, name, dimensions, token, changes, wordings, windows, position, event = row
    return Model(number, name, dimensions, token, changes, wordings, windows, Mark(position, event))


def _count(connection: apsw.Connection, model: int, wordings: int, windows: int) -> None:
    """Note a change of a model's vectors."""
    connection.execute(
        "UPDATE models SET changes=changes+1, wordings=wordings+?, windows=windows+? WHERE number=?",
        (wordings, windows, model),
    )
