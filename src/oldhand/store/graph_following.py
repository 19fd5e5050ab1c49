"""What a projection of the graph outside the store asks of it: where in the journal it stands, and which memories
the vectors that came since belong to."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from oldhand.store.pending import AT_ONCE, NOWHERE, Mark

if TYPE_CHECKING:
    from oldhand.store.reader import Reader
    from oldhand.store.vectors import Model, Vectors


def mark_at(reader: "Reader", position: int) -> Mark:
    """The mark of a position of the journal; NOWHERE before the first event, or where there is none."""
    row: Any = reader._connection.execute("SELECT position, id FROM journal WHERE position=?", (position,)).fetchone()
    return Mark(*row) if row else NOWHERE


def own_replica(reader: "Reader") -> str:
    """The id of this copy of the store; empty before it has one."""
    row: Any = reader._connection.execute("SELECT id FROM replicas WHERE own=1").fetchone()
    return str(row[0]) if row else ""


def memories_worded(reader: "Reader", revisions: Iterable[bytes]) -> list[str]:
    """The memories that have, or have had, one of these wordings."""
    wanted = list(revisions)
    found: dict[str, None] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        rows: Any = reader._connection.execute(
            f"SELECT DISTINCT memory FROM wordings WHERE revision IN ({','.join('?' * len(part))})", part
        )
        found.update(dict.fromkeys(row[0].hex() for row in rows))
    return list(found)


def last_vector(vectors: "Vectors", model: "Model") -> int:
    """The number of a model's latest row; 0 when it has none. Numbers grow and are never used again."""
    query = "SELECT coalesce(max(number), 0) FROM vectors NOT INDEXED WHERE model=?"
    rows = vectors._rows(query, (model.number,))
    return int(rows[0][0]) if rows else 0


def vectors_after(vectors: "Vectors", model: "Model", number: int, most: int) -> tuple[list[bytes], int]:
    """(the wordings of a model's next rows after one, the number of the last of them), at most so many."""
    query = "SELECT number, revision FROM vectors NOT INDEXED WHERE number > ? AND model=? ORDER BY number LIMIT ?"
    rows = vectors._rows(query, (number, model.number, most))
    return [row[1] for row in rows], int(rows[-1][0]) if rows else number
