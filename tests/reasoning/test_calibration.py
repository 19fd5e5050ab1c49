"""Scores, parts and curves against scikit-learn and SciPy, and what they are where those have no word."""

import math
import random

import numpy as np
import pytest
from scipy.stats import beta
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss

from oldhand.reasoning import calibration
from oldhand.reasoning.calibration import FEWEST, FEWEST_FOR_CURVE, calibrate
from oldhand.reasoning.forecasts import WHOLE, Forecast, divided, usable

NEAR = 1e-9  # what is promised of every number
SEEDS = range(8)


def drawn(seed: int, count: int = 240) -> list[Forecast]:
    """Whole outcomes with full weight, of any confidence."""
    lot = random.Random(seed)
    return [Forecast(s := lot.randrange(1, WHOLE), WHOLE if lot.random() < s / WHOLE else 0) for _ in range(count)]


def fractional(seed: int, count: int = 240) -> list[Forecast]:
    lot = random.Random(seed)
    return [
        Forecast(lot.randrange(1, WHOLE), lot.randrange(WHOLE + 1), lot.randrange(1, WHOLE + 1)) for _ in range(count)
    ]


def arrays(forecasts: list[Forecast]) -> tuple[list[int], list[float], list[float]]:
    """Each outcome as what it stands for: a success and a failure, weighted. This is what the libraries are given."""
    truth = [1] * len(forecasts) + [0] * len(forecasts)
    weights = [f.trials * f.went for f in forecasts] + [f.trials * (1 - f.went) for f in forecasts]
    return truth, [f.share for f in forecasts] * 2, weights


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", [drawn, fractional])
def test_the_brier_score_equals_that_of_scikit_learn(seed: int, make: object) -> None:
    assert callable(make)
    truth, stated, weights = arrays(known := make(seed))
    assert calibration.brier(known) == pytest.approx(
        brier_score_loss(truth, stated, sample_weight=weights), abs=NEAR
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", [drawn, fractional])
def test_the_logarithmic_score_equals_that_of_scikit_learn(seed: int, make: object) -> None:
    assert callable(make)
    truth, stated, weights = arrays(known := make(seed))
    assert calibration.log_score(known) == pytest.approx(log_loss(truth, stated, sample_weight=weights), abs=NEAR)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("strategy, theirs", [("fixed", "uniform"), ("equal", "quantile")])
@pytest.mark.parametrize("count", [37, 240])
def test_the_curve_equals_that_of_scikit_learn(seed: int, strategy: str, theirs: str, count: int) -> None:
    known = drawn(seed, count)
    went, stated = calibration_curve(
        [f.went for f in known], [f.share for f in known], n_bins=10, strategy=theirs
    )  # fmt: skip
    ours = calibration.curve(known, strategy)  # type: ignore[arg-type]
    assert [b.went for b in ours] == pytest.approx(list(went), abs=NEAR)
    assert [b.stated for b in ours] == pytest.approx(list(stated), abs=NEAR)


def test_confidences_on_the_edge_of_a_bin_are_put_where_scikit_learn_puts_them() -> None:
    lot = random.Random(3)
    known = [Forecast(lot.randrange(11) * 1_000, WHOLE * (lot.random() < 0.6)) for _ in range(400)]
    for strategy, theirs in (("fixed", "uniform"), ("equal", "quantile")):
        went, _ = calibration_curve([f.went for f in known], [f.share for f in known], n_bins=10, strategy=theirs)
        assert [b.went for b in calibration.curve(known, strategy)] == pytest.approx(list(went), abs=NEAR)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_calibration_errors_are_those_of_the_curve_by_numpy(seed: int) -> None:
    known = drawn(seed)
    p, o = np.array([f.share for f in known]), np.array([f.went for f in known])
    place = np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)
    gaps = [(np.sum(place == n), abs(p[place == n].mean() - o[place == n].mean())) for n in set(place)]
    bins = calibration.curve(known, "fixed")
    assert calibration.expected_error(bins) == pytest.approx(sum(n * g for n, g in gaps) / len(known), abs=NEAR)
    assert calibration.maximum_error(bins) == pytest.approx(max(g for n, g in gaps if n >= 5), abs=NEAR)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", [drawn, fractional])
