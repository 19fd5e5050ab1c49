"""The benchmark of recall runs from end to end on a tiny corpus of our own, and its measures are right."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import document
from benchmarks.recall import abstention, cases, harness, quality, scoring, staleness, talk
from benchmarks.recall.adapter import Documents, System1
from benchmarks.recall.controls import FILE_BUDGET, Grep, MarkdownFile, Nothing
from oldhand.operation import call

REPOSITORY = Path(__file__).resolve().parents[2]
TINY = Path(__file__).with_name("tiny")
FAMILIES = "decisions,decisions-pooled,locomo,lme"
SYSTEMS = "nothing,grep,markdown,fts5,system1"
SETS = ("locomo-turn", "lme-session", "decisions-pooled")
ZERO = dict.fromkeys(scoring.MEASURES, 0.0)


class Perfect:
    """A retriever that was told the answers: the control that must score full marks."""

    def __init__(self, corpus: dict[str, Any]) -> None:
        self._gold = {query["text"]: sorted(query["gold"]) for query in corpus["queries"]}

    def index(self, docs: list[tuple[str, str]]) -> None:
        pass

    def search(self, query: str, k: int) -> list[str]:
        return self._gold[query][:k]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The tiny harness in use, in this process, for one test."""
    names = ("datasets", "metrics", "baselines")
    monkeypatch.setenv(harness.VARIABLE, str(TINY))
    monkeypatch.delenv("EVAL_DATA", raising=False)
    monkeypatch.syspath_prepend(str(TINY))
    caches = (harness.module, cases._records, cases._tasks, cases._files, cases._locomo_questions, cases._lme_questions)
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    for cached in caches:
        cached.cache_clear()
    yield harness.module("datasets")
    for name in names:
        sys.modules.pop(name, None)
    for cached in caches:
        cached.cache_clear()


def values(retriever: Any, corpus: dict[str, Any]) -> list[dict[str, float]]:
    return [scoring.measures(one["ranks"]) for one in quality.asked(retriever, corpus)["questions"]]


def test_nothing_scores_nought_and_a_perfect_retriever_scores_one(tiny: Any) -> None:
    for name in SETS:
        for corpus in tiny.SETS[name]():
            assert all(said == ZERO for said in values(Nothing(), corpus))
            full = values(Perfect(corpus), corpus)
            assert all(said[measure] == 1.0 for said in full for measure in ("R@5", "R@10", "all@5", "MRR", "hit@1"))


def test_measures_are_those_that_one_works_out_by_hand() -> None:
    placed = scoring.ranks(["x", "a", "y", "z", "u", "v", "b"], ["a", "b", "c"])
    assert placed == {"a": 2, "b": 7, "c": 0}
    said = scoring.measures(placed)
    assert said == {"hit@1": 0.0, "R@5": 1 / 3, "R@10": 2 / 3, "all@5": 0.0, "MRR": 0.5}


def test_an_interval_holds_the_mean_and_narrows_with_more_values() -> None:
    few, many = scoring.estimate([0.0, 1.0] * 5), scoring.estimate([0.0, 1.0] * 500)
    assert few.mean == many.mean == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high
    assert scoring.estimate([1.0] * 9)[:3] == (1.0, 1.0, 1.0)
    assert scoring.paired({"a": 1.0, "b": 0.5}, {"a": 0.5, "b": 0.5}).mean == 0.25


def test_grep_counts_different_words_and_the_file_is_read_until_its_budget_is_spent() -> None:
    docs = [("one", "the lamp"), ("two", "the lamp burns oil"), ("three", "Масло горит")]
    grep = Grep()
    grep.index(docs)
    assert grep.search("Lamp oil, lamp!", 9) == ["two", "one"]
    assert grep.search("масло", 9) == ["three"]
    file = MarkdownFile()
    file.index([("first", "word " * 2 * FILE_BUDGET), ("second", "never read")])
    assert file.search("read", 9) == ["first"]


def test_system_1_finds_what_the_tiny_corpus_says(tiny: Any) -> None:
    for corpus in tiny.SETS["locomo-turn"]():
        assert all(said["R@5"] == 1.0 for said in values(System1(), corpus))


def test_texts_that_are_alike_are_one_memory_and_both_documents_are_found() -> None:
    same = "The lamp is lit at dusk."
    texts = [("a", same), ("empty", " "), ("b", "Gulls nest on the roof."), ("c", same), ("vast", "lamp " * 300_000)]
    with Documents(texts) as store:
        assert store.refused == ["empty", "vast"]
        assert store.names(store.recall("when is the lamp lit", 5).items) == ["a", "c"]
        assert call(store.memory, "verify", {}).findings == []


def test_cases_are_the_same_every_time_and_labelled(tiny: Any) -> None:
    found = list(cases.cases(tuple(FAMILIES.split(","))))
    assert found == list(cases.cases(tuple(FAMILIES.split(","))))
    assert {case.kind for case in found} == {cases.ANSWERABLE, *cases.FAR, *cases.NEAR}
    for case in found:
        assert case.answerable == (case.kind == cases.ANSWERABLE) == bool(case.gold)
        assert case.gold <= {name for name, _ in case.store.documents}
    assert not [c for c in found if c.kind == cases.OTHER_PERSON and c.store.name == "harbour" and "Bert" in c.cue]


