"""Moving in: what it takes to audit another program's memory, to bring it in, and to bring it in again."""

import json
import resource
from itertools import islice
from typing import Any

from benchmarks import corpus, stores
from benchmarks.measuring import timed
from benchmarks.report import Section, table
from benchmarks.settings import Settings
from oldhand.operation import call

LARGEST = 100_000  # things remembered there: the largest real store we know holds some thousands
OF_ENTITY = 5  # observations of one entity
FILE = "memory.jsonl"  # inside the project: a program that calls operations reaches no further


def run(settings: Settings) -> Section:
    """Time each step once at each size."""
    rows = []
    for size in [size for size in settings.sizes if size <= LARGEST]:
        with stores.scratch(0, blank=True) as place:
            _write(place, size)
            rows += [_step(place, size, what, name, **arguments) for what, name, arguments in (
                ("audit", "audit", {}), ("rehearse", "import", {"dry_run": True}),
                ("bring in", "import", {"yes": True}), ("bring in again", "import", {"yes": True}),
            )]  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return Section(
        "Moving in",
        f"One run each over the JSON lines of server-memory, {OF_ENTITY} observations an entity, at up to {LARGEST:,} "
        f"things, with every check a memory passes on its way in. This process took {peak} MiB at most.",
        (table(("things", "step", "seconds", "processor seconds", "things a second"), rows),) if rows else (),
    )


def _write(place: stores.Place, size: int) -> None:
    texts = iter(corpus.memories(size))
    with (place.root / FILE).open("w", encoding="utf-8") as file:
        number = 0
        while said := [one["text"] for one in islice(texts, OF_ENTITY)]:
            number += 1
            entity = {"type": "entity", "name": f"Part{number}", "entityType": "part", "observations": said}
            file.write(json.dumps(entity, ensure_ascii=False) + "\n")


def _step(place: stores.Place, size: int, what: str, name: str, **arguments: Any) -> tuple[object, ...]:
    with place.opened() as memory:
        taken = timed(lambda: call(memory, name, {"file": FILE, **arguments}))
    return f"{size:,}", what, taken.wall, taken.processor, round(size / taken.wall)
