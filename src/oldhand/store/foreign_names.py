"""What another memory calls its things, and which memories of ours they became: kept on disk while an import runs.

A temporary database without a name: SQLite keeps it in memory while it is small and in an unlinked file when it
grows, so that an import of millions needs little memory, and an interruption leaves nothing behind.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apsw

LONGEST_CIRCLE = 10_000  # things that are followed to see whether a tie would close a circle
_TABLES = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-16384;
CREATE TABLE names (name TEXT PRIMARY KEY, memory BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE ties (
  number   INTEGER PRIMARY KEY,
  source   TEXT NOT NULL,
  relation TEXT NOT NULL,
  target   TEXT NOT NULL,
  place    TEXT NOT NULL
) STRICT;
CREATE TABLE newer (older BLOB NOT NULL, newer BLOB NOT NULL, PRIMARY KEY (older, newer)) STRICT, WITHOUT ROWID;
CREATE TABLE put_away (memory BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE wordings (revision BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
BEGIN
"""


class Bound(NamedTuple):
    """A tie whose ends are memories: ours for `source` and `target`, the relation, and where it was said."""

    source: str
    relation: str
    target: str
    place: str


class ForeignNames:
    """Names, ties and what is put away, of one import. Use it in `with`."""

    def __init__(self) -> None:
        self._connection = apsw.Connection("")

    def __enter__(self) -> "ForeignNames":
        self._connection.execute(_TABLES).fetchall()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def first_time(self, revision: str) -> bool:
        """Whether a wording was not seen before in this import."""
        self._connection.execute("INSERT OR IGNORE INTO wordings VALUES(?)", (bytes.fromhex(revision),))
        return bool(self._connection.changes())

    def name(self, name: str, memory: str) -> None:
        """Say which memory something became; the first that goes by a name keeps it."""
        self._connection.execute("INSERT OR IGNORE INTO names VALUES(?,?)", (name, bytes.fromhex(memory)))

    def tie(self, source: str, relation: str, target: str, place: str) -> None:
        """Note a tie between two names, whether or not anything goes by them yet."""
        row = (source, relation, target, place)
        self._connection.execute("INSERT INTO ties(source,relation,target,place) VALUES(?,?,?,?)", row)

    def tie_memory(self, memory: str, relation: str, target: str, place: str) -> None:
        """Note a tie from a memory to a name."""
        self.name(f"\0{memory}", memory)
        self.tie(f"\0{memory}", relation, target, place)

    def put_away(self, memory: str) -> None:
        """Note a memory that is to be retired once everything is tied."""
        self._connection.execute("INSERT OR IGNORE INTO put_away VALUES(?)", (bytes.fromhex(memory),))

    def bound(self) -> Iterator[Bound]:
        """Every tie both of whose ends became memories, in the order they were noted."""
        query = (
            "SELECT a.memory, t.relation, b.memory, t.place FROM ties t JOIN names a ON a.name=t.source"
            " JOIN names b ON b.name=t.target WHERE a.memory<>b.memory ORDER BY t.number"
        )
        for source, relation, target, place in self._connection.execute(query):
            yield Bound(source.hex(), relation, target.hex(), place)

    def loose(self) -> int:
        """How many ties have an end that became no memory."""
        query = (
            "SELECT count(*) FROM ties t WHERE NOT EXISTS (SELECT 1 FROM names a WHERE a.name=t.source)"
            " OR NOT EXISTS (SELECT 1 FROM names b WHERE b.name=t.target)"
        )
        found: Any = self._connection.execute(query).fetchall()
        return int(found[0][0])

    def replaces(self, newer: str, older: str) -> bool:
        """Note that one memory replaces another; False, and nothing noted, when that would close a circle."""
        query = (
            "WITH RECURSIVE after(memory) AS (SELECT ?1 UNION SELECT n.newer FROM after a JOIN newer n"
            f" ON n.older=a.memory LIMIT {LONGEST_CIRCLE}) SELECT 1 FROM after WHERE memory=?2 LIMIT 1"
        )
        ends = (bytes.fromhex(newer), bytes.fromhex(older))
        if newer == older or self._connection.execute(query, ends).fetchall():
            return False
        self._connection.execute("INSERT OR IGNORE INTO newer VALUES(?,?)", (ends[1], ends[0]))
        return True

    def is_replaced(self, memory: str) -> bool:
        """Whether something was noted to replace a memory."""
        found: Any = self._connection.execute("SELECT 1 FROM newer WHERE older=? LIMIT 1", (bytes.fromhex(memory),))
        return bool(found.fetchall())

    def away(self) -> Iterator[str]:
        """The memories that are to be retired."""
        for (memory,) in self._connection.execute("SELECT memory FROM put_away"):
            yield memory.hex()
