"""Silence: how often an answer is given to a cue that the store cannot answer, and how often one that it can is missed.

Each case of cases.py is asked once. An answer is injected when its verdict is one of INJECTED. The whole curve is that
of one number of the answer (`field`) as the threshold moves; the control is the best raw BM25 score of FTS5.
"""

import csv
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.recall import harness
from benchmarks.recall.adapter import Documents
from benchmarks.recall.cases import FAMILIES, FAR, NEAR, Case, cases
from benchmarks.recall.scoring import Estimate, estimate
from benchmarks.recall.systems import YARDSTICK
from oldhand.operation import find

INJECTED = ("strong",)  # verdicts that pass the injection gate
FOUND_WITHIN = 5  # items of an answer (setting recall.limit): with the gold among them, the store can answer
FIELDS = ("reply.confidence", "first.match")  # the answer's number, the first of these that there is
FALSE_RECALLS = (0.005, 0.01, 0.02, 0.05, 0.10)  # at which the curve is told
MISSES = (0.05, 0.10, 0.20)


class Judged(NamedTuple):
    """A case and what was answered. found: the gold was among the first FOUND_WITHIN; score: 0 without an answer."""

    family: str
    store: str
    kind: str
    answerable: bool
    found: bool
    score: float
    verdict: str
    injected: bool


class Answered(NamedTuple):
    """What a system says to a cue: its documents, best first, the number to be judged by, and its verdict."""

    names: list[str]
    score: float
    verdict: str


Asking = Callable[[str], Answered]


def field() -> str:
    """The answer's number in use: a calibrated one where the reply has it."""
    return FIELDS[0] if "confidence" in find("recall").returns._fields else FIELDS[1]


def number(reply: Any, said: str) -> float:
    """`reply.NAME` or, of the first item, `first.NAME`; 0 for an answer without items."""
    where, _, name = said.partition(".")
    if where not in ("reply", "first") or not name:
        raise SystemExit(f"'{said}' names no number of an answer: say reply.NAME or first.NAME.")
    if not reply.items:
        return 0.0
    return float(getattr(reply if where == "reply" else reply.items[0], name))


def ours(deep: bool, said: str, home: Path | None = None) -> Callable[[ExitStack, Case], Asking]:
    """A maker of stores that answer through `recall`."""

    def made(stack: ExitStack, case: Case) -> Asking:
        store = stack.enter_context(Documents(case.store.documents, home))
        if deep:
            store.embed()
        more = {"deep": True} if deep else {}

        def ask(cue: str) -> Answered:
            reply = store.recall(cue, FOUND_WITHIN, loose=True, **more)
            return Answered(store.names(reply.items), number(reply, said), reply.verdict)

        return ask

    return made


def bm25(stack: ExitStack, case: Case) -> Asking:
    """The control: plain FTS5, judged by the raw score of its best document."""
    control = harness.module("baselines").BASELINES[YARDSTICK]()
    control.index(list(case.store.documents))
    asked = "SELECT id, -bm25(d) FROM d WHERE d MATCH ? ORDER BY bm25(d) LIMIT ?"

    def ask(cue: str) -> Answered:
        query = control.query(cue)
        rows = control.db.execute(asked, (query, FOUND_WITHIN)).fetchall() if query else []
        return Answered([name for name, _ in rows], rows[0][1] if rows else 0.0, "")

    return ask


def judge(make: Callable[[ExitStack, Case], Asking], found: Iterable[Case]) -> Iterator[Judged]:
    """Ask every case; each store is made once."""
    for _, group in groupby(found, key=lambda case: (case.store.family, case.store.name)):
        with ExitStack() as stack:
            ask: Asking | None = None
            for case in group:
                ask = ask or make(stack, case)
                said = ask(case.cue) if case.cue.strip() else Answered([], 0.0, "")
                yield Judged(
                    case.store.family, case.store.name, case.kind, case.answerable,
                    bool(case.gold & set(said.names[:FOUND_WITHIN])), said.score, said.verdict,
                    said.verdict in INJECTED,
                )  # fmt: skip


