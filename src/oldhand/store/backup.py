"""Backing up: a copy of the store at one moment, made while others read and write, checked before it gets its name."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import apsw

from oldhand.errors import AlreadyThere, DamagedStore, NotWritable
from oldhand.model.trust import Voice
from oldhand.store import connection as recipe
from oldhand.store.findings import Progress
from oldhand.store.roots import current_root
from oldhand.store.scan import one
from oldhand.store.sealing import unseal
from oldhand.store.store import FOLDER_MODE, put_in_place
from oldhand.store.switch import MAKING, making, remove
from oldhand.store.verify import verify

FOLDER = "backups"
VOICE = Voice("backup", "backup", "tool")  # who says in a copy that something was erased while it was made
STEP_PAGES = 2048  # copied at once: 8 MB, a few milliseconds between two looks at an interruption
STALE_SECONDS = 86_400  # an unfinished backup of yesterday was interrupted; nobody is still making it
_OURS = re.compile(r"memory-[0-9]{8}T[0-9]{6}Z(-[0-9]+)?\.db\Z")


class Backup(NamedTuple):
    """A backup. path: its file; events: how many it holds; root: the latest recorded root in it (64 digits)."""

    path: str
    bytes: int
    events: int
    root: str
    removed: tuple[str, ...]


def _silent(what: str, done: int, total: int) -> None:
    """No progress is shown."""


def backup(folder: Path, now_ms: int, *, to: Path | None = None, keep: int = 0, progress: Progress = _silent) -> Backup:
    """Copy the store of `folder` into one self-contained file and check it; writers are never held up.

    to: the file to make, which must not exist; without it, a dated one in the store's folder
    `backups`, where the newest `keep` stay. Raises DamagedStore when the copy is not sound: the store
    then needs repair, and no older backup was removed.
    """
    path = to or _dated(folder / FOLDER, now_ms)
    if path.exists():
        raise AlreadyThere(str(path), "Give another name, or move it away.")
    try:
        if to is None:
            path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
            _clear_stale(path.parent)
        unfinished = making(path)
    except OSError as error:
        raise NotWritable(path.parent, error.strerror) from None
    try:
        events, root = copy(recipe.database_path(folder), unfinished, progress)
        if _follow_erasures(recipe.database_path(folder), unfinished, now_ms):
            events, root = state_of(unfinished)
        unseal(unfinished)
        report = verify(unfinished, quick=True, progress=progress)
        if not report.sound:
            first = report.findings[0]
            raise DamagedStore(folder, f"the backup came out damaged ({first.part}: {first.what})")
        put_in_place(unfinished, path)
    finally:
        remove(unfinished)
    removed = _prune(path.parent, keep) if to is None and keep else ()
    return Backup(str(path), path.stat().st_size, events, root, removed)


def _follow_erasures(present: Path, unfinished: Path, now_ms: int) -> int:
    """Erase in a copy what was erased in the store while it was made; how many memories that were."""
    from oldhand.store.copies import UNREADABLE, erase_in, tombstones_of  # they look for backups: a circle

    try:
        gone = tombstones_of(present)
    except UNREADABLE:
        return 0  # its projections are damaged, which `verify` names; what a copy must be is checked next
    return erase_in(unfinished, gone, VOICE, now_ms, present) if gone.memories else 0


def state_of(path: Path) -> tuple[int, str]:
    """(events, latest root) of a database."""
    connection = recipe.connect(path, writable=False)
    try:
        return int(one(connection, "SELECT count(*) FROM journal")), current_root(connection).root.hex()
    finally:
        connection.close()


def copy(source: Path, target: Path, progress: Progress = _silent) -> tuple[int, str]:
    """Copy a database into the empty file `target`, as one file without a log: (events, latest root) of the copy.

    The copy is of the moment it begins: a read transaction keeps that moment while others write.
    """
    reading = recipe.connect(source, writable=False)
    try:
        with recipe.translated(source):
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with recipe.translated(target):
            writing = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)
            try:
                writing.execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF").fetchall()  # it is synced when whole
                with writing.backup("main", reading, "main") as steps:
                    while not steps.done:
                        steps.step(STEP_PAGES)
                        progress("pages", steps.page_count - steps.remaining, steps.page_count)
                writing.pragma("journal_mode", "delete")
                root = current_root(writing)
                events = int(one(writing, "SELECT count(*) FROM journal"))
            finally:
                writing.close()
    finally:
        reading.close()
    return events, root.root.hex()


def backups(folder: Path) -> list[Path]:
    """The backups in the store's own folder, newest first."""
    found = [entry for entry in (folder / FOLDER).glob("memory-*.db") if _OURS.match(entry.name)]
    return sorted(found, key=lambda entry: (entry.name[:22], len(entry.name), entry.name), reverse=True)


def _dated(folder: Path, now_ms: int) -> Path:
    """A name by the second, in UTC, that no backup has yet."""
    stamp = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    names = [f"memory-{stamp}.db", *(f"memory-{stamp}-{number}.db" for number in range(2, 1000))]
    return next((folder / name for name in names if not (folder / name).exists()), folder / names[0])


def _prune(folder: Path, keep: int) -> tuple[str, ...]:
    """Remove the oldest backups until `keep` are left; only files that are named as ours are."""
    removed = []
    for old in backups(folder.parent)[keep:]:
        old.unlink(missing_ok=True)
        removed.append(str(old))
    return tuple(removed)


def _clear_stale(folder: Path) -> None:
    for leftover in folder.glob(f"*{MAKING}*"):
        if time.time() - leftover.stat().st_mtime > STALE_SECONDS:
            leftover.unlink(missing_ok=True)
