"""Clusters of vectors: what lets a search look at a part of a large store.

Spherical k-means in pure numpy, trained on a sample: each centre is the direction of the vectors that
are nearer to it than to any other.
"""

from collections.abc import Callable
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Codes = NDArray[np.int8]
    Labels = NDArray[np.int32]

SAMPLE = 48  # vectors of the sample for each centre: more found no more of the nearest
ROUNDS = 8  # of moving the centres
ROWS_AT_ONCE = 4096  # compared with every centre at once: 32 MiB of cosines at 2,000 centres
SEED = 20_261_120  # the same vectors give the same clusters

Advance = Callable[[int, int], None]  # (done, of how many)


def count_for(vectors: int) -> int:
    """How many clusters: twice the root, so that comparing with the centres and with what they hold cost alike."""
    return max(1, round(2 * sqrt(vectors)))


def trained(codes: "Codes", scales: "Floats", count: int, advance: Advance = lambda done, total: None) -> "Floats":
    """The centres of `count` clusters, float32 [count, d], each of unit length."""
    import numpy as np

    chance = np.random.default_rng(SEED)
    size = min(len(codes), count * SAMPLE)
    rows = np.sort(chance.choice(len(codes), size=size, replace=False))
    sample = codes[rows].astype(np.float32) * scales[rows, None]
    centres: Floats = sample[chance.choice(size, size=count, replace=size < count)].copy()
    for number in range(ROUNDS):
        advance(number, ROUNDS)
        nearest = _nearest(sample, centres)
        order = np.argsort(nearest, kind="stable")
        starts = np.searchsorted(nearest[order], np.arange(count + 1)).tolist()
        sorted_sample = sample[order]
        for cluster in range(count):  # adding row by row: `add.reduceat` along rows was ten times slower
            first, end = starts[cluster], starts[cluster + 1]
            if first < end:
                sorted_sample[first:end].sum(axis=0, out=centres[cluster])
            else:
                centres[cluster] = sample[chance.integers(size)]  # nobody is near it: it begins anew elsewhere
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    advance(ROUNDS, ROUNDS)
    return centres


def assigned(
    codes: "Codes", scales: "Floats", centres: "Floats",
    advance: Advance = lambda done, total: None,
) -> "Labels":  # fmt: skip
    """The number of the nearest centre of each vector, int32."""
    import numpy as np

    found = np.empty(len(codes), dtype=np.int32)
    for start in range(0, len(codes), ROWS_AT_ONCE):
        advance(start, len(codes))
        part = codes[start : start + ROWS_AT_ONCE].astype(np.float32)
        found[start : start + len(part)] = (part @ centres.T).argmax(axis=1)  # the scale does not change which
    return found


def _nearest(vectors: "Floats", centres: "Floats") -> "Labels":
    import numpy as np

    found = np.empty(len(vectors), dtype=np.int32)
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = vectors[start : start + ROWS_AT_ONCE]
        found[start : start + len(part)] = (part @ centres.T).argmax(axis=1)
    return found
