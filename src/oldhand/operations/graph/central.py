"""The operation `graph central`."""

from typing import Literal, NamedTuple

from oldhand.graph.measures import betweenness_of, degrees_of, pagerank_of
from oldhand.graph.telling import GraphNode, named, wanted_of
from oldhand.graph.whole import Whole, whole
from oldhand.memory import Memory
from oldhand.operation import READ, operation


class Weighed(NamedTuple):
    """A memory and how central it is. value: its PageRank or betweenness, or the number of its links; error: half the
    width of the 95 % interval where the value was estimated, else 0; links_in, links_out: its links."""

    node: GraphNode
    value: float
    error: float
    links_in: int
    links_out: int


class Central(NamedTuple):
    """The memories that hold the graph together. items: the most central first; exact: whether every figure was
    counted; method: how, in words; nodes, edges: the size of what was looked at."""

    by: str
    items: list[Weighed]
    nodes: int
    edges: int
    exact: bool
    method: str
    degraded: str
    root: str
    scope: str


@operation(READ)
def central(
    memory: Memory, *, by: Literal["pagerank", "degree", "betweenness"] = "pagerank", relation: list[str] = [],
    kind: list[str] = [], standing: list[str] = [], limit: int = 15, as_of: str = "",
    scope: Literal["project", "global"] = "project",
) -> Central:  # fmt: skip
    """Tell which memories hold the graph together

    pagerank: what many things, and central things, point to. degree: what has most links. betweenness: what lies on
    the shortest ways between others; in a large graph it is estimated, and the error told.

    Parameters
    by: the measure
    relation: only over links of these relations
    kind: only among memories of these kinds
    standing: only what stands so: active, contested, superseded or retired (default: all of them)
    limit: tell at most so many
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    wanted = wanted_of(relation, kind, standing)
    with memory.reading(as_of, scope) as reader:
        graph = whole(reader, wanted)
        values, errors, exact, method = _measured(graph, by)
        degrees = degrees_of(graph)
        order = sorted((n for n in range(graph.size) if sum(degrees[n])), key=lambda n: (-round(values[n], 12), n))
        nodes = named(reader, [graph.id(number) for number in order[: max(limit, 1)]])
        items = [
            Weighed(nodes[graph.id(n)], values[n], errors[n], *degrees[n])
            for n in order[: max(limit, 1)] if graph.id(n) in nodes
        ]  # fmt: skip
        memory.trace_detail = {"nodes": graph.size, "edges": graph.edge_count}
        return Central(
            by,
            items,
            graph.size,
            graph.edge_count,
            exact,
            method,
            reader.degradation(),
            reader.root().root.hex(),
            scope,
        )


def _measured(graph: Whole, by: str) -> tuple[list[float], list[float], bool, str]:
    """(the value of each node, its error, whether it is exact, how it was found)."""
    none = [0.0] * graph.size
    if by == "degree":
        return [float(sum(pair)) for pair in degrees_of(graph)], none, True, "links that come in and go out"
    if by == "pagerank":
        found = pagerank_of(graph)
        return found.ranks, none, found.settled, f"power iteration, {found.rounds} rounds, damping 0.85"
    between = betweenness_of(graph)
    how = "every pair" if between.exact else f"estimated from {between.pairs:,} pairs drawn at random"
    return between.shares, between.error, between.exact, f"shortest ways between others, {how}"
