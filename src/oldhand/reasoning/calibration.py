"""How well stated confidence fits what happened: scores, their parts, curves, and posteriors.

Every measure weighs a forecast by its evidence and takes a fractional outcome as that share of a success, as
`Forecast` says. With whole outcomes and full weights each is the textbook measure. Without any trial there is no mean:
the single measures raise ZeroDivisionError then, and `calibrate` tells only how many there are.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from oldhand.reasoning.beta import Interval, jeffreys
from oldhand.reasoning.forecasts import WHOLE, Forecast, usable

LEVEL = 0.95  # of intervals: the usual one, so that a reader knows what it means
BINS = 10  # of a curve: what Guo et al. 2017 and scikit-learn's users take; at 100 forecasts ten each
# Trials (sum of weights) below which no number is told: at 10 the interval of a share is still 0.5 wide.
FEWEST = 10
# Trials below which no curve is told: ten bins of three; with less the error of a bin is all chance.
FEWEST_FOR_CURVE = 30
FEWEST_IN_BIN = 5  # trials; a bin with less does not set the maximum error, which would be its chance
# The smallest confidence that the logarithmic score believes: one step of the scale. So no forecast costs more than
# -ln(1/10,000) = 9.21 nats, and one "certain" that failed does not hide all the others.
SUREST = 1 / WHOLE

Strategy = Literal["fixed", "equal"]


class Bin(NamedTuple):
    """One bin of a reliability curve: bounds, number of forecasts and trials, both means, the interval of the share.

    `low` and `high` are stated confidences; a bin holds what is above `low` and at most `high`, the first also `low`.
    """

    low: float
    high: float
    number: int
    trials: float
    stated: float
    went: float
    interval: Interval


class Parts(NamedTuple):
    """The Brier score in parts: score = reliability - resolution + uncertainty + within_variance - within_covariance.

    Murphy 1973, Journal of Applied Meteorology 12, 595-600, has the first three; they are the whole when each group
    holds one stated value. The last two are what bins add (Stephenson, Coelho & Jolliffe 2008, Weather and Forecasting
    23, 752-757); without bins they are 0.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within_variance: float
    within_covariance: float

    @property
    def brier(self) -> float:
        """The sum of the parts."""
        first = self.reliability - self.resolution + self.uncertainty
        return first + self.within_variance - self.within_covariance


class Posterior(NamedTuple):
    """Jeffreys' posterior of the share that goes well: Beta(a, b), its mean, and the equal-tailed interval."""

    a: float
    b: float
    mean: float
    interval: Interval


class Calibration(NamedTuple):
    """What is known of how well somebody's confidence fits.

    `number` forecasts make `trials` trials (the sum of weights). `stated` and `went` are the weighted means. `curve`,
    `expected_error` and `maximum_error` are empty or None below FEWEST_FOR_CURVE trials, everything else but number
    and trials below FEWEST.
    """

    number: int
    trials: float
    stated: float | None
    went: float | None
    brier: float | None
    log_score: float | None
    sharpness: float | None
    parts: Parts | None
    posterior: Posterior | None
    curve: tuple[Bin, ...]
    expected_error: float | None
    maximum_error: float | None


def calibrate(forecasts: Iterable[Forecast], strategy: Strategy = "equal") -> Calibration:
    """Everything that can be told of these forecasts with as many as there are."""
    known = usable(forecasts)
    trials = _trials(known)
    if trials < FEWEST:
        return Calibration(len(known), trials, None, None, None, None, None, None, None, (), None, None)
    bins = curve(known, strategy) if trials >= FEWEST_FOR_CURVE else ()
    return Calibration(
        len(known),
        trials,
        mean_stated(known),
        mean_went(known),
        brier(known),
        log_score(known),
        sharpness(known),
        parts(known),
        posterior(known),
        bins,
        expected_error(bins) if bins else None,
        maximum_error(bins) if bins else None,
    )


def mean_stated(forecasts: Sequence[Forecast]) -> float:
    """The weighted mean of the stated confidences."""
    return math.fsum(f.trials * f.share for f in forecasts) / _trials(forecasts)


def mean_went(forecasts: Sequence[Forecast]) -> float:
    """The weighted mean of the outcomes."""
    return math.fsum(f.trials * f.went for f in forecasts) / _trials(forecasts)


def brier(forecasts: Sequence[Forecast]) -> float:
    """The Brier score, 0 (best) to 1: the mean of (p - o)^2 over the successes and failures that an outcome stands for.

    Brier 1950, Monthly Weather Review 78, in the form for two classes with one term. For an outcome o between 0 and 1
    that is o (1-p)^2 + (1-o) p^2, which is least for p = o, as for a whole outcome.
    """
    return _mean(forecasts, [f.went * (1 - f.share) ** 2 + (1 - f.went) * f.share**2 for f in forecasts])


def log_score(forecasts: Sequence[Forecast]) -> float:
    """The logarithmic score in nats, 0 (best) to 9.21: the mean of -(o ln p + (1-o) ln(1-p)).

    Good 1952, Journal of the Royal Statistical Society B 14. Stated confidences are brought within SUREST of 0 and 1.
    """
    bounded = [(f.went, min(max(f.share, SUREST), 1 - SUREST)) for f in forecasts]
    return _mean(forecasts, [-(went * math.log(p) + (1 - went) * math.log1p(-p)) for went, p in bounded])


