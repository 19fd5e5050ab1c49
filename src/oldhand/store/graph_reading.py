"""The graph in the store: memories as nodes, links that stand as edges, read in bulk and around a few nodes.

A memory is a node while it may be told: its standing is one of SHOWN. A link is an edge while both its ends are nodes.
What is quarantined, rejected, erased or only awaited is no node, so no text that must not come back is in the graph.
Ids are hexadecimal, as everywhere above the store. `graph.definition` says how all this is called in Cypher.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from oldhand.model.clock import stamp_wall
from oldhand.store.fold import Record
from oldhand.store.held import Edge, Held
from oldhand.store.reader import Reader
from oldhand.store.rows import hashes_to, record_of

SHOWN = ("active", "contested", "superseded", "retired")  # standings of what may be told, and so of nodes
AT_ONCE = 500  # memories read from the database together
ASKED_AT_ONCE = 400  # ids in one query: the statement stays small and is prepared once
FEW = 500  # memories that are passed over by name: looked up in a millisecond; more are left to the database
OUT, IN, BOTH = "out", "in", "both"  # directions of edges as seen from a node
# The row is found by its number, so that the id comes from the row and not from an index that may be damaged.
_ROWS = (
    "SELECT id, number, record, digest FROM memories NOT INDEXED WHERE number IN (SELECT number FROM memories"
    " WHERE id IN"
)
_TO = "to/"  # how the register of a link begins in the record of its source


class Link(NamedTuple):
    """An edge: from which memory to which, in which relation, and since when it stands (ms since 1970)."""

    source: str
    rel: str
    target: str
    since: int


class Node(NamedTuple):
    """A memory as a node: what is said of it, and the places, tags and words it has.

    trust: the least of its lineage; confidence: how sure one is of the memory, in ten-thousandths, -1 when unstated;
    created, updated, valid_from, valid_until: ms since 1970, None when unbounded; actor: who said its current wording;
    fields: the further fields of its kind, in the order of their names; inputs: addresses of the wordings its own was
    made from; revision: the address of its wording; several: whether it has other wordings beside this one.
    """

    id: str
    kind: str
    standing: str
    trust: str
    domain: str
    key: str
    text: str
    title: str
    priority: int
    confidence: int
    created: int
    updated: int
    valid_from: int | None
    valid_until: int | None
    actor: str
    tags: tuple[str, ...]
    anchors: tuple[str, ...]
    fields: tuple[tuple[str, str | tuple[str, ...]], ...]
    inputs: tuple[str, ...]
    revision: str
    several: bool


class Wanted(NamedTuple):
    """Which edges and nodes a question is about; an empty part means any.

    relations: the relations of edges; direction: out (from source to target), in, or both, as seen from where one
    stands; kinds, standings: of the memories that are reached; always: ids that count whatever they are of, as the
    ends of a path do. The node one starts from is never left out.
    """

    relations: tuple[str, ...] = ()
    direction: str = BOTH
    kinds: tuple[str, ...] = ()
    standings: tuple[str, ...] = SHOWN
    always: tuple[str, ...] = ()


ALL = Wanted()


# -- everything, in order ------------------------------------------------------------------------------


def nodes(reader: Reader, after: str = "") -> Iterator[Node]:
    """Every node behind a cursor (an id), in the order of their ids. Damaged memories go to `reader.damaged`."""
    for names in _shown(reader, after):
        yield from (node_of(held) for held in _helds(reader, names) if held.wordings)


def links(reader: Reader, after: str = "") -> Iterator[Link]:
    """Every edge whose source is behind a cursor (an id), in the order of source, relation and target."""
    for names in _shown(reader, after):
        records = _records(reader, names)
        told = {name: sorted(_stood(records[name])) for name in names if name in records}
        standing = standings_of(reader, {target for edges in told.values() for _, target, _ in edges})
        for name, edges in told.items():
            yield from (Link(name, rel, to, since) for rel, to, since in edges if standing.get(to) in SHOWN)


def several(reader: Reader, memories: Iterable[str], standings: Sequence[str] = SHOWN) -> dict[str, Node]:
    """The nodes of these memories by id, in their order; what stands otherwise (empty: no way) is missing."""
    return {
        held.id: node_of(held)
        for part in _parts(dict.fromkeys(memories), ASKED_AT_ONCE)
        for held in _helds(reader, part)
        if not standings or held.standing in standings
    }


def links_around(reader: Reader, memories: Sequence[str]) -> list[Link]:
    """Every edge from and to these nodes, each once, ordered by relation, source and target."""
    ends = edges_around(reader, [name for name, how in standings_of(reader, memories).items() if how in SHOWN], ALL)
    since: dict[tuple[str, ...], int] = {}
    for names in _parts(dict.fromkeys(edge.source for edge in ends), AT_ONCE):
        for source, record in _records(reader, names).items():
            since |= {(source, rel, target): at for rel, target, at in _stood(record)}
    found = [Link(*edge, since.get(tuple(edge), 0)) for edge in ends]
    return sorted(found, key=lambda link: (link.rel, link.source, link.target))


def first_body(reader: Reader, node: Node) -> bytes | None:
    """The bytes of the first wording of a memory without a key, from which its id follows.

    None when they are not here, or something it said was rejected: that must not travel.
    """
    low, high = bytes.fromhex(node.id.ljust(64, "0")), bytes.fromhex(node.id.ljust(64, "f"))
    rejected = reader._connection.execute("SELECT 1 FROM rejections WHERE memory = ? LIMIT 1", (low[:16],)).fetchone()
    row: Any = reader._connection.execute(
        "SELECT address, body FROM objects WHERE address BETWEEN ? AND ? LIMIT 1", (low, high)
    ).fetchone()
    return bytes(row[1]) if row and not rejected and hashes_to(row[1], row[0]) else None


def touched(reader: Reader, after: int, most: int) -> tuple[list[str], int]:
    """(memories whose node or edges may differ, the position read up to) since a position of the journal.

    At most so many events are read. The other end of a link counts, since its standing may have changed, and so does
    what was made from a memory, whose trust follows. A memory that is no node any more is among them: `several` leaves
    it out.
    """
    rows: Any = reader._connection.execute(
        "SELECT position, memory, op, CASE WHEN op IN ('link','unlink') THEN"
        " json_extract(CAST(fields AS TEXT), '$.target') END FROM journal WHERE position > ? ORDER BY position LIMIT ?",
        (after, most),
    ).fetchall()
    found = dict.fromkeys(
        name for _, memory, _, target in rows for name in (memory.hex(), target or "") if len(name) == 32
    )
    found |= dict.fromkeys(reader.made_from(list(found)))
    return list(found), rows[-1][0] if rows else after


def sizes(reader: Reader) -> tuple[int, int]:
    """(nodes, links that stand); links to what is no node are counted too."""
    marks = ",".join("?" * len(SHOWN))
    row: Any = reader._connection.execute(
        f"SELECT (SELECT coalesce(sum(count), 0) FROM tallies WHERE standing IN ({marks})),"
        " (SELECT count(*) FROM edges)", SHOWN,
    ).fetchone()  # fmt: skip
    return int(row[0]), int(row[1])


def node_of(held: Held) -> Node:
    """A memory as a node."""
    wording = held.wordings[-1] if held.wordings else None
    content = wording.content if wording else {}
    fields = (
        (name, tuple(value) if isinstance(value, list) else str(value))
        for name, value in sorted(content.items()) if name not in ("text", "title")
    )  # fmt: skip
    return Node(
        held.id, held.kind, held.standing, held.trust, held.domain, held.key, held.text, held.title, held.priority,
        held.confidence, held.created, held.updated, held.valid_from, held.valid_until,
        wording.actor if wording else "", held.tags, held.anchors, tuple(fields),
        wording.inputs if wording else (), wording.revision if wording else "",
        len({one.revision for one in held.wordings}) > 1,
    )  # fmt: skip


def _shown(reader: Reader, after: str) -> Iterator[list[str]]:
    """The ids of nodes behind an id, in order, AT_ONCE together."""
    marks, cursor = ",".join("?" * len(SHOWN)), bytes.fromhex(after)
    query = f"SELECT id FROM memories WHERE id > ? AND standing IN ({marks}) ORDER BY id LIMIT {AT_ONCE}"
    while True:
        rows: Any = reader._connection.execute(query, (cursor, *SHOWN)).fetchall()
        if not rows:
            return
        yield [name.hex() for (name,) in rows]
        cursor = rows[-1][0]


def _helds(reader: Reader, memories: Iterable[str]) -> list[Held]:
    """Memories by their ids, in that order; damaged ones go to `reader.damaged`, unknown ones are missing."""
    names = [bytes.fromhex(memory) for memory in memories]
    found: dict[str, Held] = {}
    for start in range(0, len(names), AT_ONCE):
        part = names[start : start + AT_ONCE]
        rows: Any = reader._connection.execute(f"{_ROWS} ({','.join('?' * len(part))}))", part).fetchall()
        found |= reader._held_many([(row[0].hex(), *row[1:]) for row in rows])
    return [found[name.hex()] for name in names if name.hex() in found]


def _records(reader: Reader, memories: Iterable[str]) -> dict[str, Record]:
    """The states of memories by id; those of damaged ones are missing, and go to `reader.damaged`."""
    found: dict[str, Record] = {}
    for part in _parts(memories, AT_ONCE):
        rows: Any = reader._connection.execute(
            f"{_ROWS} ({','.join('?' * len(part))}))", [bytes.fromhex(memory) for memory in part]
        ).fetchall()
        for name, _, packed, digest in rows:
            if hashes_to(packed, digest):
                found[name.hex()] = record_of(packed)
            else:
                reader.damaged.append(name.hex())
    return found


def _stood(record: Record) -> Iterator[tuple[str, str, int]]:
    """(relation, target, since) of the links that a memory's record says stand."""
    for stamp, group in record.get("registers", {}).items():
        for name, stands in group.items():
            if stands and name.startswith(_TO):
                _, rel, target = name.split("/", 2)
                yield rel, target, stamp_wall(stamp)


