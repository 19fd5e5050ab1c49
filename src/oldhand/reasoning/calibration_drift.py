"""Whether somebody's confidence fits otherwise than it did: a permutation test of two periods."""

import math
import random
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from oldhand.reasoning.calibration import FEWEST
from oldhand.reasoning.forecasts import WHOLE, Forecast, usable

ALPHA = 0.05  # how likely a drift is to be told where there is none, over all looks together
EXACT = 20_000  # ways to divide; up to here every one is tried
DRAWN = 4_999  # divisions drawn where there are more: the chance is then known to 0.003 at 0.05
NEWEST = 1_000  # forecasts of a period; more make the test slow and hardly sharper
SEED = 20_090_409  # of the draws: any fixed number, so that the same forecasts always give the same answer


class Drift(NamedTuple):
    """What changed between two periods.

    `before` and `after` are the mean gaps (outcome less stated confidence); `change` their difference. `chance` is how
    often a division of the same forecasts by lot shows a change as large. `needed` is the bound that `chance` must not
    exceed at this look, and `drifted` whether it does not.
    """

    before: float
    after: float
    change: float
    chance: float
    needed: float
    drifted: bool


def drift(before: Sequence[Forecast], after: Sequence[Forecast], look: int = 1) -> Drift | None:
    """Compare the gaps of two periods; None when either has fewer than FEWEST trials.

    The statistic is the absolute difference of the weighted mean gaps. Its chance is found by dividing all forecasts
    anew: in all ways where these are at most EXACT (Fisher 1935, The Design of Experiments, section 21), else by DRAWN
    lots with a fixed seed, the division that was seen being counted as one of them (Phipson & Smyth 2010, Statistical
    Applications in Genetics and Molecular Biology 9, article 39: (b + 1) / (m + 1)). It asks nothing of the outcomes
    but that, without a drift, either period could have held each.

    A test that is repeated finds something at last. `look` is the number of this look, from 1: the chance then has to
    be at most ALPHA / (look (look + 1)), and these bounds sum up to ALPHA over any number of looks.
    """
    first, second = (_newest(usable(period)) for period in (before, after))
    if min(math.fsum(f.trials for f in first), math.fsum(f.trials for f in second)) < FEWEST:
        return None
    pairs = [(f.weight, f.weight * (f.outcome - f.stated)) for f in first + second]
    seen = _change(pairs, range(len(first)))
    chance = _chance(pairs, len(first), abs(seen))
    needed = ALPHA / (look * (look + 1))
    gaps = [
        sum(f.weight * (f.outcome - f.stated) for f in p) / sum(f.weight for f in p) / WHOLE for p in (first, second)
    ]
    return Drift(gaps[0], gaps[1], gaps[1] - gaps[0], chance, needed, chance <= needed)


def _newest(period: list[Forecast]) -> list[Forecast]:
    return sorted(period, key=lambda f: (f.day, f))[-NEWEST:]


def _chance(pairs: list[tuple[int, int]], size: int, seen: float) -> float:
    bound = seen * (1.0 - 1e-12)  # a division that gives the same change must count, whatever the rounding
    if math.comb(len(pairs), size) <= EXACT:
        ways = [abs(_change(pairs, chosen)) >= bound for chosen in combinations(range(len(pairs)), size)]
        return sum(ways) / len(ways)
    lot = random.Random(SEED)
    order = list(range(len(pairs)))
    as_large = 0
    for _ in range(DRAWN):
        for n in range(size):  # the first steps of Fisher and Yates, by random() alone, which no version changes
            other = n + int(lot.random() * (len(order) - n))
            order[n], order[other] = order[other], order[n]
        as_large += abs(_change(pairs, order[:size])) >= bound
    return (as_large + 1) / (DRAWN + 1)


def _change(pairs: Sequence[tuple[int, int]], chosen: Sequence[int]) -> float:
    """The mean gap of those not chosen less that of the chosen, in ten-thousandths; from whole numbers, so exact."""
    weight = sum(pairs[n][0] for n in chosen)
    gaps = sum(pairs[n][1] for n in chosen)
    all_weight, all_gaps = sum(p[0] for p in pairs), sum(p[1] for p in pairs)
    return (all_gaps - gaps) / (all_weight - weight) - gaps / weight
