"""Traces: the local, unsynced record of what happened, in a file of its own.

Beside times, names, counts and ids they hold what was asked of recall, so that it can be asked again;
never a text of a memory. With a limit of 0 nothing is kept, and what was kept before is removed.

Losing the last few after a crash is allowed; slowing or failing an operation for them is not. What
could not be traced is counted in `dropped`, which `health` shows.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from oldhand.store.regular_files import by_real_folder

# A repository may bring a link in the place of the file: what that leads to is left alone.
_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_NOFOLLOW
TRACES = "traces.db"
FLUSH_SECONDS = 0.5  # traces wait at most this long while calls follow each other
FLUSH_COUNT = 256  # or until so many wait
FORGET_MS = 2000  # how long removing what was erased may wait for another process, which writes for a millisecond
BUSY_MS = 50  # how long tracing may wait for another process before it gives up
TRIM_EVERY = 1000  # rows written between looks at the limit


class Names(NamedTuple):
    """Where the names of recalls stand in the rows: their index, the condition on a row, the expression of its name."""

    indexed_by: str
    within: str
    name: str


RECALL_NAMES = Names("traces_recall", "operation = 'recall'", "json_extract(detail, '$.trace')")

_SCHEMA = f"""
PRAGMA journal_mode=WAL;
CREATE TABLE IF NOT EXISTS traces (
  number    INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,      -- milliseconds since 1970
  surface   TEXT NOT NULL,         -- cli, mcp, http, python
  operation TEXT NOT NULL,
  effect    TEXT NOT NULL,
  micros    INTEGER NOT NULL,      -- how long it took
  outcome   TEXT NOT NULL,         -- ok, or the name of the error
  detail    TEXT NOT NULL          -- JSON: root, counts, verdict, what was asked; never texts of memories
) STRICT;
CREATE INDEX IF NOT EXISTS traces_operation ON traces (operation, at);
CREATE INDEX IF NOT EXISTS {RECALL_NAMES.indexed_by} ON traces ({RECALL_NAMES.name}) WHERE {RECALL_NAMES.within};
"""
_LATEST_PART = RECALL_NAMES.indexed_by  # of the schema: where it is missing, the file was made by an earlier version


class Trace(NamedTuple):
    """One thing that happened."""

    at: int
    surface: str
    operation: str
    effect: str
    micros: int
    outcome: str
    detail: dict[str, Any]


class Traces:
    """The trace file of one store folder. Opening and writing never raise; reading does."""

    def __init__(self, folder: Path, keep: int) -> None:
        self._path = folder / TRACES
        self._keep = keep
        self._waiting: list[Trace] = []
        self._flushed = 0.0
        self._emptied = False
        self.dropped = 0

    def add(self, trace: Trace) -> None:
        """Note a trace; it is written at once when the last writing is half a second ago."""
        if not self._keep:
            return
        self._waiting.append(trace)
        if len(self._waiting) >= FLUSH_COUNT or time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what waits, or count it as dropped; remove everything when nothing is to be kept."""
        if not self._keep:
            self._remove_all()
        if not self._waiting:
            return
        rows = [(*trace[:6], json.dumps(trace.detail, sort_keys=True, ensure_ascii=False)) for trace in self._waiting]
        self._waiting = []
        self._flushed = time.monotonic()
        try:
            connection = self._open()
            try:
                with connection:
                    connection.executemany(
                        "INSERT INTO traces(at,surface,operation,effect,micros,outcome,detail) VALUES(?,?,?,?,?,?,?)",
                        rows,
                    )
                    last = connection.last_insert_rowid()
                    if last // TRIM_EVERY != (last - len(rows)) // TRIM_EVERY:
                        connection.execute("DELETE FROM traces WHERE number <= ?", (last - self._keep,))
            finally:
                connection.close()
        except (apsw.Error, OSError):
            self.dropped += len(rows)  # shown by `health`

    def _remove_all(self) -> None:
        """Empty the log, once: whoever switches it off wants no earlier question to stay either."""
        if self._emptied or not self._path.exists():
            return
        self._emptied = True
        try:
            connection = self._open()
            try:
                if connection.execute("SELECT 1 FROM traces LIMIT 1").fetchone():
                    connection.execute("DELETE FROM traces; PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.close()
        except (apsw.Error, OSError):
            self._emptied = False  # another process writes: the next call tries again

    def forget(self, wanted: Callable[[str], bool]) -> int:
        """Remove the traces whose detail, as JSON text, is wanted; how many. Raises apsw.Error and OSError."""
        self.flush()
        if not self._path.exists():
            return 0
        connection = self._open()
        try:
            connection.set_busy_timeout(FORGET_MS)
            rows: Any = connection.execute("SELECT number, detail FROM traces").fetchall()
            gone = [(number,) for number, detail in rows if wanted(detail)]
            if gone:
                with connection:
                    connection.executemany("DELETE FROM traces WHERE number=?", gone)
            busy: Any = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy[0]:
                raise apsw.BusyError("BusyError: another process reads it")
        finally:
            connection.close()
        return len(gone)

    def _open(self) -> apsw.Connection:
        connection = apsw.Connection(by_real_folder(self._path), flags=_FLAGS)
        connection.set_busy_timeout(BUSY_MS)
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name=?", (_LATEST_PART,)).fetchone():
            self._path.chmod(0o600)
            connection.execute(_SCHEMA).fetchall()
        connection.execute("PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON").fetchall()
        # Copying the log into the file syncs the disk, which costs a hundred times the writing: only when it is long.
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        return connection

    def shown(self, newest: int) -> list[tuple[int, str, list[Any]]]:
        """When (ms) and over which surface each of the newest recalls that went well was asked, and what it showed,
        oldest first.

        Only that is taken out of their entries, which is four times as quick as reading them whole.
        """
        self.flush()
        if not self._path.exists():
            return []
        connection = self._open()
        try:
            rows: Any = connection.execute(
                "SELECT at, surface, detail -> '$.shown' FROM traces WHERE operation='recall' AND outcome='ok'"
                " ORDER BY number DESC LIMIT ?", (newest,),
            ).fetchall()  # fmt: skip
        finally:
            connection.close()
        told = [(at, surface, json.loads(shown)) for at, surface, shown in reversed(rows) if shown]
        return [one for one in told if isinstance(one[2], list)]

    def read(
        self, condition: str = "1", arguments: tuple[Any, ...] = (), *, newest: int = -1
    ) -> list[tuple[int, Trace]]:
        """(number, trace) of what meets a condition, oldest first; with `newest`, only that many of the latest."""
        self.flush()
        if not self._path.exists():
            return []
        connection = self._open()
        try:
            rows: Any = connection.execute(
                "SELECT number, at, surface, operation, effect, micros, outcome, detail FROM traces"
                f" WHERE {condition} ORDER BY number DESC LIMIT ?", (*arguments, newest),
            ).fetchall()  # fmt: skip
        finally:
            connection.close()
        return [(row[0], Trace._make((*row[1:7], json.loads(row[7])))) for row in reversed(rows)]
