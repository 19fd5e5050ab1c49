"""Questions whose answers are equal wherever the graph is kept: what the store and FalkorDB are compared by."""

from typing import NamedTuple

from oldhand.graph.cycles import cycles_of
from oldhand.graph.paths import all_shortest
from oldhand.graph.walks import UPSTREAM, within
from oldhand.graph.whole import whole
from oldhand.store.graph_reading import OUT, Wanted
from oldhand.store.reader import Reader

HOPS, PATHS, CAUSES, CYCLES = "hops", "paths", "causes", "cycles"
ANYTHING = 1 << 62  # bound of a walk that is not to be cut, so that answers are whole
MOST_PATHS = 1_000  # shortest paths between two nodes that are told; the graph of a comparison has far fewer


class Question(NamedTuple):
    """A question about the graph. Ids are whole ids; relations as they are called in the store; empty means any.

    about: hops (nodes within `depth` of `start`, whatever the direction of edges), paths (all shortest paths from
    `start` to `end`, of at most `depth` edges, along `direction`), causes (nodes that `start` goes back to within
    `depth`, along UPSTREAM), cycles (strongly connected groups of more than one node over `relations`).
    """

    about: str
    start: str = ""
    end: str = ""
    depth: int = 2
    relations: tuple[str, ...] = ()
    direction: str = OUT


def answers(reader: Reader, question: Question) -> list[tuple[str | int, ...]]:
    """The whole answer, sorted: (distance, id) of hops and causes; the ids along each path; the sorted ids of a cycle.

    Raises ValueError for a question of another sort.
    """
    wanted = Wanted(relations=question.relations)
    if question.about == HOPS:
        found = within(reader, [question.start], question.depth, wanted, ANYTHING)
        return sorted((far, name) for name, far in found.distance.items() if far)
    if question.about == CAUSES:
        upstream = Wanted(relations=question.relations or UPSTREAM, direction=OUT)
        found = within(reader, [question.start], question.depth, upstream, ANYTHING)
        return sorted((far, name) for name, far in found.distance.items() if far)
    if question.about == PATHS:
        along = wanted._replace(direction=question.direction)
        paths = all_shortest(reader, question.start, question.end, along, question.depth, MOST_PATHS, ANYTHING)
        return sorted(tuple(path) for path in paths.paths)
    if question.about == CYCLES:
        return sorted(tuple(group) for group in cycles_of(whole(reader, wanted)).groups)
    raise ValueError(question.about)