def test_gibberish_has_every_sort_and_says_no_word_of_small_talk() -> None:
    made = talk.gibberish(50, random.Random(1))
    assert made == talk.gibberish(50, random.Random(1))
    said = {word for phrase in talk.SMALL_TALK for word in phrase.split() if len(word) >= talk.SHORTEST}
    assert not said & {word for cue in made for word in cue.split()}


def judged(answerable: bool, score: float) -> abstention.Judged:
    kind = cases.ANSWERABLE if answerable else cases.GIBBERISH
    return abstention.Judged("f", "s", kind, answerable, answerable, score, "strong", score >= 0.5)


def test_the_curve_goes_from_everything_to_nothing_and_an_ideal_gate_is_found() -> None:
    ideal = [judged(True, 0.9), judged(True, 0.7), judged(False, 0.2), judged(False, 0.0)]
    points = abstention.curve(ideal)
    assert (points[-1].false_recall, points[-1].missed) == (0.0, 1.0)
    best = abstention.missed_at(points, 0.0)
    assert best and best.missed == 0.0 and best.threshold == 0.7
    assert abstention.area(ideal[:2], ideal[2:]) == 1.0
    assert abstention.area([judged(True, 0.5)], [judged(False, 0.5)]) == 0.5
    assert abstention.area([judged(True, 0.1)], [judged(False, 0.5)]) == 0.0


def test_a_slot_gives_the_newest_and_a_control_without_slots_does_not(tiny: Any) -> None:
    ours, theirs = list(staleness.outcomes("system1")), list(staleness.outcomes("fts5"))
    for kind in ("slot", "link"):
        here = [one for one in ours if one.kind == kind]
        assert len(here) == len(tiny.EXPORTS)
        assert all(one.newest_first and one.top and one.marked for one in here)
    assert theirs and not any(one.marked for one in theirs if one.kind == "words alone")
    (record,) = [one for one in ours if one.kind == "records"]
    assert record.newest_first and record.marked


def test_an_older_statement_that_stands_first_unmarked_is_no_success() -> None:
    class Item:
        standing = "active"

    old, new = Item(), Item()
    assert staleness.judged("slot", [old, new], [True, False], [False, True]) == ("slot", False, False, False)
    old.standing = "superseded"
    assert staleness.judged("slot", [new, old], [False, True], [True, False]) == ("slot", True, True, True)
    assert staleness.judged("slot", [], [], []) == ("slot", False, False, False)


def run(out: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "benchmarks/recall/run.py", "--eval", str(TINY), "--out", str(out)]
    command += ["--systems", SYSTEMS, "--families", FAMILIES, *more]
    variables = {name: value for name, value in os.environ.items() if name != "EVAL_DATA"}
    return subprocess.run(command, cwd=REPOSITORY, env=variables, capture_output=True, check=False)


def test_a_run_writes_its_part_of_the_document_and_is_taken_up_again(tmp_path: Path) -> None:
    file, out = tmp_path / "BENCHMARKS.md", tmp_path / "results"
    file.write_text("# Benchmarks\n\nBefore.\n", encoding="utf-8")
    done = run(out, "--write", str(file))
    assert done.returncode == 0, done.stderr.decode()
    said = file.read_text(encoding="utf-8")
    assert said.startswith("# Benchmarks\n\nBefore.\n")
    for title in ("## How right recall is", "### locomo-turn", "## Silence", "## What was corrected"):
        assert f"\n{title}\n" in said
    assert str(tmp_path) not in said and str(TINY) not in said

    kept = out / "locomo-turn.system1.jsonl"
    head, first, last = kept.read_text(encoding="utf-8").splitlines()
    kept.write_text("\n".join([head, first, last[: len(last) // 2]]), encoding="utf-8")  # stopped while it wrote
    assert run(out, "--only", "quality", "--write", str(file)).returncode == 0
    found = kept.read_text(encoding="utf-8").splitlines()
    assert found[:2] == [head, first]  # what was there was not asked again
    assert json.loads(found[-1])["name"] == json.loads(last)["name"]
    assert file.read_text(encoding="utf-8").count("## How right recall is") == 1


def test_a_run_without_a_harness_or_into_the_repository_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/recall/run.py", "--out"]
    variables = {name: value for name, value in os.environ.items() if name != harness.VARIABLE}
    absent = subprocess.run([*command, str(tmp_path)], cwd=REPOSITORY, env=variables, capture_output=True, check=False)
    assert absent.returncode != 0 and b"--eval FOLDER" in absent.stderr
    inside = run(REPOSITORY / "results")
    assert inside.returncode != 0 and b"keep results elsewhere" in inside.stderr
    assert not (REPOSITORY / "results").exists()


def test_the_part_of_a_document_is_replaced_and_the_rest_stays() -> None:
    once = document.with_part("# A\n\nText.\n", "recall", "one")
    twice = document.with_part(once, "recall", "two")
    assert document.part_of(once, "recall") == "one"
    assert document.part_of(twice, "recall") == "two"
    assert twice == once.replace("one", "two")
    assert document.part_of("# A\n", "recall") == ""
