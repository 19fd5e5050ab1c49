"""Putting another database in the place of the present one, so that a crash leaves the one or the other.

The new database gets a name of its own (`memory-<n>.db`) and the file `current` is replaced to name
it. Nothing of the old one is touched: not its log, not its locks, not the connections that other
processes have open; they see at their next use that `current` names another file.

`current.next` names the database that is about to be put in place. Found after a crash, it tells
that this database was never in use, and nothing else may be thrown away.
"""

import os
import re
from pathlib import Path

from oldhand.errors import DamagedStore
from oldhand.store.connection import DATABASE, PENDING, POINTER, database_path, refuse_ambiguous
from oldhand.store.store import FILE_MODE, put_in_place, synced

MAKING = ".making"  # ends the name of a database that is not finished
SIDE_FILES = ("", "-wal", "-shm", "-journal")
_NUMBERED = re.compile(r"memory-([0-9]+)\.db\Z")


def present(folder: Path) -> Path:
    """The database in use, also when `current` is missing or damaged: then the newest that was ever put in place."""
    try:
        refuse_ambiguous(folder)
        return database_path(folder)
    except DamagedStore:
        used = [entry for entry in folder.glob("memory*.db") if entry.name != _pending(folder)]
        return max(used, key=_number, default=folder / DATABASE)


def _pending(folder: Path) -> str:
    """The name of the database that was about to be put in place; empty when none was."""
    try:
        return (folder / PENDING).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> int:
    match = _NUMBERED.match(path.name)
    return int(match[1]) if match else 0


def clear_unfinished(folder: Path) -> None:
    """Remove what an interrupted repair or restore left, never a database that was in use. Needs the write lock."""
    name = _pending(folder)
    if _NUMBERED.match(name) and name != present(folder).name:
        remove(folder / name)
    (folder / PENDING).unlink(missing_ok=True)
    for leftover in folder.glob(f"memory-*.db{MAKING}*"):
        leftover.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a database that was never in use, with the files SQLite keeps beside it."""
    for suffix in SIDE_FILES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def new_place(folder: Path) -> Path:
    """Where the next database will be: a name no database has had."""
    taken = [_number(entry) for entry in folder.glob("memory-*.db")]
    return folder / f"memory-{max(taken, default=0) + 1}.db"


def making(path: Path) -> Path:
    """An empty file, for its person only, in which the database for `path` is made."""
    unfinished = path.with_name(path.name + MAKING)
    remove(unfinished)
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE))
    return unfinished


def install(folder: Path, unfinished: Path, path: Path) -> None:
    """Give a finished database its name and let `current` name it. Needs the write lock."""
    write_durably(folder / PENDING, path.name + "\n")
    put_in_place(unfinished, path)
    _adopt_pending(folder)  # not written again: from here on a crash must find it whole


def point_at(folder: Path, path: Path) -> None:
    """Let `current` name a finished database. Needs the write lock."""
    write_durably(folder / PENDING, path.name + "\n")
    _adopt_pending(folder)


def _adopt_pending(folder: Path) -> None:
    os.replace(folder / PENDING, folder / POINTER)
    synced(folder)


def write_durably(path: Path, text: str) -> None:
    """Write a small file and see that it and its name survive a loss of power."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    synced(path.parent)
