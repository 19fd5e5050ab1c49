"""What a batch of a projection writes: nodes as they are now, those that go, edges that come and go; all in one query.

Nodes are found by their id and written whole, so a batch that is applied twice changes nothing the second time. Labels
and types come from the registers of kinds and relations; everything else is a parameter, which no text can leave.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oldhand.graph.definition import MEMORY, Relationship, Vertex
from oldhand.graph.falkordb.client import Graph
from oldhand.graph.falkordb.cursor import Cursor, guard
from oldhand.graph.falkordb.literals import literal, name_of_property

EMBEDDING = "embedding"  # the property that holds a node's vector
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


class Batch(NamedTuple):
    """nodes: as they shall be; vectors: of those that have one, by id, as literals; gone: ids that are no nodes any
    more; ties: edges that shall be; cuts: edges that shall not, as (source, type, target)."""

    nodes: Sequence[Vertex] = ()
    vectors: dict[str, str] = {}  # noqa: RUF012 - never changed
    gone: Sequence[str] = ()
    ties: Sequence[Relationship] = ()
    cuts: Sequence[tuple[str, str, str]] = ()


def applied(graph: Graph, batch: Batch, before: Cursor, after: Cursor) -> bool:
    """Write a batch and move the cursor, both or nothing; False when the graph has another cursor by now."""
    query, parameters = guard(before, after)
    parts = [*_gone(batch, parameters), *_cuts(batch, parameters), *_nodes(batch, parameters)]
    parts += _ties(batch, parameters)
    return bool(graph.write(f"{query}{' '.join(parts)} RETURN 1", parameters).rows)


def quoted(name: str) -> str:
    """A label or type in backticks. What no register of ours has may come from another program's journal."""
    return f"`{name}`" if _NAME.fullmatch(name) else f"`{re.sub(r'[^A-Za-z0-9_]', '_', name)[:64] or '_'}`"


def _gone(batch: Batch, parameters: dict[str, str]) -> list[str]:
    if not batch.gone:
        return []
    parameters["gone"] = literal(list(batch.gone))
    return [f"CALL {{ UNWIND $gone AS id MATCH (n:{MEMORY} {{id: id}}) DETACH DELETE n }}"]


def _nodes(batch: Batch, parameters: dict[str, str]) -> list[str]:
    """One part for each set of labels: labels are no parameters in Cypher."""
    by_labels: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in batch.nodes:
        vector = batch.vectors.get(one.id, "null")
        by_labels[one.labels].append(f"[{literal(one.id)},{_properties(one)},{vector}]")
    parts = []
    for number, (labels, rows) in enumerate(sorted(by_labels.items())):
        parameters[f"n{number}"] = f"[{','.join(rows)}]"
        more = "".join(f":{quoted(label)}" for label in labels if label != MEMORY)
        parts.append(
            f"CALL {{ UNWIND $n{number} AS row MERGE (n:{MEMORY} {{id: row[0]}}) SET n = row[1]"
            f"{f', n{more}' if more else ''} WITH n, row WHERE row[2] IS NOT NULL"
            f" SET n.{EMBEDDING} = vecf32(row[2]) }}"
        )
    return parts


def _properties(one: Vertex) -> str:
    """The properties of a node; a field whose name Cypher cannot hold is left out, as it cannot be asked for."""
    said = []
    for name, value in one.properties.items():
        try:
            said.append(f"{name_of_property(name)}:{literal(value)}")
        except ValueError:
            continue
    return "{" + ",".join(said) + "}"


def _ties(batch: Batch, parameters: dict[str, str]) -> list[str]:
    """Edges between nodes that are there: what an end lacks comes with that end."""
    by_type: dict[str, list[str]] = defaultdict(list)
    for one in batch.ties:
        by_type[one.type].append(f"[{literal(one.source)},{literal(one.target)},{literal(one.properties)}]")
    parts = []
    for number, (kind, rows) in enumerate(sorted(by_type.items())):
        parameters[f"t{number}"] = f"[{','.join(rows)}]"
        parts.append(
            f"CALL {{ UNWIND $t{number} AS row MATCH (a:{MEMORY} {{id: row[0]}}) MATCH (b:{MEMORY} {{id: row[1]}})"
            f" MERGE (a)-[r:{quoted(kind)}]->(b) SET r = row[2] }}"
        )
    return parts


def _cuts(batch: Batch, parameters: dict[str, str]) -> list[str]:
    by_type: dict[str, list[list[str]]] = defaultdict(list)
    for source, kind, target in batch.cuts:
        by_type[kind].append([source, target])
    parts = []
    for number, (kind, rows) in enumerate(sorted(by_type.items())):
        parameters[f"x{number}"] = literal(rows)
        parts.append(
            f"CALL {{ UNWIND $x{number} AS row MATCH (a:{MEMORY} {{id: row[0]}})-[r:{quoted(kind)}]->"
            f"(b:{MEMORY} {{id: row[1]}}) DELETE r }}"
        )
    return parts


class There(NamedTuple):
    """What a graph holds of some nodes: their labels by id, and every edge from or to them with its properties.

    twice: edges that are there more than once, which only a foreign query can have made."""

    labels: dict[str, frozenset[str]]
    edges: dict[tuple[str, str, str], dict[str, object]]
    twice: set[tuple[str, str, str]]


def there(graph: Graph, ids: Iterable[str]) -> There:
    """What a graph holds of these nodes."""
    parameters = {"ids": literal(list(ids))}
    rows = graph.read(f"UNWIND $ids AS id MATCH (n:{MEMORY} {{id: id}}) RETURN n.id, labels(n)", parameters).rows
    labels = {row[0]: frozenset(row[1]) for row in rows}
    edges: dict[tuple[str, str, str], dict[str, object]] = {}
    numbers: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for pattern in (f"(n)-[r]->(o:{MEMORY})", f"(o:{MEMORY})-[r]->(n)"):
        query = (
            f"UNWIND $ids AS id MATCH (n:{MEMORY} {{id: id}}) MATCH {pattern}"
            " RETURN startNode(r).id, type(r), endNode(r).id, properties(r), ID(r)"
        )
        for source, kind, target, properties, number in graph.read(query, parameters).rows:
            edges[source, kind, target] = dict(properties)
            numbers[source, kind, target].add(number)
    return There(labels, edges, {edge for edge, found in numbers.items() if len(found) > 1})
