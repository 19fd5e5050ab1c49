"""The benchmarks run from end to end in a small store. What they measure is not judged here."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks import corpus, cues

REPOSITORY = Path(__file__).resolve().parents[2]
SIZE = 200
SECTIONS = (
    "Budgets",
    "Starting",
    "Recall inside a process",
    "Looking at places",
    "Writes",
    "Upkeep",
    "The graph",
    "Growth and weight",
    "Tokens",
    "The peer",
)


def test_a_quick_run_reports_every_benchmark(tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    command = [sys.executable, "benchmarks/run.py", "--quick", "--sizes", str(SIZE), "--write", str(report)]
    variables = os.environ | {"OLDHAND_BENCH": str(tmp_path / "stores")}
    done = subprocess.run(command, cwd=REPOSITORY, env=variables, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    said = report.read_text(encoding="utf-8")
    assert [title for title in SECTIONS if f"\n## {title}\n" not in said] == []
    assert str(tmp_path) not in said


def test_the_corpus_is_the_same_every_time() -> None:
    assert list(corpus.memories(SIZE)) == [corpus.memory(number, SIZE) for number in range(SIZE)]
    assert len({made["text"] for made in corpus.memories(SIZE)}) == SIZE


def test_cues_are_of_every_sort_and_none_comes_twice() -> None:
    asked = cues.cues(SIZE)
    assert asked == cues.cues(SIZE)
    assert len({cue for _, cue in asked}) == cues.COUNT
    assert {sort for sort, _ in asked} == set(cues.SORTS)
