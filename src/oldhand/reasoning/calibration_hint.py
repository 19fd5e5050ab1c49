"""When somebody is told that their confidence does not fit: seldom without cause, however often it is asked."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from oldhand.reasoning.beta import Interval, clopper_pearson
from oldhand.reasoning.calibration import FEWEST, SUREST, counts, mean_stated, mean_went
from oldhand.reasoning.forecasts import WHOLE, Forecast

FALSE_HINTS = 0.05  # how likely any hint at all is to be false, over all the parts that are looked at together
SMALLEST_GAP = 0.05  # a gap below it changes no decision, however sure it is
# How far the true chances may lie from the stated ones, in log-odds; 1 turns a stated 0.9 into 0.77 or 0.96. The
# evidence is averaged over them, so none has to be guessed right.
SHIFTS = (-3.0, -2.0, -1.5, -1.0, -0.5, -0.25, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)


class Hint(NamedTuple):
    """One part whose stated confidence does not fit.

    `gap` is mean outcome less mean stated confidence: below 0 somebody was too sure. `interval` is of the mean outcome,
    at the level that was needed with so many parts. `evidence` is how many times better a shifted confidence foretold
    the outcomes than the stated one.
    """

    part: str
    trials: float
    stated: float
    went: float
    gap: float
    interval: Interval
    evidence: float


def hints(parts: Mapping[str, Sequence[Forecast]]) -> list[Hint]:
    """The parts to be told of, the largest gap first. A part is told only when all of this holds:

    1. it has at least FEWEST trials, and the gap is at least SMALLEST_GAP;
    2. the Clopper-Pearson interval of its mean outcome, at the level 1 - FALSE_HINTS / (number of parts), does not hold
       the mean of the stated confidences. For chances that differ from forecast to forecast this errs on the quiet side
       (Hoeffding 1956, Annals of Mathematical Statistics 27: their sum spreads less than a binomial of the same mean);
    3. `evidence` is at least (number of parts) / FALSE_HINTS. This makes it safe to look after every outcome.

    Dividing by the number of parts (Bonferroni) holds the chance of any false hint among them to FALSE_HINTS, whatever
    the parts have to do with each other. Parts with fewer than FEWEST trials are not looked at and not counted, so the
    bound is for as many parts as there are now; it was weaker for the first of them while they were fewer.
    """
    large = {name: part for name, part in parts.items() if sum(counts(part)) >= FEWEST}
    told = [hint for name, part in large.items() if (hint := _hint(name, part, len(large))) is not None]
    return sorted(told, key=lambda hint: (-abs(hint.gap), hint.part))


def evidence(forecasts: Sequence[Forecast]) -> float:
    """How many times better shifted confidences foretold the outcomes: an e-value, and one at any time.

    The mean over SHIFTS of the product of [(q/p)^o ((1-q)/(1-p))^(1-o)]^w with q = p shifted in log-odds. When the
    stated confidences are right, its expectation is at most 1: for whole outcomes with equality, for fractional ones
    because the factor is convex in o, for weights below 1 by Jensen's inequality. So the chance that it ever, at any
    time, exceeds 1/a is at most a (Ville 1939; Ramdas et al. 2023, Statistical Science 38, 576-601). That needs
    outcomes that come one after the other, each forecast stated before its outcome. An outcome that is revised later
    counts as what it is now; for looks before the revision the bound does not speak.
    """
    alike = Counter((f.stated, f.outcome, f.weight) for f in forecasts)  # they tell the same, whoever stated them
    logs = [math.fsum(many * _gain(one, shift) for one, many in alike.items()) for shift in SHIFTS]
    most = max(logs)
    if most > 700.0:  # beyond what a float holds
        return math.inf
    return math.fsum(math.exp(log) for log in logs) / len(SHIFTS)


def _gain(one: tuple[int, int, int], shift: float) -> float:
    """What a forecast (stated, outcome and weight in ten-thousandths) tells for a shift, in nats."""
    stated, outcome, weight = one
    won, lost = _gains(stated, shift)
    went = outcome / WHOLE
    return weight / WHOLE * (went * won + (1.0 - went) * lost)


@lru_cache(4_096)  # people state few different confidences, and each is asked for with every shift and in every part
def _gains(stated: int, shift: float) -> tuple[float, float]:
    """What a success and a failure after this stated confidence (ten-thousandths) tell for a shift, in nats."""
    # Certainty shifts to certainty, so a stated 0 or 1 is taken as the nearest step of the scale. A failure then tells
    # less against whoever stated it than it could, and a success at most a ten-thousandth more.
    p = min(max(stated / WHOLE, SUREST), 1.0 - SUREST)
    odds = math.log(p) - math.log1p(-p) + shift
    won = -math.log1p(math.exp(-odds)) - math.log(p)
    lost = -math.log1p(math.exp(odds)) - math.log1p(-p)
    return won, lost


def _hint(name: str, part: Sequence[Forecast], parts: int) -> Hint | None:
    stated, went = mean_stated(part), mean_went(part)
    interval = clopper_pearson(*counts(part), 1.0 - FALSE_HINTS / parts)
    found = evidence(part)
    if abs(went - stated) < SMALLEST_GAP or interval.holds(stated) or found < parts / FALSE_HINTS:
        return None
    return Hint(name, sum(counts(part)), stated, went, went - stated, interval, found)
