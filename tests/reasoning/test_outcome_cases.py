"""The labelled cases by which the derivation of outcomes is measured are well-formed, and so is the measuring.

The histories themselves are not here: `benchmarks/outcome_cases.py` is run over them.
"""

import json
import string
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.outcome_cases import (
    CASES,
    HALVES,
    LABELS,
    LATER,
    OPEN,
    PARTS,
    Case,
    Share,
    answer_of,
    cases,
    half_of,
    main,
    place_of,
    report,
    score,
    told,
)

BOTH = [case for half in HALVES for case in cases(half)]
ALL = BOTH + cases(LATER)


def test_there_are_as_many_cases_as_were_promised_of_each_label_and_from_enough_repositories() -> None:
    assert len(BOTH) >= 150
    assert min(Counter(case.label for case in BOTH)[label] for label in LABELS) >= 40
    by_repository = Counter(case.repository for case in BOTH)
    assert len(by_repository) >= 6 and min(by_repository.values()) >= 15


def test_the_halves_have_no_case_in_common_and_are_divided_by_the_digest_of_the_commit() -> None:
    assert all(half_of(case.commit) == half for half in HALVES for case in cases(half))
    assert len({case.commit for case in ALL}) == len(ALL)
    for half in HALVES:
        assert min(Counter(case.label for case in cases(half))[label] for label in LABELS) >= 20


def test_a_case_holds_facts_only() -> None:
    for case in ALL:
        ids = (case.commit, case.head, *case.shown_by)
        assert all(len(one) == 40 and set(one) <= set(string.hexdigits) for one in ids), case
        assert case.label in LABELS and case.drawn in ("random", "fixed", "gone", "reverted"), case
        assert case.commit not in case.shown_by and case.head != case.commit, case
        assert case.shown_by or case.label == "survived", case
        assert 5 <= len(case.reason) <= 160 and case.reason.isprintable(), case


def test_one_repository_is_read_until_one_head() -> None:
    assert len({(case.repository, case.head) for case in ALL}) == len({case.repository for case in ALL})


def test_what_was_labelled_later_is_of_other_repositories() -> None:
    later = cases(LATER)
    assert len(later) >= 150 and {case.repository for case in later}.isdisjoint(case.repository for case in BOTH)
    assert min(Counter(case.label for case in later)[label] for label in LABELS) >= 20


def test_the_second_reader_agrees_as_well_as_is_said_and_in_every_case_that_neither_doubts() -> None:
    first = {case.commit: case for case in cases(LATER)}
    lines = (CASES / "second_reader.tsv").read_text(encoding="utf-8").splitlines()[1:]
    second = {commit: (label, sure) for commit, label, sure in (line.split("\t") for line in lines)}
    assert len(second) == 80 and set(second) <= set(first) and {label for label, _ in second.values()} == set(LABELS)
    alike = [commit for commit, (label, _) in second.items() if first[commit].label == label]
    sure = [commit for commit, (_, said) in second.items() if said == "sure" and not first[commit].doubtful]
    assert len(alike) == 76 and len(sure) == 57 and set(sure) <= set(alike)


def test_the_same_line_twice_or_a_field_too_many_would_be_seen() -> None:
    files = [CASES / f"{part}.jsonl" for part in PARTS]
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(set(lines)) == len(ALL) and all(set(json.loads(line)) == set(Case._fields) for line in lines)
    with pytest.raises(TypeError):
        Case(**{**json.loads(lines[0]), "message": "x"})


def test_an_answer_that_is_always_the_same_scores_nothing_of_the_others() -> None:
    lazy = [(case.label, "survived") for case in BOTH]
    assert score(lazy, ("reverted",)).recall.part == 0 and score(lazy, ("reverted",)).precision.of == 0
    precision = score(lazy, ("survived",)).precision
    assert precision.of == len(BOTH) and precision.part < 0.6 * len(BOTH)


def test_precision_and_recall_are_counted_as_they_are_defined() -> None:
    pairs = [("reverted", "reverted"), ("reverted", "reworked"), ("survived", "reworked"), ("reworked", OPEN)]
    assert score(pairs, ("reverted",)) == (Share(1, 1), Share(1, 2))
    assert score(pairs, ("reworked", "reverted")) == (Share(2, 3), Share(2, 3))
    assert "-" in told([], "nothing") and "0.667 [" in told(pairs, "some")


def test_errors_are_listed_for_the_halves_when_asked_and_never_for_what_was_labelled_later(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for half in HALVES:
        found, given = cases(half), {case.commit: "survived" for case in cases(half)}
        wrong = [case for case in found if case.label != "survived"]
        said, plain, unseen = (
            report(half, found, given, True),
            report(half, found, given),
            report(LATER, found, given, True),
        )
        assert f"{len(found)} cases" in said and all(case.commit[:12] in said for case in wrong)
        assert not any(case.commit[:12] in plain + unseen for case in wrong)
    with pytest.raises(SystemExit):
        main(["--repos", ".", "--half", LATER, "--errors"])
    assert "not listed" in capsys.readouterr().err


def test_states_that_are_no_label_find_nothing() -> None:
    assert [answer_of(state) for state in ("survived", "confirmed", "reworked", "reverted", "failed")] == [
        "survived", "survived", "reworked", "reverted", "reverted"
    ]  # fmt: skip
    assert [answer_of(state) for state in ("open", "abandoned", "")] == [OPEN, OPEN, OPEN]


def test_a_repository_is_found_in_each_form_it_may_be_kept_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for at, form in enumerate(("owner+name/repo", "owner+name", "name")):
        folder = tmp_path / str(at)
        subprocess.run(["git", "init", "-q", "--bare", str(folder / form)], check=True)
        assert place_of("owner/name", folder) == folder / form
    assert place_of("owner/other", tmp_path / "0") is None
    pytest.importorskip("oldhand.reasoning.deriving_outcomes")
    assert main(["--repos", str(tmp_path), "--only", BOTH[0].repository]) == 2
    assert BOTH[0].repository in capsys.readouterr().err
