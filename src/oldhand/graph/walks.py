"""Walks over the graph: what lies within some edges of a few nodes, and what they go back to."""

from collections.abc import Sequence
from typing import NamedTuple

from oldhand.store.graph_reading import ALL, OUT, SHOWN, Around, Wanted, edges_around
from oldhand.store.held import Edge
from oldhand.store.reader import Reader

DEEPEST = 8  # edges from the start: beyond that a graph of knowledge is everything
LARGEST = 500  # nodes in one answer: more is no answer for a reader
UPSTREAM = ("caused_by", "derived_from", "outcome_of", "depends_on")  # relations that lead from a thing to its causes
MOST_READ = 200_000  # edges that one walk reads: about half a second; a node with more has more than anybody reads
_AT_ONCE = 200  # nodes whose edges are read together, so that the bound is looked at often


class Walk(NamedTuple):
    """What a walk met. distance: edges from the nearest start, by id, the starts (0) first, then by distance and id;
    edges: those among them; cut: whether there was more than the bound allowed."""

    distance: dict[str, int]
    edges: list[Edge]
    cut: bool


def within(reader: Reader, starts: Sequence[str], depth: int, wanted: Wanted, most: int = LARGEST) -> Walk:
    """The nodes within `depth` edges of some nodes, breadth first, at most `most` of them.

    The starts are always there. Of a layer that does not fit, the smallest ids are kept, so that the same graph gives
    the same answer. The edges are those that lie on some way of at most `depth` edges within the answer.
    """
    distance = dict.fromkeys(starts, 0)
    edges: dict[Edge, None] = {}
    frontier, cut, left = list(distance), False, max(MOST_READ, most)
    around = Around(reader, wanted)
    for step in range(1, depth + 1):
        reached: set[str] = set()
        met: list[Edge] = []
        for start in range(0, len(frontier), _AT_ONCE):
            found = around.edges(frontier[start : start + _AT_ONCE], left)
            met += found
            left -= len(found)
            reached.update(end for edge in found for end in (edge.source, edge.target) if end not in distance)
            if left <= 0:
                cut = True
                break
        room = max(most - len(distance), 0)
        fresh = sorted(reached)
        cut = cut or len(fresh) > room
        distance.update(dict.fromkeys(fresh[:room], step))
        edges.update((edge, None) for edge in met if edge.source in distance and edge.target in distance)
        frontier = fresh[:room]
        if not frontier or left <= 0:
            break
    return Walk(distance, sorted(edges, key=lambda edge: (edge.rel, edge.source, edge.target)), cut)


def among(reader: Reader, memories: Sequence[str], wanted: Wanted = ALL) -> list[Edge]:
    """Every wanted edge between two of these nodes, by relation, source and target."""
    inside = set(memories)
    found = edges_around(reader, list(memories), wanted._replace(direction=OUT), MOST_READ)
    return sorted((edge for edge in found if edge.target in inside), key=lambda e: (e.rel, e.source, e.target))


def causes_of(reader: Reader, start: str, depth: int, relations: Sequence[str] = (), most: int = LARGEST) -> Walk:
    """What a memory goes back to: causes, inputs, what it is the outcome of, what it depends on."""
    upstream = Wanted(relations=tuple(relations) or UPSTREAM, direction=OUT, standings=SHOWN)
    return within(reader, [start], depth, upstream, most)
