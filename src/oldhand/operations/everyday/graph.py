"""The operation `graph`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.model.relation import known
from oldhand.operation import READ, operation
from oldhand.store.reader import Edge

DEEPEST = 8  # hops: beyond that a graph of knowledge is everything
LARGEST = 500  # memories in one answer


class Node(NamedTuple):
    """A memory in the graph and how many ties away it is."""

    id: str
    kind: str
    standing: str
    text: str
    distance: int


class Graph(NamedTuple):
    """The memories within some ties of one, nearest first, and the ties among them. cut: whether there were more."""

    start: str
    nodes: list[Node]
    edges: list[Edge]
    cut: bool
    root: str
    scope: str


@operation(READ)
def graph(
    memory: Memory, name: str, *, depth: int = 2, relation: str = "", as_of: str = "",
    scope: Literal["project", "global"] = "project",
) -> Graph:  # fmt: skip
    """Show what a memory is tied to, some ties deep

    Parameters
    name: at least 6 characters of its id
    depth: how many ties away, from 1 to 8
    relation: only ties of this relation
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    rel = known(relation) if relation else ""
    with memory.reading(as_of, scope) as reader:
        start = reader.resolve(name)
        distance = {start: 0}
        edges: dict[Edge, None] = {}
        frontier = [start]
        cut = False
        for step in range(1, min(max(depth, 1), DEEPEST) + 1):
            reached: list[str] = []
            for here in frontier:
                for edge in reader.edges(here):
                    if rel and edge.rel != rel:
                        continue
                    there = edge.target if edge.source == here else edge.source
                    if there not in distance:
                        if len(distance) >= LARGEST:
                            cut = True
                            continue
                        distance[there] = step
                        reached.append(there)
                    edges[edge] = None
            frontier = reached
        nodes = []
        for identity, away in sorted(distance.items(), key=lambda pair: (pair[1], pair[0])):
            held = reader.find(identity)
            if held is not None:
                nodes.append(Node(identity, held.kind, held.standing, held.text, away))
        return Graph(start, nodes, list(edges), cut, reader.root().root.hex(), scope)
