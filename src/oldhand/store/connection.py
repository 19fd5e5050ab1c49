"""Opening the database: one recipe, used everywhere, with every outcome typed.

The recipe and its reasons: docs/FORMAT.md, "Opening". Only this package opens these files, and
only through apsw: two SQLite libraries in one process break each other's locks.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from oldhand.errors import (
    DamagedStore,
    ForeignStore,
    NewerStore,
    NoStore,
    NotWritable,
    OldEngine,
    StorageFull,
    StoreBusy,
    UnusableStore,
)
from oldhand.store.acceptance import format_in

APPLICATION_ID = 0x4F4C4448  # "OLDH", in the database header
FORMAT = 2  # in user_version: the newest format this program reads and the one it writes
SAFE_ENGINE = (3, 51, 3)  # first SQLite without the WAL-reset race (sqlite.org/wal.html#walresetbug)
BUSY_MS = 30_000  # readers never wait in WAL mode; this covers recovery after a crash
CACHE_KIB = 65_536  # most a connection's page cache may take: a bulk of 20,000 memories without spilling
DATABASE = "memory.db"
ROOM = 1 << 20  # bytes: with less than this left, an I/O error is taken for a full disk
PENDING = "current.next"  # names the database that is about to be put in place
POINTER = "current"  # names the database file after a repair or restore put another in its place


def engine_version() -> tuple[int, ...]:
    """The version of the SQLite that is really linked."""
    return tuple(int(part) for part in apsw.sqlite_lib_version().split("."))


def database_path(folder: Path) -> Path:
    """The database file of a store folder: `memory.db`, or the one that `current` names. Raises DamagedStore."""
    return folder / database_name(folder, os.path.join(folder, POINTER))


def database_name(folder: Path, pointer: str) -> str:
    """The name of the database file of a store folder. pointer: the path of its file `current`. Raises DamagedStore."""
    if not os.access(pointer, os.F_OK):
        return DATABASE  # asked without opening it, as this is asked several times a call and it is hardly ever there
    try:
        with open(pointer, encoding="utf-8") as file:
            name = file.read().strip()
    except OSError:
        return DATABASE
    if not (name.startswith("memory") and name.endswith(".db") and "/" not in name):
        raise DamagedStore(folder, f"its file '{POINTER}' names no database")
    return name


def refuse_ambiguous(folder: Path) -> None:
    """Raise DamagedStore when it is not clear which database is in use: `current` or the file it names is missing.

    Without this an older database would be taken for the store, and what was said since would seem lost.
    """
    path = database_path(folder)
    others = {entry.name for entry in folder.glob("memory*.db")} - {path.name}
    try:
        others.discard((folder / PENDING).read_text(encoding="utf-8", errors="replace").strip())
    except OSError:
        pass  # nothing was about to be put in place
    names = ", ".join(sorted(others))
    if others and not path.exists():
        raise DamagedStore(folder, f"its database {path.name} is missing, and there is {names}")
    if others and not (folder / POINTER).exists():
        said = f"its file '{POINTER}', which says whether {path.name} or {names} is in use, is missing"
        raise DamagedStore(folder, said)


def connect(path: Path, *, writable: bool = True) -> apsw.Connection:
    """An open connection to the store at `path`.

    Raises OldEngine, NoStore, ForeignStore, NewerStore, DamagedStore, NotWritable or StoreBusy; the
    file is never changed by a failed opening.
    """
    if engine_version() < SAFE_ENGINE:
        raise OldEngine(apsw.sqlite_lib_version(), ".".join(map(str, SAFE_ENGINE)))
    try:
        size = path.stat().st_size
    except OSError:
        raise NoStore(path.parent.parent) from None
    if size == 0:
        raise ForeignStore(path, "the file is empty")
    with translated(path):
        if not writable:
            return _connect_readonly(path)
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise NotWritable(path.parent, "no permission, or a read-only disk")
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        return _prepared(connection, path)


def _connect_readonly(path: Path) -> apsw.Connection:
    """Open for reading, also where nothing can be written.

    In a folder that cannot be written a WAL database opens only as `immutable`, which ignores the
    write-ahead log; with a log beside it, a private copy of both is read instead.
    """
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return _prepared(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE), path, readonly=True)
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        return _connect_copy(path, log)
    uri = f"file:{_quoted(path)}?immutable=1"
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    return _prepared(apsw.Connection(uri, flags=flags), path, readonly=True)


def _connect_copy(path: Path, log: Path) -> apsw.Connection:
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="oldhand-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name(log.name))
        source = apsw.Connection(str(copy))
        memory = apsw.Connection(":memory:")
        with memory.backup("main", source, "main") as backup:
            backup.step(-1)
        source.close()
    return _prepared(memory, path, readonly=True)


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path))


def _prepared(connection: apsw.Connection, path: Path, *, readonly: bool = False) -> apsw.Connection:
    """Check that the file is ours and set what every connection needs."""
    connection.set_busy_timeout(BUSY_MS)
    try:
        version = check_ours(connection, path)
    except UnusableStore:
        connection.close()
        raise
    if not readonly:
        mode = connection.pragma("journal_mode")
        if mode != "wal":
            mode = connection.pragma("journal_mode", "wal")
        if mode != "wal":
            connection.close()
            raise UnusableStore(path, f"its disk allows no write-ahead log (SQLite answered '{mode}')")
    settle(connection)
    if readonly and version < FORMAT:
        from oldhand.store.migrate import migrated_copy

        connection = migrated_copy(connection, path)
        settle(connection)
    if readonly:
        connection.pragma("query_only", True)
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # closing what is only read writes nothing
    return connection


def check_ours(connection: apsw.Connection, path: Path) -> int:
    """The format of a database. Raises ForeignStore when it is none of ours, NewerStore."""
    application = connection.pragma("application_id")
    version = format_of(connection)
    if application != APPLICATION_ID:
        raise ForeignStore(path, "it is some other SQLite database")
    if version > FORMAT:
        raise NewerStore(path, version, FORMAT)
    return version


def behind(connection: apsw.Connection) -> bool:
    """Whether a store has an older format than this program writes."""
    return format_of(connection) < FORMAT


def format_of(connection: apsw.Connection) -> int:
    """The format of a database; the bits above it in user_version are of the store's mark."""
    return format_in(int(connection.pragma("user_version")))


