"""What became of anchors when they were last checked, kept beside the store for as long as their files are the same.

Removable at any time: everything in it can be found out again.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from oldhand.errors import OldhandError, UnusableIndex
from oldhand.store.side_file import SideFile

NAME = "anchors.db"
KEY_BYTES = 16  # of SHA-256 over an anchor and what was observed there
_SCHEMA = """
CREATE TABLE checks (
  key    BLOB PRIMARY KEY,             -- 16 bytes of SHA-256 over the anchor, a line feed and what was observed
  file   TEXT NOT NULL,                -- size and times of its file when it was checked; empty: there was none
  moved  TEXT NOT NULL,                -- the same of the file where it is now; of what is gone, of all that was touched
  head   TEXT NOT NULL,                -- the commit that was checked out
  state  TEXT NOT NULL,
  now    TEXT NOT NULL,
  detail TEXT NOT NULL,
  path   TEXT NOT NULL,                -- of the anchor
  found  INTEGER NOT NULL              -- milliseconds since 1970: when this outcome was first found
) STRICT, WITHOUT ROWID;
CREATE INDEX checks_stale ON checks (found DESC, key) WHERE state IN ('changed', 'gone');
"""


_COLUMNS = "file, moved, head, state, now, detail, path"


class Check(NamedTuple):
    """The outcome of one check, the files it was found in, as `stamp` tells them, and the path of the anchor."""

    file: str
    moved: str
    head: str
    state: str
    now: str
    detail: str
    path: str


class Stale(NamedTuple):
    """An anchor that no longer held when it was last checked, by its key; found: since when that is known (ms)."""

    key: bytes
    check: Check
    found: int


class AnchorChecks(SideFile):
    """One connection to the outcomes of one working tree."""

    application_id = 0x4F4C4441  # "OLDA"
    format = 2
    schema = _SCHEMA
    unusable = UnusableIndex

    def __init__(self, folder: Path, name: str = NAME) -> None:
        super().__init__(folder, name, f"{name}.lock")

    def all(self) -> dict[bytes, Check]:
        """Every outcome that is kept, by its key; none when the file cannot be used."""
        try:
            connection = self._opened()
            if connection is None:
                return {}
            with self._translated():
                rows = connection.execute(f"SELECT key, {_COLUMNS} FROM checks")
                return {row[0]: Check(*row[1:]) for row in rows}
        except OldhandError:
            return {}  # then everything is checked; `replace` makes the file anew

    def one(self, key: bytes) -> Check | None:
        """The outcome with a key, None when there is none or the file cannot be used."""
        try:
            connection = self._opened()
            if connection is None:
                return None
            with self._translated():
                rows = connection.execute(f"SELECT {_COLUMNS} FROM checks WHERE key=?", (key,))
                return next((Check(*row) for row in rows), None)
        except OldhandError:
            return None

    def stale(self, most: int) -> list[Stale]:
        """Anchors that had changed or were gone when they were last checked, the latest found first.

        None when the file cannot be used. Nothing is checked now: their files may be otherwise by now.
        """
        try:
            connection = self._opened()
            if connection is None:
                return []
            with self._translated():
                query = f"SELECT key, found, {_COLUMNS} FROM checks WHERE state IN ('changed', 'gone')"
                rows = connection.execute(f"{query} ORDER BY found DESC, key LIMIT ?", (most,))
                return [Stale(row[0], Check(*row[2:]), row[1]) for row in rows]
        except OldhandError:
            return []

    def replace(self, gone: Iterable[bytes], found: dict[bytes, Check], now_ms: int) -> None:
        """Keep outcomes and forget others. Raises UnusableIndex, NotWritable, StorageFull and StoreBusy."""
        try:
            self._replace(gone, found, now_ms)
        except UnusableIndex:
            self.remove()
            self._replace((), found, now_ms)

    def _replace(self, gone: Iterable[bytes], found: dict[bytes, Check], now_ms: int) -> None:
        with self._writing(thorough=False) as connection:
            connection.executemany("DELETE FROM checks WHERE key=?", [(key,) for key in gone])
            connection.executemany(
                f"INSERT INTO checks (key, {_COLUMNS}, found) VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT(key) DO UPDATE SET"
                " file=excluded.file, moved=excluded.moved, head=excluded.head, now=excluded.now,"
                " detail=excluded.detail, path=excluded.path, state=excluded.state,"
                " found=CASE WHEN state=excluded.state THEN found ELSE excluded.found END",
                [(key, *check, now_ms) for key, check in found.items()],
            )


def key_of(anchor: str, value: str) -> bytes:
    """The key of an anchor and what was observed there."""
    return sha256(f"{anchor}\n{value}".encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]


def name_for(root: Path, tree: Path) -> str:
    """The name of the file: each linked worktree has its own, as its files differ."""
    if tree == root:
        return NAME
    return f"anchors-{sha256(str(tree).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}.db"
