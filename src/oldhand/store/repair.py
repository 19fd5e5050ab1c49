"""Repairing: everything intact is saved into a new database, which then takes the place of the damaged one.

The damaged database is only read, and kept as evidence. The new one is made beside it and verified
before anything changes, so an interruption at any point leaves the store as it was.
"""

from pathlib import Path
from typing import NamedTuple

import apsw

from oldhand.errors import DamagedStore, NoStore, UnusableStore
from oldhand.model.clock import Clock
from oldhand.store import borrowed, merkle, scan, switch
from oldhand.store import connection as recipe
from oldhand.store.acceptance import seal_of
from oldhand.store.canonical_check import ROOTS, Known
from oldhand.store.findings import Progress
from oldhand.store.lock import WriteLock
from oldhand.store.pages import Pages
from oldhand.store.rebuild import rebuild
from oldhand.store.revival import revive
from oldhand.store.salvage import Salvage
from oldhand.store.scan import Gap
from oldhand.store.store import LOCK_FILE, lay_out, own_replica
from oldhand.store.transaction import Transaction
from oldhand.store.verify import verify

ORIGIN = "repair"  # the way in of what a repair says in the journal
CANONICAL = ("replicas", "names", "objects", "journal", "roots")


class Repaired(NamedTuple):
    """What a repair did. done: False when nothing was damaged and nothing was changed; path: the database
    now; kept: the damaged one; memories, events, objects: how many were saved; mended: how many of
    them were whole again once a flipped bit or a damaged name was put right; revived: memories whose events
    were lost and that were taken up again from their stored state; lost_events (replica:seq),
    lost_wordings (addresses) and lost_roots (numbers): what could not be saved; root: after the repair."""

    done: bool
    path: str
    kept: str
    memories: int
    events: int
    objects: int
    mended: int
    revived: tuple[str, ...]
    lost_events: tuple[str, ...]
    lost_wordings: tuple[str, ...]
    lost_roots: tuple[int, ...]
    root: str


class Saved(NamedTuple):
    """What was put into the new database."""

    mended: int
    revived: tuple[str, ...]
    events: dict[tuple[str, int], str]
    objects: tuple[bytes, ...]
    roots: dict[int, bytes]


def _silent(what: str, done: int, total: int) -> None:
    """No progress is shown."""


def repair(folder: Path, now_ms: int, *, actor: str = "user", progress: Progress = _silent) -> Repaired:
    """Save what is intact in the store of `folder`, and put it in the place of the damaged database, which is kept.

    Other processes wait while it runs. A sound store is left alone. Raises NoStore, ForeignStore for
    a file that never was a store, NewerStore, DamagedStore when nothing could be read.
    """
    lock = WriteLock(folder / LOCK_FILE)
    if not switch.present(folder).exists() and not any(folder.glob("memory*.db")):
        raise NoStore(folder.parent)
    lock.acquire()
    try:
        before = switch.present(folder)
        report = verify(before, progress=progress)
        if report.sound:
            pointed = _is_pointed_at(folder)
            if not pointed:
                switch.point_at(folder, before)
            counts = (report.memories, report.events, report.objects)
            return Repaired(not pointed, str(before), "", *counts, 0, (), (), (), (), report.root)
        switch.clear_unfinished(folder)
        path = switch.new_place(folder)
        unfinished = switch.making(path)
        try:
            saved = _remake(before, unfinished, now_ms, actor, progress)
            after = verify(unfinished, progress=progress)
            if not after.sound:
                first = after.findings[0]
                why = f"the repaired copy is not sound ({first.part}: {first.what}); nothing was changed"
                raise DamagedStore(folder, why)
            switch.install(folder, unfinished, path)
        finally:
            switch.remove(unfinished)
    finally:
        lock.close()
    return Repaired(
        True, str(path), str(before), after.memories, after.events, after.objects, saved.mended, saved.revived,
        tuple(f"{replica}:{seq}" for replica, seq in sorted(saved.events)),
        tuple(name.hex() for name in saved.objects), tuple(sorted(saved.roots)), after.root,
    )  # fmt: skip


def _is_pointed_at(folder: Path) -> bool:
    """Whether `current` says clearly which database is in use."""
    try:
        recipe.refuse_ambiguous(folder)
    except DamagedStore:
        return False
    return True