def sharpness(forecasts: Sequence[Forecast]) -> float:
    """The weighted variance of the stated confidences: 0 for somebody who always says the same, at most 1/4.

    Murphy & Winkler 1992, International Journal of Forecasting 7, 435-455 (the variance of the forecasts). It is no
    merit without calibration (Gneiting, Balabdaoui & Raftery 2007, JRSS B 69).
    """
    mean = mean_stated(forecasts)
    return _mean(forecasts, [(f.share - mean) ** 2 for f in forecasts])


def parts(forecasts: Sequence[Forecast], bins: Sequence[Bin] = ()) -> Parts:
    """The Brier score in parts: over groups of one stated value each or, given bins, over these."""
    whole, mean = _trials(forecasts), mean_went(forecasts)
    groups: dict[int, list[Forecast]] = {}
    for forecast in forecasts:
        groups.setdefault(_number(forecast, bins) if bins else forecast.stated, []).append(forecast)
    reliability = resolution = variance = covariance = 0.0
    for group in groups.values():
        weight, stated, went = _trials(group) / whole, mean_stated(group), mean_went(group)
        reliability += weight * (stated - went) ** 2
        resolution += weight * (went - mean) ** 2
        variance += weight * _mean(group, [(f.share - stated) ** 2 for f in group])
        covariance += weight * 2 * _mean(group, [(f.went - went) * (f.share - stated) for f in group])
    return Parts(reliability, resolution, mean * (1 - mean), variance, covariance)


def curve(forecasts: Sequence[Forecast], strategy: Strategy = "equal", bins: int = BINS) -> tuple[Bin, ...]:
    """The reliability curve: bins that are not empty, from the least to the most confident.

    "fixed" divides the scale into equal widths, as pictures do: two curves can be laid over each other. "equal" divides
    the forecasts into equal counts: its errors are less biased, for no bin is nearly empty (Nguyen & O'Connor 2015,
    EMNLP; Roelofs et al. 2022, AISTATS), which is why it is what is reckoned with. Equal stated values stay together,
    as in scikit-learn's `calibration_curve`.
    """
    edges = _edges(forecasts, strategy, bins)
    held: dict[int, list[Forecast]] = {}
    for forecast in forecasts:
        held.setdefault(_place(forecast.stated, edges), []).append(forecast)
    return tuple(_bin(edges[n] / WHOLE, edges[n + 1] / WHOLE, group) for n, group in sorted(held.items()))


def expected_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: the mean distance of outcome and confidence in a bin, weighed by its trials.

    Naeini, Cooper & Hauskrecht 2015, AAAI; Guo et al. 2017, ICML, equation 3. It is above 0 by chance also for
    somebody who is well calibrated, and the more so the fewer the trials.
    """
    whole = math.fsum(b.trials for b in bins)
    return math.fsum(b.trials * abs(b.went - b.stated) for b in bins) / whole


def maximum_error(bins: Sequence[Bin]) -> float | None:
    """The largest distance in a bin of at least FEWEST_IN_BIN trials (Guo et al. 2017, equation 5), or None."""
    return max((abs(b.went - b.stated) for b in bins if b.trials >= FEWEST_IN_BIN), default=None)


def posterior(forecasts: Sequence[Forecast], level: float = LEVEL) -> Posterior:
    """What the outcomes say of the share that goes well, before which nothing was known (Jeffreys' prior)."""
    went, failed = counts(forecasts)
    a, b = went + 0.5, failed + 0.5
    return Posterior(a, b, a / (a + b), jeffreys(went, failed, level))


def counts(forecasts: Sequence[Forecast]) -> tuple[float, float]:
    """Successes and failures, in trials."""
    went = math.fsum(f.trials * f.went for f in forecasts)
    return went, max(_trials(forecasts) - went, 0.0)


def _trials(forecasts: Sequence[Forecast]) -> float:
    return math.fsum(f.trials for f in forecasts)


def _mean(forecasts: Sequence[Forecast], values: Sequence[float]) -> float:
    return math.fsum(f.trials * v for f, v in zip(forecasts, values, strict=True)) / _trials(forecasts)


def _bin(low: float, high: float, group: Sequence[Forecast]) -> Bin:
    interval = jeffreys(*counts(group), LEVEL)
    return Bin(low, high, len(group), _trials(group), mean_stated(group), mean_went(group), interval)


def _edges(forecasts: Sequence[Forecast], strategy: Strategy, bins: int) -> list[float]:
    """The bounds of bins in ten-thousandths; of "equal" ones the quantiles by linear interpolation."""
    if strategy == "fixed":
        return [WHOLE * n / bins for n in range(bins + 1)]
    values = sorted(f.stated for f in forecasts)
    last = len(values) - 1
    edges = []
    for n in range(bins + 1):
        below, rest = divmod(n * last, bins)
        above = values[min(below + 1, last)]
        edges.append(values[below] + (above - values[below]) * rest / bins)
    return edges


def _place(stated: int, edges: Sequence[float]) -> int:
    """The number of the bin: the first whose upper bound is not below the value."""
    return next((n for n, edge in enumerate(edges[1:-1]) if stated <= edge), len(edges) - 2)


def _number(forecast: Forecast, bins: Sequence[Bin]) -> int:
    return next((n for n, b in enumerate(bins) if forecast.share <= b.high), len(bins) - 1)
