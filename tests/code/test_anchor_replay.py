"""Anchors over real commits: the history of this very repository, judged by another lexer and another parser."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.anchors import judging
from benchmarks.anchors.judging import judge, piece_of, tokens_of
from benchmarks.anchors.replay import PROMISES, Case, replayed, told

REPOSITORY = Path(__file__).resolve().parents[2]
UNTIL = "b0dbefe2380224cb0d163ad0cae6b3dc533d8a22"  # the same commits are replayed however the history goes on
COMMITS, FILES = 4, 3  # replayed in some seconds; the benchmark replays 500 commits of other projects
FEWEST_CASES = 100  # below, the history at hand is too short to say anything
SOME_MISSES = 1  # of a promise, in so few cases that one of them is more than a hundredth


def test_the_promises_hold_over_the_history_of_this_repository() -> None:
    listed = subprocess.run(
        ["git", "-C", str(REPOSITORY), "rev-list", "--count", UNTIL], capture_output=True, check=False
    )
    if listed.returncode or int(listed.stdout) < 2 * COMMITS:
        pytest.skip("the history of this repository is not at hand (a download without git, a shallow clone)")
    cases = list(replayed(REPOSITORY, COMMITS, files=FILES, until=UNTIL))
    assert len(cases) > FEWEST_CASES
    for title, kinds, _, wanted in PROMISES:
        mine = [case for case in cases if case.verdict.what in kinds]
        missed = [case for case in mine if not case.kept]
        assert len(missed) <= max((1 - wanted) * len(mine), SOME_MISSES), (title, missed[:5], told(cases))


def test_a_case_is_kept_only_by_the_state_and_the_place_that_was_promised() -> None:
    def case(what: str, state: str, now: str = "") -> bool:
        return Case("c", "a.py::f", "symbol", judging.Verdict(what, "b.py"), state, now).kept

    assert case(judging.LAYOUT, "holds")
    assert not case(judging.LAYOUT, "changed")
    assert not case(judging.SHIFTED, "cannot tell")
    assert case(judging.SEMANTIC, "changed")
    assert not case(judging.SEMANTIC, "holds")
    assert case(judging.FILE_RENAMED, "moved", "b.py::f")
    assert not case(judging.FILE_RENAMED, "moved", "c.py::f")
    assert not case(judging.FILE_RENAMED, "gone")


OLD = """def total(lines):
    # The sum.
    found = [line.price for line in lines]
    return sum(found)


def other():
    return 1
"""
JUDGED = {
    judging.SAME: OLD,
    judging.SHIFTED: "import a\n\n" + OLD,
    judging.LAYOUT: OLD.replace("# The sum.", '"""The sum."""').replace("in lines]", "in  lines\n    ]"),
    judging.RENAMED: OLD.replace("total", "everything"),
    judging.SEMANTIC: OLD.replace("sum(found)", "max(found)"),
}


@pytest.mark.parametrize("what", JUDGED)
def test_the_independent_judge_tells_what_was_done(what: str) -> None:
    piece = piece_of(tokens_of("python", OLD) or (), 1, 4, "total")
    assert judge("python", piece, ("a.py", OLD), ("a.py", JUDGED[what]), []).what == what


def test_the_independent_judge_follows_a_piece_to_another_file() -> None:
    piece = piece_of(tokens_of("python", OLD) or (), 1, 4, "total")
    rest = OLD[OLD.index("def other") :]
    moved = OLD.removesuffix(rest)
    found = judge("python", piece, ("a.py", OLD), ("a.py", rest), [("b.py", moved, "")])
    assert found == judging.Verdict(judging.MOVED_AWAY, "b.py")
    renamed = judge("python", piece, ("a.py", OLD), ("c.py", OLD), [])
    assert renamed == judging.Verdict(judging.FILE_RENAMED, "c.py")