def _remake(before: Path, unfinished: Path, now_ms: int, actor: str, progress: Progress) -> Saved:
    """Make the new database from what is intact in the old one."""
    pages = Pages(before)
    source = None
    new = apsw.Connection(str(unfinished), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        new.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF").fetchall()  # it is synced when whole
        new.pragma("wal_autocheckpoint", 10_000)
        source = _source(before, pages)
        recipe.settle(new)
        new.execute("PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF").fetchall()
        lay_out(new, now_ms, 0, seal_of(before))
        new.execute("BEGIN IMMEDIATE; DELETE FROM replicas")
        saved = _fill(source, pages, new, unfinished.stat().st_ino, now_ms, actor, progress)
        new.execute("COMMIT")
        new.pragma("wal_checkpoint", "TRUNCATE")
    finally:
        new.close()
        pages.close()
        if source is not None:
            source.close()
    return saved


def _source(before: Path, pages: Pages) -> apsw.Connection:
    """A connection that reads the canonical tables of the damaged database; of a copy, when its head is damaged."""
    try:
        connection = recipe.connect(before, writable=False)
        if all(_begins(connection, table) for table in CANONICAL):
            return connection
        connection.close()
    except UnusableStore:
        pass  # `verify` has seen that it was a store of ours; the copy with a borrowed first page is read instead
    return borrowed.open_copy(pages, before.parent)


def _begins(connection: apsw.Connection, table: str) -> bool:
    """Whether a table is known and its first page can be read."""
    try:
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall()
    except scan.UNREADABLE:
        return False
    return True


def _fill(
    source: apsw.Connection, pages: Pages, new: apsw.Connection, inode: int, now_ms: int, actor: str, progress: Progress
) -> Saved:
    salvage = Salvage(source, pages, new, progress)
    salvage.run()
    if not new.execute("SELECT 1 FROM journal LIMIT 1").fetchone() and (salvage.lost_events or pages.count > 64):
        raise DamagedStore(pages.name, "not one event of it could be read; restore a backup")
    lost_roots = _save_roots(source, new, salvage.known)
    _note_losses(new, salvage, lost_roots, now_ms)
    progress("projections", 0, 0)
    root = rebuild(new)
    transaction = Transaction(new, own_replica(new, inode, fresh=True), now_ms)
    latest = new.execute("SELECT wall, counter FROM journal ORDER BY wall DESC, counter DESC LIMIT 1").fetchone()
    transaction.absorbed(root, Clock(*latest) if latest else Clock(0, 0))
    lost = {"events": len(salvage.lost_events), "wordings": len(salvage.lost_objects), "roots": len(lost_roots)}
    transaction.emit("root", "", actor, ORIGIN, {"root": root.hex(), "label": "repaired", "lost": lost})
    revived = revive(source, transaction, actor, ORIGIN) if salvage.lost_events else ()
    _place_after_roots(new, transaction)
    transaction.finish()
    return Saved(salvage.mended, revived, salvage.lost_events, tuple(salvage.lost_objects), lost_roots)


def _place_after_roots(new: apsw.Connection, transaction: Transaction) -> None:
    """Write the repair's own events at positions that no recorded root covers, also when the last events were lost.

    A row that is there only meanwhile makes SQLite count on from the last position that was ever taken.
    """
    covered = scan.one(new, "SELECT coalesce(max(position), 0) FROM roots")
    if covered <= scan.one(new, "SELECT coalesce(max(position), 0) FROM journal"):
        return
    new.execute(
        "INSERT INTO journal(position, replica, seq, wall, counter, actor, origin, op, memory, revision, id)"
        " VALUES(?, 0, 0, 0, 0, 0, 0, 'root', x'', x'', x'')", (covered,)
    )  # fmt: skip
    transaction.settle()
    new.execute("DELETE FROM journal WHERE position=?", (covered,))


def _save_roots(source: apsw.Connection, new: apsw.Connection, known: Known) -> dict[int, bytes]:
    """Save the recorded roots that fit their chain; those that do not: number -> chain value, empty when unknown."""
    gaps: list[Gap] = []
    rows = {row[0]: row for row in scan.rows(source, ROOTS, scan.ROWS, gaps) if isinstance(row[0], int)}
    lost: dict[int, bytes] = {}
    chain = merkle.EMPTY
    for number in range(1, max(rows, default=0) + 1):
        row = rows.get(number)
        before = chain
        try:
            whole = row is not None and merkle.chained(chain, row[2], row[1], row[4], (row[5], row[6])) == row[3]
        except (TypeError, OverflowError, AttributeError):
            whole = False
        chain = row[3] if row is not None and isinstance(row[3], bytes) else known.roots.get(number, b"")
        if whole and row is not None:
            new.execute("INSERT INTO roots VALUES(?,?,?,?,?,?,?)", row)
        elif number not in known.roots:
            lost[number] = chain
        if not before and not whole:
            lost[number] = chain  # nothing tells whether it is intact: the one before it is unknown
    return lost


def _note_losses(new: apsw.Connection, salvage: Salvage, roots: dict[int, bytes], now_ms: int) -> None:
    """Record what is lost, and what earlier repairs lost, so that `verify` knows it."""
    known = salvage.known
    events = known.events | salvage.lost_events
    lost = [("event", replica, seq, bytes.fromhex(name)) for (replica, seq), name in events.items()]
    lost += [("wording", "", 0, name) for name in {*salvage.lost_objects, *known.objects}]
    lost += [("root", "", number, name) for number, name in (known.roots | roots).items()]
    new.executemany("INSERT OR IGNORE INTO losses VALUES(?,?,?,?,?)", [(*row, now_ms) for row in lost])


def replaced(folder: Path) -> list[Path]:
    """The databases that repairs and restores replaced and that are kept beside the present one."""
    present = switch.present(folder)
    return sorted(entry for entry in folder.glob("memory*.db") if entry != present)
