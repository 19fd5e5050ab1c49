"""Nearest: which wordings are nearest in meaning to a cue.

A search looks into the cache of a model and, one by one, at the vectors that came since it was made.
What it finds is read again from the file of the vectors before it is told: a removed wording is never
returned and a cosine is always true, whatever became of the cache.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import EncoderFailed
from oldhand.recall.dense.caching import TAIL_MOST, Arrays, Loaded, loaded, rows_read
from oldhand.recall.dense.packing import cosines, unpacked
from oldhand.store.vectors import Model, Vectors, width

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

PROBES = 64  # clusters looked at, at least: of ten nearest, 9.9 are found among 100,000 vectors of real texts
PROBED_SHARE = 16  # of many clusters one in so many: 125 at a million vectors
MARGIN = 4  # candidates for each wording wanted: windows of one wording may stand side by side
READ_MOST = 4096  # candidates read again for one answer, some 20 ms: where `allowed` lets fewer through, they are all


class Neighbour(NamedTuple):
    """A wording and its best window (counted from 0): its address as hex, its cosine with the cue (-1 to 1)."""

    revision: str
    window: int
    cosine: float


class Nearest:
    """The vectors of one model, ready to be searched. Cheap to make; keeps what it read for the next search."""

    def __init__(self, vectors: Vectors, name: str) -> None:
        self._vectors = vectors
        self.name = name
        self._model: Model | None = None
        self._cache: Loaded | None = None
        self._tail: list[Arrays] = []
        self._last = 0
        self.unsearched = 0  # vectors that the last search left out, because there is no cache of them yet

    def search(
        self, query: "Floats", k: int, allowed: Callable[[str], bool] | None = None
    ) -> list[Neighbour]:  # fmt: skip
        """The k wordings nearest to a vector [d], nearest first, each once; fewer when there are fewer.

        allowed: asked for an address; a wording that is not allowed is passed over. Where few are, ask
        `cosines` for them instead. Raises UnusableVectors.
        """
        self._refresh()
        model = self._model
        if model is None or k < 1:
            return []
        cue = _unit(query, model)
        numbers, found = self._candidates(cue)
        told: list[Neighbour] = []
        seen: set[int] = set()
        start, size = 0, MARGIN * k + 32
        while start < min(len(found), READ_MOST) and len(told) < k:
            order = _best(found, min(start + size, READ_MOST))
            fresh = dict.fromkeys(number for number in numbers[order].tolist() if number not in seen)
            told += self._read_again(list(fresh), cue, model, allowed)
            seen.update(fresh)
            start, size = len(order), size * 4
        return sorted(told, key=lambda one: (-one.cosine, one.revision))[:k]

    def cosines(self, query: "Floats", revisions: Iterable[str]) -> dict[str, float]:
        """The cosine of each of the wordings by its best window; those without vectors are left out.

        Needs no cache: 1.5 ms for 200 wordings. Raises UnusableVectors.
        """
        model = self._vectors.model(self.name)
        if model is None:
            return {}
        cue = _unit(query, model)
        rows = self._vectors.of(model, [bytes.fromhex(revision) for revision in revisions])
        return {one.revision: one.cosine for one in _told(list(rows.items()), cue, model)}

    # -- what is searched ----------------------------------------------------------------------

    def _refresh(self) -> None:
        """Take in what changed since the last search."""
        model = self._vectors.model(self.name)
        if model is None:
            self._model, self._cache, self._tail = None, None, []
            return
        if self._model is None or model.token != self._model.token:
            self._model = None
            self._load(model)
        elif model.changes != self._model.changes:
            self._read_tail(model)
            if self.unsearched:
                self._load(model)  # perhaps a cache was made meanwhile
        self._model = model

    def _load(self, model: Model) -> None:
        """Open the cache, and read what is not in it."""
        self._cache = loaded(self._vectors, model)
        self._tail = []
        self._last = self._cache.last if self._cache else 0
        self._read_tail(model)

    def _read_tail(self, model: Model) -> None:
        """Read what came since, as far as a search may."""
        held = sum(len(part.numbers) for part in self._tail)
        for part, last in rows_read(self._vectors, model, self._last):
            if held >= TAIL_MOST:
                break
            self._tail.append(part)
            self._last, held = last, held + len(part.numbers)
        self.unsearched = self._vectors.count_after(model, self._last)[1]

    def _candidates(self, cue: "Floats") -> "tuple[NDArray[np.int64], Floats]":
        """(row, cosine) of every vector that is looked at."""
        import numpy as np

        numbers, found = [], []
        if self._cache is not None:
            arrays = self._cache.arrays
            for first, end in self._ranges(cue):
                numbers.append(arrays.numbers[first:end])
                found.append(cosines(arrays.codes[first:end], arrays.scales[first:end], cue))
        for part in self._tail:
            numbers.append(part.numbers)
            found.append(cosines(part.codes, part.scales, cue))
        if not numbers:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return np.concatenate(numbers), np.concatenate(found)

    def _ranges(self, cue: "Floats") -> list[tuple[int, int]]:
        """Which parts of the cache are looked at: all of it, or the clusters whose centres are nearest."""
        import numpy as np

        assert self._cache is not None
        clusters = self._cache.clusters
        if clusters is None or len(clusters.centres) <= PROBES:
            return [(0, len(self._cache.arrays.numbers))]
        near = clusters.centres @ cue
        probes = max(PROBES, len(near) // PROBED_SHARE)
        chosen = np.sort(np.argpartition(near, -probes)[-probes:])
        starts, ends = clusters.starts[chosen], clusters.starts[chosen + 1]
        return [(first, end) for first, end in zip(starts.tolist(), ends.tolist(), strict=True) if first < end]

    def _read_again(
        self, numbers: Sequence[int], cue: "Floats", model: Model, allowed: Callable[[str], bool] | None
    ) -> list[Neighbour]:
        """The wordings of rows that are still there and allowed, with their true cosines."""
        rows = list(self._vectors.numbered(numbers).values())
        return _told([row for row in rows if allowed is None or allowed(row[0].hex())], cue, model)


def nearest(vectors: Vectors, name: str) -> Nearest:
    """The Nearest of a model, the same one as long as these vectors are open: a process that stays keeps its arrays."""
    if name not in vectors.searches:
        vectors.searches[name] = Nearest(vectors, name)
    search: Nearest = vectors.searches[name]
    return search


def _told(rows: Sequence[tuple[bytes, bytes]], cue: "Floats", model: Model) -> list[Neighbour]:
    """Rows of packed vectors as neighbours, each by its best window; all are compared at once."""
    import numpy as np

    size = width(model.dimensions)
    filled = [(revision, packed) for revision, packed in rows if len(packed) >= size]
    if not filled:
        return []
    counts = np.array([len(packed) // size for _, packed in filled])
    scales, codes = unpacked(b"".join(packed[: len(packed) // size * size] for _, packed in filled), model.dimensions)
    found = cosines(codes, scales, cue)
    starts = np.cumsum(counts) - counts
    best = np.maximum.reduceat(found, starts).tolist()
    ranges = zip(starts.tolist(), (starts + counts).tolist(), strict=True)
    windows = [int(found[first:end].argmax()) if end - first > 1 else 0 for first, end in ranges]
    return [
        Neighbour(revision.hex(), window, cosine)
        for (revision, _), window, cosine in zip(filled, windows, best, strict=True)
    ]


def _unit(query: "Floats", model: Model) -> "Floats":
    """The query as a unit vector. Raises EncoderFailed when it is none of this model's."""
    import numpy as np

    cue = np.asarray(query, np.float32).reshape(-1)
    length = float(np.linalg.norm(cue))
    if len(cue) != model.dimensions or not np.isfinite(length):
        raise EncoderFailed(f"the vector of the cue is none of {model.name}, which has {model.dimensions} numbers")
    return cue / np.float32(length) if length else cue


def _best(found: "Floats", size: int) -> "NDArray[np.int64]":
    """The places of the highest cosines, highest first; equal ones in their order."""
    import numpy as np

    if size < len(found):
        places = np.sort(np.argpartition(found, len(found) - size)[len(found) - size :])
    else:
        places = np.arange(len(found))
    return places[np.argsort(-found[places], kind="stable")]
