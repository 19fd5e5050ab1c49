"""The operation `graph paths`."""

from typing import Literal, NamedTuple

from oldhand.graph.paths import MOST_PATHS, all_shortest
from oldhand.graph.telling import GraphNode, named, start_of, wanted_of
from oldhand.graph.walks import DEEPEST
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.store.held import Edge


class PathsFound(NamedTuple):
    """The shortest ways between two memories. length: links of each, -1 when there is none; paths: ids along each;
    number: how many there are; cut: empty, or why there may be more: depth, size (the search met too many memories)
    or paths (more than are told)."""

    source: str
    target: str
    length: int
    paths: list[list[str]]
    number: int
    nodes: list[GraphNode]
    edges: list[Edge]
    cut: str
    degraded: str
    root: str
    scope: str


@operation(READ)
def paths(
    memory: Memory, source: str, target: str, *, relation: list[str] = [], kind: list[str] = [],
    direction: Literal["both", "out", "in"] = "both", depth: int = DEEPEST, limit: int = 3, as_of: str = "",
    scope: Literal["project", "global"] = "project",
) -> PathsFound:  # fmt: skip
    """Find the shortest ways that lead from one memory to another

    Parameters
    source: where to start, at least 6 characters of its id
    target: where to end, at least 6 characters of its id
    relation: only over links of these relations
    kind: only through memories of these kinds; the two ends may be of any
    direction: out (links as they point), in (against them), or both
    depth: at most so many links, up to 8
    limit: tell at most so many ways, up to 20
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    wanted = wanted_of(relation, kind, (), direction)
    with memory.reading(as_of, scope) as reader:
        start, end = start_of(reader, source), start_of(reader, target)
        most = min(max(limit, 1), MOST_PATHS)
        found = all_shortest(reader, start, end, wanted, min(max(depth, 1), DEEPEST), most)
        nodes = named(reader, [start, end, *(name for path in found.paths for name in path)])
        memory.trace_detail = {"length": found.length, "visited": found.visited}
        return PathsFound(
            start, end, found.length, found.paths, found.number, list(nodes.values()), found.edges, found.cut,
            reader.degradation(), reader.root().root.hex(), scope,
        )  # fmt: skip
