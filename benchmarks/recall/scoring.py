"""What an answer is worth, and how far a mean may be trusted.

The measures are the harness's (metrics.py there), worked out again from the ranks of the gold documents, so that they
can be taken from kept results; where the harness is there, a run compares both and stops when they differ.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

MEASURES = ("hit@1", "R@5", "R@10", "all@5", "MRR")
HARNESS_NAMES = {"hit@1": "any@1", "R@5": "recall@5", "R@10": "recall@10", "all@5": "all@5", "MRR": "mrr"}
DEPTH = 100  # documents asked for: a gold one further down counts as not found
RESAMPLES = 2_000  # bootstrap means: enough for the second digit of a 95 % interval
SEED = 7
TAIL = 0.025  # on either side of a 95 % interval


def ranks(found: Sequence[str], gold: Sequence[str]) -> dict[str, int]:
    """Gold document -> its place in the answer, counted from 1; 0 when it is not there."""
    places = {name: at for at, name in reversed(list(enumerate(found, 1)))}
    return {name: places.get(name, 0) for name in gold}


def measures(gold: Mapping[str, int]) -> dict[str, float]:
    """Every measure of one answer, from the ranks of its gold documents (at least one).

    hit@1: the first is gold; R@k: the share of the gold among the first k; all@5: all of the gold among the first 5;
    MRR: one over the place of the first gold document.
    """
    places = [place for place in gold.values() if place]
    within = {k: sum(1 for place in places if place <= k) for k in (1, 5, 10)}
    return {
        "hit@1": float(within[1] > 0),
        "R@5": within[5] / len(gold),
        "R@10": within[10] / len(gold),
        "all@5": float(within[5] == len(gold)),
        "MRR": 1 / min(places) if places else 0.0,
    }


class Estimate(NamedTuple):
    """A mean with its 95 % bootstrap interval; size: how many values it is of."""

    mean: float
    low: float
    high: float
    size: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.2f}–{self.high:.2f})"

    def signed(self) -> str:
        """The same as a difference."""
        return f"{self.mean:+.3f} ({self.low:+.2f} … {self.high:+.2f})"


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of values and its 95 % percentile bootstrap interval over them; the same for the same values."""
    import numpy as np

    if not values:
        return Estimate(0.0, 0.0, 0.0, 0)
    given = np.asarray(values, dtype=float)
    chosen = np.random.default_rng(SEED).integers(0, len(given), (RESAMPLES, len(given)))
    means = np.sort(given[chosen].mean(axis=1))
    low, high = means[int(TAIL * RESAMPLES)], means[int((1 - TAIL) * RESAMPLES) - 1]
    return Estimate(float(given.mean()), float(low), float(high), len(given))


def paired(ours: Mapping[str, float], theirs: Mapping[str, float]) -> Estimate:
    """The mean difference on the questions that both were asked, with the interval of the differences themselves."""
    return estimate([value - theirs[name] for name, value in ours.items() if name in theirs])
