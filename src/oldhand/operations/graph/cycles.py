"""The operation `graph cycles`."""

from typing import Literal, NamedTuple

from oldhand.graph.cycles import ORDERING, cycles_of
from oldhand.graph.telling import GraphNode, named, wanted_of
from oldhand.graph.whole import whole
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.store.held import Edge


class Circle(NamedTuple):
    """A group of memories that all lead to one another. size: how many; nodes, edges: one shortest circle among them,
    in its order."""

    size: int
    nodes: list[GraphNode]
    edges: list[Edge]


class CyclesFound(NamedTuple):
    """The circles of the graph. items: the largest group first; found: how many groups there are; relations: the links
    that were followed."""

    items: list[Circle]
    found: int
    relations: list[str]
    degraded: str
    root: str
    scope: str


@operation(READ)
def cycles(
    memory: Memory,
    *,
    relation: list[str] = [],
    limit: int = 10,
    as_of: str = "",
    scope: Literal["project", "global"] = "project",
) -> CyclesFound:
    """Find memories that depend on, cause, replace or block one another in a circle

    Parameters
    relation: follow these relations instead of depends_on, caused_by, supersedes and blocks
    limit: tell at most so many groups
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    wanted = wanted_of(relation)
    wanted = wanted._replace(relations=wanted.relations or ORDERING)
    with memory.reading(as_of, scope) as reader:
        found = cycles_of(whole(reader, wanted))
        items: list[Circle] = []
        for group, edges in list(zip(found.groups, found.shortest, strict=True))[: max(limit, 1)]:
            nodes = named(reader, [edge.source for edge in edges])
            items.append(Circle(len(group), list(nodes.values()), edges))
        memory.trace_detail = {"groups": len(found.groups)}
        return CyclesFound(
            items, len(found.groups), list(wanted.relations), reader.degradation(), reader.root().root.hex(), scope
        )
