"""The Beta distribution without SciPy: its distribution function and exact quantiles, and intervals of a share."""

import math
from typing import NamedTuple

STEPS = 20_000  # of the continued fraction; it needs about the square root of the larger parameter, so 10^8 is reached
HALVINGS = 200  # of a bracket, at most: more than the bits of a float, its exponent included
TINY = 1e-300  # keeps Lentz's method from dividing by zero; far below any term
CLOSE = 1e-16  # relative; a further step of the fraction no longer changes the sum
STIRLING = 10.0  # from here on Stirling's series with five terms is exact to 1e-14; below, lgamma loses nothing
# What Stirling's formula leaves out, sum of B(2k) / (2k (2k-1) x^(2k-1)): Abramowitz & Stegun 1964, 6.1.41.
_SERIES = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)


class Interval(NamedTuple):
    """A range of a share: `low` and `high` between 0 and 1."""

    low: float
    high: float

    def holds(self, share: float) -> bool:
        """Whether a share lies within."""
        return self.low <= share <= self.high


def distribution(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b): how likely a Beta(a, b) share is at most x.

    By the continued fraction of Abramowitz & Stegun 1964, 26.5.8, evaluated by Lentz's method (Press et al., Numerical
    Recipes, 3rd ed. 2007, section 6.4), on the side of the mean where it converges fast. The error is
    below 1e-12 for parameters to 10,000, and below 1e-10 to a million; that of `quantile` is below 1e-12 throughout.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _below(1.0 - x, x, b, a)
    return _below(x, 1.0 - x, a, b)


def quantile(share: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = share: by Newton's steps, each kept within a bracket that halves when a step leaves it."""
    if share <= 0.0:
        return 0.0
    if share >= 1.0:
        return 1.0
    # The smaller tail is solved: near 1 a float has no room for what is left.
    if share > distribution(a / (a + b), a, b):
        return 1.0 - _solved(1.0 - share, b, a)
    return _solved(share, a, b)


def jeffreys(successes: float, failures: float, level: float = 0.95) -> Interval:
    """The equal-tailed interval of Beta(successes + 1/2, failures + 1/2), Jeffreys' posterior of a share.

    Brown, Cai & DasGupta 2001, Statistical Science 16, section 3.1.3: with nothing but failures it starts at 0,
    with nothing but successes it ends at 1. On average over the shares it holds the truth as often as `level` says.
    Fractional counts are allowed.
    """
    tail = (1.0 - level) / 2.0
    a, b = successes + 0.5, failures + 0.5
    low = 0.0 if successes <= 0.0 else quantile(tail, a, b)
    high = 1.0 if failures <= 0.0 else 1.0 - quantile(tail, b, a)
    return Interval(low, high)


def clopper_pearson(successes: float, failures: float, level: float = 0.95) -> Interval:
    """The interval that for whole counts never holds the truth less often than `level` says, whatever the share.

    Clopper & Pearson 1934, Biometrika 26; as quantiles of Beta distributions in Brown, Cai & DasGupta 2001, section
    4.2.1.
    """
    tail = (1.0 - level) / 2.0
    low = 0.0 if successes <= 0.0 else quantile(tail, successes, failures + 1.0)
    high = 1.0 if failures <= 0.0 else 1.0 - quantile(tail, failures, successes + 1.0)
    return Interval(low, high)


def _below(x: float, y: float, a: float, b: float) -> float:
    return min(1.0, math.exp(_log_front(x, y, a, b)) * _fraction(x, a, b) / a)


def _log_front(x: float, y: float, a: float, b: float) -> float:
    """The logarithm of x^a y^b / B(a, b), where y = 1 - x, whichever of both is small being known to its last bit.

    For large parameters it is written around the mean, so that no large numbers are subtracted from each other.
    """
    if min(a, b) < STIRLING:
        return a * _log(x, y) + b * _log(y, x) + _log_ratio(a, b)
    n = a + b
    off = x * b - y * a  # n times the distance from the mean
    away = a * math.log1p(off / a) + b * math.log1p(-off / b)
    return away + 0.5 * math.log(a * b / n / (2.0 * math.pi)) - (_rest(a) + _rest(b) - _rest(n))


def _log(x: float, y: float) -> float:
    return math.log(x) if x < y else math.log1p(-y)


def _log_ratio(a: float, b: float) -> float:
    """-log B(a, b) where one of both is small."""
    small, large = min(a, b), max(a, b)
    if large < STIRLING:
        return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    # log(gamma(small + large) / gamma(large)) by Stirling, without the difference of two large logarithms.
    n = small + large
    grown = (large - 0.5) * math.log1p(small / large) + small * (math.log(n) - 1.0) + _rest(n) - _rest(large)
    return grown - math.lgamma(small)


def _rest(x: float) -> float:
    total, power, square = 0.0, 1.0 / x, 1.0 / (x * x)
    for term in _SERIES:
        total += term * power
        power *= square
    return total


def _fraction(x: float, a: float, b: float) -> float:
    n, above, below = a + b, a + 1.0, a - 1.0
    c, d = 1.0, 1.0 / _kept(1.0 - n * x / above)
    value = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((below + 2 * m) * (a + 2 * m))
        d, c = 1.0 / _kept(1.0 + even * d), _kept(1.0 + even / c)
        value *= d * c
        odd = -(a + m) * (n + m) * x / ((a + 2 * m) * (above + 2 * m))
        d, c = 1.0 / _kept(1.0 + odd * d), _kept(1.0 + odd / c)
        value *= d * c
        if abs(d * c - 1.0) < CLOSE:
            break
    return value


def _kept(value: float) -> float:
    return value if abs(value) > TINY else TINY


def _solved(share: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    x = a / (a + b)
    for _ in range(HALVINGS):
        off = distribution(x, a, b) - share
        low, high = (low, x) if off > 0.0 else (x, high)
        density = math.exp(_log_front(x, 1.0 - x, a, b)) / (x * (1.0 - x)) if 0.0 < x < 1.0 else 0.0
        step = x - off / density if density > 0.0 else -1.0
        if not low < step < high:
            # Very small shares lie many powers of ten below: there the middle is that of the logarithms.
            step = math.sqrt(low * high) if low > 0.0 and high > 4.0 * low else (low + high) / 2.0
        if step == x or high - low <= 4.0 * math.ulp(high):
            return step
        x = step
    return x
