"""The store as it was: the canonical tables up to a recorded root, projected anew in memory.

The same code answers from the past as from the present, so what a recall gave at a root it gives
again. Cost grows with the store: about as long as a rebuild.
"""

from typing import Any

import apsw

from oldhand.errors import AmbiguousId, UnknownId
from oldhand.model.identity import ADDRESS_DIGITS, names_root, short
from oldhand.model.moment import parse
from oldhand.store.rebuild import rebuild
from oldhand.store.roots import Root, root_of
from oldhand.store.store import lay_out

CANDIDATES_SHOWN = 8  # roots listed when a prefix is ambiguous
_COPIED = {
    "replicas": "SELECT * FROM replicas",
    "names": "SELECT * FROM names",
    "journal": "SELECT * FROM journal WHERE position <= ?1",
    "losses": "SELECT * FROM losses",
    "objects": "SELECT * FROM objects WHERE address IN (SELECT revision FROM journal WHERE position <= ?1)",
    "roots": "SELECT * FROM roots WHERE position <= ?1",
}


def root_named(connection: apsw.Connection, as_of: str, now_ms: int) -> Root | None:
    """The recorded root that `as_of` means: a prefix of a root, a date (its end) or a time.

    None when the moment lies before the first one; of a root that was there twice, the later one.
    Raises UnknownId for an unknown root, AmbiguousId for a prefix of several, BadDate.
    """
    said = as_of.strip().lower()
    if names_root(said):
        low = bytes.fromhex(said.ljust(ADDRESS_DIGITS, "0"))
        high = bytes.fromhex(said.ljust(ADDRESS_DIGITS, "f"))
        names: Any = connection.execute(
            "SELECT DISTINCT root FROM roots WHERE root BETWEEN ? AND ? ORDER BY root LIMIT ?",
            (low, high, CANDIDATES_SHOWN),
        ).fetchall()
        if not names:
            raise UnknownId(as_of)
        if len(names) > 1:
            raise AmbiguousId(as_of, ", ".join(short(name.hex()) for (name,) in names))
        latest: Any = connection.execute("SELECT * FROM roots WHERE root=? ORDER BY number DESC LIMIT 1", names[0])
        return root_of(latest.fetchone())
    moment = parse(as_of, now_ms, end=True)
    latest = "SELECT * FROM roots WHERE learned <= ? ORDER BY number DESC LIMIT 1"
    row = connection.execute(latest, (moment,)).fetchone()
    return root_of(row) if row else None


def projected(source: apsw.Connection, position: int) -> apsw.Connection:
    """A database in memory that holds the store as it was at a journal position."""
    copy = apsw.Connection(":memory:")
    lay_out(copy, 0, 0)
    copy.execute("BEGIN; DELETE FROM replicas")
    for table, query in _COPIED.items():
        arguments = (position,) if "?1" in query else ()
        rows = source.execute(query, arguments).fetchall()
        if rows:
            copy.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(rows[0]))})", rows)
    rebuild(copy)
    copy.execute("COMMIT")
    return copy
