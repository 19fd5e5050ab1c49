"""The most important memories of one kind, found at a cost that does not grow with the store."""

from collections.abc import Sequence
from typing import Any

from oldhand.store.reader import Reader
from oldhand.store.search_index import index_rows

ALL = 10**9  # memories asked for where every one of a kind is wanted
FEW = 2_000  # memories of a sort that are put in order (6 ms); of more, all are looked through in their order instead
LATEST = 300  # most important memories of all that are looked at first: 1 ms; few of a sort may be among them


def of_kind(
    reader: Reader, kind: str, most: int, *, standings: Sequence[str] = ("active",), trusts: Sequence[str] = (),
    domain: str = "",
) -> list[str]:  # fmt: skip
    """The ids of the memories of a kind, the most important first: by priority, then latest wording first.

    trusts: only with a current wording of one of these; domain: only of this room. Few memories of a kind are read
    through the index of rooms and kinds; of many, the first in the order of all memories soon come by.
    """
    narrow, arguments = "kind=?", [kind]
    for column, wanted in (("domain", (domain,) if domain else ()), ("trust", tuple(trusts))):
        if wanted:
            narrow += f" AND {column} IN ({','.join('?' * len(wanted))})"
            arguments += wanted
    named = tuple(standings)
    rows: Any = reader._connection.execute(
        f"SELECT domain, sum(count) FROM tallies WHERE {narrow} AND standing IN ({','.join('?' * len(named))})"
        " GROUP BY domain ORDER BY domain", (*arguments, *named),
    ).fetchall()  # fmt: skip
    if not rows:
        return []
    total, found = sum(count for _, count in rows), list[str]()
    if total <= FEW:
        rooms = tuple(room for room, _ in rows)
        if len(named) == 1 and _beside(reader, kind, rooms) > LATEST:
            found = _among_latest(reader, named[0], narrow, arguments, most)
            if len(found) >= min(total, most):
                return found
        return _names(
            reader, f"INDEXED BY memories_shelf WHERE domain IN ({','.join('?' * len(rooms))}) AND {narrow}"
            f" AND standing IN ({','.join('?' * len(named))})", (*rooms, *arguments, *named), most,
        )  # fmt: skip
    for one in named:
        found += _names(reader, f"INDEXED BY memories_order WHERE standing=? AND {narrow}", (one, *arguments), most)
    return found[:most]


def _beside(reader: Reader, kind: str, rooms: Sequence[str]) -> int:
    """How many memories of a kind some rooms have, of every trust and standing: what is read to find a few there."""
    row: Any = reader._connection.execute(
        f"SELECT sum(count) FROM tallies WHERE kind = ? AND domain IN ({','.join('?' * len(rooms))})", (kind, *rooms)
    ).fetchone()
    return int(row[0])


def _among_latest(reader: Reader, standing: str, narrow: str, arguments: Sequence[str], most: int) -> list[str]:
    """Those of the LATEST most important memories of a standing that are of a sort, in their order."""
    rows = reader._connection.execute(
        "SELECT id FROM (SELECT id, kind, domain, trust FROM memories INDEXED BY memories_order WHERE standing = ?"
        f" ORDER BY priority DESC, updated DESC, id LIMIT {LATEST}) WHERE {narrow} LIMIT ?",
        (standing, *arguments, most),
    )
    return [name.hex() for (name,) in rows]


def _names(reader: Reader, where: str, arguments: tuple[Any, ...], most: int) -> list[str]:
    rows = reader._connection.execute(
        f"SELECT id FROM memories {where} ORDER BY priority DESC, updated DESC, id LIMIT ?", (*arguments, most)
    )
    return [name.hex() for (name,) in rows]


def how_many(reader: Reader, kinds: Sequence[str], standings: Sequence[str] = ("active",)) -> int:
    """How many memories of these kinds stand so, in constant time."""
    row: Any = reader._connection.execute(
        f"SELECT coalesce(sum(count), 0) FROM tallies WHERE kind IN ({','.join('?' * len(kinds))})"
        f" AND standing IN ({','.join('?' * len(standings))})", (*kinds, *standings),
    ).fetchone()  # fmt: skip
    return int(row[0])


def any_waiting(reader: Reader, kinds: Sequence[str], standing: str = "active") -> bool:
    """Whether there is a memory of one of these kinds in a standing. kinds: of gap, question and reminder."""
    row = reader._connection.execute(
        "SELECT 1 FROM memories INDEXED BY memories_waiting WHERE kind IN ('gap', 'question', 'reminder')"
        f" AND kind IN ({','.join('?' * len(kinds))}) AND standing = ? LIMIT 1", (*kinds, standing),
    ).fetchone()  # fmt: skip
    return row is not None


def matching(
    reader: Reader, query: str, kinds: Sequence[str], most: int, standings: Sequence[str] = ("active",)
) -> list[str]:  # fmt: skip
    """The ids of memories of these kinds and standings that match an FTS5 query, the most important first.

    Without a rank the index counts nothing, so that common words in the query cost little. Raises IndexDamaged.
    """
    if not query:
        return []
    rows = index_rows(
        reader._connection,
        "SELECT m.id FROM search JOIN memories m NOT INDEXED ON m.number = search.rowid WHERE search MATCH ?"
        f" AND m.standing IN ({','.join('?' * len(standings))}) AND m.kind IN ({','.join('?' * len(kinds))})"
        " ORDER BY m.priority DESC, m.updated DESC, m.id LIMIT ?", (query, *standings, *kinds, most),
    )  # fmt: skip
    return [name.hex() for (name,) in rows]
