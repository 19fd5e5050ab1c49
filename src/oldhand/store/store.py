"""The store: a folder with one database, opened once, written by one process at a time, read by any number."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from oldhand.errors import AlreadyThere, NoStore, NotWritable, OldhandError, StoreBusy, UnsafeFilesystem
from oldhand.store import connection as recipe
from oldhand.store.acceptance import mark_of, sealed
from oldhand.store.lock import LOCK_SECONDS, WriteLock
from oldhand.store.projection import statements
from oldhand.store.reader import Reader
from oldhand.store.stand_in import StandIn
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.store.vectors import Vectors

LOCK_FILE = "write.lock"
ERASING = "erasure.pending"  # an empty file, there while the log may still hold bytes that were erased
CLEARING_MS = 200  # how long emptying the log waits for those who read: longer than a recall takes
FOLDER_MODE = 0o700  # only the person whose memory it is may look inside
FILE_MODE = 0o600
SHARED_FILESYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "fuse.sshfs", "afs"})


class Store:
    """One store folder, opened. Use `Store.create` or `Store.open`, and close it, or use it in `with`."""

    def __init__(self, folder: Path, *, writable: bool) -> None:
        self.folder = folder
        self.writable = writable
        self._lock = WriteLock(folder / LOCK_FILE)
        self._connection: apsw.Connection | None = None
        self._path = folder
        self._inode = 0
        self._depth = 0
        self._wrote = False
        self._stand_in = StandIn()
        self._vectors: Vectors | None = None
        self._erasing = str(folder / ERASING)
        self._pointer = str(folder / recipe.POINTER)

    @classmethod
    def open(cls, folder: Path, *, writable: bool = True) -> "Store":
        """Open the store in `folder`. Raises NoStore, UnusableStore and its kin, or NotWritable."""
        store = cls(folder, writable=writable)
        store._connected()
        return store

    @classmethod
    def create(cls, folder: Path, now_ms: int, home: Path | None = None) -> "Store":
        """Make a new store in `folder`, which may exist. Raises AlreadyThere when a store is there.

        The database is built beside its place and renamed into it, so that an interruption leaves
        either no store or a whole one. home: the person's folder, which lists the store as theirs
        (`oldhand.store.acceptance`) before it is there; None for one that only its name leads to.
        """
        _make_folder(folder)
        lock = WriteLock(folder / LOCK_FILE)
        lock.acquire()
        try:
            path = recipe.database_path(folder)
            if path.exists() or any(folder.glob("memory*.db")):
                raise AlreadyThere(f"A store in {folder}", "`oldhand status` shows it.")
            if home is not None:
                make_known(folder, home)
            with recipe.translated(path):
                build_database(path, now_ms)
        finally:
            lock.close()
        return cls.open(folder)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database, without waiting for anyone.

        The last connection that closes copies the log into the database. That is done after
        writing and under the write lock; where another process holds it, the log is left to that one.
        """
        self._stand_in.close()
        if self._vectors is not None:
            self._vectors.close()
        if self._connection is None:
            return
        copying = self._wrote
        try:
            if copying:
                self._lock.acquire(0)
        except (StoreBusy, NotWritable):
            copying = False  # nothing is lost: the log is part of the database until someone copies it
        try:
            if not copying:
                self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            self._connection.close()
        finally:
            self._connection = None
            self._lock.close()

    @property
    def path(self) -> Path:
        """The database file."""
        self._connected()
        return self._path

    @property
    def in_view(self) -> bool:
        """Whether a view is being read, so that another `read` would give the same one."""
        return self._depth > 0

    @property
    def vectors(self) -> "Vectors":
        """The vectors beside the database. Asking for them opens nothing."""
        if self._vectors is None:
            from oldhand.store.vectors import Vectors

            self._vectors = Vectors(self.folder)
        return self._vectors

    def _connected(self, *, locked: bool = False) -> apsw.Connection:
        """The connection, opened anew when a repair or restore has put another database in place.

        A view that is being read is not taken away: the other database is seen when it has ended.
        locked: whether this store holds the write lock, which bringing an older format up to date needs.
        """
        if self._connection is not None and self._depth:
            return self._connection
        name = recipe.database_name(self.folder, self._pointer)
        if self._connection is not None:
            try:
                same = name == self._path.name and os.stat(self._path).st_ino == self._inode
            except OSError:
                raise NoStore(self.folder.parent) from None
            if same:
                return self._connection
            self._connection.close()
            self._connection = None
        recipe.refuse_ambiguous(self.folder)
        path = self.folder / name
        self._connection = recipe.connect(path, writable=self.writable)
        if self.writable and recipe.behind(self._connection):
            self._bring_up_to_date(path, locked)
        self._path, self._inode = path, path.stat().st_ino
        return self._connection

    def _bring_up_to_date(self, path: Path, locked: bool) -> None:
        """Take the steps from the store's older format to the present one; closed again when that fails."""
        from oldhand.store.migrate import migrate

        assert self._connection is not None
        try:
            if not locked:
                self._lock.acquire()
            try:
                migrate(self._connection, path)
            finally:
                if not locked:
                    self._lock.release()
        except BaseException:  # raised on; only the connection must not be left open
            self._connection.close()
            self._connection = None
            raise

    @contextmanager
    def read(self, as_of: str = "", now_ms: int = 0) -> Iterator[Reader]:
        """One unchanging view of the store, for as long as the block lasts.

        as_of: a root, a date or a time to see the store as it was then. Raises BadDate, UnknownId.
        """
        connection = self._connected()
        if as_of:
            from oldhand.store.past import projected, root_named

            with recipe.translated(self._path):
                root = root_named(connection, as_of, now_ms)
                past = projected(connection, root.position if root else 0)
            try:
                yield Reader(past)
            finally:
                past.close()
            return
        with recipe.translated(self._path):
            if self._depth == 0:
                connection.execute("BEGIN")
            self._depth += 1
            try:
                instead = self._stand_in.instead_of(connection, self._path)
                yield Reader(connection if instead is None else instead)
            except recipe.SURPRISES as error:
                recipe.blame_damage(connection, self._path, error)
                raise
            finally:
                self._depth -= 1
                if self._depth == 0 and connection.in_transaction:
                    connection.execute("COMMIT")

    @contextmanager
    def write(self, now_ms: int, wait_seconds: float = LOCK_SECONDS) -> Iterator[Transaction]:
        """One atomic change. It is durable when the block ends; an exception inside leaves no trace.

        Raises StoreBusy when another process holds the store too long, StorageFull, NotWritable.
        """
        if not self.writable:
            raise NotWritable(self.folder, "it was opened for reading only")
        self._connected()
        self._lock.acquire(wait_seconds)
        collecting = gc.isenabled()
        gc.disable()  # a bulk makes no cycles but many objects; looking through them took a fifth of its time
        try:
            connection = self._connected(locked=True)
            with recipe.translated(self._path):
                self._wrote = True
                connection.execute("BEGIN IMMEDIATE")
                try:
                    transaction = Transaction(connection, own_replica(connection, self._inode), now_ms)
                    yield transaction
                    transaction.finish()
                    if transaction.erasing:
                        os.close(os.open(self._erasing, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, FILE_MODE))
                    connection.execute("COMMIT")
                except BaseException:  # an interruption too: raised on, with nothing half done
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        finally:
            if collecting:
                gc.enable()
            self._lock.release()
        if transaction.erasing:
            self._erase_vectors()
        if os.path.exists(self._erasing):
            self.clear_log()

    def clear_log(self) -> bool:
        """Empty the log, which holds older states of what was changed; False while another process reads them.

        After an erasure every write tries again until it comes about.
        """
        connection = self._connected()
        connection.set_busy_timeout(CLEARING_MS)
        try:
            row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except apsw.Error:
            return False  # a view is being read, here or elsewhere: the note stays, and the next write tries again
        finally:
            connection.set_busy_timeout(recipe.BUSY_MS)
        if row is None or row[0]:
            return False
        Path(self._erasing).unlink(missing_ok=True)
        return True

    def _erase_vectors(self) -> None:
        """Remove the vectors of what was just erased."""
        try:
            with self.read() as reader:
                self.vectors.follow_erasures(reader)
        except OldhandError:
            pass  # memory is erased all the same; the next use of the vectors does this first, or names what is wrong

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the write lock without a transaction: for putting another database in place."""
        self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()


def own_replica(connection: apsw.Connection, inode: int, *, fresh: bool = False) -> tuple[int, str]:
    """The (number, id) of this copy's replica. A copied database file becomes a replica of its own at its first write.

    inode: of the database file, by which a copy is told; fresh: begin a new replica in any case.
    """
    row = connection.execute("SELECT number, id, place FROM replicas WHERE own=1").fetchone()
    place = str(inode)
    if row and row[2] == place and not fresh:
        return row[0], row[1]
    connection.execute("UPDATE replicas SET own=0 WHERE own=1")
    connection.execute("INSERT INTO replicas(id, own, place) VALUES(?,1,?)", (os.urandom(8).hex(), place))
    return own_replica(connection, inode)


def build_database(path: Path, now_ms: int) -> None:
    """Make an empty database at `path`, complete and synced before its name appears."""
    unfinished = path.with_name(path.name + ".creating")
    for leftover in (unfinished, unfinished.with_name(unfinished.name + "-wal")):
        leftover.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    inode = os.fstat(descriptor).st_ino
    os.close(descriptor)
    made = apsw.Connection(str(unfinished))
    made.pragma("journal_mode", "wal")
    recipe.settle(made)
    lay_out(made, now_ms, inode, mark_of(path.parent))
    made.pragma("wal_checkpoint", "TRUNCATE")
    made.close()
    put_in_place(unfinished, path)


def lay_out(connection: apsw.Connection, now_ms: int, inode: int, mark: str = "") -> None:
    """Create every table in an empty database, with the record of the format, in one transaction.

    inode: of the database file, 0 for one that will not be written to; mark: of its store, or the beginning of it.
    """
    connection.execute(
        f"BEGIN IMMEDIATE; {statements('schema')}; PRAGMA application_id={recipe.APPLICATION_ID};"
        f"PRAGMA user_version={sealed(recipe.FORMAT, mark)}; {statements('projections')}"
    ).fetchall()
    said = (recipe.FORMAT, f"made in format {recipe.FORMAT}", now_ms)
    connection.execute("INSERT INTO migrations VALUES(?,?,?)", said)
    own_replica(connection, inode, fresh=True)
    connection.execute("COMMIT")


def put_in_place(unfinished: Path, path: Path) -> None:
    """Give a finished file its name so that it survives a loss of power: sync, rename, sync the folder."""
    synced(unfinished)
    os.replace(unfinished, path)
    synced(path.parent)


def synced(place: Path) -> None:
    """Have the disk keep what is in a file, or the names that are in a folder."""
    descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for the person alone whatever the umask."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing or [folder]):
        one.mkdir(mode=FOLDER_MODE, exist_ok=True)


def _make_folder(folder: Path) -> None:
    try:
        made = not folder.exists()
        make_private(folder)
        if made:
            synced(folder.parent)
    except OSError as error:
        raise NotWritable(folder.parent, error.strerror) from None
    filesystem = filesystem_of(folder)
    if filesystem in SHARED_FILESYSTEMS:
        raise UnsafeFilesystem(folder, filesystem)


def make_known(folder: Path, home: Path) -> None:
    """Have the store in `folder` count as the person's, if it does not yet. Needs the lock. Raises NotWritable."""
    from oldhand.store.acceptance import LIST, accept, listed

    mark = mark_of(folder)
    if mark and listed(mark, home):
        return
    try:
        accept(folder, home, locked=True)
    except OSError as error:
        place = folder if (home / LIST).is_dir() and os.access(home / LIST, os.W_OK) else home / LIST
        raise NotWritable(place, error.strerror or error) from None


def filesystem_of(folder: Path) -> str:
    """The type of the file system that holds `folder`, empty where the system does not tell (not Linux)."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    real = os.path.realpath(folder)
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, found, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        if (real == point or real.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, found
    return kind
