"""Verifying: everything that can be recomputed is recomputed, and what differs is named.

Nothing is written and nothing is trusted: what damage makes unreadable is named and passed over, and
the rest is checked. Memory use does not grow with the store, but for the ids of what is damaged, the
numbers of the rows in the search index and the links.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import apsw

from oldhand.errors import ForeignStore, NewerStore, NoStore, UnusableStore
from oldhand.store import connection as recipe
from oldhand.store import merkle, scan
from oldhand.store.canonical_check import (
    check_journal,
    check_objects,
    check_roots,
    count_of,
    known_losses,
    warn_of_losses,
)
from oldhand.store.evidence import rows_until_damage
from oldhand.store.findings import REBUILD, Finding, Findings, Progress
from oldhand.store.pages import Pages
from oldhand.store.projection_check import Compared, check_sets, check_states, check_tallies
from oldhand.store.search_check import SearchCheck
from oldhand.store.states import Folding

PAGE_FAULTS = 100  # faults of the file that SQLite's check lists at most; a ruined file has one on every page
PULSE = 2_000_000  # SQLite steps between two looks at whether the check of the pages is to be interrupted
OURS = b"CREATE TABLE journal ("  # in the first pages of every store of ours, whatever else is damaged
FIRST_PAGES = 512  # of the file, among which those are that describe the tables: these are made first


class Report(NamedTuple):
    """What verifying found.

    sound: whether nothing is damaged; findings: damage first, then what is worth knowing; place: the
    file that was checked; memories, objects, events, roots: how many there are; root: the latest
    recorded root (64 digits); quick: whether the projections were left unchecked.
    """

    sound: bool
    findings: tuple[Finding, ...]
    place: str
    memories: int
    objects: int
    events: int
    roots: int
    root: str
    quick: bool


def _silent(what: str, done: int, total: int) -> None:
    """No progress is shown."""


def verify(place: Path, *, quick: bool = False, progress: Progress = _silent) -> Report:
    """Check a store folder, or a single database file such as a backup. Writes nothing.

    quick: the canonical tables only, and the pages without their indexes; the projections, which can
    be rebuilt, are left unchecked. Raises NoStore, ForeignStore, NewerStore.
    """
    path = recipe.database_path(place) if place.is_dir() else place
    findings = Findings()
    try:
        connection = recipe.connect(path, writable=False)
    except NoStore:
        raise
    except UnusableStore as error:
        if _says_true(error, path):
            raise
        findings.add("file", f"it cannot be opened ({_reason(error)})", str(path))
        return Report(False, findings.all(), str(path), 0, 0, 0, 0, "", quick)
    try:
        connection.pragma("query_only", False)  # the check of the search index makes a temporary table
        return _verified(connection, path, place if place.is_dir() else None, findings, quick, progress)
    finally:
        connection.close()


def _text(value: object) -> str:
    """A text that was read as bytes, for showing."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _reason(error: UnusableStore) -> str:
    """What the error says is wrong, without its advice."""
    return str(error.args[1]) if isinstance(error, ForeignStore) else str(error)


def _says_true(error: UnusableStore, path: Path) -> bool:
    """Whether a file really is foreign or newer, and not one of ours with a damaged header."""
    if isinstance(error, NewerStore):
        return _newest_step(path) in (error.args[1], None)
    return isinstance(error, ForeignStore) and not _looks_ours(path)


