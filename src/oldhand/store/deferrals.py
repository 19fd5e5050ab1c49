"""What somebody put off in review, kept beside the store: of this machine only, removable at any time.

It holds the names of items and of who put them off, never a text. Without it everything waits again.
"""

from collections.abc import Iterable
from pathlib import Path

from oldhand.errors import OldhandError, UnusableIndex
from oldhand.store.side_file import SideFile

NAME = "review.db"
_SCHEMA = """
CREATE TABLE deferrals (
  actor TEXT NOT NULL,                 -- who put it off, with their trust: everyone has a queue of their own
  item  TEXT NOT NULL,                 -- why it waits, a colon, the ids of its memories joined by a plus
  until INTEGER NOT NULL,              -- milliseconds since 1970
  PRIMARY KEY (actor, item)
) STRICT, WITHOUT ROWID;
"""


class Deferrals(SideFile):
    """One connection to what was put off in one store."""

    application_id = 0x4F4C4452  # "OLDR"
    format = 1
    schema = _SCHEMA
    unusable = UnusableIndex

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, NAME, f"{NAME}.lock")

    def of(self, actor: str) -> dict[str, int]:
        """Until when (ms) somebody put each item off; nothing when the file cannot be used."""
        try:
            connection = self._opened()
            if connection is None:
                return {}
            with self._translated():
                return dict(connection.execute("SELECT item, until FROM deferrals WHERE actor=?", (actor,)))
        except OldhandError:
            return {}  # then everything waits again; `put` makes the file anew

    def put(self, actor: str, until: dict[str, int], now_ms: int) -> None:
        """Put items off, each until its moment; what is over is forgotten.

        Raises UnusableIndex, NotWritable, StorageFull and StoreBusy.
        """
        try:
            self._put(actor, until, now_ms)
        except UnusableIndex:
            self.remove()
            self._put(actor, until, now_ms)

    def _put(self, actor: str, until: dict[str, int], now_ms: int) -> None:
        with self._writing(thorough=False) as connection:
            connection.execute("DELETE FROM deferrals WHERE until <= ?", (now_ms,))
            rows = [(actor, item, moment) for item, moment in until.items()]
            connection.executemany("INSERT OR REPLACE INTO deferrals VALUES(?,?,?)", rows)

    def take_back(self, actor: str, items: Iterable[str]) -> None:
        """Have items wait again. Raises as `put` does."""
        if self.path.exists():
            with self._writing(thorough=False) as connection:
                connection.executemany(
                    "DELETE FROM deferrals WHERE actor=? AND item=?", [(actor, item) for item in items]
                )
