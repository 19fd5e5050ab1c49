"""What operations on the graph take and tell alike: names and filters in, nodes with their texts out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from oldhand.errors import BadArgument, NotInGraph
from oldhand.model import kinds
from oldhand.model.identity import short
from oldhand.model.relation import known
from oldhand.store.graph_reading import SHOWN, Wanted, several, standings_of
from oldhand.store.held import Edge
from oldhand.store.reader import Reader

DAMAGED = "damaged"  # the standing of what the graph leads to and cannot be read


class GraphNode(NamedTuple):
    """A memory in an answer. distance: edges from where the question started; 0 where it started nowhere. One whose
    bytes are damaged has the standing `damaged` and no words."""

    id: str
    kind: str
    standing: str
    trust: str
    title: str
    text: str
    distance: int


def start_of(reader: Reader, name: str) -> str:
    """The id of the node that `name` means. Raises UnknownId and its kin, and NotInGraph for what may not be told."""
    memory = reader.resolve(name)
    standing = standings_of(reader, [memory]).get(memory, "")
    if standing not in SHOWN:
        raise NotInGraph(short(memory), standing)
    return memory


def wanted_of(
    relation: Sequence[str] = (), kind: Sequence[str] = (), standing: Sequence[str] = (), direction: str = "both"
) -> Wanted:
    """What a question is about, checked. Raises UnknownRelation, UnknownKind, BadArgument."""
    for one in standing:
        if one not in SHOWN:
            raise BadArgument("standing", one, f"what is in the graph is {', '.join(SHOWN)}")
    chosen = tuple(kinds.known(one.strip().lower()) for one in kind)
    return Wanted(tuple(known(one) for one in relation), direction, chosen, tuple(standing) or SHOWN)


def told(reader: Reader, distance: Mapping[str, int], most: int) -> tuple[list[GraphNode], int]:
    """(the nearest nodes with their texts, how many more there are), by distance, then in the order given."""
    names = sorted(distance, key=lambda name: distance[name])
    return _nodes(reader, names[:most], distance), max(len(names) - most, 0)


def named(reader: Reader, memories: Iterable[str]) -> dict[str, GraphNode]:
    """Nodes with their texts by id, for examples of figures."""
    names = list(dict.fromkeys(memories))
    return {one.id: one for one in _nodes(reader, names, dict.fromkeys(names, 0))}


def between(edges: Iterable[Edge], nodes: Iterable[GraphNode]) -> list[Edge]:
    """The edges both of whose ends are told."""
    inside = {node.id for node in nodes}
    return [edge for edge in edges if edge.source in inside and edge.target in inside]


def _nodes(reader: Reader, names: Sequence[str], distance: Mapping[str, int]) -> list[GraphNode]:
    found = several(reader, names)
    damaged = set(reader.damaged)
    nodes = []
    for name in names:
        if one := found.get(name):
            nodes.append(GraphNode(name, one.kind, one.standing, one.trust, one.title, one.text, distance[name]))
        elif name in damaged:
            nodes.append(GraphNode(name, "", DAMAGED, "", "", "", distance[name]))
    return nodes
