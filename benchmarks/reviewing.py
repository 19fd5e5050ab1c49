"""Review and health: listing what waits, settling it, and the findings about the knowledge, in a large memory."""

import json

from benchmarks import stores
from benchmarks.measuring import Series, each
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings
from oldhand.knowledge.health_of_knowledge import findings
from oldhand.memory import Memory
from oldhand.operation import call

LARGEST = 100_000  # memories: what the budget names
WAITING = 1_000  # items in the queue: what the budget names
OUTSIDE, DISPUTED, PAIRS = 0.6, 0.3, 0.1  # shares of them: from outside, disputed, pairs that contradict each other
RECALLS = 500  # in the log: as many as are looked at
RUNS = 40
BUDGETS_MS = {"review list": 50, "findings of health": 100}


def run(settings: Settings) -> Section:
    """Time the list, a page of it, the findings and one verdict at each size."""
    rows: list[tuple[object, ...]] = []
    verdicts: list[Verdict] = []
    for size in [size for size in settings.sizes if size <= LARGEST]:
        waiting = min(WAITING, size // 4)
        with stores.scratch(size) as place:
            _prepare(place, waiting)
            taken = _timed(place, 5 if settings.quick else RUNS)
        rows += [(f"{size:,}", what, *times(found)) for what, found in taken.items()]
        if size == LARGEST:
            for what, budget in BUDGETS_MS.items():
                found = taken[what]
                said = f"{found.median:.1f} ms; processor {found.processor_median:.1f} ms"
                verdicts.append(Verdict(f"{what}, p50, {size:,}", f"<= {budget} ms", said, found.median <= budget))
    return Section(
        "Review",
        f"What waits is worked out anew each time it is asked. {WAITING:,} items wait: {OUTSIDE:.0%} from outside, "
        f"{DISPUTED:.0%} disputed, {PAIRS:.0%} pairs that contradict each other; {RECALLS} recalls are in the log, "
        "every other one with a use.",
        (table(("memories", "what", *TIMES_HEAD), rows),) if rows else (),
        tuple(verdicts),
    )


def _prepare(place: stores.Place, waiting: int) -> None:
    """Have so many items wait, and some recalls in the log."""
    with place.opened() as memory:
        ids = [item.id for item in call(memory, "active", {"limit": waiting}).items]
        disputed, pairs = int(waiting * DISPUTED), int(waiting * PAIRS)
        for name in ids[:disputed]:
            call(memory, "dispute", {"name": name, "reason": "it may be otherwise"})
        for one, other in zip(ids[disputed::2][:pairs], ids[disputed + 1 :: 2][:pairs], strict=True):
            call(memory, "link", {"source": one, "relation": "contradicts", "target": other})
        for number in range(RECALLS):
            shown = call(memory, "recall", {"cue": f"payments retry queue {number}"}).items
            if shown and number % 2:  # somebody turns to an answer: what nobody turns to may be noise
                call(memory, "show", {"name": shown[number // 2 % len(shown)].id})
    with Memory(place.root, place.home, actor="web", trust="web", origin="web") as outside:
        said = [{"text": f"Outside note {number}: {number * 7919} of {number * 104729}."}
                for number in range(int(waiting * OUTSIDE))]  # fmt: skip
        call(outside, "remember", {"jsonl": "\n".join(json.dumps(one) for one in said)})


def _timed(place: stores.Place, runs: int) -> dict[str, Series]:
    with Memory(place.root, place.home, actor="user", trust="user", origin="cli") as person:
        names = [one.name for one in call(person, "review", {"cause": "disputed", "limit": WAITING}).items]

        def found(_: int) -> None:
            with person.reading() as reader:
                findings(person, reader)

        return {
            "review list": each(lambda _: call(person, "review", {}), runs),
            "review list of 100": each(lambda _: call(person, "review", {"limit": 100}), runs),
            "findings of health": each(found, runs),
            "accept one": each(lambda at: call(person, "review_accept", {"names": [names[at]]}), min(runs, len(names))),
        }