# -- around a few nodes --------------------------------------------------------------------------------


class Around:
    """Edges around nodes, for one question: what the question leaves out is looked up once.

    Where all memories but a few are wanted, those few are passed over here, and the database reads edges alone: a walk
    then costs half.
    """

    def __init__(self, reader: Reader, wanted: Wanted) -> None:
        self._reader, self._wanted = reader, wanted
        self._unwanted = None if wanted.kinds else _unwanted(reader, wanted)
        narrow, self._values = _narrowed(wanted) if self._unwanted is None else ("", ())
        join = " CROSS JOIN memories m ON m.id = e." if narrow else ""
        self._queries = tuple(
            f"SELECT e.source, e.rel, e.target FROM edges e{join + there if join else join}"
            f" WHERE e.{here} IN (%s){_relations(wanted)}{narrow} LIMIT ?"
            for here, there in _ways(wanted.direction)
        )

    def edges(self, memories: Sequence[str], most: int = -1) -> list[Edge]:
        """The edges of these memories whose other end is wanted, each once; most: of one way of one part, -1 for all.

        Both indexes of edges are used: forwards by (source, relation, target), backwards by (target, relation, source).
        """
        found: dict[tuple[bytes, str, bytes], None] = {}
        names = [bytes.fromhex(memory) for memory in memories]
        for start in range(0, len(names), ASKED_AT_ONCE):
            part = names[start : start + ASKED_AT_ONCE]
            marks = ",".join("?" * len(part))
            for query in self._queries:
                values = (*part, *self._wanted.relations, *self._values, most)
                rows: Any = self._reader._connection.execute(query % marks, values)
                found.update(dict.fromkeys(rows))
        if self._unwanted:
            held, unwanted = set(names), self._unwanted
            return [
                Edge(source.hex(), rel, target.hex()) for source, rel, target in found
                if (source in held or source not in unwanted) and (target in held or target not in unwanted)
            ]  # fmt: skip
        return [Edge(source.hex(), rel, target.hex()) for source, rel, target in found]


