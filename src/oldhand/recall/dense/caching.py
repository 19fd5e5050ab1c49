"""Making the cache of a model's vectors: arrays that a search maps into memory instead of reading rows.

Up to EXACT_LIMIT vectors they lie in the order they came, and a search looks at all of them. Above,
they lie by cluster, and a search looks at the nearest clusters.
"""

import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.recall.dense.clusters import assigned, count_for, trained
from oldhand.recall.dense.packing import unpacked
from oldhand.store import vector_cache
from oldhand.store.vectors import Model, Vectors, width

if TYPE_CHECKING:
    from mmap import mmap

    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Counts = NDArray[np.uint16]
    Codes = NDArray[np.int8]
    Floats = NDArray[np.float32]

EXACT_LIMIT = 100_000  # vectors that a search compares one by one: 15 ms at 384 dimensions on one thread
TAIL_MOST = 20_000  # vectors beside a cache that a search may have to read row by row: some 40 ms, once in a process
TAIL_LEAST = 2_000  # so few are read row by row in 4 ms; a cache is not worth making anew for them
TAIL_SHARE = 10  # with more than one vector in so many outside of it, a cache is made anew
GONE_SHARE = 5  # with more than one wording in so many removed, a cache is made anew
TRAINED_SHARE = 2  # clusters are kept until there are so many times the vectors they were trained on
VECTORS_AT_ONCE = 4096  # read and copied at once: 1.6 MB at 384 dimensions

Progress = Callable[[int, int, str], None]  # (done, of how many, what)


class Arrays(NamedTuple):
    """Vectors as arrays, one entry each: the row they are of, their window, scale and codes [n, d]."""

    numbers: "Numbers"
    windows: "Counts"
    scales: "Floats"
    codes: "Codes"


class Clusters(NamedTuple):
    """How arrays are divided. starts: where each cluster begins, and the end; centres: float32 [clusters, d]."""

    starts: "Numbers"
    centres: "Floats"


class Loaded(NamedTuple):
    """A cache that is open. last: the row up to which it holds everything; clusters: None when it is exact."""

    cache: vector_cache.Cache
    arrays: Arrays
    clusters: Clusters | None
    last: int
    changes: int
    wordings: int


def loaded(vectors: Vectors, model: Model) -> Loaded | None:
    """The cache of a model, mapped; None when there is none, or it is damaged or of other vectors."""
    import numpy as np

    cache = vector_cache.opened(vectors.folder, model.number)
    if cache is None:
        return None
    said = cache.header
    if said.get("token") != model.token or said.get("dimensions") != model.dimensions:
        return None
    arrays = Arrays(
        np.frombuffer(cache.section("numbers"), np.int64),
        np.frombuffer(cache.section("windows"), np.uint16),
        np.frombuffer(cache.section("scales"), np.float32),
        np.frombuffer(cache.section("codes"), np.int8).reshape(-1, model.dimensions),
    )
    clusters = None
    if said["clusters"]:
        clusters = Clusters(
            np.frombuffer(cache.section("starts"), np.int64),
            np.frombuffer(cache.section("centres"), np.float32).reshape(-1, model.dimensions),
        )
    return Loaded(cache, arrays, clusters, said["last"], said["changes"], said["wordings"])


def rows_read(vectors: Vectors, model: Model, after: int) -> Iterator[tuple[Arrays, int]]:
    """(arrays, last row in them) of a model's rows after one, about VECTORS_AT_ONCE at a time."""
    size = width(model.dimensions)
    part: list[tuple[int, bytes]] = []
    held = 0
    for number, packed in vectors.stream(model, after):
        part.append((number, packed))
        held += len(packed) // size
        if held >= VECTORS_AT_ONCE:
            yield _arrays(part, model.dimensions), number
            part, held = [], 0
    if part:
        yield _arrays(part, model.dimensions), part[-1][0]


