"""The operation `graph`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.model.relation import known
from oldhand.operation import READ, operation
from oldhand.store.held import Edge


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
    degraded: str


@operation(READ)
def graph(
    memory: Memory, name: str, *, depth: int = 2, relation: str = "", as_of: str = "",
    scope: Literal["project", "global"] = "project",
) -> Graph:  # fmt: skip
    """Show what a memory is tied to, some ties deep

    Further commands: graph neighbours, paths, subgraph, causes, central, communities, cycles, health, export and
    import; and attach, sync, query and detach for FalkorDB.

    Parameters
    name: at least 6 characters of its id
    depth: how many ties away, from 1 to 8
    relation: only ties of this relation
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    from oldhand.graph.walks import DEEPEST, within
    from oldhand.store.graph_reading import Wanted, several

    wanted = Wanted(relations=(known(relation),) if relation else (), standings=())
    with memory.reading(as_of, scope) as reader:
        start = reader.resolve(name)
        walk = within(reader, [start], min(max(depth, 1), DEEPEST), wanted)
        found = several(reader, walk.distance, standings=())
        nodes = [Node(one.id, one.kind, one.standing, one.text, walk.distance[one.id]) for one in found.values()]
        return Graph(start, nodes, walk.edges, walk.cut, reader.root().root.hex(), scope, reader.degradation())
