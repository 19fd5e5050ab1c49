"""The most important memories of one kind, found at a cost that does not grow with the store."""

from collections.abc import Sequence
from typing import Any

from oldhand.store.reader import Reader
from oldhand.store.search_index import index_rows

FEW = 2_000  # memories of a sort that are put in order (6 ms); of more, all are looked through in their order instead


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
    if sum(count for _, count in rows) <= FEW:
        rooms = tuple(room for room, _ in rows)
        return _names(
            reader, f"INDEXED BY memories_shelf WHERE domain IN ({','.join('?' * len(rooms))}) AND {narrow}"
            f" AND standing IN ({','.join('?' * len(named))})", (*rooms, *arguments, *named), most,
        )  # fmt: skip
    found: list[str] = []
    for one in named:
        found += _names(reader, f"INDEXED BY memories_order WHERE standing=? AND {narrow}", (one, *arguments), most)
    return found[:most]


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


def matching(reader: Reader, query: str, kinds: Sequence[str], most: int) -> list[str]:
    """The ids of active memories of these kinds that match an FTS5 query, the most important first.

    Without a rank the index counts nothing, so that common words in the query cost little. Raises IndexDamaged.
    """
    if not query:
        return []
    rows = index_rows(
        reader._connection,
        "SELECT m.id FROM search JOIN memories m NOT INDEXED ON m.number = search.rowid WHERE search MATCH ?"
        f" AND m.standing = 'active' AND m.kind IN ({','.join('?' * len(kinds))})"
        " ORDER BY m.priority DESC, m.updated DESC, m.id LIMIT ?", (query, *kinds, most),
    )  # fmt: skip
    return [name.hex() for (name,) in rows]
