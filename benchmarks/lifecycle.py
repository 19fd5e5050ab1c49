"""What is kept and what fades: capture, consolidation, pruning and compression, and reading the log of use."""

import json
import sys
from typing import Any

from benchmarks import stores
from benchmarks.measuring import Taken, environment, peak_mib, timed
from benchmarks.report import Section, table
from benchmarks.settings import Settings
from oldhand.knowledge.utility import uses
from oldhand.operation import call

LARGEST = 100_000  # memories: a million take minutes to build, and nothing here is asked for daily
TIER = 1_000  # findings: the tier's usual quota
SESSION = 50  # findings of one session: the usual limit
SUBJECTS = 40  # files that the findings are on
ASKED = 2_000  # answers in the log: some weeks of work


def run(settings: Settings) -> Section:
    """Time each step once at each size, beside reading every memory once."""
    rows: list[tuple[object, ...]] = []
    for size in [size for size in settings.sizes if size <= LARGEST]:
        tier = min(TIER, size)
        with stores.scratch(size) as place:
            rows += _steps(place, size, tier)
    head = ("memories", "step", "seconds", "processor seconds", "peak MiB of the process", "times the baseline")
    return Section(
        "What is kept and what fades",
        f"One run each, through the operations, with {TIER:,} captured findings of {SESSION} a session on {SUBJECTS} "
        f"files and {ASKED:,} answers in the log. The baseline of the last column reads every memory once (`active`).",
        (table(head, rows),) if rows else (),
    )


def _steps(place: stores.Place, size: int, tier: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    base = _taken(place, "active", limit=size)
    rows.append(_row(size, "read every memory", base, base, _peak(place, "active", limit=size)))
    for session in range(tier // SESSION):
        captured = _taken(place, "capture", jsonl=_findings(session, SESSION), session=f"session {session}")
    rows.append(_row(size, f"`capture` of {SESSION}", captured, base, 0.0))
    with place.opened() as memory:
        memory.trust = "user"  # what is captured by itself is a person's to decide
        call(memory, "config_set", {"name": "capture.quota", "value": str(tier)})
    full = _taken(place, "capture", jsonl=_findings(tier, SESSION), session="one too many")
    rows.append(_row(size, f"`capture` of {SESSION} into a full tier", full, base, 0.0))
    for name, arguments in (("consolidate", {"dry_run": True}), ("consolidate", {}), ("prune", {"limit": 1000})):
        most = _peak(place, name, **arguments) if name == "prune" or arguments else 0.0
        said = f"`{name}{' --dry-run' if arguments.get('dry_run') else ''}`"
        rows.append(_row(size, said, _taken(place, name, **arguments), base, most))
    rows.append(_row(size, "`consolidate` again", _taken(place, "consolidate"), base, 0.0))
    rows.append(_row(size, "`prune --apply`", _taken(place, "prune", apply=True), base, 0.0))
    rows.append(_row(size, "`compress` of 20 --dry-run", _taken(place, "compress", **_found(place)), base, 0.0))
    with place.opened() as memory:
        for number in range(ASKED):
            memory.trace_detail = {"shown": [f"{number % 500:012x}"]}
            memory.store()
            memory.traced("recall" if number % 3 else "look", "read", 0.001, None, None)
        memory.traces().flush()
        with memory.reading() as reader:
            rows.append(_row(size, "the log of use", timed(lambda: uses(memory.traces(), reader)), base, 0.0))
    return rows


def _found(place: stores.Place) -> dict[str, Any]:
    with place.opened() as memory:
        names = [item.id for item in call(memory, "active", {"limit": 20}).items]
    return {"names": names, "dry_run": True, "allow_loss": True}


def _findings(session: int, count: int) -> str:
    """Findings of a session: most are its own, some come again in others, in the same or in other words."""
    lines = []
    for number in range(count):
        subject = (session * count + number) % SUBJECTS
        file = f"src/part{subject}/module.py"
        text = (
            f"Module {subject} of {file} keeps its cache in memory. Session {session} saw {number} entries in it.",
            f"The tests of {file} need the service number {subject}.",
            f"{file} is slow when the queue of worker {subject} has {session} jobs.",
        )[number % 3]
        lines.append(json.dumps({"text": text, "anchors": [file]}))
    return "\n".join(lines)


def _taken(place: stores.Place, name: str, **arguments: Any) -> Taken:
    with place.opened() as memory:
        return timed(lambda: call(memory, name, arguments))


def _peak(place: stores.Place, name: str, **arguments: Any) -> float:
    """The most memory in MiB that a process of its own takes for one operation."""
    words = ["-c", _ONE, str(place.root), str(place.home), name, json.dumps(arguments)]
    return peak_mib([sys.executable, *words], place.root, environment())


_ONE = (
    "import json, sys; from pathlib import Path\n"
    "from oldhand.memory import Memory; from oldhand.operation import call\n"
    "with Memory(Path(sys.argv[1]), Path(sys.argv[2])) as memory: call(memory, sys.argv[3], json.loads(sys.argv[4]))"
)


def _row(size: int, step: str, taken: Taken, base: Taken, most: float) -> tuple[object, ...]:
    return f"{size:,}", step, taken.wall, taken.processor, round(most) or "", round(taken.wall / base.wall, 2)
