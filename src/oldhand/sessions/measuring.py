"""Statistics for small counts, written plainly: intervals, exact tests, many tests at once, differences of two arms.

Nothing here knows of sessions. All of it is deterministic: resampling has a fixed seed.
"""

from collections.abc import Sequence
from math import ceil, comb, erfc, sqrt
from random import Random
from typing import NamedTuple

from oldhand.knowledge.chance import above_chance as above_chance
from oldhand.knowledge.chance import discoveries as discoveries

Z95 = 1.959964  # the normal quantile of a 95 % interval
Z80 = 0.841621  # the normal quantile of a power of 80 %
SEED = 20_260_101  # any fixed number: the same log gives the same figures
RESAMPLES = 2000  # of the bootstrap: the tails of a 98.75 % interval are then 12 of them on each side


class Interval(NamedTuple):
    """The two ends of an interval."""

    low: float
    high: float


class Difference(NamedTuple):
    """A difference of two ratios. value: first minus second; low, high: its interval; spread: its standard error."""

    value: float
    low: float
    high: float
    spread: float


def wilson(count: float, of: float, z: float = Z95) -> Interval:
    """Wilson's interval of a share, `count` of `of`; 0 to 1 of nothing."""
    if not of:
        return Interval(0.0, 1.0)
    share, square = count / of, z * z / of
    middle = (share + square / 2) / (1 + square)
    half = z * sqrt(share * (1 - share) / of + square / of / 4) / (1 + square)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def clustered(units: Sequence[tuple[int, int]], z: float = Z95) -> tuple[float, float, float]:
    """A share of many units, each (count, of), and Wilson's interval of it as if there were only so many as the units'
    spread allows for: what happens within a unit hangs together. (share, low, high); 0, 0 and 1 of nothing."""
    count, of = sum(one[0] for one in units), sum(one[1] for one in units)
    if not of:
        return 0.0, 0.0, 1.0
    share, many = count / of, len(units)
    effect = 1.0  # by how much the units' spread is larger than that of single things that are drawn
    if many > 1 and 0 < share < 1:
        square = sum((one[0] - share * one[1]) ** 2 for one in units) * many / (many - 1)
        effect = max(1.0, square / (of * share * (1 - share)))
    low, high = wilson(share * of / effect, of / effect, z)
    return share, low, high


def poisson_binomial(count: int, chances: Sequence[float]) -> float:
    """How probable it is that `count` or more of some things happen, each with its own chance (exact)."""
    sums = [1.0]
    for chance in chances:
        sums = [
            (sums[k] * (1 - chance) if k < len(sums) else 0.0) + (sums[k - 1] * chance if k else 0.0)
            for k in range(len(sums) + 1)
        ]
    return min(1.0, sum(sums[max(count, 0) :]))


def quantile(values: Sequence[int], share: float) -> int:
    """The value below which a share of some sorted values lies: one of them, the nearest rank."""
    return values[min(len(values) - 1, max(0, ceil(share * len(values)) - 1))] if values else 0


def newcombe(count: int, of: int, other: int, of_other: int) -> Interval:
    """Newcombe's 95 % interval of the difference of two shares, the first minus the other, out of Wilson's two."""
    if not of or not of_other:
        return Interval(-1.0, 1.0)
    first, second = count / of, other / of_other
    one, two = wilson(count, of), wilson(other, of_other)
    low = first - second - sqrt((first - one.low) ** 2 + (two.high - second) ** 2)
    return Interval(low, first - second + sqrt((one.high - first) ** 2 + (second - two.low) ** 2))


def fisher(count: int, of: int, other: int, of_other: int) -> float:
    """Fisher's exact test, two-sided: how probable a difference of two shares as large as this is, by chance alone."""
    both, ways = count + other, comb(of + of_other, count + other)
    tables = range(max(0, both - of_other), min(of, both) + 1)
    chances = {one: comb(of, one) * comb(of_other, both - one) for one in tables}
    seen = chances[count]
    return min(1.0, sum(one for one in chances.values() if one <= seen) / ways) if ways else 1.0


def excess(differences: Sequence[float]) -> float:
    """How probable a sum of independent differences as far above 0 is, where each has 0 for its mean: one-sided.

    The sum over the root of the sum of squares is about normal from some 20 differences on; what is rare and large
    makes it too careful rather than too bold.
    """
    squares = sum(one * one for one in differences)
    return 0.5 * erfc(sum(differences) / sqrt(2 * squares)) if squares else 1.0


def difference(
    first: Sequence[tuple[float, float]], second: Sequence[tuple[float, float]], level: float,
    resamples: int = RESAMPLES,
) -> Difference:  # fmt: skip
    """The difference of two ratios by the bootstrap. first, second: (count, base) of each unit; level: of the interval.

    The units are drawn again whole, because what happens within one is not independent.
    """
    draw = Random(SEED)
    value = _ratio(first) - _ratio(second)
    drawn = sorted(
        _ratio(draw.choices(first, k=len(first))) - _ratio(draw.choices(second, k=len(second)))
        for _ in range(resamples)
    )
    mean = sum(drawn) / resamples
    spread = sqrt(sum((one - mean) ** 2 for one in drawn) / (resamples - 1))
    tail = round(resamples * (1 - level) / 2)
    return Difference(value, drawn[tail], drawn[resamples - 1 - tail], spread)


def _ratio(units: Sequence[tuple[float, float]]) -> float:
    counts, bases = zip(*units, strict=True)  # summed by the interpreter itself: this is what a resampling repeats
    base = sum(bases)
    return float(sum(counts) / base) if base else 0.0
