"""Writing the beginning of a store's mark into the header of its database, where it can be read without opening it."""

import errno
from pathlib import Path

from oldhand.errors import DamagedStore, ForeignStore, NewerStore, NoStore
from oldhand.store import connection as recipe
from oldhand.store.acceptance import sealed

WAITING_MS = 5_000  # for those who read: a view is read for milliseconds, an export for seconds


def seal(folder: Path, mark: str) -> None:
    """Have the database of a store bear a mark; one that cannot be opened is left as it is, and is refused when opened.

    It is copied out of the log, so that it stands in the file. Needs the write lock. Raises NotWritable, StoreBusy,
    and OSError while somebody reads it for long.
    """
    try:
        path = recipe.database_path(folder)
        connection = recipe.connect(path)
    except (NoStore, ForeignStore, NewerStore, DamagedStore):
        return
    try:
        with recipe.translated(path):
            connection.set_busy_timeout(WAITING_MS)
            connection.pragma("user_version", sealed(recipe.format_of(connection), mark))
            row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except DamagedStore:
        return
    finally:
        connection.close()
    if row is None or row[0]:
        raise OSError(errno.EBUSY, "somebody reads it", str(path))


def unseal(path: Path) -> None:
    """Take the mark out of a finished copy: who is given a backup must not learn it."""
    import apsw

    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        if (number := recipe.format_of(connection)) != connection.pragma("user_version"):
            connection.pragma("user_version", number)
    finally:
        connection.close()
