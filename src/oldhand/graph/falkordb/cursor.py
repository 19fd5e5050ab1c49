"""How far a graph has come, kept in the graph itself: each batch moves it in the same query that changes the data.

So whatever is lost with a killed server, data and cursor are lost together, and what is there is exactly what the
cursor says. A batch asks for the cursor it was made for; where the graph has another one it changes nothing.
"""

from typing import NamedTuple

from oldhand.graph.falkordb.client import Graph
from oldhand.graph.falkordb.literals import literal
from oldhand.store.pending import Mark

LABEL = "OldhandCursor"
FORMAT = 1  # of what is projected: with another number a graph is filled anew
NODES, LINKS, LIVE = "nodes", "links", "live"  # filling with nodes, then with edges; then following the journal


class Cursor(NamedTuple):
    """format: of the projection; owner: the token of the attachment; replica: the copy of the store; phase: nodes,
    links or live; after: while filling, the last memory done; position, event: the journal event up to which what was
    done then holds; root: of the store at that time; vectors: which vectors nodes have, empty for none; vector: the
    number of the last row of vectors that was looked at."""

    format: int
    owner: str
    replica: str
    phase: str
    after: str
    position: int
    event: str
    root: str
    vectors: str
    vector: int

    @property
    def mark(self) -> Mark:
        """The place in the journal."""
        return Mark(self.position, bytes.fromhex(self.event))


def read(graph: Graph) -> Cursor | None:
    """The cursor of a graph; None when it has none, or one that cannot be understood."""
    returned = ", ".join(f"c.{name}" for name in Cursor._fields)
    rows = graph.read(f"MATCH (c:{LABEL}) RETURN {returned} LIMIT 2").rows
    if len(rows) != 1:
        return None
    types = (int, str, str, str, str, int, str, str, str, int)
    values = rows[0]
    if any(type(value) is not kind for value, kind in zip(values, types, strict=True)):
        return None
    try:
        cursor = Cursor(*values)
        cursor.mark  # noqa: B018 - the event must be hexadecimal
    except ValueError:
        return None
    return cursor


def begun(graph: Graph, cursor: Cursor) -> None:
    """Give an empty graph its cursor."""
    graph.write(f"CREATE (c:{LABEL}) SET c = $now", {"now": literal(cursor._asdict())})


def guard(before: Cursor, after: Cursor) -> tuple[str, dict[str, str]]:
    """(the beginning of a query that moves the cursor and does nothing where it is another one, its parameters)."""
    compared = ("owner", "phase", "after", "position", "event", "vector")
    condition = " AND ".join(f"c.{name} = $was.`{name}`" for name in compared)
    was = {name: getattr(before, name) for name in compared}
    query = f"MATCH (c:{LABEL}) WHERE {condition} SET c = $now WITH c "
    return query, {"was": literal(was), "now": literal(after._asdict())}
