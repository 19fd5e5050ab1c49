"""Upkeep: what it takes to check, rebuild, copy and carry over a whole store."""

import shutil
from typing import Any

from benchmarks import stores
from benchmarks.measuring import timed
from benchmarks.report import Section, table
from benchmarks.settings import Settings
from oldhand.operation import call

LARGEST = 100_000  # memories: a million take minutes each, and nothing here is asked for daily


def run(settings: Settings) -> Section:
    """Time each piece of upkeep once at each size."""
    rows = []
    for size in [size for size in settings.sizes if size <= LARGEST]:
        with stores.scratch(size) as place, stores.scratch(0, blank=True) as blank:
            file = "export.jsonl"  # an operation called by a program writes and reads inside its project only
            rows.append(_step(place, size, "verify"))
            rows.append(_step(place, size, "verify", quick=True))
            rows.append(_step(place, size, "rebuild"))
            rows.append(_step(place, size, "backup"))
            rows.append(_step(place, size, "export", file=str(place.root / file)))
            shutil.copyfile(place.root / file, blank.root / file)
            rows.append(_step(blank, size, "import", file=str(blank.root / file)))
    return Section(
        "Upkeep",
        f"One run each, through the operation, at up to {LARGEST:,} memories. `backup` checks its copy; `import` takes "
        "an export into an empty store.",
        (table(("memories", "operation", "seconds", "processor seconds", "memories a second"), rows),) if rows else (),
    )


def _step(place: stores.Place, size: int, name: str, **arguments: Any) -> tuple[object, ...]:
    with place.opened() as memory:
        taken = timed(lambda: call(memory, name, arguments))
    said = f"`{name}{' --quick' if 'quick' in arguments else ''}`"
    return f"{size:,}", said, taken.wall, taken.processor, round(size / taken.wall)