@pytest.mark.parametrize("strategy", ["values", "fixed", "equal"])
def test_the_parts_of_the_brier_score_make_the_whole(seed: int, make: object, strategy: str) -> None:
    assert callable(make)
    known = make(seed)
    bins = () if strategy == "values" else calibration.curve(known, strategy)  # type: ignore[arg-type]
    parts = calibration.parts(known, bins)
    assert parts.brier == pytest.approx(calibration.brier(known), abs=NEAR)
    three = parts.reliability - parts.resolution + parts.uncertainty
    if strategy == "values":
        assert three == pytest.approx(calibration.brier(known), abs=NEAR)
    else:  # the control: of bins, Murphy's three parts alone are not the whole
        assert abs(three - calibration.brier(known)) > 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_posterior_equals_that_of_scipy(seed: int) -> None:
    known = fractional(seed)
    successes = sum(f.trials * f.went for f in known)
    failures = sum(f.trials * (1 - f.went) for f in known)
    found = calibration.posterior(known)
    reference = beta(successes + 0.5, failures + 0.5)
    assert found.mean == pytest.approx(reference.mean(), abs=NEAR)
    assert tuple(found.interval) == pytest.approx((reference.ppf(0.025), reference.ppf(0.975)), abs=NEAR)


def test_sharpness_is_the_variance_of_what_was_stated() -> None:
    known = fractional(5)
    mean = np.average([f.share for f in known], weights=[f.trials for f in known])
    expected = np.average([(f.share - mean) ** 2 for f in known], weights=[f.trials for f in known])
    assert calibration.sharpness(known) == pytest.approx(expected, abs=NEAR)


def test_a_weight_of_half_twice_is_a_whole_once() -> None:
    whole = [Forecast(7_000, WHOLE), Forecast(4_000, 0), Forecast(9_000, 3_000)]
    halves = [f._replace(weight=WHOLE // 2) for f in whole for _ in range(2)]
    for measure in (calibration.brier, calibration.log_score, calibration.sharpness, calibration.mean_went):
        assert measure(halves) == pytest.approx(measure(whole), abs=1e-15)
    assert calibration.posterior(halves) == calibration.posterior(whole)


def test_an_honest_share_scores_best_for_a_fractional_outcome() -> None:
    scores = {s: calibration.brier([Forecast(s, 3_000)]) for s in range(0, WHOLE + 1, 500)}
    logs = {s: calibration.log_score([Forecast(s, 3_000)]) for s in range(0, WHOLE + 1, 500)}
    assert min(scores, key=lambda s: scores[s]) == min(logs, key=lambda s: logs[s]) == 3_000


def test_a_certainty_that_failed_costs_much_and_not_everything() -> None:
    assert calibration.log_score([Forecast(WHOLE, 0)]) == pytest.approx(-math.log(1 / WHOLE))
    assert calibration.log_score([Forecast(0, WHOLE)]) == pytest.approx(9.21034037)


def test_with_few_outcomes_nothing_is_told_but_how_many_there_are() -> None:
    few = calibrate(drawn(1, FEWEST - 1))
    assert (few.number, few.brier, few.posterior, few.curve) == (FEWEST - 1, None, None, ())
    some = calibrate(drawn(1, FEWEST))
    assert some.brier is not None and some.curve == () and some.expected_error is None
    many = calibrate(drawn(1, FEWEST_FOR_CURVE))
    assert many.curve and many.expected_error is not None


def test_weak_evidence_counts_for_as_little_as_it_is() -> None:
    weak = [f._replace(weight=1_000) for f in drawn(2, 90)]
    assert calibrate(weak).brier is None and calibrate(weak + weak).brier is not None


def test_what_is_out_of_bounds_is_not_counted() -> None:
    bad = [Forecast(-1, 0), Forecast(10_001, 0), Forecast(5_000, 10_001), Forecast(5_000, 0, 0), Forecast(1, 1, 20_000)]
    assert usable(bad) == []
    assert calibrate(bad).number == calibrate([]).number == 0


def test_the_order_of_the_outcomes_does_not_matter() -> None:
    known = fractional(4)
    assert calibrate(known) == calibrate(known[::-1])


def test_forecasts_are_divided_by_who_what_and_when() -> None:
    known = [
        Forecast(6_000, WHOLE, agent="ana", model="m1", domain="code", day=3),
        Forecast(7_000, 0, agent="борис", model="m1", stated_by="person", day=95),
    ]
    assert list(divided(known, "agent")) == ["ana", "борис"]
    assert [len(part) for part in divided(known, "model").values()] == [2]
    assert list(divided(known, "domain")) == ["code"]
    assert list(divided(known, "period")) == ["0", "90"]
    assert list(divided(known, "stated_by")) == ["agent", "person"]


@pytest.mark.parametrize("same", [0, 5_000, WHOLE])
def test_somebody_who_always_says_the_same_gets_one_bin(same: int) -> None:
    known = [Forecast(same, WHOLE * (n % 2)) for n in range(60)]
    for strategy in ("fixed", "equal"):
        bins = calibration.curve(known, strategy)  # type: ignore[arg-type]
        assert len(bins) == 1 and bins[0].number == 60
    assert calibrate(known).sharpness == 0.0
