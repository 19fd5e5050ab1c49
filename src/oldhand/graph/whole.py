"""The whole graph in memory, for what has to see all of it: measures, communities, circles, health.

Nodes are numbers in the order of their ids, so that ties are broken alike wherever the graph is kept. A node takes
about 150 bytes and an edge about 20: 100,000 nodes with 400,000 edges take some 30 MB.
"""

from array import array
from collections.abc import Iterator, Sequence

from oldhand.errors import GraphTooLarge
from oldhand.store.graph_reading import Wanted, bones, skeleton
from oldhand.store.held import Edge
from oldhand.store.reader import Reader

MOST_EDGES = 5_000_000  # edges held at once: about half a gigabyte; what has more is asked about by kind or relation


Ends = Sequence[int]


class Whole:
    """A graph. ids: of 16 bytes, sorted; out, back: of each node those its edges lead to and come from, an end once
    for each relation; relations: the names that `rels`, which runs alongside `out`, counts."""

    def __init__(
        self, ids: Sequence[bytes], out: Sequence[Ends], back: Sequence[Ends], rels: Sequence[Ends],
        relations: Sequence[str],
    ) -> None:  # fmt: skip
        self.ids, self.out, self.back = ids, out, back
        self._rels, self.relations = rels, relations

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.ids)

    @property
    def edge_count(self) -> int:
        """How many edges there are; two relations between the same nodes are two."""
        return sum(map(len, self.out))

    def id(self, number: int) -> str:
        """The id of a node."""
        return self.ids[number].hex()

    def edges(self) -> Iterator[tuple[int, str, int]]:
        """(source, relation, target) of every edge, ends as numbers."""
        for source, (ends, rels) in enumerate(zip(self.out, self._rels, strict=True)):
            for end, rel in zip(ends, rels, strict=True):
                yield source, self.relations[rel], end

    def edge(self, source: int, target: int) -> Edge:
        """The first edge between two nodes that have one, by the name of its relation."""
        names = (
            self.relations[rel] for end, rel in zip(self.out[source], self._rels[source], strict=True) if end == target
        )
        return Edge(self.id(source), min(names), self.id(target))

    def neighbours(self) -> list[dict[int, int]]:
        """Of each node its neighbours whatever the direction, with the number of edges to each."""
        found: list[dict[int, int]] = [{} for _ in self.ids]
        for source, ends in enumerate(self.out):
            for end in ends:
                if end != source:
                    found[source][end] = found[source].get(end, 0) + 1
                    found[end][source] = found[end].get(source, 0) + 1
        return found


def whole(reader: Reader, wanted: Wanted, most: int = MOST_EDGES) -> Whole:
    """The graph of the wanted nodes and the edges between two of them. Raises GraphTooLarge beyond `most` edges."""
    ids = list(skeleton(reader, wanted))
    number = {name: place for place, name in enumerate(ids)}
    out, back, rels = ([array("i") for _ in ids] for _ in range(3))  # 4 bytes each
    relations: dict[str, int] = {}
    count = 0
    for source, rel, target in bones(reader, wanted.relations):
        start, end = number.get(source), number.get(target)
        if start is None or end is None:
            continue
        count += 1
        if count > most:
            raise GraphTooLarge(f"{most:,}")
        out[start].append(end)
        back[end].append(start)
        rels[start].append(relations.setdefault(rel, len(relations)))
    return Whole(ids, out, back, rels, tuple(relations))
