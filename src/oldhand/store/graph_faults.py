"""What is loose in the graph: links to what is not there, ends that are awaited, memories that stand alone."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from oldhand.store.graph_reading import SHOWN
from oldhand.store.held import Edge
from oldhand.store.reader import Reader

HIDDEN = ("awaited", "erased", "rejected", "quarantined")  # standings of what is no node
CURRENT = ("active", "contested")
PUT_ASIDE = ("superseded", "retired")


class Found(NamedTuple):
    """How many of a sort there are, and the first of them by id."""

    number: int
    memories: list[str]


def dangling(reader: Reader, most: int) -> tuple[dict[str, int], list[Edge]]:
    """(links by the standing of the end that is no node, the first of them)."""
    counts: dict[str, int] = {}
    first: list[Edge] = []
    for end, other in (("target", "source"), ("source", "target")):
        query = (
            f"FROM memories m CROSS JOIN edges e ON e.{end} = m.id JOIN memories o ON o.id = e.{other}"
            f" WHERE m.standing IN ({_marks(HIDDEN)}) AND o.standing IN ({_marks(SHOWN)})"
        )
        rows: Any = reader._connection.execute(
            f"SELECT m.standing, count(*) {query} GROUP BY 1 ORDER BY 1", (*HIDDEN, *SHOWN)
        ).fetchall()
        for standing, count in rows:
            counts[standing] = counts.get(standing, 0) + count
        rows = reader._connection.execute(
            f"SELECT e.source, e.rel, e.target {query} ORDER BY 1, 2, 3 LIMIT ?", (*HIDDEN, *SHOWN, most)
        ).fetchall()
        first += [Edge(source.hex(), rel, target.hex()) for source, rel, target in rows]
    return counts, sorted(first)[:most]


def awaited(reader: Reader, most: int) -> Found:
    """Memories that links name and that have not arrived."""
    return _found(reader, "memories m WHERE m.standing = 'awaited'", (), most)


def needed_but_aside(reader: Reader, most: int) -> tuple[int, list[Edge]]:
    """Links `depends_on` from what holds now to what was superseded or retired: how many, and the first."""
    return _edges(
        reader, "memories m CROSS JOIN edges e ON e.target = m.id JOIN memories o ON o.id = e.source"
        f" WHERE m.standing IN ({_marks(PUT_ASIDE)}) AND e.rel = 'depends_on' AND o.standing IN ({_marks(CURRENT)})",
        (*PUT_ASIDE, *CURRENT), most,
    )  # fmt: skip


def contradictions(reader: Reader, most: int) -> tuple[int, list[Edge]]:
    """Links `contradicts` between two memories that both hold still: how many, and the first."""
    return _edges(
        reader, "memories m CROSS JOIN edges e ON e.source = m.id JOIN memories o ON o.id = e.target"
        " WHERE m.standing = 'contested' AND e.rel = 'contradicts' AND o.standing = 'contested'", (), most,
    )  # fmt: skip


def without(reader: Reader, kinds: Sequence[str], most: int, *, relation: str = "", way: str = "target") -> Found:
    """Memories of these kinds that hold now and have no link, or none of a relation that comes in (`way` target) or
    goes out (source) and whose other end is a node."""
    if not relation:
        lone = (
            " AND NOT EXISTS (SELECT 1 FROM edges e WHERE e.source = m.id)"
            " AND NOT EXISTS (SELECT 1 FROM edges e WHERE e.target = m.id)"
        )
        return _found(reader, f"memories m WHERE {_of(kinds)}{lone}", (*kinds, *CURRENT), most)
    other = {"target": "source", "source": "target"}[way]
    lone = (
        f" AND NOT EXISTS (SELECT 1 FROM edges e JOIN memories o ON o.id = e.{other} WHERE e.{way} = m.id"
        f" AND e.rel = ? AND o.standing IN ({_marks(SHOWN)}))"
    )
    return _found(reader, f"memories m WHERE {_of(kinds)}{lone}", (*kinds, *CURRENT, relation, *SHOWN), most)


def _of(kinds: Sequence[str]) -> str:
    return f"m.kind IN ({_marks(kinds)}) AND m.standing IN ({_marks(CURRENT)})"


def _found(reader: Reader, where: str, values: Sequence[str], most: int) -> Found:
    row: Any = reader._connection.execute(f"SELECT count(*) FROM {where}", tuple(values)).fetchone()
    rows: Any = reader._connection.execute(f"SELECT m.id FROM {where} ORDER BY m.id LIMIT ?", (*values, most))
    return Found(int(row[0]), [name.hex() for (name,) in rows])


def _edges(reader: Reader, where: str, values: Sequence[str], most: int) -> tuple[int, list[Edge]]:
    row: Any = reader._connection.execute(f"SELECT count(*) FROM {where}", tuple(values)).fetchone()
    rows: Any = reader._connection.execute(
        f"SELECT e.source, e.rel, e.target FROM {where} ORDER BY 1, 2, 3 LIMIT ?", (*values, most)
    )
    return int(row[0]), [Edge(source.hex(), rel, target.hex()) for source, rel, target in rows]


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
