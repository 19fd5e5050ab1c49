"""Each threshold of the rules of outcomes, from both of its sides."""

import math
from pathlib import Path

import pytest

from oldhand.reasoning.deriving_outcomes import derive
from oldhand.reasoning.line_survival import Touched
from oldhand.reasoning.outcome_case import Case, Changed
from oldhand.reasoning.rework_weight import Reader
from tests.reasoning.histories import CHARGE, ENVIRONMENT, PLAIN, History
from tests.reasoning.test_outcomes_from_git import decided, ended, git

__all__ = ["git"]
DAY_MS = 86_400_000
RATES = CHARGE.replace("charge", "rate")


def test_a_change_that_bears_no_sign_weighs_what_such_changes_weigh() -> None:
    """1.3 % of the labelled changes without any sign were rework."""
    case = Case({"a" * 40: 10_000})
    case.met["a" * 40] = (1_000, "Retry charges", "Ann")
    touched = Touched(8, 0, 0, 1, 1, 0, 10, 10, 0, 10, 1)
    one = Changed("b" * 40, 1_000 + 364 * DAY_MS, "Bo", "Numbers of parcels", 3, touched)
    reader = Reader(case)
    assert reader.counts(one)
    assert math.isclose(reader.weight(one), 131, abs_tol=3)


def test_taking_a_part_back_weighs_half_at_most_whatever_it_takes(git: History) -> None:
    sha = decided(git)
    git.commit(f"Partially revert retrying\n\nThis partly reverts commit {sha}.", {"src/pay.py": PLAIN})
    found = [one.weight for one in ended(git, sha).evidence if one.source == "revert"]
    assert found == [5_000]


@pytest.mark.parametrize(("days", "source"), [(200, ["removal"]), (300, [])])
def test_what_takes_hardly_anything_else_away_is_a_removal_for_eight_months(
    git: History, days: int, source: list[str]
) -> None:
    sha = git.commit("Add a cache of rates", {"src/rates.py": RATES})
    git.commit("Ask the bank for rates each time", {"src/rates.py": None}, after=days)
    assert [one.source for one in ended(git, sha).evidence if one.source == "removal"] == source


def test_a_change_is_told_from_a_weight_of_a_twentieth_on(tmp_path: Path) -> None:
    weights = []
    for number, title in enumerate(("Fix retries", "Count attempts", "Rename attempts", "Remove unused attempts")):
        for days in (1, 20, 60, 120, 200, 300):
            history = History(tmp_path / f"{number}-{days}")
            history.commit("Start", {"src/pay.py": PLAIN})
            sha = decided(history)
            text = CHARGE.replace("log_failed_attempt(amount,", "log_failed_try(amount,")
            history.commit(title, {"src/pay.py": text}, after=days)
            pieces = derive(history.root, ENVIRONMENT, [sha]).evidence
            weights += [one.weight for one in pieces if one.source == "rework"]
    assert 500 <= min(weights) < 1_500 and len(weights) < 24  # some are too light to be told
