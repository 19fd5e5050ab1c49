"""The file of the vectors: made when it is first written to, opened when it is first used, removable at any time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from oldhand.errors import DamagedStore, ForeignStore, NoStore, NotWritable, UnusableVectors
from oldhand.store import connection as recipe
from oldhand.store import vector_cache
from oldhand.store.lock import WriteLock

VECTORS = "vectors.db"
LOCK_FILE = "vectors.lock"  # held while the file is made or a damaged one removed, never while vectors are made
APPLICATION_ID = 0x4F4C4456  # "OLDV", in the database header
FORMAT = 1  # user_version
BUSY_MS = 2000  # for another process's transaction, which holds one batch: some ten milliseconds
REMOVED = "it was removed while it was in use"

_SCHEMA = f"""
PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT};
CREATE TABLE models (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT NOT NULL UNIQUE,     -- model and precision; vectors of two names are never compared
  dimensions INTEGER NOT NULL,
  token      TEXT NOT NULL,            -- random: a cache made of another file's vectors is told by it
  changes    INTEGER NOT NULL,         -- grows with every change of the model's vectors
  wordings   INTEGER NOT NULL,         -- rows in vectors
  windows    INTEGER NOT NULL,         -- vectors in those rows
  position   INTEGER NOT NULL,         -- the journal event up to which every wording has its vectors
  event      BLOB NOT NULL             -- its id: in another journal the position means nothing
) STRICT;
CREATE TABLE vectors (
  number   INTEGER PRIMARY KEY AUTOINCREMENT, -- grows, and is never used again
  model    INTEGER NOT NULL,
  revision BLOB NOT NULL,              -- 32 bytes: the address of the wording
  packed   BLOB NOT NULL,              -- for each window a scale (4 bytes) and a byte for each dimension
  UNIQUE (model, revision)
) STRICT;
CREATE TABLE erasures (                -- one row: the journal event up to which erasures were followed
  position INTEGER NOT NULL,
  event    BLOB NOT NULL
) STRICT;
INSERT INTO erasures VALUES(0, x'');
"""


class VectorFile:
    """One connection to the file of a store folder, and how it comes and goes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / VECTORS
        self._connection: apsw.Connection | None = None
        self._inode = 0
        self._wrote = False

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            if not self._wrote:
                self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # a reader writes nothing
            self._connection.close()
            self._connection = None

    @property
    def only_readable(self) -> bool:
        """Whether the file is open and cannot be written."""
        return self._connection is not None and self._connection.readonly("main")

    @contextmanager
    def exclusive(self) -> Iterator[apsw.Connection]:
        """One transaction that nobody else writes beside: for putting a cache in place."""
        with self._writing() as connection:
            yield connection

    @contextmanager
    def _writing(self, *, thorough: bool = True) -> Iterator[apsw.Connection]:
        """One atomic change. thorough: whether what is deleted is overwritten."""
        connection = self._connected(create=True)
        self._wrote = True
        with self._translated():
            connection.execute(f"PRAGMA secure_delete={'ON' if thorough else 'OFF'}").fetchall()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:  # an interruption too: it is raised on, with nothing half done
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _opened(self) -> apsw.Connection | None:
        """The connection; None when there is no file."""
        return self._connected(create=False) if self.path.exists() else None

    def _connected(self, *, create: bool) -> apsw.Connection:
        """The connection, opened anew when the file was replaced. create: whether a missing file is made."""
        try:
            if create and not self.path.exists():
                self._make()
            inode = self.path.stat().st_ino
        except FileNotFoundError:
            raise UnusableVectors(self.path, REMOVED) from None
        except OSError as error:
            raise NotWritable(self.folder, error.strerror) from None
        if self._connection is not None:
            if inode == self._inode:
                return self._connection
            self.close()
        with self._translated():
            self._connection = self._open()
        self._inode = inode
        return self._connection

    def _open(self) -> apsw.Connection:
        if os.access(self.folder, os.W_OK) and os.access(self.path, os.W_OK):
            connection = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READWRITE)
        else:
            connection = self._open_immutable()
        connection.set_busy_timeout(BUSY_MS)
        try:
            if connection.pragma("application_id") != APPLICATION_ID:
                raise UnusableVectors(self.path, "it is some other SQLite database")
            if (version := connection.pragma("user_version")) != FORMAT:
                raise UnusableVectors(self.path, f"it has format {version}; this program reads format {FORMAT}")
            connection.execute(
                "PRAGMA synchronous=NORMAL; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
                "PRAGMA temp_store=MEMORY"
            ).fetchall()
        except BaseException:  # raised on; only the connection must not be left open
            connection.close()
            raise
        return connection

    def _open_immutable(self) -> apsw.Connection:
        """Open in a folder that cannot be written, where SQLite can keep no log: only a file without one is whole."""
        from urllib.parse import quote

        log = self.path.with_name(VECTORS + "-wal")
        if log.exists() and log.stat().st_size:
            raise UnusableVectors(self.path, "its log cannot be read in a folder that cannot be written")
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        return apsw.Connection(f"file:{quote(str(self.path))}?immutable=1", flags=flags)

    def _make(self) -> None:
        """Make an empty file, whole before its name appears."""
        from oldhand.store.store import FILE_MODE, put_in_place

        lock = WriteLock(self.folder / LOCK_FILE)
        lock.acquire()
        try:
            if self.path.exists():
                return
            unfinished = self.path.with_name(VECTORS + ".creating")
            unfinished.unlink(missing_ok=True)
            os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE))
            with self._translated():
                made = apsw.Connection(str(unfinished))
                made.pragma("journal_mode", "wal")
                made.execute(_SCHEMA).fetchall()
                made.pragma("wal_checkpoint", "TRUNCATE")
                made.close()
            put_in_place(unfinished, self.path)
        finally:
            lock.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn SQLite's errors into ours; what would be damage of a store is damage of this file alone."""
        try:
            with recipe.translated(self.path):
                yield
        except (DamagedStore, ForeignStore) as error:
            if error.args[0] != self.path:
                raise  # memory itself, read while vectors are kept
            raise UnusableVectors(self.path, str(error.args[1])) from error
        except NoStore:
            if self.path.exists():
                raise
            raise UnusableVectors(self.path, REMOVED) from None

    def remove(self) -> None:
        """Remove the file whatever its state, with its caches: the way out of a damaged one."""
        self.close()
        lock = WriteLock(self.folder / LOCK_FILE)
        lock.acquire()
        try:
            vector_cache.remove(self.folder)
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(VECTORS + suffix).unlink(missing_ok=True)
        except OSError as error:
            raise NotWritable(self.folder, error.strerror) from None
        finally:
            lock.close()

    def _checkpoint(self) -> None:
        """Have what was removed leave the log too; where another process reads, its next copying does it."""
        connection = self._connected(create=False)
        with self._translated():
            connection.set_busy_timeout(0)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.set_busy_timeout(BUSY_MS)
