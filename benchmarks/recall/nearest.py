"""How long it takes to find the nearest of many vectors, and how many of them are found: a Markdown table.

    nice python -m benchmarks.recall.nearest 10000 100000 1000000

The vectors are made: points around centres, a tenth of them far from any, as sentences of one
subject lie around each other. Queries lie near points that are not among the vectors. Run with
OPENBLAS_NUM_THREADS=1 to have the figures of one thread.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import Series, each, ranked
from benchmarks.report import table
from oldhand.recall.dense import caching
from oldhand.recall.dense.nearest import Nearest
from oldhand.recall.dense.packing import pack
from oldhand.store import vector_cache
from oldhand.store.vectors import Model, Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

DIMENSIONS = 384  # of all-MiniLM-L6-v2
PER_CENTRE = 200  # vectors around each centre
SPREAD = 1.0  # length of the step from a centre: cosines of neighbours are about one half, as of real sentences
QUERIES = 200
K = 10
BATCH = 5000  # vectors made and kept at once
NAME = "made"
COLD = (
    "import sys, time\nfrom pathlib import Path\nimport numpy as np\n"
    "from oldhand.recall.dense.nearest import Nearest\nfrom oldhand.store.vectors import Vectors\n"
    "query = np.load(sys.argv[2])\nstarted = time.perf_counter()\n"
    "found = Nearest(Vectors(Path(sys.argv[1])), 'made').search(query, 10)\n"
    "print((time.perf_counter() - started) * 1000)"
)


def main(sizes: list[int]) -> None:
    """Measure each size and print the table."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="oldhand-nearest-") as place:
            rows.append(measured(Path(place), size))
    head = (
        "vectors", "index", "p50 ms", "p95 ms", "processor p50 ms", "recall@10",
        "first search of a process, ms", "200 given, p50 ms", "keeping, vectors/s",
        "making the cache, s", "again with +5 %, s", "file MB", "cache MB",
    )  # fmt: skip
    sys.stdout.write(table(head, rows) + "\n")


def measured(folder: Path, size: int) -> tuple[object, ...]:
    """One row of the table."""
    import numpy as np

    chance = np.random.default_rng(7)
    vectors = Vectors(folder)
    centres = _units(chance.standard_normal((max(size // PER_CENTRE, 1), DIMENSIONS), np.float32))
    keeping = _seconds(lambda: _keep(vectors, _made(chance, centres, size), 0))
    queries = np.concatenate(list(_made(chance, centres, QUERIES)))
    model = vectors.model(NAME)
    assert model is not None
    making = _seconds(lambda: caching.make(vectors, NAME))
    search = Nearest(vectors, NAME)
    search.search(queries[0], K)
    taken = each(lambda number: search.search(queries[number], K), QUERIES)
    truth = _truth(vectors, model, queries)
    hits = sum(len(truth[n] & {one.revision for one in search.search(queries[n], K)}) for n in range(QUERIES))
    given = [one.revision for one in search.search(queries[0], 200)]
    scored = each(lambda number: search.cosines(queries[number], given), QUERIES)
    cold = _cold(folder, queries)
    file, cache = vectors.size(), vector_cache.size(folder)
    _keep(vectors, _made(chance, centres, size // 20), size)
    again = _seconds(lambda: caching.make(vectors, NAME))
    vectors.close()
    kind = "exact" if size <= caching.EXACT_LIMIT else "clusters"
    return (
        f"{size:,}", kind, round(taken.median, 1), round(taken.p95, 1), round(taken.processor_median, 1),
        f"{hits / QUERIES / K:.3f}",
        round(cold.median, 1), round(scored.median, 1), round(size / keeping), round(making, 1), round(again, 1),
        round(file / 1e6, 1), round(cache / 1e6, 1),
    )  # fmt: skip


def _made(chance: "np.random.Generator", centres: "Floats", count: int) -> Iterator["Floats"]:
    """So many vectors, some thousand at a time."""
    import numpy as np

    for start in range(0, count, BATCH):
        part = min(BATCH, count - start)
        chosen = centres[chance.integers(0, len(centres), part)]
        far = chance.random((part, 1)) < 0.1
        step = chance.standard_normal((part, DIMENSIONS), np.float32) * np.float32(SPREAD / DIMENSIONS**0.5)
        yield _units(np.where(far, step, chosen + step))


def _units(vectors: "Floats") -> "Floats":
    import numpy as np

    scaled: Floats = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def _keep(vectors: Vectors, made: Iterator["Floats"], first: int) -> None:
    """Keep vectors as those of wordings with made-up addresses."""
    for part in made:
        rows = [(_address(first + at), pack(part[at : at + 1])) for at in range(len(part))]
        vectors.keep(NAME, DIMENSIONS, rows, set)
        first += len(part)


def _address(number: int) -> bytes:
    from hashlib import sha256

    return sha256(str(number).encode()).digest()


def _truth(vectors: Vectors, model: Model, queries: "Floats") -> list[set[str]]:
    """The K nearest of each query, by comparing it with every row."""
    import numpy as np

    best: list[list[tuple[float, int]]] = [[] for _ in queries]
    for arrays, _ in caching.rows_read(vectors, model, 0):
        found = (arrays.codes.astype(np.float32) * arrays.scales[:, None]) @ queries.T
        for number, kept in enumerate(best):
            top = np.argsort(-found[:, number])[:K]
            kept += [(float(found[at, number]), int(arrays.numbers[at])) for at in top]
            kept[:] = sorted(kept, reverse=True)[:K]
    rows = vectors.numbered({number for kept in best for _, number in kept})
    return [{rows[number][0].hex() for _, number in kept} for kept in best]


def _cold(folder: Path, queries: "Floats") -> Series:
    """The first search of a new process, from opening the file to the answer, without imports."""
    import numpy as np

    file = folder / "query.npy"
    found = []
    for query in queries[:5]:
        np.save(file, query)
        done = subprocess.run(
            [sys.executable, "-c", COLD, str(folder), str(file)], capture_output=True, check=True
        )  # fmt: skip
        found.append(float(done.stdout))
    return Series((ranked(found, 0.5),))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000])
