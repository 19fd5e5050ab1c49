"""Recall inside a process: 300 different cues at each size, alone and beside other readers; and the other reads."""

import json
import subprocess
import sys

from benchmarks import corpus, cues, stores
from benchmarks.controls import Fts5
from benchmarks.machine import interpreter
from benchmarks.measuring import Series, Taken, each, environment, series, timed
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings
from oldhand.memory import Memory
from oldhand.operation import call

READERS = 4  # processes that recall at the same time
READS = 40  # of each other read
BUDGETS = {100_000: (5.0, 30.0), 1_000_000: (None, 60.0)}  # size -> (p50, p95) in ms
CONTROL_LARGEST = 100_000  # memories in the control, which is built anew in every run


def run(settings: Settings) -> Section:
    """Measure every read at every size."""
    count = 21 if settings.quick else cues.COUNT
    rows, sorts, others, verdicts = [], [], [], []
    for size in settings.sizes:
        place = stores.kept(size)
        asked = cues.cues(size, count)
        with place.opened() as memory:
            call(memory, "recall", {"cue": "warm"})
            first = taken(memory, asked)
            again = taken(memory, asked)
            others += _others(memory, size, settings)
        together = _together(size, count)
        rows.append((f"{size:,}", "alone, first time asked", *times(series(first))))
        rows.append((f"{size:,}", "alone, asked again", *times(series(again))))
        rows.append((f"{size:,}", f"{READERS} readers at once", *times(together)))
        if size <= CONTROL_LARGEST:
            rows.append((f"{size:,}", "control: bare FTS5, same words joined by OR", *times(_control(size, asked))))
        sorts += _by_sort(size, asked, first)
        verdicts += _verdicts(size, series(first))
    return Section(
        "Recall inside a process",
        f"{count} different cues of 1 to {cues.LONGEST} words at each size (words of a memory, identifiers, paths, "
        "very common words, Russian, unknown words), default settings: the whole operation from arguments to the reply "
        "record, anchors checked, trace noted. The control is a plain FTS5 table of the same texts, asked for the best "
        "5 by BM25.",
        (
            table(("memories", "how", *TIMES_HEAD), rows),
            "By sort of cue, first time asked:\n\n" + table(("memories", "cues", *TIMES_HEAD), sorts),
            "Other reads inside a process:\n\n" + table(("memories", "operation", *TIMES_HEAD), others),
        ),
        tuple(verdicts),
    )


def taken(memory: Memory, asked: list[tuple[str, str]]) -> list[Taken]:
    """What each recall took."""
    return [timed(lambda cue=cue: call(memory, "recall", {"cue": cue})) for _, cue in asked]  # type: ignore[misc]


def _by_sort(size: int, asked: list[tuple[str, str]], found: list[Taken]) -> list[tuple[object, ...]]:
    grouped: dict[str, list[Taken]] = {}
    for (sort, _), one in zip(asked, found, strict=True):
        grouped.setdefault(sort, []).append(one)
    return [(f"{size:,}", sort, *times(series(group))) for sort, group in grouped.items()]


def _together(size: int, count: int) -> Series:
    """The times of several processes that recall at once, each through cues of its own."""
    command = [interpreter(), "-m", "benchmarks.recalling", str(size), str(count)]
    readers = [
        subprocess.Popen(
            [*command, str(seed)], env=environment(OLDHAND_BENCH=str(stores.folder())), stdout=subprocess.PIPE
        )
        for seed in range(READERS)
    ]
    said = [reader.communicate()[0] for reader in readers]
    return series(Taken(*one) for out in said for one in json.loads(out))


def _control(size: int, asked: list[tuple[str, str]]) -> Series:
    control = Fts5(":memory:")
    control.fill(str(corpus.memory(number, size)["text"]) for number in range(size))
    found = each(lambda at: control.search(asked[at][1]), len(asked))
    control.close()
    return found


def _others(memory: Memory, size: int, settings: Settings) -> list[tuple[object, ...]]:
    runs = 5 if settings.quick else READS
    names = [item.id for item in call(memory, "active", {"limit": runs}).items]
    arguments: dict[str, list[dict[str, str]]] = {
        "brief": [{}],
        "look": [{"place": corpus.path(number)} for number in range(runs)],
        "show": [{"name": name} for name in names],
        "active": [{}],
        "status": [{}],
    }

    def repeated(name: str, given: list[dict[str, str]]) -> Series:
        return each(lambda at: call(memory, name, given[at % len(given)]), runs)

    return [(f"{size:,}", f"`{name}`", *times(repeated(name, given))) for name, given in arguments.items()]


def _verdicts(size: int, found: Series) -> list[Verdict]:
    if size not in BUDGETS:
        return []
    middle, tail = BUDGETS[size]
    judged = [
        Verdict(
            f"recall inside a process, p95, {size:,}",
            f"<= {tail:.0f} ms",
            f"{found.p95:.1f} ms; processor {found.processor_p95:.1f} ms",
            found.p95 <= tail,
        )
    ]
    if middle is not None:
        said = f"{found.median:.1f} ms; processor {found.processor_median:.1f} ms"
        judged.insert(
            0, Verdict(f"recall inside a process, p50, {size:,}", f"<= {middle:.0f} ms", said, found.median <= middle)
        )
    return judged


def main(size: str, count: str, seed: str) -> None:
    """One of several readers: recall through cues of its own and print what each took."""
    with stores.kept(int(size)).opened() as memory:
        asked = cues.cues(int(size), int(count), int(seed))
        call(memory, "recall", {"cue": "warm"})
        print(json.dumps(taken(memory, asked)))


if __name__ == "__main__":
    main(*sys.argv[1:])
