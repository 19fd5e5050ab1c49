"""Every set asked of every system; results kept as JSON lines, one a corpus, so that a run can be taken up again."""

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measuring import ranked
from benchmarks.recall import harness
from benchmarks.recall.scoring import DEPTH, HARNESS_NAMES, MEASURES, Estimate, estimate, measures, paired, ranks
from benchmarks.recall.systems import SYSTEMS, fingerprint

SETS = ("locomo-turn", "lme-session", "beam-100K", "beam-500K", "decisions-pooled", "episodes")
SEED = 20_261_121
SAME = 1e-9  # by how much our measures may differ from the harness's: the order of additions


class Job(NamedTuple):
    """One system on one set; corpora: only a sample of so many, 0 for all; folder: where results are kept."""

    set: str
    system: str
    corpora: int
    folder: Path


class Result(NamedTuple):
    """What a system came to on a set. values: question -> measure -> value; ms: of each question.

    sampled: (corpora asked, corpora there are).
    """

    set: str
    system: str
    values: dict[str, dict[str, float]]
    ranks: dict[str, dict[str, int]]
    ms: list[float]
    index_seconds: float
    sampled: tuple[int, int]

    def estimate(self, measure: str) -> Estimate:
        """A measure's mean over the questions, with its interval."""
        return estimate([one[measure] for one in self.values.values()])

    def against(self, other: "Result", measure: str) -> Estimate:
        """The mean difference from another system, question by question."""
        ours, theirs = ({name: one[measure] for name, one in result.values.items()} for result in (self, other))
        return paired(ours, theirs)


def path(job: Job) -> Path:
    """The file of a job's results."""
    return job.folder / f"{job.set}.{job.system}.jsonl"


def measure(job: Job) -> None:
    """Ask what has not been asked yet, and keep each corpus's answers as soon as they are there."""
    system = SYSTEMS[job.system]
    head = {"fingerprint": fingerprint(system), "half": harness.half(), "corpora": job.corpora}
    file = path(job)
    if _head(file) != head:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(head) + "\n", encoding="utf-8")
    elif not file.read_bytes().endswith(b"\n"):  # cut off while a line was written: the next begins on its own
        with file.open("a", encoding="utf-8") as out:
            out.write("\n")
    done = {row["corpus"] for row in _rows(file)}
    corpora = list(harness.module("datasets").SETS[job.set]())
    for at in _chosen(len(corpora), job.corpora):
        if at in done:
            continue
        row = {"corpus": at, "of": len(corpora), **asked(system.make(), corpora[at])}
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")


def asked(retriever: Any, corpus: dict[str, Any]) -> dict[str, Any]:
    """One corpus indexed and all of its questions asked. Questions that have no answer are not judged here."""
    started = time.perf_counter()
    retriever.index(corpus["docs"])
    seconds = time.perf_counter() - started
    questions = []
    for question in corpus["queries"]:
        if question.get("abs"):
            continue
        started = time.perf_counter()
        found = retriever.search(question["text"], DEPTH)
        spent = time.perf_counter() - started
        gold = ranks(found, sorted(question["gold"]))
        _compare(found, question["gold"], gold)
        questions.append({"id": question["id"], "ms": round(spent * 1000, 3), "ranks": gold})
    if hasattr(retriever, "close"):
        retriever.close()
    return {"name": corpus["name"], "index_seconds": round(seconds, 4), "questions": questions}


def _compare(found: list[str], gold: Any, placed: dict[str, int]) -> None:
    """Stop when our measures are not those of the harness."""
    theirs = harness.module("metrics").score(found, gold)
    ours = measures(placed)
    wrong = [name for name in MEASURES if abs(ours[name] - theirs[HARNESS_NAMES[name]]) > SAME]
    if wrong:
        raise RuntimeError(f"{wrong[0]} is {ours[wrong[0]]} here and {theirs[HARNESS_NAMES[wrong[0]]]} in the harness")


def _chosen(total: int, most: int) -> list[int]:
    """The corpora to ask: all, or a sample of them, the same every time."""
    if not most or most >= total:
        return list(range(total))
    return sorted(random.Random(SEED).sample(range(total), most))


def _head(file: Path) -> dict[str, Any]:
    """What a file of results was made with; empty when it is not there."""
    try:
        with file.open(encoding="utf-8") as lines:
            said = json.loads(next(lines))
    except (OSError, ValueError, StopIteration):
        return {}
    return said if isinstance(said, dict) else {}


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    """The corpora kept in a file; a line that was cut off while it was written is left out."""
    with file.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                continue


def kept(job: Job) -> Result | None:
    """The results of a job, None when there are none."""
    file = path(job)
    if not _head(file):
        return None
    rows = {row["corpus"]: row for row in _rows(file)}
    if not rows:
        return None
    questions = {
        f"{at}/{question['id']}": question for at, row in sorted(rows.items()) for question in row["questions"]
    }
    return Result(
        job.set, job.system, {name: measures(one["ranks"]) for name, one in questions.items()},
        {name: one["ranks"] for name, one in questions.items()}, [one["ms"] for one in questions.values()],
        sum(row["index_seconds"] for row in rows.values()), (len(rows), next(iter(rows.values()))["of"]),
    )  # fmt: skip


def middle(result: Result) -> float:
    """The median time of a question in ms."""
    return ranked(result.ms, 0.5)


def found(sets: tuple[str, ...], systems: tuple[str, ...], corpora: int, folder: Path) -> dict[str, dict[str, Result]]:
    """Set -> system -> what is kept of it."""
    every = {one: {name: kept(Job(one, name, corpora, folder)) for name in systems} for one in sets}
    return {one: {name: result for name, result in them.items() if result} for one, them in every.items()}
