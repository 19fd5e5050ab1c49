"""The operation `graph communities`."""

from typing import Literal, NamedTuple

from oldhand.graph.communities import communities_of
from oldhand.graph.measures import degrees_of
from oldhand.graph.telling import GraphNode, named, wanted_of
from oldhand.graph.whole import whole
from oldhand.memory import Memory
from oldhand.operation import READ, operation

SHOWN = 5  # memories of a group that are told with their texts: those with most links


class Community(NamedTuple):
    """A group of memories. size: how many; inside: links between two of them; outside: links to others; first: those
    with most links."""

    size: int
    inside: int
    outside: int
    first: list[GraphNode]


class CommunitiesFound(NamedTuple):
    """Groups of memories that are tied to one another more than to the rest. items: the largest first; found: groups
    of more than one; lone: memories in no group; modularity: from -0.5 to 1, 0 where they are as tied as by chance,
    above 0.3 where there are groups to speak of."""

    items: list[Community]
    found: int
    lone: int
    modularity: float
    nodes: int
    edges: int
    degraded: str
    root: str
    scope: str


@operation(READ)
def communities(
    memory: Memory, *, relation: list[str] = [], kind: list[str] = [], standing: list[str] = [], limit: int = 8,
    as_of: str = "", scope: Literal["project", "global"] = "project",
) -> CommunitiesFound:  # fmt: skip
    """Find groups of memories that are tied to one another more than to the rest

    Parameters
    relation: only over links of these relations
    kind: only among memories of these kinds
    standing: only what stands so: active, contested, superseded or retired (default: all of them)
    limit: tell at most so many groups
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    wanted = wanted_of(relation, kind, standing)
    with memory.reading(as_of, scope) as reader:
        graph = whole(reader, wanted)
        found = communities_of(graph)
        groups = [group for group in found.groups if len(group) > 1]
        degrees = [sum(pair) for pair in degrees_of(graph)]
        items: list[Community] = []
        for group in groups[: max(limit, 1)]:
            inside = set(group)
            within = sum(end in inside for node in group for end in graph.out[node])
            first = sorted(group, key=lambda node: (-degrees[node], node))[:SHOWN]
            nodes = named(reader, [graph.id(node) for node in first])
            total = sum(degrees[node] for node in group)
            items.append(Community(len(group), within, total - 2 * within, list(nodes.values())))
        lone = sum(len(group) == 1 for group in found.groups)
        memory.trace_detail = {"nodes": graph.size, "edges": graph.edge_count}
        return CommunitiesFound(
            items,
            len(groups),
            lone,
            found.modularity,
            graph.size,
            graph.edge_count,
            reader.degradation(),
            reader.root().root.hex(),
            scope,
        )
