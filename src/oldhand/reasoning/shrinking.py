"""What a part shows of itself, drawn to the whole as far as it is small: beta-binomial empirical Bayes."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from oldhand.reasoning.beta import Interval, quantile
from oldhand.reasoning.calibration import LEVEL, counts
from oldhand.reasoning.forecasts import Forecast

FEWEST_PARTS = 3  # with two, how far parts differ is told by one difference: no estimate
USUAL = 10.0  # trials that the whole counts for when the parts are too few to tell: as many as FEWEST asks of a part
LEAST = 2.0  # trials: even where parts differ widely, one success of one does not make a share of 1
MOST = 200.0  # trials: even where parts look alike, two hundred of its own weigh as much as the whole


class Shrunk(NamedTuple):
    """A part's share drawn to the whole: Beta(a, b), its mean and interval; `own` is the part's own share.

    `strength` is how many trials the whole counts for.
    """

    a: float
    b: float
    mean: float
    interval: Interval
    own: float | None
    strength: float


def shrunk(parts: Mapping[str, Sequence[Forecast]], level: float = LEVEL) -> dict[str, Shrunk]:
    """Each part's posterior, with the whole as its prior: Beta(m M + successes, (1-m) M + failures).

    m is the share of the whole, M its strength (`strength`). A part without evidence gets the whole's share and an
    interval as wide as M allows.
    """
    seen = {name: counts(list(part)) for name, part in parts.items()}
    whole = _share(list(seen.values()))
    weight = strength(list(seen.values()))
    tail = (1.0 - level) / 2.0
    drawn: dict[str, Shrunk] = {}
    for name, (went, failed) in seen.items():
        a, b = whole * weight + went, (1.0 - whole) * weight + failed
        interval = Interval(quantile(tail, a, b), 1.0 - quantile(tail, b, a))
        own = went / (went + failed) if went + failed > 0 else None
        drawn[name] = Shrunk(a, b, a / (a + b), interval, own, weight)
    return drawn


def strength(seen: Sequence[tuple[float, float]]) -> float:
    """How many trials the whole counts for, from how much the parts differ; between LEAST and MOST.

    The moment estimator of Kleinman 1973, Journal of the American Statistical Association 68, 46-54, with weights
    n: with S = sum n (share - m)^2 its expectation is m (1-m) [(k-1) + r (N - sum n^2 / N - (k-1))], where r is the
    correlation of two trials of one part; solved for r, and M = 1/r - 1. Parts of less than one trial are left out.
    Deterministic, and the same in every order of the parts.
    """
    parts = sorted((went, failed) for went, failed in seen if went + failed >= 1.0)
    if len(parts) < FEWEST_PARTS:
        return USUAL
    sizes = [went + failed for went, failed in parts]
    whole, share, free = math.fsum(sizes), _share(parts), len(parts) - 1
    spread = math.fsum(n * (went / n - share) ** 2 for n, (went, _) in zip(sizes, parts, strict=True))
    room = whole - math.fsum(n * n for n in sizes) / whole - free
    if room <= 0.0:
        return USUAL
    alike = (spread / (share * (1.0 - share)) - free) / room
    return MOST if alike <= 1.0 / (MOST + 1.0) else min(max(1.0 / alike - 1.0, LEAST), MOST)


def _share(seen: Sequence[tuple[float, float]]) -> float:
    """The mean of Jeffreys' posterior of the whole, which is never 0 or 1."""
    went, failed = math.fsum(s for s, _ in seen), math.fsum(f for _, f in seen)
    return (went + 0.5) / (went + failed + 1.0)