def _newest_step(path: Path) -> int | None:
    """The format that the table of migrations speaks of; None when the file cannot be opened to look."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            rows = list(rows_until_damage(connection, "SELECT max(number) FROM migrations"))
        finally:
            connection.close()
    except apsw.CantOpenError:
        return None
    return int(rows[0][0] or 0) if rows else 0


def _looks_ours(path: Path) -> bool:
    """Whether a file that cannot be opened was a store of ours: the description of our tables is in its first pages."""
    pages = Pages(path)
    try:
        return any(OURS in pages.page(number) for number in range(1, FIRST_PAGES))
    finally:
        pages.close()


def _verified(
    connection: apsw.Connection, path: Path, folder: Path | None, findings: Findings, quick: bool, progress: Progress
) -> Report:
    progress = _with_total(connection, progress)
    try:
        connection.execute("BEGIN")
    except scan.UNREADABLE as error:
        findings.add("file", f"it cannot be read ({scan.words(error)})", str(path))
    _check_pages(connection, findings, quick, progress)
    _check_permissions(path, folder, findings)
    for part, fault in rows_until_damage(connection, "SELECT CAST(part AS BLOB), CAST(fault AS BLOB) FROM health"):
        said = f"{_text(part)} is known to be broken ({_text(fault)})"
        findings.add("health", said, advice=REBUILD)
    known = known_losses(connection)
    warn_of_losses(known, findings)
    damaged = check_objects(connection, known, findings, progress)
    events, last, suspects = check_journal(connection, known, findings, progress)
    roots, root = check_roots(connection, known, findings, last)
    memories = count_of(connection, "memories")
    if not quick:
        folding = Folding(connection, suspects)
        search = _search_check(connection, damaged, findings)
        each: Callable[..., None] = search.take if search else lambda *_: None
        compared = check_states(connection, folding, known, damaged, findings, progress, each)
        check_sets(connection, compared, folding, findings)
        check_tallies(connection, compared, findings)
        if search and not compared.uncertain:
            search.finish(folding, findings)
        _check_root(compared, root, roots, findings)
        memories = compared.memories
    objects = count_of(connection, "objects")
    return Report(
        not findings.damage, findings.all(), str(path), memories, objects, events, roots,
        (root or merkle.EMPTY).hex(), quick,
    )  # fmt: skip


def _with_total(connection: apsw.Connection, progress: Progress) -> Progress:
    """Progress that says of how much: there are about as many objects and memories as events, and these are counted."""
    last = next(rows_until_damage(connection, "SELECT max(position) FROM journal"), (0,))[0]
    total = last if isinstance(last, int) else 0
    return lambda what, done, known: progress(what, done, known or max(done, total))


def _search_check(connection: apsw.Connection, damaged: set[bytes], findings: Findings) -> SearchCheck | None:
    try:
        return SearchCheck(connection, damaged)
    except scan.UNREADABLE as error:
        findings.add("search", f"it cannot be read ({scan.words(error)})", advice=REBUILD)
        return None


def _check_root(compared: Compared, root: bytes, roots: int, findings: Findings) -> None:
    """The last recorded root must be the one that follows from the events."""
    if not compared.uncertain and compared.root != (root if roots else merkle.EMPTY):
        what = "the last recorded root is not the root of what the events say"
        findings.add("roots", what, root.hex()[:64], advice=REBUILD)


def _check_pages(connection: apsw.Connection, findings: Findings, quick: bool, progress: Progress) -> None:
    """SQLite's own check of the file: pages, cells, and, unless quick, every index against its table."""
    progress("pages", 0, 0)

    def pulse() -> bool:
        progress("pages", 0, 0)  # an interruption is noticed here, in Python
        return False

    connection.set_progress_handler(pulse, PULSE)
    check = "quick_check" if quick else "integrity_check"
    try:
        faults = [str(row[0]) for row in connection.execute(f"PRAGMA {check}({PAGE_FAULTS})")]
    except scan.UNREADABLE as error:
        faults = [scan.words(error)]
    finally:
        connection.set_progress_handler(None)
    for fault in faults:
        if fault != "ok":
            findings.add("file", "SQLite finds its pages damaged", " ".join(fault.split())[:200])


def _check_permissions(path: Path, folder: Path | None, findings: Findings) -> None:
    """Warn of files that others may read: a memory is its person's own."""
    entries = [path] if folder is None else [folder, *sorted(folder.rglob("*"))]
    for entry in entries:
        try:
            mode = entry.lstat().st_mode
        except OSError:
            continue  # gone since it was listed
        if mode & 0o077 and not entry.is_symlink():
            wanted = "700" if entry.is_dir() else "600"
            findings.warn(
                "permissions", f"others may use it (its mode is not {wanted})", str(entry),
                advice=f"`chmod {wanted}` keeps it to you" if os.name == "posix" else "",
            )  # fmt: skip
