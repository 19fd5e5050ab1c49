"""Two tests of chance that what is said of single memories rests on, and what they say of noise in answers."""

from collections.abc import Mapping, Sequence
from math import exp, lgamma, log, log1p
from typing import NamedTuple

FALSE_RATE = 0.1  # of what is said of single memories, so much may be chance


class Noise(NamedTuple):
    """A memory that is used less often than the others that answers show. used, shown: in how many answers; chance: how
    probable so much disuse is where it is like the others."""

    name: str
    used: int
    shown: int
    chance: float


def above_chance(count: int, of: int, share: float) -> float:
    """Exact binomial test, one-sided: how probable `count` or more of `of` are where each has a chance of `share`."""
    if count <= 0 or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    whole, yes, no = lgamma(of + 1), log(share), log1p(-share)  # in logarithms: the binomials outgrow a float
    terms = (whole - lgamma(k + 1) - lgamma(of - k + 1) + k * yes + (of - k) * no for k in range(count, of + 1))
    return min(1.0, sum(map(exp, terms)))


def discoveries(chances: Sequence[float], rate: float) -> list[bool]:
    """Which of many tests are found, by Benjamini and Hochberg: at most the share `rate` of them by chance."""
    order = sorted(range(len(chances)), key=lambda one: chances[one])
    last = max((rank for rank, one in enumerate(order, 1) if chances[one] <= rate * rank / len(chances)), default=0)
    found = set(order[:last])
    return [one in found for one in range(len(chances))]


def noise(shown: Mapping[str, int], used: Mapping[str, int]) -> list[Noise]:
    """The memories that are used less often than what answers show is on the whole, by the exact binomial test.

    shown: how many answers showed each; used: after how many of these it was used. The clearest first, and of all that
    is said at most FALSE_RATE is chance.
    """
    all_shown, all_used = sum(shown.values()), sum(used.get(name, 0) for name in shown)
    if not all_used:
        return []  # nothing says what is useful here
    names = sorted(shown)
    chances = [disuse(used.get(name, 0), shown[name], all_used, all_shown) for name in names]
    found = [
        Noise(name, used.get(name, 0), shown[name], chance)
        for name, chance, clear in zip(names, chances, discoveries(chances, FALSE_RATE), strict=True)
        if clear
    ]
    return sorted(found, key=lambda one: (one.chance, -one.shown, one.name))


def disuse(used: int, shown: int, all_used: int, all_shown: int) -> float:
    """How probable it is that a memory like all the others is used so seldom."""
    others = all_shown - shown
    return above_chance(shown - used, shown, 1 - (all_used - used) / others if others else 1.0)