def settle(connection: apsw.Connection) -> None:
    """The settings of every connection; see docs/FORMAT.md, "Opening", for each one's reason."""
    connection.execute(
        "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
        "PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
        f"PRAGMA cache_size=-{CACHE_KIB}"
    ).fetchall()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except apsw.FullError as error:
        raise StorageFull(path.parent) from error
    except apsw.NotADBError as error:
        raise ForeignStore(path, "it is no SQLite database") from error
    except (apsw.CorruptError, apsw.TooBigError, apsw.FormatError, UnicodeDecodeError) as error:
        raise DamagedStore(path, _words(error)) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreBusy(path.parent, BUSY_MS // 1000) from error
    except (apsw.ReadOnlyError, apsw.PermissionsError) as error:
        raise NotWritable(path.parent, _words(error)) from error
    except apsw.CantOpenError as error:
        if not path.exists():
            raise NoStore(path.parent.parent) from error
        raise NotWritable(path.parent, _words(error)) from error
    except apsw.IOError as error:
        if _disk_full(path):
            raise StorageFull(path.parent) from error
        raise UnusableStore(path, f"the disk answered with an error ({_words(error)})") from error
    except apsw.SQLError as error:
        raise DamagedStore(path, _words(error)) from error


SURPRISES = (TypeError, ValueError, KeyError, AttributeError, IndexError)  # what reading a damaged row may lead to


def blame_damage(connection: apsw.Connection, path: Path, error: Exception) -> None:
    """Raise DamagedStore for a surprise while reading when SQLite finds the file damaged; else the fault is ours."""
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
    except (apsw.Error, UnicodeDecodeError) as failure:
        found = [_words(failure)]
    if found != ["ok"]:
        raise DamagedStore(path, " ".join(found[0].split())[:200]) from error


def _words(error: BaseException) -> str:
    """SQLite's own words, without the class name apsw puts before them."""
    return str(error).split(": ", 1)[-1]


def _disk_full(path: Path) -> bool:
    """Whether an I/O error comes from lack of room: a full disk, a quota, or a limit on the size of files."""
    import resource
    import tempfile

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    try:
        state = os.statvfs(path.parent)
        if state.f_bavail * state.f_frsize < ROOM:
            return True
        sizes = [entry.stat().st_size for entry in path.parent.glob(f"{path.name}*")]
        if limit != resource.RLIM_INFINITY and max(sizes, default=0) > limit - ROOM:
            return True
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.write(bytes(1 << 16))
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return False
