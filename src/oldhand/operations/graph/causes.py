"""The operation `graph causes`."""

from typing import Literal, NamedTuple

from oldhand.graph.telling import GraphNode, between, start_of, told, wanted_of
from oldhand.graph.walks import DEEPEST, causes_of
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.store.held import Edge


class Causes(NamedTuple):
    """What a memory goes back to. nodes: itself first, then the nearest causes; edges: each from a thing to its cause;
    roots: the ids of those that go back to nothing further; left_out, cut: as in `graph neighbours`."""

    start: str
    nodes: list[GraphNode]
    edges: list[Edge]
    roots: list[str]
    left_out: int
    cut: bool
    degraded: str
    root: str
    scope: str


@operation(READ)
def causes(
    memory: Memory, name: str, *, depth: int = 4, relation: list[str] = [], limit: int = 30, as_of: str = "",
    scope: Literal["project", "global"] = "project",
) -> Causes:  # fmt: skip
    """Show what a memory goes back to: its causes, inputs, and what it depends on

    Followed are caused_by, derived_from, outcome_of and depends_on, from a thing to what it came of.

    Parameters
    name: at least 6 characters of its id
    depth: how many links back, from 1 to 8
    relation: follow these relations instead
    limit: tell at most so many memories
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    wanted = wanted_of(relation)
    with memory.reading(as_of, scope) as reader:
        start = start_of(reader, name)
        deep = min(max(depth, 1), DEEPEST)
        walk = causes_of(reader, start, deep, wanted.relations)
        nodes, left_out = told(reader, walk.distance, max(limit, 1))
        going_on = {edge.source for edge in walk.edges}
        # What lies at the full depth may go back further, which was not asked for.
        roots = [node.id for node in nodes if node.id not in going_on and 0 < node.distance < deep]
        memory.trace_detail = {"nodes": len(walk.distance)}
        edges = between(walk.edges, nodes)
        return Causes(
            start, nodes, edges, roots, left_out, walk.cut, reader.degradation(), reader.root().root.hex(), scope
        )
