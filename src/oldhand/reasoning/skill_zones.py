"""Zones: which choices went better, no differently or worse than the other decisions about the same subject.

A share is told with its exact interval, and a zone only where the interval of the difference allows no other: how often
any zone of a skill is told though there is no difference is held to FALSE_ZONES.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from oldhand.reasoning.beta import Interval, jeffreys
from oldhand.reasoning.forecasts import WHOLE

GREEN, YELLOW, RED, UNCLEAR = "green", "yellow", "red", "unclear"
FALSE_ZONES = 0.05  # how likely any green or red at all is to be false, over all patterns of one skill together
LARGE = 0.25  # a difference of which yellow says that there is none: a quarter more or less is what people notice
FEWEST_WITH = 3.0  # trials with a pattern, and as many without it: with fewer nothing could be told of it
FEWEST_TOGETHER = 8.0  # trials of both: below, the interval of a difference is found too narrow up to a tenth of times


class Share(NamedTuple):
    """How much went well: `went` of `trials`, both in trials; a decision counts by the weight of its outcome."""

    went: float
    trials: float

    @property
    def part(self) -> float:
        """The share that went well; a half where nothing was seen."""
        return self.went / self.trials if self.trials > 0 else 0.5

    def interval(self, level: float = 0.95) -> Interval:
        """Where the share lies, by Jeffreys' posterior."""
        return jeffreys(self.went, max(self.trials - self.went, 0.0), level)


class Zoned(NamedTuple):
    """A comparison. low, high: the interval of the difference of the shares, at the level that was asked for."""

    zone: str
    low: float
    high: float


def share_of(outcomes: Sequence[tuple[int, int]]) -> Share:
    """The share of outcomes, each (value, weight) in ten-thousandths: w * v of it went well, w * (1 - v) did not."""
    went = sum(value * weight for value, weight in outcomes)
    return Share(went / WHOLE / WHOLE, sum(weight for _, weight in outcomes) / WHOLE)


def difference(one: Share, other: Share, level: float) -> Interval:
    """The interval of the difference of two shares, from their own intervals: d - sqrt((p - l)^2 + (U - q)^2) and
    d + sqrt((u - p)^2 + (q - L)^2).

    Newcombe 1998, Statistics in Medicine 17, 873-890, method 10, here with Jeffreys' intervals in the place of Wilson's
    (so Brown & Li 2005, Journal of Statistical Planning and Inference 130; as a method for any two parameters: Zou &
    Donner 2008, Statistics in Medicine 27, 1693-1702). Fractional counts are allowed.
    """
    first, second = one.interval(level), other.interval(level)
    apart = one.part - other.part
    below = math.hypot(one.part - first.low, second.high - other.part)
    above = math.hypot(first.high - one.part, other.part - second.low)
    return Interval(apart - below, apart + above)


def enough(one: Share, rest: Share) -> bool:
    """Whether so much was seen of both that a difference could be told."""
    return min(one.trials, rest.trials) >= FEWEST_WITH and one.trials + rest.trials >= FEWEST_TOGETHER


def zoned(one: Share, rest: Share, looked_at: int) -> Zoned:
    """The zone of a share against the rest. looked_at: how many comparisons are made together (Bonferroni).

    green: better; red: worse; yellow: no difference as large as LARGE; else unclear, as where little was seen.
    """
    if not enough(one, rest):
        return Zoned(UNCLEAR, -1.0, 1.0)
    found = difference(one, rest, 1.0 - FALSE_ZONES / max(looked_at, 1))
    if found.low > 0.0:
        zone = GREEN
    elif found.high < 0.0:
        zone = RED
    else:
        zone = YELLOW if -LARGE < found.low and found.high < LARGE else UNCLEAR
    return Zoned(zone, found.low, found.high)
