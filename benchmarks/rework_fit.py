"""Fit the weights by which later commits tell that a decision had to be done over, and tell how well they do elsewhere.

    python -m benchmarks.rework_fit --repos FOLDER

The signs are those of `oldhand.reasoning.rework_weight`, over the labelled cases of both halves (`outcome_cases`; never
of `later`). A case went badly when at least one of its later commits is rework of it (a noisy or of logistic models, as
in multiple-instance learning: Xu and Frank 2004, "Logistic regression and boosting for labeled bags of instances"); the
commits that the reader named count as examples of their own beside it. Takings back are told by other rules and left
out. Each repository is foretold by weights that were fitted to the others alone; then all give the weights to print.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks.outcome_cases import BADLY, HALVES, REVERTED, REWORKED, SURVIVED, cases, place_of
from oldhand.reasoning.deriving_outcomes import read
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.outcome_case import Case
from oldhand.reasoning.outcome_rules import LANDED_ANEW, LEAST_REWORK, evidence_of
from oldhand.reasoning.rework_weight import Reader, Signs
from oldhand.reasoning.weighing_outcomes import MOST_REWORK, REDONE, REMOVAL, REVERT, REWORK, TAKEN_BACK

NAMED_COUNTS = 0.5  # how much a commit that the reader named counts beside its case
RIDGE = 2.0  # penalty of the squared weights of signs brought to one scale: 200 cases and eleven signs need little
LEAST = 1e-6  # chance that keeps a logarithm finite
MISTAKEN = 0.02  # chance that the label of a case without any later commit is wrong, for the same end
THRESHOLDS = (3_000, 3_500, 4_000, 4_500, 5_000, 5_500, 6_000)


class Told(NamedTuple):
    """A labelled case. settled: what other rules tell of it, that it was taken back, or taken back and done again in
    another form; empty when nothing; signs: of each later commit; named: which of them the reader named."""

    repository: str
    label: str
    doubtful: bool
    settled: str
    signs: np.ndarray
    named: np.ndarray

    @property
    def bad(self) -> bool:
        """Whether it went badly."""
        return self.label in BADLY


def gathered(folder: Path) -> list[Told]:
    """The cases of both halves whose repositories are at hand."""
    every = [case for half in HALVES for case in cases(half)]
    told = []
    for repository, head in dict.fromkeys((case.repository, case.head) for case in every):
        if (place := place_of(repository, folder)) is None:
            print(f"not at hand: {repository}", file=sys.stderr)
            continue
        mine = [case for case in every if case.repository == repository]
        read_cases = {case.commit: Case({case.commit: WHOLE}) for case in mine}
        read(place, dict(os.environ), read_cases, head)
        told += [_told(case, read_cases[case.commit]) for case in mine]
    return told


def _told(label: Any, case: Case) -> Told:
    pieces = evidence_of(case)
    back = any(one.source in (REVERT, REMOVAL) and one.weight >= TAKEN_BACK for one in pieces)
    anew = any(one.source == REWORK and one.weight == LANDED_ANEW and "done again" in one.said for one in pieces)
    takings = {one.sha for one in case.takings}
    reader = Reader(case)
    changes = [one for one in case.changes if one.sha not in takings and reader.counts(one)] if case.met else []
    signs = np.array([reader.signs(one) for one in changes]).reshape(len(changes), len(Signs._fields))
    named = np.array([label.label in BADLY and one.sha in label.shown_by for one in changes], bool)
    settled = REVERTED if back else REWORKED if anew else ""
    return Told(label.repository, label.label, label.doubtful, settled, signs, named)


def fitted(told: list[Told]) -> tuple[np.ndarray, float]:
    """(weights of the signs, log-odds without any) that fit these cases best."""
    told = [one for one in told if not one.settled and len(one.signs)]
    signs = np.vstack([one.signs for one in told])
    named = np.concatenate([one.named for one in told]).astype(float)
    of = np.repeat(np.arange(len(told)), [len(one.signs) for one in told])
    bad = np.array([one.bad for one in told])
    middle, scale = signs.mean(0), signs.std(0) + 1e-9
    scaled = np.hstack([(signs - middle) / scale, np.ones((len(signs), 1))])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        chance = np.clip(expit(scaled @ weights), LEAST, 1 - LEAST)
        none = np.exp(np.bincount(of, np.log(1 - chance), len(told)) - MISTAKEN)  # that no commit is rework
        lost = -np.where(bad, np.log(1 - none), np.log(none)).sum()
        slope = scaled.T @ (-chance * np.where(bad, none / (1 - none), -1.0)[of])
        lost -= NAMED_COUNTS * (named * np.log(chance) + (1 - named) * np.log(1 - chance)).sum()
        slope += NAMED_COUNTS * scaled.T @ (chance - named)
        return lost + RIDGE * (weights[:-1] ** 2).sum(), slope + 2 * RIDGE * np.append(weights[:-1], 0)

    start = np.append(np.zeros(signs.shape[1]), -4.0)
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    weights = found[:-1] / scale
    return weights, float(found[-1] - weights @ middle)


def foretold(one: Told, weights: np.ndarray, nothing: float) -> float:
    """How likely a case was reworked, in ten-thousandths, as `weighing_outcomes` puts it together."""
    chances = np.sort(expit(one.signs @ weights + nothing))[::-1][:MOST_REWORK]
    chances = chances[chances * WHOLE >= LEAST_REWORK]
    return float(WHOLE * (1 - np.prod(1 - chances)))


def main() -> int:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repos", type=Path, required=True, help="the folder of the repositories")
    told = gathered(parser.parse_args().repos)
    if len({one.repository for one in told}) < 2:
        print("At least two repositories of the cases have to be at hand.", file=sys.stderr)
        return 2
    answers = []
    for repository in sorted({one.repository for one in told}):
        weights, nothing = fitted([one for one in told if one.repository != repository])
        answers += [(one, foretold(one, weights, nothing)) for one in told if one.repository == repository]
    print("went badly, each repository foretold by the others:")
    for threshold in sorted({*THRESHOLDS, REDONE}):
        print(f"  from {threshold:>5}: {_scores(answers, threshold)}")
    print(f"  without the doubtful, {REDONE}: {_scores([pair for pair in answers if not pair[0].doubtful], REDONE)}")
    for name in (REWORKED, REVERTED):
        print(f"  {name}: {_score([(one.label == name, said(one, likely) == name) for one, likely in answers])}")
    weights, nothing = fitted(told)
    print("weights: " + ", ".join(f"{name} {weight:.2f}" for name, weight in zip(Signs._fields, weights, strict=True)))
    print(f"nothing: {nothing:.2f}")
    return 0


def said(one: Told, likely: float, threshold: float = REDONE) -> str:
    """What is said of a case: what other rules tell, else whether it was likely enough reworked."""
    return one.settled or (REWORKED if likely >= threshold else SURVIVED)


def _scores(answers: list[tuple[Told, float]], threshold: float) -> str:
    return _score([(one.bad, said(one, likely, threshold) in BADLY) for one, likely in answers])


def _score(pairs: list[tuple[bool, bool]]) -> str:
    counted = Counter(pairs)
    right, wrong, missed = counted[True, True], counted[False, True], counted[True, False]
    return f"precision {right / (right + wrong):.3f} recall {right / (right + missed):.3f} ({right}, {wrong}, {missed})"


if __name__ == "__main__":
    sys.exit(main())
