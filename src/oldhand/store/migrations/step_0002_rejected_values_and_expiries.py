"""tables of rejected values and of expiries; contradicting memories are contested

Projections only: the state of every memory and the root stay as they are. No event of format 1 names a
rejected value, so that table begins empty.
"""

import json
from collections.abc import Iterator
from typing import Any

import apsw

_TABLES = """
CREATE TABLE rejections (
  value  BLOB NOT NULL,
  memory BLOB NOT NULL,
  PRIMARY KEY (value, memory)
) STRICT, WITHOUT ROWID;
CREATE TABLE expiries (
  until  INTEGER NOT NULL,
  memory BLOB NOT NULL,
  PRIMARY KEY (until, memory)
) STRICT, WITHOUT ROWID;
CREATE INDEX memories_untrusted ON memories (standing, updated DESC, id) WHERE trust IN ('tool', 'web');
CREATE INDEX memories_waiting ON memories (kind, standing) WHERE kind IN ('gap', 'question', 'reminder');
"""
_CONTRADICTED = """
SELECT number FROM memories WHERE standing = 'active' AND id IN
  (SELECT source FROM edges WHERE rel = 'contradicts' UNION SELECT target FROM edges WHERE rel = 'contradicts')
"""
_COUNTED = "INSERT INTO tallies SELECT domain, kind, standing, trust, count(*) FROM memories GROUP BY 1, 2, 3, 4"
_UNREADABLE = (apsw.SQLError, apsw.CorruptError, ValueError, TypeError, AttributeError)  # what damage leads to


def run(connection: apsw.Connection) -> None:
    """Make both tables and fill them from the states; where these are damaged, `rebuild` is left to do it."""
    connection.execute(_TABLES).fetchall()
    connection.execute("SAVEPOINT filling")
    try:
        connection.executemany("INSERT INTO expiries VALUES(?,?)", list(_expiring(connection)))
        numbers: list[Any] = connection.execute(_CONTRADICTED).fetchall()
        if numbers:
            connection.executemany("UPDATE memories SET standing = 'contested' WHERE number = ?", numbers)
            connection.execute("DELETE FROM tallies")
            connection.execute(_COUNTED)
        connection.execute("RELEASE filling")
    except _UNREADABLE as error:
        connection.execute("ROLLBACK TO filling; RELEASE filling").fetchall()
        fault = f"it was damaged when the store was brought to format 2 ({error})"
        connection.execute("INSERT OR IGNORE INTO health VALUES('state', ?, 0)", (fault[:400],))


def _expiring(connection: apsw.Connection) -> Iterator[tuple[int, bytes]]:
    """(moment, memory) of the current memories that expire."""
    current = "SELECT id, record FROM memories WHERE standing IN ('active', 'contested')"
    for memory, packed in connection.execute(current):
        if b'"valid_until":' in packed:
            for group in json.loads(packed).get("registers", {}).values():
                if isinstance(group.get("valid_until"), int):
                    yield group["valid_until"], memory
