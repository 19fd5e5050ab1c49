"""Whether a graph shows exactly what the store says: every node with every property, every edge, and nothing else."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.graph.definition import MEMORY, relationships, vertices
from oldhand.graph.falkordb.batches import EMBEDDING
from oldhand.graph.falkordb.client import Graph
from oldhand.graph.falkordb.cursor import LABEL
from oldhand.graph.falkordb.literals import NUL_SIGN, literal

if TYPE_CHECKING:
    from oldhand.store.reader import Reader

AT_ONCE = 2000  # nodes read from the graph together
MOST_TOLD = 20  # differences that are told one by one


class Differences(NamedTuple):
    """How a graph differs from the store. many: how many differences there are; told: the first of them in words."""

    many: int
    told: list[str]


def differences(graph: Graph, reader: "Reader") -> Differences:
    """Compare a graph with a view of the store, whatever its cursor says. Memory grows with the number of nodes."""
    count, told = 0, list[str]()
    for said in (*_of_nodes(graph, reader), *_of_edges(graph, reader)):
        count += 1
        if len(told) < MOST_TOLD:
            told.append(said)
    return Differences(count, told)


def _of_nodes(graph: Graph, reader: "Reader") -> Iterator[str]:
    present = dict(_nodes(graph))
    for one in vertices(reader):
        found = present.pop(one.id, None)
        wanted = (frozenset(one.labels), {name: _sent(value) for name, value in one.properties.items()})
        if found is None:
            yield f"node {one.id[:12]} is missing"
        elif found != wanted:
            names = sorted(name for name in {*found[1], *wanted[1]} if found[1].get(name) != wanted[1].get(name))
            yield f"node {one.id[:12]} differs ({', '.join(names) or 'labels'})"
    yield from (f"node {identity[:12]} is too many" for identity in present)
    others = graph.read(f"MATCH (n) WHERE NOT n:{MEMORY} AND NOT n:{LABEL} RETURN count(n)").rows[0][0]
    if others:
        yield f"{others} nodes are no memories"


def _of_edges(graph: Graph, reader: "Reader") -> Iterator[str]:
    present: dict[tuple[str, str, str], Any] = {}
    seen = 0
    for edge, properties in _edges(graph):
        seen += 1
        if edge in present:
            yield f"edge {_edge(*edge)} is there twice"
        present[edge] = properties
    for one in relationships(reader):
        found = present.pop((one.source, one.type, one.target), None)
        if found != one.properties:
            said = "is missing" if found is None else "differs"
            yield f"edge {_edge(one.source, one.type, one.target)} {said}"
    yield from (f"edge {_edge(*edge)} is too many" for edge in present)
    every = graph.read("MATCH ()-[r]->() RETURN count(r)").rows[0][0]
    if every != seen:
        yield f"{every - seen} edges are not from memory to memory"


def _edges(graph: Graph) -> Iterator[tuple[tuple[str, str, str], dict[str, Any]]]:
    """((source, type, target), properties) of every edge between memories in a graph."""
    query = (
        f"UNWIND $ids AS id MATCH (a:{MEMORY} {{id: id}})-[r]->(b:{MEMORY}) RETURN a.id, type(r), b.id, properties(r)"
    )
    for ids in _ids(graph):
        for source, kind, target, properties in graph.read(query, {"ids": literal(ids)}).rows:
            yield (source, kind, target), dict(properties)


def _ids(graph: Graph) -> Iterator[list[str]]:
    """The ids of the memories in a graph, in their order, some at a time."""
    after = ""
    query = f"MATCH (n:{MEMORY}) WHERE n.id > $after RETURN n.id ORDER BY n.id LIMIT {AT_ONCE}"
    while rows := graph.read(query, {"after": literal(after)}).rows:
        yield [row[0] for row in rows]
        after = rows[-1][0]


def _nodes(graph: Graph) -> Iterator[tuple[str, tuple[frozenset[str], dict[str, Any]]]]:
    """(id, (labels, properties without the vector)) of every memory in a graph."""
    query = f"UNWIND $ids AS id MATCH (n:{MEMORY} {{id: id}}) RETURN n.id, labels(n), properties(n)"
    for ids in _ids(graph):
        for identity, labels, properties in graph.read(query, {"ids": literal(ids)}).rows:
            said = {name: value for name, value in properties.items() if name != EMBEDDING}
            yield identity, (frozenset(labels), said)


def _sent(value: Any) -> Any:
    """A property as FalkorDB can hold it."""
    if isinstance(value, str):
        return value.replace("\0", NUL_SIGN)
    return [_sent(part) for part in value] if isinstance(value, list) else value


def _edge(source: object, kind: str, target: object) -> str:
    return f"{str(source)[:12]} {kind} {str(target)[:12]}"
