"""Which memories hold the graph together: degree, PageRank, betweenness.

Everything is counted in a fixed order, so that the same graph gives the same figures to the last digit.
"""

import math
import random
from collections.abc import Sequence
from typing import NamedTuple

from oldhand.graph.whole import Whole

DAMPING = 0.85  # share of the rank that follows edges: Brin and Page, "The anatomy of a search engine" (1998), 2.1.1
TOLERANCE = 1e-9  # change of all ranks together, in L1, at which they count as settled: far below what is shown
MOST_ROUNDS = 200  # the error shrinks by DAMPING each round: 1e-9 takes at most 128
WORK = 20_000_000  # edges looked at: some ten seconds; betweenness is exact while it needs no more
FEWEST_PAIRS, MOST_PAIRS = 200, 5_000  # that are drawn where it is estimated: an error of 0.07 at most, and of 0.014
SEED = 20_260_101  # of the pairs: the same graph gives the same estimate
NORMAL_95 = 1.959963984540054  # of the standard normal distribution, for an interval of 95 %


class Ranks(NamedTuple):
    """PageRank of every node, in the order of the graph, summing to 1. settled: whether TOLERANCE was reached."""

    ranks: list[float]
    rounds: int
    settled: bool


class Betweenness(NamedTuple):
    """How often a node lies on shortest paths between two others, from 0 to 1, in the order of the graph.

    error: of each, half the width of its 95 % interval where it was estimated, else 0; pairs: how many were drawn;
    exact: whether every pair was counted instead.
    """

    shares: list[float]
    error: list[float]
    pairs: int
    exact: bool


def degrees_of(graph: Whole) -> list[tuple[int, int]]:
    """(edges that come in, edges that go out) of every node."""
    return [(len(back), len(out)) for back, out in zip(graph.back, graph.out, strict=True)]


def pagerank_of(graph: Whole) -> Ranks:
    """PageRank by power iteration: what a walker who follows links at random, and now and then jumps, visits.

    A link passes rank from its source to its target; what many decisions depend on ranks high. Two links between the
    same nodes count twice. Rank of nodes without an outgoing link is spread over all (Langville and Meyer, "Deeper
    inside PageRank", 2004, section 3).
    """
    size = graph.size
    if not size:
        return Ranks([], 0, True)
    ranks = [1 / size] * size
    fan = [len(ends) for ends in graph.out]
    sinks = [node for node, count in enumerate(fan) if not count]
    for round_ in range(1, MOST_ROUNDS + 1):
        shares = [rank / count if count else 0.0 for rank, count in zip(ranks, fan, strict=True)]
        base = (1 - DAMPING + DAMPING * math.fsum(ranks[node] for node in sinks)) / size
        fresh = [base + DAMPING * sum([shares[source] for source in back]) for back in graph.back]
        change = math.fsum(abs(new - old) for new, old in zip(fresh, ranks, strict=True))
        ranks = fresh
        if change < TOLERANCE:
            return Ranks(ranks, round_, True)
    return Ranks(ranks, MOST_ROUNDS, False)


def betweenness_of(graph: Whole, *, pairs: int = 0) -> Betweenness:
    """Betweenness over links whatever their direction, each neighbour counted once.

    Brandes, "A faster algorithm for betweenness centrality" (2001). Where that takes more than WORK, or with `pairs`,
    the mean over pairs of nodes drawn at random, each searched from both ends, as Borassi and Natale, "KADABRA is an
    adaptive algorithm for betweenness" (2016), section 4. The interval is that of Agresti and Coull (1998) for a share
    of so many trials, which is on the safe side: what one pair adds varies less than a yes or no.
    """
    size = graph.size
    near = [sorted(ends) for ends in graph.neighbours()]
    if size < 3:
        return Betweenness([0.0] * size, [0.0] * size, 0, True)
    counting = _Counting(near)
    if not pairs and size * sum(map(len, near)) <= WORK:
        total = [0.0] * size
        for pivot in range(size):
            for node, share in counting.dependencies(pivot):
                total[node] += share
        # Each pair is met from both ends.
        return Betweenness([value / ((size - 1) * (size - 2)) for value in total], [0.0] * size, 0, True)
    return _estimated(near, pairs)


