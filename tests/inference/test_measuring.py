"""The statistics against figures of textbooks, and against what they promise of chance."""

from random import Random

import pytest

from oldhand.sessions.measuring import above_chance, difference, discoveries, fisher, newcombe, wilson


def test_wilsons_interval_is_that_of_the_textbooks() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-4)  # Newcombe 1998a, table I
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-4)
    assert wilson(20, 20) == pytest.approx((0.8389, 1.0), abs=5e-4)


def test_newcombes_interval_is_that_of_the_textbooks() -> None:
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-4)  # Newcombe 1998b, table II (a)
    assert newcombe(10, 10, 0, 10) == pytest.approx((0.6075, 1.0), abs=5e-4)  # table II (h)
    assert newcombe(1, 2, 0, 0) == (-1.0, 1.0)


def test_fishers_test_knows_the_lady_tasting_tea() -> None:
    assert fisher(3, 4, 1, 4) == pytest.approx(0.4857, abs=1e-4)
    assert fisher(4, 4, 0, 4) == pytest.approx(2 / 70)
    assert fisher(0, 5, 0, 7) == fisher(5, 5, 7, 7) == 1.0


def test_the_binomial_test_is_exact() -> None:
    assert above_chance(8, 10, 0.5) == pytest.approx(56 / 1024)
    assert above_chance(0, 10, 0.5) == above_chance(3, 5, 1.0) == 1.0
    assert above_chance(3, 5, 0.0) == 0.0
    assert above_chance(5000, 10_000, 0.5) == pytest.approx(0.504, abs=0.001)


def test_of_many_tests_few_are_found_by_chance() -> None:
    assert discoveries([0.01, 0.04, 0.03, 0.005], 0.05) == [True, True, True, True]
    assert discoveries([0.04, 0.6, 0.9], 0.05) == [False, False, False]
    assert discoveries([], 0.05) == []
    draw = Random(7)
    assert sum(any(discoveries([draw.random() for _ in range(50)], 0.1)) for _ in range(500)) <= 75  # 50 expected


def test_a_difference_of_ratios_has_a_fixed_interval_that_holds_its_truth() -> None:
    draw = Random(3)
    first = [(float(draw.random() < 0.3), 1.0) for _ in range(300)]
    second = [(float(draw.random() < 0.6), 1.0) for _ in range(300)]
    seen = difference(first, second, 0.95)
    assert seen == difference(first, second, 0.95)
    assert seen.low < -0.3 < seen.high < 0 and seen.spread == pytest.approx(0.039, abs=0.005)
    assert difference([(0.0, 0.0)], [(0.0, 0.0)], 0.95) == (0.0, 0.0, 0.0, 0.0)
