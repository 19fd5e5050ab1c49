"""Simulated agents: they state a confidence, and it goes well as often as their true chance says."""

import random
from collections.abc import Callable, Sequence

from oldhand.reasoning.forecasts import WHOLE, Forecast

LEVELS = (5_000, 6_000, 7_000, 8_000, 9_000, 9_500)  # what agents state
Chance = Callable[[float], float]


def right(stated: float) -> float:
    """A well calibrated agent."""
    return stated


def too_sure(stated: float) -> float:
    """An agent that is right for two thirds of what it is sure of beyond a coin's toss."""
    return 0.5 + (stated - 0.5) * 2 / 3 - 0.1


def too_unsure(stated: float) -> float:
    """An agent that does better than it says."""
    return stated + (1 - stated) * 0.6


def said(lot: random.Random, count: int, chance: Chance, domain: str = "", day: int = 0) -> list[Forecast]:
    """Forecasts of one agent, in the order of their outcomes."""
    stated = [LEVELS[int(lot.random() * len(LEVELS))] for _ in range(count)]
    return [
        Forecast(p, WHOLE if lot.random() < chance(p / WHOLE) else 0, domain=domain, day=day + n)
        for n, p in enumerate(stated)
    ]


def truth(forecasts: Sequence[Forecast], chance: Chance) -> float:
    """The mean of the true chances of these forecasts."""
    return sum(chance(f.share) for f in forecasts) / len(forecasts)