def _estimated(near: Sequence[Sequence[int]], pairs: int) -> Betweenness:
    """The mean over random pairs: `pairs` of them, or as many as WORK allows."""
    size, chance, searching = len(near), random.Random(SEED), _Searching(near)
    total = [0.0] * size
    drawn = 0
    while drawn < (pairs or MOST_PAIRS) and (pairs or drawn < FEWEST_PAIRS or searching.work < WORK):
        drawn += 1
        start, end = chance.sample(range(size), 2)
        for node, share in searching.between(start, end):
            total[node] += share
    scale = size / (size - 2)  # a node is between the pairs of others alone
    trials = drawn + NORMAL_95**2
    error = []
    for value in total:
        middle = (value + NORMAL_95**2 / 2) / trials
        error.append(scale * (abs(middle - value / drawn) + NORMAL_95 * math.sqrt(middle * (1 - middle) / trials)))
    return Betweenness([scale * value / drawn for value in total], error, drawn, False)


class _Searching:
    """Finds which nodes lie on the shortest paths of one pair after another. work: edges looked at so far."""

    def __init__(self, near: Sequence[Sequence[int]]) -> None:
        self._near = near
        self.work = 0

    def between(self, start: int, end: int) -> list[tuple[int, float]]:
        """(node, share of the shortest paths between two nodes that run through it), without the two."""
        sides = [({start: 0}, {start: 1}, [start]), ({end: 0}, {end: 1}, [end])]  # distance, ways, outermost layer
        depth = [0, 0]
        while sides[0][2] and sides[1][2]:
            one = int(len(sides[1][2]) < len(sides[0][2]))
            distance, ways, layer = sides[one]
            depth[one] += 1
            sides[one] = (distance, ways, self._widened(distance, ways, layer, depth[one]))
            far, others = sides[1 - one][0], sides[1 - one][1]
            meeting = [node for node in sides[one][2] if far.get(node) == depth[1 - one]]
            if meeting:
                every = sum(ways[node] * others[node] for node in meeting)
                shares = {node: ways[node] * others[node] / every for node in meeting}
                for held, counted, _ in sides:
                    shares |= self._traced(held, counted, {node: shares[node] for node in meeting})
                return [(node, share) for node, share in shares.items() if node not in (start, end)]
        return []

    def _widened(self, distance: dict[int, int], ways: dict[int, int], layer: list[int], depth: int) -> list[int]:
        """The nodes one edge beyond a layer; `ways` counts the shortest paths to each."""
        beyond: list[int] = []
        for node in layer:
            self.work += len(self._near[node])
            for other in self._near[node]:
                far = distance.get(other)
                if far is None:
                    distance[other] = far = depth
                    ways[other] = 0
                    beyond.append(other)
                if far == depth:
                    ways[other] += ways[node]
        return beyond

    def _traced(self, distance: dict[int, int], ways: dict[int, int], shares: dict[int, float]) -> dict[int, float]:
        """The shares of the nodes between a layer, whose shares are given, and the end that the distances are from."""
        found: dict[int, float] = {}
        while shares:
            before: dict[int, float] = {}
            for node, share in shares.items():
                for other in self._near[node]:
                    if distance.get(other) == distance[node] - 1:
                        before[other] = before.get(other, 0.0) + share * ways[other] / ways[node]
            found |= before
            shares = before
        return found


class _Counting:
    """Counts shortest paths from one node after another; what it counts with is made once."""

    def __init__(self, near: Sequence[Sequence[int]]) -> None:
        self._near = near
        self._distance = [-1] * len(near)
        self._ways, self._passed = [0.0] * len(near), [0.0] * len(near)

    def dependencies(self, start: int) -> list[tuple[int, float]]:
        """(node, share of the shortest paths from `start` that run through it, summed over their ends)."""
        near, distance, ways, passed = self._near, self._distance, self._ways, self._passed
        distance[start], ways[start] = 0, 1.0
        order = [start]
        for node in order:  # grows while it is walked: breadth first
            beyond, count = distance[node] + 1, ways[node]
            for end in near[node]:
                far = distance[end]
                if far < 0:
                    distance[end] = far = beyond
                    order.append(end)
                if far == beyond:
                    ways[end] += count
        for node in reversed(order):
            before, share = distance[node] - 1, (1 + passed[node]) / ways[node]
            for end in near[node]:
                if distance[end] == before:
                    passed[end] += ways[end] * share
        found = [(node, passed[node]) for node in order[1:] if passed[node]]
        for node in order:
            distance[node], ways[node], passed[node] = -1, 0.0, 0.0
        return found
