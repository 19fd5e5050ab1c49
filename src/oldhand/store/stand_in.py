"""Reading on while the state of the memories is broken: a copy in memory, made from the journal, answers in its place.

The copy says what is broken (the table `health`), so every answer from it says that it is degraded.
"""

from pathlib import Path

import apsw

from oldhand.errors import DamagedStore
from oldhand.store.projection import TABLES
from oldhand.store.scan import one

MOST_EVENTS = 50_000  # in a journal that is projected for one reading: some seconds; a larger store asks for `rebuild`
STATE = "state"  # the part of `health` that means: the stored states are missing or out of date
SEARCH = "search"  # of this table the readers see for themselves that it is broken, and read the memories instead


class StandIn:
    """The copy that one open store reads from while its state is broken."""

    def __init__(self) -> None:
        self._schema = -1
        self._missing = ""
        self._copy: apsw.Connection | None = None
        self._position = -1

    def instead_of(self, connection: apsw.Connection, path: Path) -> apsw.Connection | None:
        """The connection to read from instead, or None while the state is sound. Raises DamagedStore."""
        schema = connection.pragma("schema_version")
        if schema != self._schema:
            self._schema, self._missing = schema, _missing(connection)
        row = connection.execute("SELECT fault FROM health WHERE part=?", (STATE,)).fetchone()
        fault = str(row[0]) if row else self._missing
        if not fault:
            self.close()
            return None
        return self._made(connection, path, fault)

    def _made(self, connection: apsw.Connection, path: Path, fault: str) -> apsw.Connection:
        from oldhand.store.past import projected

        last = int(one(connection, "SELECT coalesce(max(position), 0) FROM journal"))
        count = int(one(connection, "SELECT count(*) FROM journal"))
        if self._copy is None or self._position != last:
            if count > MOST_EVENTS:
                broken = f"the states of its memories are broken ({fault}); `oldhand rebuild` makes them anew"
                raise DamagedStore(path, broken)
            self.close()
            self._copy, self._position = projected(connection, last), last
            self._copy.execute("INSERT OR REPLACE INTO health VALUES(?,?,0)", (STATE, fault))
        return self._copy

    def close(self) -> None:
        """Forget the copy."""
        if self._copy is not None:
            self._copy.close()
            self._copy = None


def _missing(connection: apsw.Connection) -> str:
    """Which projection tables are not there, in words; empty when all are."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
    gone = [table for table in TABLES if table not in there and table != SEARCH]
    return f"no such table: {', '.join(gone)}" if gone else ""
