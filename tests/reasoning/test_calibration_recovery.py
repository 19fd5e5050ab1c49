"""Simulated agents of known miscalibration are found again, as often as the intervals say."""

import random

import pytest

from oldhand.reasoning.beta import Interval
from oldhand.reasoning.calibration import mean_stated, posterior
from tests.reasoning.simulated import Chance, right, said, too_sure, too_unsure, truth

RUNS = 1_500  # simulations; a share of 0.95 is then known to 0.011 (two standard deviations)
LEAST, MOST = 0.938, 0.985  # Jeffreys' interval of n trials with chances that differ: 0.95 and a little more


def recovered(chance: Chance, count: int, narrowing: float = 1.0) -> float:
    """How often the interval of the gap holds the true gap; `narrowing` below 1 makes the interval wrong on purpose."""
    held = 0
    for run in range(RUNS):
        known = said(random.Random(run), count, chance)
        low, high = posterior(known).interval
        middle, half = (low + high) / 2, (high - low) / 2 * narrowing
        stated = mean_stated(known)
        gap = Interval(middle - half - stated, middle + half - stated)
        held += gap.holds(truth(known, chance) - stated)
    return held / RUNS


@pytest.mark.parametrize("count", [12, 40, 150])
@pytest.mark.parametrize("chance", [right, too_sure, too_unsure])
def test_the_gap_of_an_agent_lies_within_its_interval_95_times_of_100(chance: Chance, count: int) -> None:
    assert LEAST <= recovered(chance, count) <= MOST


@pytest.mark.parametrize("chance", [right, too_sure, too_unsure])
def test_an_interval_that_is_too_narrow_is_seen(chance: Chance) -> None:
    """The control of the one above."""
    assert recovered(chance, 40, narrowing=0.7) < LEAST
