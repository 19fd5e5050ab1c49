"""Restoring: a backup becomes the store, beside what was there, which is kept."""

import time
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from oldhand.errors import DamagedStore, NeedsConsent, NoStore, UnusableStore
from oldhand.model.moment import iso
from oldhand.model.trust import Voice
from oldhand.store import connection as recipe
from oldhand.store import switch
from oldhand.store.acceptance import mark_of, sealed
from oldhand.store.backup import copy, state_of
from oldhand.store.carrying import Verdicts, carry, verdicts_of
from oldhand.store.copies import UNREADABLE, erase_where
from oldhand.store.findings import Progress
from oldhand.store.lock import WriteLock
from oldhand.store.migrate import migrate
from oldhand.store.store import FOLDER_MODE, LOCK_FILE, make_known, own_replica
from oldhand.store.verify import verify

VOICE = Voice("restore", "restore", "tool")  # who says in the restored store that something was erased before


class PutAside(NamedTuple):
    """What the present store holds and the backup does not. events: -1 when the present store cannot be read."""

    events: int
    latest: str


class Restored(NamedTuple):
    """A restored store. path: its database now; kept: the one it was before, empty when there was none;
    events: how many it holds; put_aside: events that only the kept one holds, -1 when it cannot be read; erased:
    memories of the backup that had been erased since it was made, and were erased in it now; rejected: memories that
    had been rejected since, and were rejected in it now."""

    path: str
    kept: str
    events: int
    root: str
    put_aside: int
    erased: int
    rejected: tuple[str, ...] = ()


def _silent(what: str, done: int, total: int) -> None:
    """No progress is shown."""


def restore(
    folder: Path, file: Path, *, yes: bool = False, progress: Progress = _silent, home: Path | None = None
) -> Restored:
    """Make the backup `file` the store of `folder`; the database that was there stays beside it.

    yes: go on although events that the backup does not hold are put aside. home: the person's folder, which lists a
    store that is made so; None for one that needs no place in the list. Raises DamagedStore,
    ForeignStore or NewerStore for a file that cannot be one, NeedsConsent without `yes`.
    """
    report = verify(file, progress=progress)
    if not report.sound:
        first = report.findings[0]
        raise DamagedStore(file, f"the backup itself is damaged ({first.part}: {first.what}); take another one")
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    lock = WriteLock(folder / LOCK_FILE)
    lock.acquire()
    try:
        before = switch.present(folder)
        aside = newer_than(before, file)
        if aside.events and not yes:
            raise NeedsConsent(_warning(aside, before))
        if home is not None:
            make_known(folder, home)
        switch.clear_unfinished(folder)
        path = switch.new_place(folder)
        unfinished = switch.making(path)
        try:
            events, root = copy(file, unfinished, progress)
            erased, rejected = _make_own(unfinished, _verdicts(before))
            events, root = state_of(unfinished)
            switch.install(folder, unfinished, path)
        finally:
            switch.remove(unfinished)
    finally:
        lock.close()
    return Restored(str(path), str(before) if before.exists() else "", events, root, aside.events, erased, rejected)


def newer_than(present: Path, file: Path) -> PutAside:
    """The events that the present store holds and the backup does not, counted by replica."""
    try:
        theirs = _heads(file)
        mine = _heads(present)
    except NoStore:
        return PutAside(0, "")
    except UnusableStore:
        return PutAside(-1, "")
    missing = {replica: seq - theirs.get(replica, (0, 0))[0] for replica, (seq, _) in mine.items()}
    count = sum(number for number in missing.values() if number > 0)
    latest = max((mine[replica][1] for replica, number in missing.items() if number > 0), default=0)
    return PutAside(count, iso(latest) if count else "")


def _heads(path: Path) -> dict[str, tuple[int, int]]:
    """The highest sequence number and the latest time of each replica's events."""
    connection = recipe.connect(path, writable=False)
    try:
        with recipe.translated(path):
            rows: list[Any] = connection.execute(
                "SELECT r.id, max(j.seq), max(j.wall) FROM journal j"
                " JOIN replicas r ON r.number = j.replica GROUP BY r.id"
            ).fetchall()
            return {replica: (seq, wall) for replica, seq, wall in rows}
    finally:
        connection.close()


def _warning(aside: PutAside, present: Path) -> str:
    kept = f"the database that holds them stays as {present.name}"
    if aside.events < 0:
        return f"The present store cannot be read, so what the backup lacks is not known; {present.name} is kept."
    events = "1 event" if aside.events == 1 else f"{aside.events} events"
    return f"The backup lacks {events} of the present store, the latest of {aside.latest}; {kept}."


def _verdicts(present: Path) -> Verdicts:
    """What the present store knows to be erased or rejected: it stays so, whatever the backup holds."""
    try:
        return verdicts_of(present)
    except (NoStore, *UNREADABLE):
        return Verdicts()  # the reply says -1 for what was put aside: it cannot be read


def _make_own(unfinished: Path, held: Verdicts) -> tuple[int, tuple[str, ...]]:
    """Turn the copy into a store in use: with a log, and a replica of its own, which goes on with nobody's sequence.

    held: what is erased and rejected in it at once; how many memories were erased, and which were rejected.
    """
    with recipe.translated(unfinished):
        connection = apsw.Connection(str(unfinished), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.pragma("journal_mode", "wal")
            recipe.settle(connection)
            migrate(connection, unfinished)
            connection.pragma("user_version", sealed(recipe.FORMAT, mark_of(unfinished.parent)))
            connection.execute("BEGIN IMMEDIATE")
            own_replica(connection, unfinished.stat().st_ino, fresh=True)
            connection.execute("COMMIT")
            now_ms = time.time_ns() // 1_000_000
            erased = erase_where(connection, unfinished, held.gone, VOICE, now_ms) if held.erased else 0
            rejected = carry(connection, unfinished, held, VOICE, now_ms)
            connection.pragma("wal_checkpoint", "TRUNCATE")
            return erased, tuple(rejected)
        finally:
            connection.close()
