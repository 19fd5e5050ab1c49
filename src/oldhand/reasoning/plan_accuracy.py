"""How well plans are kept: effort against its estimate, and what became of steps, over all plans that are over."""

from collections.abc import Iterable, Sequence
from math import comb
from statistics import median
from typing import NamedTuple

from oldhand.reasoning.beta import jeffreys
from oldhand.reasoning.plans import BECAME, DONE, KEPT, LEFT, REWORKED, Plan, every
from oldhand.store.reader import Reader

FEWEST = 6  # plans with an estimate and an effort: the smallest number whose extremes hold the median 95 times of 100
LEVEL = 0.95  # of the intervals


class Factor(NamedTuple):
    """Effort by its estimate: the median over some plans, and an interval of it without assumptions on the spread."""

    ratio: float
    low: float
    high: float
    plans: int


class Steps(NamedTuple):
    """What became of steps. shares: those kept of all that are clear, with the ends of Jeffreys' interval."""

    kept: int
    reworked: int
    dropped: int
    unclear: int
    share: float
    low: float
    high: float


class Accuracy(NamedTuple):
    """How well some plans were kept. whose: all, or an agent; over: how many ended, dropped: of them given up as a
    whole; added: files changed beside the steps, in the mean plan; factor: None below FEWEST plans."""

    whose: str
    over: int
    dropped: int
    steps: Steps
    added: float
    measured: int
    factor: Factor | None


def accuracy(plans: Iterable[Plan]) -> list[Accuracy]:
    """How well plans were kept: all of them first, then by the agent that made them, where there are several."""
    ended = [one for one in plans if one.state != "open"]
    agents = sorted({whose(one) for one in ended})
    found = [_of("all", ended)]
    return found + [_of(name, [one for one in ended if whose(one) == name]) for name in agents * (len(agents) > 1)]


def whose(plan: Plan) -> str:
    """Who made a plan: the agent, else the sort of speaker."""
    return plan.agent or plan.stated_by or "unknown"


def factor(reader: Reader, agent: str = "") -> Factor | None:
    """By how much plans exceed their estimates: the agent's own where it has enough of them, else everybody's."""
    timed = [one for one in every(reader) if one.state == DONE and one.estimate and one.took]
    own = _factor([one for one in timed if one.agent == agent]) if agent else None
    return own or _factor(timed)


def _of(whose: str, ended: Sequence[Plan]) -> Accuracy:
    done = [one for one in ended if one.state == DONE]
    timed = [one for one in done if one.estimate and one.took]
    counts = dict.fromkeys(BECAME, 0)
    for one in done:
        for became in one.became:
            counts[became.state] += 1
    kept, others = counts[KEPT], counts[REWORKED] + counts[LEFT]
    interval = jeffreys(kept, others, LEVEL)
    share = kept / (kept + others) if kept + others else 0.0
    steps = Steps(kept, counts[REWORKED], counts[LEFT], counts["unclear"], share, interval.low, interval.high)
    added = sum(len(one.added) for one in done) / len(done) if done else 0.0
    return Accuracy(whose, len(ended), len(ended) - len(done), steps, added, len(timed), _factor(timed))


def _factor(timed: Sequence[Plan]) -> Factor | None:
    """The median ratio and its interval by order statistics (Conover 1999, Practical Nonparametric Statistics, 3.2):
    between the k-th smallest and the k-th largest lies the median with a chance of 1 - 2 P(Binomial(n, 1/2) < k)."""
    ratios = sorted(one.took / one.estimate for one in timed if one.took and one.estimate)
    if len(ratios) < FEWEST:
        return None
    size, below, k = len(ratios), 0.0, 0
    while (below := below + comb(size, k) / 2**size) <= (1 - LEVEL) / 2:
        k += 1
    edge = max(k, 1)
    return Factor(median(ratios), ratios[edge - 1], ratios[-edge], size)
