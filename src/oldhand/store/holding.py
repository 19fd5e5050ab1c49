"""Whether somebody keeps a store's database for themselves, and which processes have it open."""

import os
from pathlib import Path
from typing import NamedTuple

import apsw

from oldhand.errors import OldhandError
from oldhand.model.visible import line
from oldhand.store.connection import database_path

SHORT_MS = 2_000  # how long it is waited for a database before somebody is said to keep it: a recovery takes less
MOST_PROCESSES = 4_096  # that are looked at: some 20 microseconds each
MOST_NAMED = 5
PROCESSES = Path("/proc")  # where Linux tells of them; elsewhere nobody is named


class Holder(NamedTuple):
    """A process that has a database open. number: its id; name: of its program, as the system tells it."""

    number: int
    name: str


def kept_for_itself(folder: Path) -> bool:
    """Whether the database of a store's folder cannot be read now because another process keeps it for itself.

    Waits SHORT_MS for it at most. What else may be wrong with it is no matter here, and is no such thing.
    """
    try:
        database = database_path(folder)
    except OldhandError:
        return False
    if not database.is_file():
        return False  # SQLite would wait for a named pipe for ever
    quoted = str(database).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        connection = apsw.Connection(f"file:{quoted}?mode=ro", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    except apsw.Error:
        return False
    try:
        connection.set_busy_timeout(SHORT_MS)
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
    except (apsw.BusyError, apsw.LockedError):
        return True
    except apsw.Error:
        return False
    finally:
        connection.close()
    return False


def who_keeps(folder: Path) -> str:
    """Who keeps the database of a store's folder for itself, in words. Raises what finding the database raises."""
    database = database_path(folder)
    names = ", ".join(f"{one.number} ({one.name})" if one.name else str(one.number) for one in holders(database))
    who = f"process {names} has" if names else "another process, which this system does not name, has"
    return f"{who} {database} for itself; nobody else can read or write it"


def holders(database: Path) -> list[Holder]:
    """The other processes that have a database open, as far as the system tells this user; at most MOST_NAMED."""
    wanted = os.path.realpath(database)
    try:
        numbers = sorted(int(name) for name in os.listdir(PROCESSES) if name.isdecimal())[-MOST_PROCESSES:]
    except OSError:
        return []
    found = [Holder(number, _name(number)) for number in numbers if number != os.getpid() and _has(number, wanted)]
    return found[:MOST_NAMED]


def _has(number: int, wanted: str) -> bool:
    """Whether a process has a file open; no for one of another user, or that has ended."""
    folder = PROCESSES / str(number) / "fd"
    try:
        return any(os.readlink(folder / name) == wanted for name in os.listdir(folder))
    except OSError:
        return False


def _name(number: int) -> str:
    try:
        return line((PROCESSES / str(number) / "comm").read_text("utf-8", "replace").strip())
    except OSError:
        return ""
