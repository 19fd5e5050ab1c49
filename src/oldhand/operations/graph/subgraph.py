"""The operation `graph subgraph`."""

from typing import Literal, NamedTuple

from oldhand.errors import MissingArgument
from oldhand.graph.definition import derived as derived_from
from oldhand.graph.telling import GraphNode, between, start_of, told, wanted_of
from oldhand.graph.walks import DEEPEST, among, within
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.store.graph_reading import several
from oldhand.store.held import Edge
from oldhand.store.reader import Reader

MOST_STARTS = 50  # memories that a subgraph is drawn around


class Beside(NamedTuple):
    """Something that is no memory and that memories speak of: a file, a dependency, a commit, an agent.

    id: as exports and FalkorDB call it, `file:src/pay.py`; memories: the ids of those that speak of it, with how.
    """

    id: str
    label: str
    name: str
    memories: list[Edge]


class Subgraph(NamedTuple):
    """The part of the graph around several memories. nodes: the starts first, then the nearest; edges: those between
    two of them; beside: what they speak of, where it was asked for; left_out, cut: as in `graph neighbours`."""

    starts: list[str]
    nodes: list[GraphNode]
    edges: list[Edge]
    beside: list[Beside]
    left_out: int
    cut: bool
    degraded: str
    root: str
    scope: str


@operation(READ)
def subgraph(
    memory: Memory, names: list[str], *, depth: int = 1, relation: list[str] = [], kind: list[str] = [],
    standing: list[str] = [], derived: bool = False, limit: int = 30, as_of: str = "",
    scope: Literal["project", "global"] = "project",
) -> Subgraph:  # fmt: skip
    """Show the part of the graph around several memories

    Parameters
    names: at least 6 characters of the id of each
    depth: how many links away, from 0 (only the links among them) to 8
    relation: only links of these relations
    kind: only memories of these kinds
    standing: only what stands so: active, contested, superseded or retired (default: all of them)
    derived: also the files, dependencies, commits, pull requests, incidents and agents they speak of
    limit: tell at most so many memories
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    if not names:
        raise MissingArgument("graph subgraph", "names", "give at least one id")
    wanted = wanted_of(relation, kind, standing)
    with memory.reading(as_of, scope) as reader:
        starts = list(dict.fromkeys(start_of(reader, name) for name in names[:MOST_STARTS]))
        deep = min(max(depth, 0), DEEPEST)
        walk = within(reader, starts, deep, wanted)
        edges = among(reader, list(walk.distance), wanted)
        nodes, left_out = told(reader, walk.distance, max(limit, len(starts)))
        memory.trace_detail = {"nodes": len(walk.distance), "edges": len(edges)}
        beside = _beside(reader, nodes) if derived else []
        return Subgraph(
            starts,
            nodes,
            between(edges, nodes),
            beside,
            left_out,
            walk.cut,
            reader.degradation(),
            reader.root().root.hex(),
            scope,
        )


def _beside(reader: Reader, nodes: list[GraphNode]) -> list[Beside]:
    """What the nodes speak of, what most of them speak of first."""
    found: dict[str, Beside] = {}
    for node in several(reader, [one.id for one in nodes]).values():
        vertices, ties = derived_from(node)
        for vertex in vertices:
            found.setdefault(vertex.id, Beside(vertex.id, vertex.labels[0], str(vertex.properties["name"]), []))
        for tie in ties:
            found[tie.target].memories.append(Edge(tie.source, tie.type, tie.target))
    return sorted(found.values(), key=lambda one: (-len(one.memories), one.label, one.id))
