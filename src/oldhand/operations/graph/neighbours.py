"""The operation `graph neighbours`."""

from typing import Literal, NamedTuple

from oldhand.graph.telling import GraphNode, between, start_of, told, wanted_of
from oldhand.graph.walks import DEEPEST, within
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.store.held import Edge


class Neighbours(NamedTuple):
    """What lies around a memory. nodes: itself first, then the nearest; edges: those between two of them; left_out:
    nodes that were found and are not told; cut: whether there are more beyond what one question may reach."""

    start: str
    nodes: list[GraphNode]
    edges: list[Edge]
    left_out: int
    cut: bool
    degraded: str
    root: str
    scope: str


@operation(READ)
def neighbours(
    memory: Memory, name: str, *, depth: int = 2, relation: list[str] = [], kind: list[str] = [],
    standing: list[str] = [], direction: Literal["both", "out", "in"] = "both", limit: int = 30, as_of: str = "",
    scope: Literal["project", "global"] = "project",
) -> Neighbours:  # fmt: skip
    """Show what lies around a memory in the graph, nearest first

    Parameters
    name: at least 6 characters of its id
    depth: how many links away, from 1 to 8
    relation: only links of these relations
    kind: only memories of these kinds; the way to them leads through such memories alone
    standing: only what stands so: active, contested, superseded or retired (default: all of them)
    direction: out (links from it), in (links to it), or both
    limit: tell at most so many memories
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    wanted = wanted_of(relation, kind, standing, direction)
    with memory.reading(as_of, scope) as reader:
        start = start_of(reader, name)
        walk = within(reader, [start], min(max(depth, 1), DEEPEST), wanted)
        nodes, left_out = told(reader, walk.distance, max(limit, 1))
        memory.trace_detail = {"nodes": len(walk.distance), "edges": len(walk.edges)}
        edges = between(walk.edges, nodes)
        return Neighbours(
            start, nodes, edges, left_out, walk.cut, reader.degradation(), reader.root().root.hex(), scope
        )
