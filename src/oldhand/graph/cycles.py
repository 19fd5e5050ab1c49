"""Circles in the graph: things that depend on, cause, replace or block one another in the end.

Strongly connected components by Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion, so
that a chain of a million links needs no stack of calls. A group of more than one node holds at least one circle.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from oldhand.graph.whole import Whole
from oldhand.store.held import Edge

ORDERING = ("depends_on", "caused_by", "supersedes", "blocks")  # relations in which a circle is a mistake


class Cycles(NamedTuple):
    """The circles of a graph. groups: sorted ids of nodes that all lead to one another, the largest group first, then
    by its ids; shortest: of each group one shortest circle, its edges in order, beginning with the smallest id."""

    groups: list[list[str]]
    shortest: list[list[Edge]]


def cycles_of(graph: Whole, most: int = -1) -> Cycles:
    """The circles of a graph that was read."""
    groups = [sorted(group) for group in components(graph.size, graph.out) if len(group) > 1]
    groups.sort(key=lambda group: (-len(group), group))
    groups = groups if most < 0 else groups[:most]
    shortest = [_shortest(graph, group) for group in groups]
    return Cycles([[graph.id(number) for number in group] for group in groups], shortest)


def components(size: int, out: Sequence[Sequence[int]]) -> list[list[int]]:
    """The strongly connected components of a graph of `size` nodes; out: of each node, those its edges lead to."""
    order, low = [0] * size, [0] * size  # 0: not met yet; else the place in the order of meeting, from 1
    on_stack = bytearray(size)
    stack: list[int] = []
    found: list[list[int]] = []
    met = 0
    for root in range(size):
        if order[root]:
            continue
        work = [(root, 0)]
        while work:
            node, place = work.pop()
            if place == 0:
                met += 1
                order[node] = low[node] = met
                stack.append(node)
                on_stack[node] = 1
            ends = out[node]
            descended = False
            for at in range(place, len(ends)):
                end = ends[at]
                if not order[end]:
                    work += [(node, at + 1), (end, 0)]
                    descended = True
                    break
                if on_stack[end]:
                    low[node] = min(low[node], order[end])
            if descended:
                continue
            if low[node] == order[node]:
                group: list[int] = []
                while not group or group[-1] != node:
                    group.append(stack.pop())
                    on_stack[group[-1]] = 0
                found.append(group)
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[node])
    return found


def _shortest(graph: Whole, group: Sequence[int]) -> list[Edge]:
    """One shortest circle through the smallest node of a group, found breadth first within the group."""
    inside, start = set(group), group[0]
    before, front = {start: -1}, [start]
    last = -1
    while last < 0:
        reached: list[int] = []
        for node in front:
            for end in sorted(graph.out[node]):
                if end == start:
                    last = node
                    break
                if end in inside and end not in before:
                    before[end] = node
                    reached.append(end)
            if last >= 0:
                break
        front = reached
    path = [start, last]
    while path[-1] != start:
        path.append(before[path[-1]])
    path.reverse()
    return [graph.edge(a, b) for a, b in pairwise(path)]
