"""Shortest paths between two memories: breadth-first search from both ends, with the edges of a layer in one query.

Pohl, "Bi-directional Search" (1971): the smaller frontier is widened first, so that a path of d edges costs about two
walks of d/2. Every edge counts one; among shortest paths the one whose ids are smallest comes first.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from oldhand.graph.walks import DEEPEST, MOST_READ
from oldhand.store.graph_reading import BOTH, IN, OUT, Around, Wanted, edges_around
from oldhand.store.held import Edge
from oldhand.store.reader import Reader

MOST_PATHS = 20  # shortest paths that are told: between hubs there may be thousands
MOST_VISITED = 50_000  # nodes that a search may reach: about a second
_AT_ONCE = 200  # nodes whose edges are read together, so that the bound is looked at often
_BACK = {OUT: IN, IN: OUT, BOTH: BOTH}


class Paths(NamedTuple):
    """The shortest paths between two nodes. length: edges of each, -1 when there is none within the bounds;
    paths: ids from start to end, sorted; number: how many there are; edges: those along the paths that are told;
    visited: nodes the search reached; cut: empty, or what stopped the search or the telling: depth, size or paths."""

    length: int
    paths: list[list[str]]
    number: int
    edges: list[Edge]
    visited: int
    cut: str


class _Side:
    """One half of a search: distances from its end, and for each node the neighbours that lead back there."""

    def __init__(self, reader: Reader, start: str, wanted: Wanted) -> None:
        self._wanted, self._around = wanted, Around(reader, wanted)
        self.distance = {start: 0}
        self.before: dict[str, set[str]] = {start: set()}
        self.frontier = [start]
        self.depth = 0

    def widen(self, most: int) -> bool:
        """Go one edge further; False when more than `most` nodes were reached before the layer was complete."""
        layer, reached = self.depth + 1, dict[str, None]()
        for start in range(0, len(self.frontier), _AT_ONCE):
            here = self.frontier[start : start + _AT_ONCE]
            held = set(here)
            for edge in self._around.edges(here, max(most, MOST_READ)):
                for source, target in self._steps(edge):
                    if source in held and self.distance.setdefault(target, layer) == layer:
                        self.before.setdefault(target, set()).add(source)
                        reached[target] = None
            if len(self.distance) > most:
                return False
        self.frontier, self.depth = list(reached), layer
        return True

    def _steps(self, edge: Edge) -> Iterator[tuple[str, str]]:
        if self._wanted.direction in (OUT, BOTH):
            yield edge.source, edge.target
        if self._wanted.direction in (IN, BOTH):
            yield edge.target, edge.source


def all_shortest(
    reader: Reader, start: str, end: str, wanted: Wanted, depth: int = DEEPEST, most: int = MOST_PATHS,
    visiting: int = MOST_VISITED,
) -> Paths:  # fmt: skip
    """Every shortest path between two nodes of at most `depth` edges; `most` of them are told, `number` counts all.

    visiting: nodes that the search may reach before it gives up. A node is its own path of no edges.
    """
    if start == end:
        return Paths(0, [[start]], 1, [], 1, "")
    wanted = wanted._replace(always=(*wanted.always, start, end))
    ahead = _Side(reader, start, wanted)
    back = _Side(reader, end, wanted._replace(direction=_BACK[wanted.direction]))
    cut = ""
    while ahead.frontier and back.frontier and not cut:
        visited = len(ahead.distance) + len(back.distance)
        if ahead.depth + back.depth >= depth:
            cut = "depth"
            break
        side, other = (ahead, back) if len(ahead.frontier) <= len(back.frontier) else (back, ahead)
        if not side.widen(visiting - len(other.distance)):
            cut = "size"
            break
        meeting = [name for name in side.frontier if other.distance.get(name) == other.depth]
        if meeting:
            visited = len(ahead.distance) + len(back.distance)
            return _told(reader, _between(ahead, back, meeting), start, end, wanted, most, visited)
    return Paths(-1, [], 0, [], len(ahead.distance) + len(back.distance), cut)


def _between(ahead: _Side, back: _Side, meeting: Sequence[str]) -> dict[str, list[str]]:
    """Of each node on a shortest path, the next ones, sorted."""
    follows: dict[str, set[str]] = {}
    for here, before in _steps(ahead, meeting):
        follows.setdefault(before, set()).add(here)
    for here, behind in _steps(back, meeting):
        follows.setdefault(here, set()).add(behind)
    return {name: sorted(names) for name, names in follows.items()}


def _steps(side: _Side, meeting: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(a node, one before it) for every step of a side's shortest ways from where the sides meet."""
    front, seen = list(meeting), set(meeting)
    while front:
        here = front.pop()
        for before in side.before[here]:
            yield here, before
            if before not in seen:
                seen.add(before)
                front.append(before)


def _told(
    reader: Reader, follows: dict[str, list[str]], start: str, end: str, wanted: Wanted, most: int, visited: int
) -> Paths:  # fmt: skip
    """The first paths in order of their ids, how many there are, and the edges along them."""
    paths: list[list[str]] = []
    front = [[start]]
    while front and len(paths) < most:
        path = front.pop()
        if path[-1] == end:
            paths.append(path)
        else:
            front.extend([*path, behind] for behind in reversed(follows[path[-1]]))
    steps = {(a, b) for path in paths for a, b in pairwise(path)}
    inside = dict.fromkeys(name for path in paths for name in path)
    along = edges_around(reader, list(inside), wanted)
    kept = [edge for edge in along if _is_step(edge, steps, wanted.direction)]
    count = _count(follows, start, end)
    edges = sorted(kept, key=lambda edge: (edge.rel, edge.source, edge.target))
    return Paths(len(paths[0]) - 1, paths, count, edges, visited, "paths" if count > len(paths) else "")


def _is_step(edge: Edge, steps: set[tuple[str, str]], direction: str) -> bool:
    forwards, backwards = (edge.source, edge.target) in steps, (edge.target, edge.source) in steps
    return (forwards and direction != IN) or (backwards and direction != OUT)


def _count(follows: dict[str, list[str]], start: str, end: str) -> int:
    """How many ways lead from start to end, counted layer by layer."""
    ways = {start: 1}
    while end not in ways:
        after: dict[str, int] = {}
        for name, count in ways.items():
            for behind in follows[name]:
                after[behind] = after.get(behind, 0) + count
        ways = after
    return ways[end]
