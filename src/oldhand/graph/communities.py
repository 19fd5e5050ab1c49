"""Groups of memories that are tied to one another more than to the rest.

Louvain: Blondel et al., "Fast unfolding of communities in large networks" (2008), in a fixed order instead of a random
one. A group that falls into unconnected parts (Traag et al., "From Louvain to Leiden", 2019, section 2) is divided into
them at the end, which never lowers the modularity. Links count whatever their direction; two links count twice.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from oldhand.graph.whole import Whole

MOST_LEVELS = 20  # times that groups are joined to larger ones: real graphs settle after 3 to 6
MOST_SWEEPS = 30  # looks at each node of a level on average: real graphs settle after 3 to 10
LEAST_GAIN = 1e-12  # of modularity by one move: below that a difference is of rounding
RESOLUTION = 1.0  # Newman's own modularity; larger values make smaller groups


class Communities(NamedTuple):
    """groups: nodes as numbers, each group sorted, the largest first, then by its first node; modularity: from -0.5 to
    1, 0 where the groups are as tied as by chance; settled: whether no move was left when it ended."""

    groups: list[list[int]]
    modularity: float
    settled: bool


def communities_of(graph: Whole, resolution: float = RESOLUTION) -> Communities:
    """The communities of a graph. A node without links is a group of its own."""
    near = graph.neighbours()
    member = list(range(graph.size))  # of each node, its group
    level: list[dict[int, int]] = [dict(ends) for ends in near]
    loops = [0] * graph.size  # of each group of a level, twice the weight of the edges within it
    settled = True
    for _ in range(MOST_LEVELS):
        place, moved, done = _moved(level, loops, resolution)
        settled = settled and done
        if not moved:
            break
        member = [place[group] for group in member]
        level, loops = _joined(level, loops, place)
    groups = _connected(near, member)
    groups.sort(key=lambda group: (-len(group), group[0]))
    return Communities(groups, modularity(near, groups, resolution), settled)


def modularity(near: Sequence[dict[int, int]], groups: Sequence[Sequence[int]], resolution: float = 1.0) -> float:
    """Newman's modularity of a division (Newman, "Analysis of weighted networks", 2004); 0 for a graph without edges.

    near: of each node its neighbours with the number of edges to each.
    """
    twice = sum(sum(ends.values()) for ends in near)
    if not twice:
        return 0.0
    total = 0.0
    for group in groups:
        inside = set(group)
        within = sum(count for node in group for end, count in near[node].items() if end in inside)
        degree = sum(sum(near[node].values()) for node in group)
        total += within / twice - resolution * (degree / twice) ** 2
    return total


def _moved(level: Sequence[dict[int, int]], loops: Sequence[int], resolution: float) -> tuple[list[int], bool, bool]:
    """(the group of each node, numbered from 0; whether any moved; whether it settled): every node goes where most is
    gained; those next to one that went are looked at again (Traag et al., appendix A: "fast local move"). Of equal
    groups the one with the smallest number is taken, and none is left for an equal one."""
    degree = [sum(ends.values()) + loop for ends, loop in zip(level, loops, strict=True)]
    twice = sum(degree)
    member, weight = list(range(len(level))), list(degree)
    waiting, in_line, looks = deque(range(len(level))), bytearray(b"\1" * len(level)), MOST_SWEEPS * len(level)
    moved = False
    while waiting and looks and twice:
        looks -= 1
        node = waiting.popleft()
        in_line[node] = 0
        ends, home, own = level[node], member[node], degree[node]
        to: dict[int, int] = {home: 0}
        for end, count in ends.items():
            group = member[end]
            to[group] = to.get(group, 0) + count
        weight[home] -= own
        factor = resolution * own / twice
        best, most = home, to[home] - factor * weight[home] + LEAST_GAIN * twice
        for group, count in to.items():
            gain = count - factor * weight[group]
            if gain > most or (gain == most and group < best != home):
                best, most = group, gain
        weight[best] += own
        if best != home:
            member[node], moved = best, True
            for end in ends:
                if not in_line[end] and member[end] != best:
                    in_line[end] = 1
                    waiting.append(end)
    number: dict[int, int] = {}
    return [number.setdefault(group, len(number)) for group in member], moved, not waiting


def _joined(
    level: Sequence[dict[int, int]], loops: Sequence[int], place: Sequence[int]
) -> tuple[list[dict[int, int]], list[int]]:
    """The graph of groups: each becomes a node, the edges between two are added up, those within become its loop."""
    size = max(place, default=-1) + 1
    fresh: list[dict[int, int]] = [{} for _ in range(size)]
    inner = [0] * size
    for node, ends in enumerate(level):
        here = place[node]
        inner[here] += loops[node]
        for end, count in ends.items():
            there = place[end]
            if there == here:
                inner[here] += count
            else:
                fresh[here][there] = fresh[here].get(there, 0) + count
    return fresh, inner


def _connected(near: Sequence[dict[int, int]], member: Sequence[int]) -> list[list[int]]:
    """The parts of groups that hang together, each sorted, in the order of their first nodes."""
    seen = bytearray(len(near))
    groups: list[list[int]] = []
    for start in range(len(near)):
        if seen[start]:
            continue
        seen[start] = 1
        group = [start]
        for node in group:  # grows while it is walked
            for end in near[node]:
                if not seen[end] and member[end] == member[start]:
                    seen[end] = 1
                    group.append(end)
        groups.append(sorted(group))
    return groups
