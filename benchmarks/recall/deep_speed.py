"""How long a recall takes in a running process, by words and with meanings too: a Markdown table.

    OLDHAND_BENCH_HOME=FOLDER OPENBLAS_NUM_THREADS=1 python -m benchmarks.recall.deep_speed 1000 100000

The memories are those of the other benchmarks (benchmarks/corpus.py). Making a hundred thousand real
vectors takes minutes and says nothing of the time of a question, so each text gets a made one; the
cues are encoded by the real model of the folder, and everything else is what `recall --deep` does.
"""

import os
import random
import sys
import time
from pathlib import Path

from benchmarks import cues, stores
from benchmarks.measuring import ranked
from benchmarks.report import table
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.recall.dense.embedding import PAGE, make_if_due
from oldhand.recall.dense.installing import local_encoder
from oldhand.recall.dense.packing import pack
from oldhand.store.pending import NOWHERE, page, with_text

QUESTIONS = 300
WARMING = 10  # questions before those that count: a process that stays has its caches
SEED = 20_261_121


def main(sizes: list[int]) -> None:
    """Measure each size and print the table."""
    home = Path(os.environ["OLDHAND_BENCH_HOME"]).absolute()
    rows = []
    for size in sizes:
        place = stores.kept(size)
        with Memory(place.root, home, store=place.store, surface="python") as memory:
            made = fill(memory, home)
            asked = [cue for _, cue in cues.cues(size, QUESTIONS + WARMING)]
            call(memory, "config_set", {"name": "recall.deep", "value": "asked"})
            words = measured(memory, asked, {"limit": 5})
            deep = measured(memory, asked, {"limit": 5, "deep": True})
            rows.append((f"{size:,}", f"{made:,}", *words, *deep))
    head = ("memories", "vectors", "words: p50 ms", "p95 ms", "--deep: p50 ms", "p95 ms")
    sys.stdout.write(table(head, rows) + "\n")


def fill(memory: Memory, home: Path) -> int:
    """Give every wording that has none a made vector, and make the cache; how many vectors there are."""
    import numpy as np

    encoder, store = local_encoder(home), memory.store()
    chance = np.random.default_rng(SEED)
    mark, last = NOWHERE, False
    while not last:
        with store.read() as reader:
            events = page(reader, mark, PAGE)
        rows = []
        for revision in events.revisions:
            vector = chance.normal(size=(1, encoder.dimensions)).astype(np.float32)
            rows.append((revision, pack(vector / np.linalg.norm(vector))))

        def held(names, store=store):  # type: ignore[no-untyped-def]
            with store.read() as reader:
                return with_text(reader, names)

        if rows:
            store.vectors.keep(encoder.name, encoder.dimensions, rows, held)
        model = store.vectors.model(encoder.name)
        store.vectors.settle(encoder.name, events.mark, model.mark if model else NOWHERE)
        mark, last = events.mark, events.last
    make_if_due(store.vectors, encoder.name)
    model = store.vectors.model(encoder.name)
    return model.windows if model else 0


def measured(memory: Memory, asked: list[str], arguments: dict[str, object]) -> tuple[str, str]:
    """(p50, p95) in milliseconds of the questions, in an order that is the same each time."""
    order = asked[:]
    random.Random(SEED).shuffle(order)
    times = []
    for number, cue in enumerate(order):
        started = time.perf_counter()
        call(memory, "recall", {"cue": cue, **arguments})
        if number >= WARMING:
            times.append((time.perf_counter() - started) * 1000)
    return f"{ranked(times, 0.5):.1f}", f"{ranked(times, 0.95):.1f}"


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1000, 100_000])
