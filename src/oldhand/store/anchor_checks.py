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
  detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


class Check(NamedTuple):
    """The outcome of one check, and the files it was found in, as `stamp` tells them."""

    file: str
    moved: str
    head: str
    state: str
    now: str
    detail: str


class AnchorChecks(SideFile):
    """One connection to the outcomes of one working tree."""

    application_id = 0x4F4C4441  # "OLDA"
    format = 1
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
                rows = connection.execute("SELECT key, file, moved, head, state, now, detail FROM checks")
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
                query = "SELECT file, moved, head, state, now, detail FROM checks WHERE key=?"
                rows = connection.execute(query, (key,))
                return next((Check(*row) for row in rows), None)
        except OldhandError:
            return None

    def replace(self, gone: Iterable[bytes], found: dict[bytes, Check]) -> None:
        """Keep outcomes and forget others. Raises UnusableIndex, NotWritable, StorageFull and StoreBusy."""
        try:
            self._replace(gone, found)
        except UnusableIndex:
            self.remove()
            self._replace((), found)

    def _replace(self, gone: Iterable[bytes], found: dict[bytes, Check]) -> None:
        with self._writing(thorough=False) as connection:
            connection.executemany("DELETE FROM checks WHERE key=?", [(key,) for key in gone])
            connection.executemany(
                "INSERT OR REPLACE INTO checks VALUES(?,?,?,?,?,?,?)", [(key, *check) for key, check in found.items()]
            )


def key_of(anchor: str, value: str) -> bytes:
    """The key of an anchor and what was observed there."""
    return sha256(f"{anchor}\n{value}".encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]


def name_for(root: Path, tree: Path) -> str:
    """The name of the file: each linked worktree has its own, as its files differ."""
    if tree == root:
        return NAME
    return f"anchors-{sha256(str(tree).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}.db"
