"""A drift is told when the gaps of two periods differ more than lots would make them."""

import random
from itertools import combinations

import pytest
from scipy.stats import permutation_test

from oldhand.reasoning.calibration import FEWEST
from oldhand.reasoning.calibration_drift import ALPHA, drift
from oldhand.reasoning.forecasts import Forecast
from tests.reasoning.simulated import right, said, too_sure


def gaps(period: list[Forecast]) -> list[float]:
    return [f.went - f.share for f in period]


def mean_difference(first: list[float], second: list[float]) -> float:
    return abs(sum(first) / len(first) - sum(second) / len(second))


def test_a_chance_by_lot_is_near_that_of_scipy_by_all_divisions() -> None:
    """10 and 10 have 184,756 divisions: ours are drawn by lot, and those of SciPy are all of them."""
    lot = random.Random(2)
    before, after = said(lot, 10, right), said(lot, 10, too_sure)
    found = drift(before, after)
    assert found is not None
    exact = permutation_test(
        (gaps(before), gaps(after)), mean_difference, n_resamples=200_000, alternative="greater", vectorized=False
    )  # fmt: skip
    assert found.chance == pytest.approx(float(exact.pvalue), abs=0.015)  # two standard errors of the draws at most
    assert found.change == pytest.approx(sum(gaps(after)) / 10 - sum(gaps(before)) / 10, abs=1e-12)


def test_few_divisions_are_all_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oldhand.reasoning.calibration_drift.FEWEST", 4)
    lot = random.Random(5)
    before, after = said(lot, 6, right), said(lot, 7, too_sure)
    every = gaps(before) + gaps(after)
    seen = mean_difference(gaps(before), gaps(after))
    ways = [
        mean_difference([every[n] for n in chosen], [every[n] for n in range(13) if n not in chosen])
        for chosen in combinations(range(13), 6)
    ]
    found = drift(before, after)
    assert found is not None
    assert found.chance == pytest.approx(sum(w >= seen - 1e-12 for w in ways) / len(ways), abs=1e-12)


def test_a_drift_is_seen_and_steadiness_is_not_taken_for_one() -> None:
    drifted = [
        drift(said(random.Random(s), 120, right), said(random.Random(s + 500), 120, too_sure)) for s in range(12)
    ]
    steady = [drift(said(random.Random(s), 40, right), said(random.Random(s + 500), 40, right)) for s in range(60)]
    assert sum(d.drifted for d in drifted if d) >= 8
    assert sum(d.drifted for d in steady if d) <= 4  # 0.025 of 60 is 1.5; 4 is its 98th percentile


def test_the_same_forecasts_always_give_the_same_chance() -> None:
    before, after = said(random.Random(1), 60, right), said(random.Random(2), 60, too_sure)
    assert drift(before, after) == drift(before[::-1], after[::-1])


def test_every_further_look_asks_for_more_and_all_looks_together_for_the_whole() -> None:
    before, after = said(random.Random(1), 30, right), said(random.Random(2), 30, right)
    needed = [found.needed for look in range(1, 40) if (found := drift(before[:12], after[:12], look))]
    assert needed == sorted(needed, reverse=True)
    assert sum(needed) < ALPHA < sum(needed) + 0.002


def test_too_little_is_no_period() -> None:
    enough = said(random.Random(1), FEWEST, right)
    assert drift(enough, enough[:-1]) is None and drift([], enough) is None
    assert drift(enough, enough) is not None


def test_a_long_past_does_not_make_the_test_slow() -> None:
    long = said(random.Random(1), 30_000, right)
    assert drift(long, long[:20]) is not None
