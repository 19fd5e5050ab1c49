"""Vectors for the nodes of a graph: those that recall by meaning has made of the memories' wordings, as they are kept.

A kept vector is whole numbers from -127 to 127 with one scale. The scale says nothing about its direction, which is
all that cosine similarity asks for, so the numbers go over as they are; a long text has several, and their mean goes.
"""

import math
from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import UnusableVectors
from oldhand.store import graph_following
from oldhand.store.vectors import width

if TYPE_CHECKING:
    from oldhand.store.graph_reading import Node
    from oldhand.store.reader import Reader
    from oldhand.store.vectors import Model, Vectors

LARGEST = 127  # of a kept vector's numbers
SCALE_BYTES = 4


class Source(NamedTuple):
    """The vectors of one model. name: tells these vectors from those of another model or another file."""

    vectors: "Vectors"
    model: "Model"
    name: str

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self.model.dimensions


def source_of(vectors: "Vectors", model: str) -> Source | None:
    """The vectors of the model that recall uses; None when there are none, or they cannot be used."""
    try:
        found = vectors.model(model) if model else None
    except UnusableVectors:
        return None
    if found is None or not found.wordings:
        return None
    return Source(vectors, found, f"{found.name} {found.token} {found.dimensions}")


def literals(source: Source | None, nodes: Iterable["Node"]) -> dict[str, str]:
    """The vectors of those nodes that have one, by id, as literals."""
    if source is None:
        return {}
    wanted = {node.id: bytes.fromhex(node.revision) for node in nodes if node.revision}
    packed = source.vectors.of(source.model, set(wanted.values()))
    found = {}
    for identity, revision in wanted.items():
        if revision in packed and (numbers := mean(packed[revision], source.dimensions)):
            found[identity] = "[" + ",".join(map(str, numbers)) + "]"
    return found


def mean(packed: bytes, dimensions: int) -> list[int]:
    """The direction of packed vectors' mean as whole numbers; empty when there is none (all zeros, or damage)."""
    step = width(dimensions)
    rows = []
    for start in range(0, len(packed) - step + 1, step):
        scale = array("f", packed[start : start + SCALE_BYTES])[0]
        if math.isfinite(scale) and 0 < scale <= 1:
            rows.append((scale, array("b", packed[start + SCALE_BYTES : start + step])))
    if len(rows) == 1:
        return list(rows[0][1]) if any(rows[0][1]) else []
    sums = [sum(scale * codes[place] for scale, codes in rows) for place in range(dimensions)]
    largest = max(map(abs, sums), default=0.0)
    return [round(value * LARGEST / largest) for value in sums] if largest > 0 else []


def since(source: Source, reader: "Reader", number: int, most: int) -> tuple[list[str], int]:
    """(the memories whose wordings got vectors after a row, the number of the last row looked at)."""
    revisions, last = graph_following.vectors_after(source.vectors, source.model, number, most)
    return graph_following.memories_worded(reader, revisions), last
