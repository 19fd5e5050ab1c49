"""Files beside the store that hold what can be made again: made when first written to, removable at any time.

The vectors and the code index are such files. They share how they come and go; each says what is in it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from oldhand.errors import DamagedStore, ForeignStore, NoStore, NotWritable, UnusableStore
from oldhand.store import connection as recipe
from oldhand.store.lock import WriteLock
from oldhand.store.regular_files import by_real_folder

BUSY_MS = 2000  # for another process's transaction, which holds one batch: some ten milliseconds
REMOVED = "it was removed while it was in use"


class SideFile:
    """One connection to such a file of a store folder, and how it comes and goes.

    A kind of file gives the four constants below and `unusable`, the error for a file that cannot be used:
    it takes the path and the reason.
    """

    application_id: int  # in the database header
    format: int  # user_version
    schema: str
    unusable: type[UnusableStore]

    def __init__(self, folder: Path, name: str, lock: str) -> None:
        self.folder = folder
        self.path = folder / name
        self.lock_path = folder / lock  # held while the file is made or a damaged one removed
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
        """One transaction that nobody else writes beside."""
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
            raise self.unusable(self.path, REMOVED) from None
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
        if self.path.is_symlink():
            raise self.unusable(self.path, "it is a link, which leads to another file")
        if os.access(self.folder, os.W_OK) and os.access(self.path, os.W_OK):
            flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOFOLLOW  # no link
            connection = apsw.Connection(by_real_folder(self.path), flags=flags)
        else:
            connection = self._open_immutable()
        connection.set_busy_timeout(BUSY_MS)
        try:
            if connection.pragma("application_id") != self.application_id:
                raise self.unusable(self.path, "it is some other SQLite database")
            if (version := connection.pragma("user_version")) != self.format:
                raise self.unusable(self.path, f"it has format {version}; this program reads format {self.format}")
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

        log = self._beside("-wal")
        if log.exists() and log.stat().st_size:
            raise self.unusable(self.path, "its log cannot be read in a folder that cannot be written")
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        return apsw.Connection(f"file:{quote(str(self.path))}?immutable=1", flags=flags)

    def _make(self) -> None:
        """Make an empty file, whole before its name appears."""
        from oldhand.store.store import FILE_MODE, put_in_place

        lock = WriteLock(self.lock_path)
        lock.acquire()
        try:
            if self.path.exists():
                return
            unfinished = self._beside(".creating")
            unfinished.unlink(missing_ok=True)
            os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE))
            with self._translated():
                made = apsw.Connection(str(unfinished))
                made.pragma("journal_mode", "wal")
                made.execute(self._whole_schema()).fetchall()
                made.pragma("wal_checkpoint", "TRUNCATE")
                made.close()
            put_in_place(unfinished, self.path)
        finally:
            lock.close()

    def _whole_schema(self) -> str:
        return f"PRAGMA application_id={self.application_id}; PRAGMA user_version={self.format};\n{self.schema}"

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn SQLite's errors into ours; what would be damage of a store is damage of this file alone."""
        try:
            with recipe.translated(self.path):
                yield
        except (DamagedStore, ForeignStore) as error:
            if error.args[0] != self.path:
                raise  # memory itself, read while this file is written
            raise self.unusable(self.path, str(error.args[1])) from error
        except NoStore:
            if self.path.exists():
                raise
            raise self.unusable(self.path, REMOVED) from None

    def remove(self) -> None:
        """Remove the file whatever its state: the way out of a damaged one."""
        self.close()
        lock = WriteLock(self.lock_path)
        lock.acquire()
        try:
            self._remove_rest()
            for suffix in ("", "-wal", "-shm"):
                self._beside(suffix).unlink(missing_ok=True)
        except OSError as error:
            raise NotWritable(self.folder, error.strerror) from None
        finally:
            lock.close()

    def _remove_rest(self) -> None:
        """Remove what else was made of the file, while the lock is held."""

    def _checkpoint(self) -> None:
        """Have what was removed leave the log too; where another process reads, its next copying does it."""
        connection = self._connected(create=False)
        with self._translated():
            connection.set_busy_timeout(0)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.set_busy_timeout(BUSY_MS)