def edges_around(reader: Reader, memories: Sequence[str], wanted: Wanted, most: int = -1) -> list[Edge]:
    """The edges of these memories whose other end is wanted, each once."""
    return Around(reader, wanted).edges(memories, most)


def _unwanted(reader: Reader, wanted: Wanted) -> frozenset[bytes] | None:
    """The memories whose standing is not wanted; None when there are more than FEW."""
    counts: Any = reader._connection.execute("SELECT standing, sum(count) FROM tallies GROUP BY standing").fetchall()
    others = [standing for standing, _ in counts if wanted.standings and standing not in wanted.standings]
    if sum(count for standing, count in counts if standing in others) > FEW:
        return None
    if not others:
        return frozenset()
    rows: Any = reader._connection.execute(
        f"SELECT id FROM memories WHERE standing IN ({','.join('?' * len(others))})", others
    )
    return frozenset(name for (name,) in rows) - set(map(bytes.fromhex, wanted.always))


def _ways(direction: str) -> tuple[tuple[str, str], ...]:
    """(column of where one stands, column of where an edge leads) for each way edges are followed."""
    out, back = ("source", "target"), ("target", "source")
    return {OUT: (out,), IN: (back,)}.get(direction, (out, back))


def _relations(wanted: Wanted) -> str:
    return f" AND e.rel IN ({','.join('?' * len(wanted.relations))})" if wanted.relations else ""