def measure(system: str, folder: Path, families: Sequence[str] = FAMILIES, said: str = "") -> list[Judged]:
    """Ask every case of a system (fts5, system1, system2), keep the answers and their curve, and return them."""
    from benchmarks.recall import embedding

    deep = system == "system2"
    make = bm25 if system == YARDSTICK else ours(deep, said or field(), embedding.home() if deep else None)
    found = list(judge(make, cases(tuple(families))))
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(one._asdict()) + "\n" for one in found)
    (folder / f"abstention.{system}.jsonl").write_text(lines, encoding="utf-8")
    with (folder / f"abstention.{system}.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([Point._fields, *curve(found)])
    return found


def kept(system: str, folder: Path) -> list[Judged]:
    """What `measure` kept; empty when it did not."""
    try:
        lines = (folder / f"abstention.{system}.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [Judged(**json.loads(line)) for line in lines]


# -- rates -------------------------------------------------------------------------------------------


class Point(NamedTuple):
    """The rates when what scores at least `threshold` is injected. missed_found: of cues whose gold was found."""

    threshold: float
    false_recall: float
    missed: float
    missed_found: float


def far(found: Iterable[Judged]) -> list[Judged]:
    """The cues that have nothing to do with the store."""
    return [one for one in found if one.kind in FAR]


def near(found: Iterable[Judged]) -> list[Judged]:
    """The cues that come close to what the store holds."""
    return [one for one in found if one.kind in NEAR]


def answerable(found: Iterable[Judged], only_found: bool = False) -> list[Judged]:
    """The cues that the store can answer; only those whose gold came up, if so wanted."""
    return [one for one in found if one.answerable and (one.found or not only_found)]


def rate(found: Iterable[Judged], injected: bool) -> Estimate:
    """The share of cues that were (or were not) injected."""
    return estimate([float(one.injected == injected) for one in found])


def curve(found: Sequence[Judged], wrong: Callable[[Iterable[Judged]], list[Judged]] = far) -> list[Point]:
    """The rates at every threshold that makes a difference, the strictest, at which nothing is injected, last."""
    groups = [
        sorted(one.score for one in group) for group in (wrong(found), answerable(found), answerable(found, True))
    ]
    scores = sorted({score for group in groups for score in group if score > 0} | {math.inf})  # the last: none at all
    return [Point(at, 1 - _below(groups[0], at), _below(groups[1], at), _below(groups[2], at)) for at in scores]


def _below(ordered: list[float], threshold: float) -> float:
    """The share of ordered values below a threshold; a score of 0 is no answer and lies below each."""
    from bisect import bisect_left, bisect_right

    if not ordered:
        return 0.0
    return max(bisect_left(ordered, threshold), bisect_right(ordered, 0.0)) / len(ordered)


def missed_at(points: Sequence[Point], false_recall: float) -> Point | None:
    """The point that misses least while at most so many unanswerable cues are injected."""
    return min((p for p in points if p.false_recall <= false_recall), key=lambda p: p.missed_found, default=None)


def false_at(points: Sequence[Point], missed: float) -> Point | None:
    """The point that injects least where nothing is known, while at most so many found answers are missed."""
    return min((p for p in points if p.missed_found <= missed), key=lambda p: p.false_recall, default=None)


def area(right: Iterable[Judged], wrong: Iterable[Judged]) -> float:
    """The chance that a cue that can be answered scores above one that cannot (AUC); a tie counts half."""
    from bisect import bisect_left, bisect_right

    low = sorted(one.score for one in wrong)
    sums = [(bisect_left(low, one.score) + bisect_right(low, one.score)) / 2 for one in right]
    return sum(sums) / (len(sums) * len(low)) if sums and low else 0.0
