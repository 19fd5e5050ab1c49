"""The exact test over strata, its power and Holm's bound, against SciPy and against counting out."""

import random
from itertools import product

import pytest
from scipy.stats import binom, fisher_exact, hypergeom

from oldhand.reasoning.causal_exact import Stratum, chance, exact_test, held, power


def drawn(lot: random.Random, most: int) -> Stratum:
    done, left = lot.randint(1, most), lot.randint(1, most)
    return Stratum(done, lot.randint(0, done), left, lot.randint(0, left))


def test_one_stratum_is_fisher_s_exact_test() -> None:
    lot = random.Random(1)
    for _ in range(300):
        one = drawn(lot, 40)
        table = [[one.done_passed, one.done - one.done_passed], [one.left_passed, one.left - one.left_passed]]
        assert chance((one,)) == pytest.approx(fisher_exact(table).pvalue, abs=1e-9)


def counted_out(strata: list[Stratum]) -> float:
    """The chance by every combination of tables with these margins."""
    spread: dict[int, float] = {}
    spans = [range(min(one.done, one.done_passed + one.left_passed) + 1) for one in strata]
    for ways in product(*spans):
        share = 1.0
        for one, way in zip(strata, ways, strict=True):
            share *= hypergeom.pmf(way, one.done + one.left, one.done_passed + one.left_passed, one.done)
        spread[sum(ways)] = spread.get(sum(ways), 0.0) + share
    seen = spread[sum(one.done_passed for one in strata)]
    return sum(one for one in spread.values() if one <= seen * (1 + 1e-7))


def test_several_strata_are_as_counting_out_every_table() -> None:
    lot = random.Random(2)
    for _ in range(40):
        strata = [drawn(lot, 7) for _ in range(3)]
        assert chance(tuple(strata)) == pytest.approx(min(1.0, counted_out(strata)), abs=1e-9)


def test_strata_without_both_sorts_say_nothing() -> None:
    one = Stratum(8, 7, 9, 1)
    assert chance((one, Stratum(50, 50, 0, 0), Stratum(0, 0, 50, 0), Stratum(5, 5, 5, 5))) == chance((one,))
    assert exact_test([Stratum(5, 5, 0, 0)]) == (None, 1.0)


def test_the_difference_is_within_strata_and_not_between_them() -> None:
    strata = [Stratum(40, 36, 10, 9), Stratum(10, 1, 40, 4)]  # both pass 90 % in the one and 10 % in the other
    crude = (36 + 1) / 50 - (9 + 4) / 50
    found = exact_test(strata)
    assert crude > 0.4 and found.difference == pytest.approx(0.0) and found.chance > 0.9
    assert fisher_exact([[37, 13], [13, 37]]).pvalue < 1e-4  # what would be told without strata


def test_where_nothing_differs_a_difference_is_seldom_told_and_where_it_does_it_is() -> None:
    lot = random.Random(3)

    def told(apart: float) -> float:
        found = 0
        for _ in range(400):
            strata = tuple(
                Stratum(20, sum(lot.random() < base + apart for _ in range(20)),
                        25, sum(lot.random() < base for _ in range(25)))
                for base in (0.2, 0.5)
            )  # fmt: skip
            found += chance(strata) <= 0.05
        return found / 400

    assert told(0.0) <= 0.06
    assert told(0.45) >= 0.9


def test_the_power_is_that_of_counting_out_all_results() -> None:
    done, left, passed = 18, 22, 8
    base = (passed + 0.5) / (left + 1)
    true = 0.0
    for first in range(done + 1):
        for second in range(left + 1):
            if fisher_exact([[first, done - first], [second, left - second]]).pvalue <= 0.05 * (1 + 1e-9):
                true += binom.pmf(first, done, base + 0.3) * binom.pmf(second, left, base)
    assert power([Stratum(done, 0, left, passed)], 0.05) == pytest.approx(true, abs=0.04)  # 1,000 draws: two errors
    assert power([Stratum(3, 0, 4, 2)], 0.05) < 0.1
    assert power([Stratum(200, 0, 200, 100)], 0.05) > 0.99
    assert power([Stratum(9, 3, 0, 0)], 0.05) == 0.0


def test_many_tries_take_the_normal_power_which_is_near_the_drawn_one() -> None:
    many = [Stratum(45, 0, 60, 30), Stratum(30, 0, 50, 24)]
    few = [Stratum(45, 0, 60, 30), Stratum(30, 0, 50, 24)]
    assert power(many, 0.05, 0.2) == pytest.approx(power(few, 0.05, 0.2), abs=0.03)
    assert 0.5 < power([Stratum(100, 0, 101, 50)], 0.05, 0.2) < 0.95


def test_holm_holds_all_of_them_together() -> None:
    assert held([0.01, 0.04, 0.03, 0.005]) == [True, False, False, True]
    assert held([0.05]) == [True] and held([0.051]) == [False] and held([]) == []
    lot = random.Random(4)
    false = sum(any(held([lot.random() for _ in range(8)])) for _ in range(2_000)) / 2_000
    assert false <= 0.06
    assert sum(min(lot.random() for _ in range(8)) <= 0.05 for _ in range(2_000)) / 2_000 > 0.25  # without it
