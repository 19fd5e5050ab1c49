"""Exact tests of whether an action changes a share, over strata, with their power; no tables and no SciPy."""

import math
import random
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

from oldhand.sessions.measuring import fisher

ALPHA = 0.05  # how likely any difference at all is to be told where there is none, over all actions looked at together
DIFFERENCE = 0.30  # the difference that the power is told for: less would hardly be noticed by who works here
DRAWS = 1_000  # of the power: it is known to 0.013 where it is 0.8
LARGE = 200  # tries; beyond it the exact power takes a second, and the normal one differs from it by less than 0.03
SEED = 19_590_101  # of the draws: any fixed number, so that the same counts always give the same answer
# Two divisions of the same chance must both count, whatever the rounding; as SciPy does it.
ALIKE = 1.0 + 1e-7


class Stratum(NamedTuple):
    """Tries that are comparable. done, left: how many with the action and without it; done_passed, left_passed: how
    many of them passed."""

    done: int
    done_passed: int
    left: int
    left_passed: int

    @property
    def telling(self) -> bool:
        """Whether it can tell anything: both were tried, and not all passed or all failed."""
        passed = self.done_passed + self.left_passed
        return bool(self.done and self.left and 0 < passed < self.done + self.left)


class ExactResult(NamedTuple):
    """What the strata say. difference: share that passed with the action less without it, by Mantel-Haenszel weights,
    None where no stratum has both; chance: how likely so unequal a division is where the action does nothing."""

    difference: float | None
    chance: float


def exact_test(strata: Sequence[Stratum]) -> ExactResult:
    """The exact conditional test of strata, two-sided.

    In each stratum the number that passed with the action has, given how many tries there were of either sort and how
    many passed, the hypergeometric distribution when the action does nothing; their sum over the strata is compared
    with what was seen (Birch 1964, Journal of the Royal Statistical Society B 26, 313-324; Agresti, Categorical Data
    Analysis, 3rd ed. 2013, section 7.3.5). All sums that are at most as likely as that one count, so that with one
    stratum it is Fisher's exact test. Strata without both sorts of tries say nothing.
    """
    both = [one for one in strata if one.done and one.left]
    weights = [one.done * one.left / (one.done + one.left) for one in both]
    apart = [one.done_passed / one.done - one.left_passed / one.left for one in both]
    # Mantel & Haenszel's weights for a difference: Greenland & Robins 1985, Biometrics 41, 55-68.
    difference = math.fsum(w * d for w, d in zip(weights, apart, strict=True)) / math.fsum(weights) if both else None
    return ExactResult(difference, chance(tuple(both)))


def chance(strata: tuple[Stratum, ...]) -> float:
    """How likely a division at least as unequal as the one that was seen is."""
    telling = [one for one in strata if one.telling]
    if not telling:
        return 1.0
    if len(telling) == 1:
        one = telling[0]
        return _fisher(one.done_passed, one.done, one.left_passed, one.left)
    margins = tuple(sorted((one.done, one.left, one.done_passed + one.left_passed) for one in telling))
    return _chances(margins)[sum(one.done_passed for one in telling)]


_fisher = lru_cache(4_096)(fisher)


@lru_cache(4_096)  # margins that are drawn again and again while a power is reckoned
def _chances(margins: tuple[tuple[int, int, int], ...]) -> dict[int, float]:
    """For each possible sum of those that passed with the action, its two-sided chance."""
    first, spread = 0, [1.0]
    for done, left, passed in margins:
        least, shares = _hypergeometric(done, left, passed)
        first += least
        spread = _together(spread, shares)
    whole = math.fsum(spread)
    return {
        first + at: min(1.0, math.fsum(one for one in spread if one <= seen * ALIKE) / whole)
        for at, seen in enumerate(spread)
    }


def _hypergeometric(done: int, left: int, passed: int) -> tuple[int, list[float]]:
    """The least number that can have passed with the action, and the share of each number from there on."""
    least, most = max(0, passed - left), min(done, passed)
    logs = [_log_choose(done, k) + _log_choose(left, passed - k) for k in range(least, most + 1)]
    top = max(logs)
    shares = [math.exp(one - top) for one in logs]
    whole = math.fsum(shares)
    return least, [one / whole for one in shares]


def _log_choose(of: int, many: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(many + 1) - math.lgamma(of - many + 1)


def _together(first: Sequence[float], second: Sequence[float]) -> list[float]:
    """The distribution of a sum."""
    found = [0.0] * (len(first) + len(second) - 1)
    for at, one in enumerate(first):
        for beside, other in enumerate(second):
            found[at + beside] += one * other
    return found


def power(strata: Sequence[Stratum], alpha: float, difference: float = DIFFERENCE) -> float:
    """How likely the test is to tell a true difference with as many tries as there were.

    Without the action a try passes as often as was seen over all strata (with Jeffreys' half of a try added to either
    side), with it by `difference` more often, or less often where there is no room above. DRAWS histories are drawn
    with a fixed seed; of more than LARGE tries the normal approximation is as good and quick.
    """
    both = [one for one in strata if one.done and one.left]
    if not both:
        return 0.0
    base = (sum(one.left_passed for one in both) + 0.5) / (sum(one.left for one in both) + 1.0)
    other = base + difference if base + difference <= 1.0 else base - difference
    if sum(one.done + one.left for one in both) > LARGE:
        return _power_of_many(both, alpha, base, other)
    lot = random.Random(SEED)
    told = 0
    for _ in range(DRAWS):
        drawn = tuple(
            Stratum(one.done, _passed(lot, one.done, other), one.left, _passed(lot, one.left, base)) for one in both
        )
        told += chance(drawn) <= alpha
    return told / DRAWS


def _power_of_many(strata: Sequence[Stratum], alpha: float, base: float, other: float) -> float:
    """The power of Cochran's statistic (Woolson, Bean & Rojas 1986, Biometrics 42, 927-932)."""
    shift = null = alternative = 0.0
    for done, _, left, _ in strata:
        weight = done * left / (done + left)
        mean = (done * other + left * base) / (done + left)
        shift += weight * (other - base)
        null += weight**2 * mean * (1.0 - mean) * (1.0 / done + 1.0 / left)
        alternative += weight**2 * (other * (1.0 - other) / done + base * (1.0 - base) / left)
    bound = NormalDist().inv_cdf(1.0 - alpha / 2.0) * math.sqrt(null)
    return NormalDist().cdf((abs(shift) - bound) / math.sqrt(alternative)) if alternative > 0.0 else 0.0


def _passed(lot: random.Random, tries: int, share: float) -> int:
    return sum(lot.random() < share for _ in range(tries))


def held(chances: Sequence[float], alpha: float = ALPHA) -> list[bool]:
    """Which of several chances are small enough that any of them is false at most with `alpha`.

    Holm 1979, Scandinavian Journal of Statistics 6, 65-70: the smallest has to be at most alpha / m, the next one
    alpha / (m - 1) and so on; after the first that is not, none is.
    """
    order = sorted(range(len(chances)), key=lambda one: (chances[one], one))
    found = [False] * len(chances)
    for rank, one in enumerate(order):
        if chances[one] > alpha / (len(chances) - rank):
            break
        found[one] = True
    return found
