"""The Beta distribution against SciPy, and the intervals against what they promise."""

import random

import pytest
from scipy.stats import beta, binom
from scipy.stats import binomtest as scipy_test

from oldhand.reasoning.beta import Interval, clopper_pearson, distribution, jeffreys, quantile

NEAR = 1e-12  # what the docstrings promise for parameters to 10,000
SHARES = (1e-9, 0.0005, 0.025, 0.1, 0.5, 0.9, 0.975, 0.9995)


def pairs(count: int, top: float) -> list[tuple[float, float]]:
    lot = random.Random(7)
    return [(10 ** lot.uniform(-0.31, top), 10 ** lot.uniform(-0.31, top)) for _ in range(count)]


@pytest.mark.parametrize("top", [1, 2, 4])
def test_the_distribution_equals_that_of_scipy(top: int) -> None:
    for a, b in pairs(150, top):
        for share in SHARES:
            x = float(beta.ppf(share, a, b))
            assert distribution(x, a, b) == pytest.approx(float(beta.cdf(x, a, b)), abs=NEAR)


@pytest.mark.parametrize("top", [1, 2, 4, 6])
def test_the_quantile_equals_that_of_scipy(top: int) -> None:
    for a, b in pairs(150, top):
        for share in SHARES:
            assert quantile(share, a, b) == pytest.approx(float(beta.ppf(share, a, b)), abs=NEAR)


def test_a_normal_approximation_is_no_such_quantile() -> None:
    """The control of the two above: what is often used instead is off by far more than what they allow."""
    normal = 0.9 - 1.959964 * (0.9 * 0.1 / 10) ** 0.5
    assert abs(normal - float(beta.ppf(0.025, 9.5, 1.5))) > 0.05


def test_a_quantile_near_nothing_keeps_its_digits() -> None:
    assert quantile(1e-12, 0.5, 3.0) == pytest.approx(2.8444444444444e-25, rel=1e-9)
    assert quantile(0.025, 0.5, 20_000.5) == pytest.approx(float(beta.ppf(0.025, 0.5, 20_000.5)), rel=1e-9)


@pytest.mark.parametrize("a, b", [(0.5, 0.5), (1.0, 1.0), (3.5, 0.5), (0.5, 900.5), (5e5, 5e5)])
def test_quantile_and_distribution_undo_each_other(a: float, b: float) -> None:
    for share in SHARES:
        assert distribution(quantile(share, a, b), a, b) == pytest.approx(share, abs=1e-10)


def test_the_ends_are_exact() -> None:
    assert (quantile(0.0, 2, 3), quantile(1.0, 2, 3)) == (0.0, 1.0)
    assert (distribution(0.0, 2, 3), distribution(1.0, 2, 3)) == (0.0, 1.0)
    assert jeffreys(0, 0) == Interval(0.0, 1.0)
    assert jeffreys(0, 12).low == 0.0 and jeffreys(12, 0).high == 1.0


@pytest.mark.parametrize("n", [1, 5, 12, 40, 700])
def test_clopper_pearson_equals_that_of_scipy(n: int) -> None:
    for k in {0, 1, n // 3, n - 1, n}:
        known = scipy_test(k, n).proportion_ci(0.95, "exact")
        ours = clopper_pearson(k, n - k)
        assert (ours.low, ours.high) == pytest.approx((known.low, known.high), abs=1e-9)


def coverage(interval: object, n: int, share: float) -> float:
    """How often the interval of n trials holds `share`, reckoned over every number of successes."""
    assert callable(interval)
    return sum(float(binom.pmf(k, n, share)) for k in range(n + 1) if interval(k, n - k).holds(share))


def wald(k: float, failures: float) -> Interval:
    n = k + failures
    half = 1.959964 * (k * failures / n**3) ** 0.5
    return Interval(k / n - half, k / n + half)


def test_clopper_pearson_never_holds_the_truth_less_often_than_it_says() -> None:
    assert min(coverage(clopper_pearson, 20, share / 100) for share in range(1, 100)) >= 0.95


def test_jeffreys_interval_holds_the_truth_as_often_as_it_says_on_average() -> None:
    mean = sum(coverage(jeffreys, 20, share / 200) for share in range(1, 200)) / 199
    assert mean == pytest.approx(0.95, abs=0.01)


def test_the_usual_normal_interval_does_not() -> None:
    """The control of the two above."""
    assert sum(coverage(wald, 20, share / 200) for share in range(1, 200)) / 199 < 0.90