def _arrays(rows: list[tuple[int, bytes]], dimensions: int) -> Arrays:
    import numpy as np

    size = width(dimensions)
    counts = np.array([len(packed) // size for _, packed in rows], np.int64)
    whole = b"".join(packed[: len(packed) // size * size] for _, packed in rows)
    scales, codes = unpacked(whole, dimensions)
    windows = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    numbers = np.repeat(np.array([number for number, _ in rows], np.int64), counts)
    return Arrays(numbers, windows.astype(np.uint16), scales, codes)


class Index(NamedTuple):
    """How a model's vectors are searched. vectors: in its cache; clusters: in that, 0 where the search is exact;
    beside: vectors that are not in it and read row by row; due: whether a cache is missing or too old."""

    vectors: int
    clusters: int
    beside: int
    due: bool


def index_of(vectors: Vectors, model: Model) -> Index:
    """How the vectors of a model are searched, by the header of its cache alone."""
    cache = vector_cache.opened(vectors.folder, model.number)
    said = cache.header if cache else {}
    if said.get("token") != model.token or said.get("dimensions") != model.dimensions:
        return Index(0, 0, model.windows, model.windows > TAIL_LEAST)
    if said["changes"] == model.changes:
        return Index(said["vectors"], said["clusters"], 0, False)
    wordings, windows = vectors.count_after(model, said["last"])
    most = min(TAIL_MOST, max(TAIL_LEAST, said["vectors"] // TAIL_SHARE))
    gone = said["wordings"] - (model.wordings - wordings)
    too_old = windows > most or gone * GONE_SHARE > said["wordings"]
    return Index(said["vectors"], said["clusters"], windows, too_old)


def whole(vectors: Vectors, model: Model) -> bool:
    """Whether the cache holds just what is there and every byte of it is as it was made. Reads all of it."""
    cache = loaded(vectors, model)
    if cache is None or cache.changes != model.changes:
        return False
    header = cache.cache.header
    return _digest(cache.cache.bytes, header["size"]) == str(header["body"])


def _digest(place: "mmap", size: int) -> str:
    return sha256(memoryview(place)[vector_cache.HEADER : size]).hexdigest()


def make(vectors: Vectors, name: str, progress: Progress = lambda done, total, what: None) -> bool:
    """Make the cache of a model anew; False when it has no vectors, or another process made one meanwhile.

    Searches and writers go on meanwhile; what they add is not in it and found all the same. About 1 s
    for 100,000 vectors; for a million about a minute with new clusters, and 12 s while these are kept.
    """
    model = vectors.model(name)
    if model is None:
        return False
    if not model.windows:
        vector_cache.remove(vectors.folder, model.number)
        return False
    if model.windows <= EXACT_LIMIT:
        return _made_exact(vectors, model, progress)
    return _made_by_cluster(vectors, model, progress)


def _made_exact(vectors: Vectors, model: Model, progress: Progress) -> bool:
    """A cache in the order of the rows."""
    count, d = model.windows, model.dimensions
    made = vector_cache.Unfinished(vectors.folder, model.number, _sizes(count, d))
    try:
        arrays = _arrays_of(made, d)
        filled, last = _fill(vectors, model, arrays, progress)
        return _placed(vectors, model, made, {"last": last, "clusters": 0, "trained": 0}, filled)
    finally:
        made.close()


def _made_by_cluster(vectors: Vectors, model: Model, progress: Progress) -> bool:
    """A cache in the order of clusters: rows are gathered in a nameless file and copied cluster by cluster."""
    import numpy as np

    count, d = model.windows, model.dimensions
    made_before = loaded(vectors, model)
    folder = vector_cache.folder_in(vectors.folder)
    with tempfile.TemporaryFile(dir=folder) as heap:
        heap.truncate(sum(_sizes(count, d).values()))
        place = np.memmap(heap, np.uint8, "r+")
        gathered = _carved(place, count, d)
        filled, last = _fill(vectors, model, gathered, progress)
        gathered = _part(gathered, slice(filled))
        if made_before and made_before.clusters and _worth_keeping(made_before, made_before.clusters, filled):
            centres, of = made_before.clusters.centres.copy(), _trained(made_before)
            found = _assigned_again(gathered, made_before, centres, progress)
        else:
            say = _saying(progress, "Finding clusters")
            centres, of = trained(gathered.codes, gathered.scales, count_for(filled), say), filled
            found = assigned(gathered.codes, gathered.scales, centres, _saying(progress, "Sorting vectors"))
        order = np.argsort(found, kind="stable")
        starts = np.searchsorted(found[order], np.arange(len(centres) + 1)).astype(np.int64)
        sizes = {**_sizes(filled, d), "starts": starts.nbytes, "centres": centres.nbytes}
        made = vector_cache.Unfinished(vectors.folder, model.number, sizes)
        try:
            target = _arrays_of(made, d)
            for begin in range(0, filled, VECTORS_AT_ONCE):
                chosen = order[begin : begin + VECTORS_AT_ONCE]
                _copy(_part(gathered, chosen), target, begin)
            made.section("starts")[:] = starts.tobytes()
            made.section("centres")[:] = centres.tobytes()
            noted = {
                "last": last,
                "clusters": len(centres),
                "trained": of,
                "divided": _sum_of(Clusters(starts, centres)),
            }
            return _placed(vectors, model, made, noted, filled)
        finally:
            made.close()


def _trained(cache: Loaded) -> int:
    """How many vectors there were when the clusters of a cache were found."""
    return int(cache.cache.header["trained"])


def _worth_keeping(cache: Loaded, clusters: Clusters, count: int) -> bool:
    """Whether clusters are as they were found, and of not much fewer vectors."""
    return _trained(cache) * TRAINED_SHARE > count and _sum_of(clusters) == cache.cache.header["divided"]


def _sum_of(clusters: Clusters) -> str:
    return sha256(clusters.starts.tobytes() + clusters.centres.tobytes()).hexdigest()


def _assigned_again(now: Arrays, before: Loaded, centres: "Floats", progress: Progress) -> "NDArray[np.int32]":
    """The clusters of vectors, of most as a cache has them."""
    import numpy as np

    assert before.clusters is not None
    known = np.repeat(np.arange(len(centres), dtype=np.int32), np.diff(before.clusters.starts))
    keys, wanted = _keys(before.arrays), _keys(now)
    order = np.argsort(keys)
    places = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    fresh = keys[places] != wanted
    found = known[places]
    found[fresh] = assigned(now.codes[fresh], now.scales[fresh], centres, _saying(progress, "Sorting vectors"))
    return found


def _keys(arrays: Arrays) -> "Numbers":
    """One number for each vector: that of its row and window."""
    return arrays.numbers * 65_536 + arrays.windows


def _placed(vectors: Vectors, model: Model, made: vector_cache.Unfinished, noted: dict[str, Any], filled: int) -> bool:
    """Give a finished cache its name, without what was removed while it was made."""
    import numpy as np

    present = np.unique(np.frombuffer(made.section("numbers"), np.int64))
    present = present[present > 0]
    header = {
        "token": model.token, "model": model.name, "dimensions": model.dimensions, "changes": model.changes,
        "wordings": len(present), "vectors": filled, "body": _digest(made.bytes, made.size), **noted,
    }  # fmt: skip
    made.bytes.flush()  # before anyone is kept from writing
    with vectors.exclusive():
        latest = vectors.model(model.name)
        if latest is None or latest.token != model.token:
            return False
        if latest.changes != model.changes:
            there = np.fromiter(vectors.numbers(model, noted["last"]), np.int64)
            made.blank(np.setdiff1d(present, there).tolist())
        return made.place(header)


def _fill(vectors: Vectors, model: Model, into: Arrays, progress: Progress) -> tuple[int, int]:
    """Copy the rows of a model into arrays, as many as fit: (vectors, last row) copied."""
    filled = last = 0
    for part, end in rows_read(vectors, model, 0):
        if filled + len(part.numbers) > len(into.numbers):
            break  # more came while we read: they are found beside the cache
        _copy(part, into, filled)
        filled, last = filled + len(part.numbers), end
        progress(filled, len(into.numbers), "Reading vectors")
    return filled, last


def _part(arrays: Arrays, chosen: "slice | NDArray[np.int64]") -> Arrays:
    """Some of the vectors."""
    return Arrays(arrays.numbers[chosen], arrays.windows[chosen], arrays.scales[chosen], arrays.codes[chosen])


def _copy(part: Arrays, into: Arrays, start: int) -> None:
    """Put vectors into larger arrays, from one place on."""
    end = start + len(part.numbers)
    into.numbers[start:end], into.windows[start:end] = part.numbers, part.windows
    into.scales[start:end], into.codes[start:end] = part.scales, part.codes


def _sizes(count: int, dimensions: int) -> dict[str, int]:
    """The bytes of each array for so many vectors."""
    return {"numbers": 8 * count, "windows": 2 * count, "scales": 4 * count, "codes": dimensions * count}


def _arrays_of(made: vector_cache.Unfinished, dimensions: int) -> Arrays:
    import numpy as np

    return Arrays(
        np.frombuffer(made.section("numbers"), np.int64), np.frombuffer(made.section("windows"), np.uint16),
        np.frombuffer(made.section("scales"), np.float32),
        np.frombuffer(made.section("codes"), np.int8).reshape(-1, dimensions),
    )  # fmt: skip


def _carved(place: "NDArray[np.uint8]", count: int, dimensions: int) -> Arrays:
    """Arrays for so many vectors, one after the other in one place."""
    import numpy as np

    ends = np.cumsum(list(_sizes(count, dimensions).values()))
    numbers, windows, scales, codes = np.split(place[: ends[-1]], ends[:-1])
    return Arrays(
        numbers.view(np.int64), windows.view(np.uint16), scales.view(np.float32),
        codes.view(np.int8).reshape(-1, dimensions),
    )  # fmt: skip


def _saying(progress: Progress, what: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(done, total, what)