def _narrowed(wanted: Wanted) -> tuple[str, tuple[str | bytes, ...]]:
    """The condition on the memory `m` that is reached, and its arguments."""
    named = (("standing", wanted.standings), ("kind", wanted.kinds))
    parts = [f"m.{column} IN ({','.join('?' * len(values))})" for column, values in named if values]
    if not parts:
        return "", ()
    said = " AND ".join(parts)
    if wanted.always:
        said = f"({said} OR m.id IN ({','.join('?' * len(wanted.always))}))"
    return f" AND {said}", (*wanted.standings, *wanted.kinds, *map(bytes.fromhex, wanted.always))


def standings_of(reader: Reader, memories: Collection[str]) -> dict[str, str]:
    """How memories stand, by id; unknown ones are missing."""
    found: dict[str, str] = {}
    for part in _parts(memories, ASKED_AT_ONCE):
        rows = reader._connection.execute(
            f"SELECT id, standing FROM memories WHERE id IN ({','.join('?' * len(part))})",
            [bytes.fromhex(memory) for memory in part],
        )
        found.update((name.hex(), standing) for name, standing in rows)
    return found


# -- the whole of it, for measures ---------------------------------------------------------------------


def skeleton(reader: Reader, wanted: Wanted = ALL) -> Iterator[bytes]:
    """The ids (16 bytes) of the wanted nodes, in order."""
    narrow, values = _narrowed(wanted)
    for (name,) in reader._connection.execute(f"SELECT m.id FROM memories m WHERE 1{narrow} ORDER BY m.id", values):
        yield name


def bones(reader: Reader, relations: Sequence[str] = ()) -> Iterator[tuple[bytes, str, bytes]]:
    """(source, relation, target) of every link that stands, ends as 16 bytes, in that order; ends may be no nodes."""
    condition = f" WHERE rel IN ({','.join('?' * len(relations))})" if relations else ""
    yield from reader._connection.execute(
        f"SELECT source, rel, target FROM edges{condition} ORDER BY source, rel, target", tuple(relations)
    )


def _parts(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    part: list[Any] = []
    for value in values:
        part.append(value)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
