"""The gate: how sure an answer is, and when it is better to say that nothing is known.

Confidence is a logistic regression over what speaks for the best answer, learned on cues that a store
can answer and cues of other projects, other persons, small talk and gibberish that it cannot, each
kind of store weighing the same (docs/decisions/0023-a-gate-that-was-measured.md).
"""

from collections.abc import Sequence
from math import exp, log
from typing import NamedTuple

from oldhand.recall.cue import CueTerm
from oldhand.recall.lexical import Weighted
from oldhand.recall.rank import Signals
from oldhand.recall.reading import Question, weight_of

STRONG = 0.84  # confidence from which on an answer is strong: of cues that cannot be answered one in fifty gets there
KNOWN = 0.05  # confidence below which nothing is known: it silences half of such cues and loses one answer in 100
VERDICTS = ("strong", "weak", "nothing known")
FEWEST = 10  # memories: in a smaller store, none of which was learned from, no word is rare and the match decides
WELL_COVERED = 0.6  # match that is called strong there: most of what was asked, by weight or meaning
TELLING = 0.5  # match from which on something is known: half of the cue is there, or a text of near meaning
REST = slice(3, 10)  # answers that the best one is compared with: those after the few that may answer too
MOST = 30.0  # beyond it the logistic function is 0 or 1

WEIGHTS = {
    "coverage": 1.20, "share": -3.53, "window": 0.85, "proximity": 1.16, "bm25": -11.00, "matched": 0.84,
    "asked": 1.29, "rarest": 2.22, "score": 22.60, "lead": 6.37, "known": 3.38,
}  # fmt: skip
"""System 1. Several say nearly the same, so a sign by itself means nothing; their sum was learned."""
BIAS = -11.71  # both biases are set so that STRONG means the same for both systems
DEEP_WEIGHTS = {
    "coverage": 1.50, "share": -2.89, "window": -1.88, "proximity": 1.79, "bm25": -2.30, "matched": 0.39,
    "asked": 0.24, "rarest": 2.54, "score": 21.33, "lead": 7.68, "known": 2.46, "meaning": 10.70, "feedback": -4.94,
}  # fmt: skip
"""System 2 with vectors."""
DEEP_BIAS = -13.59


class Evidence(NamedTuple):
    """What speaks for an answer being among what was found.

    coverage, share, window, proximity, bm25: of the best answer (recall.reading); matched, asked: how
    many words of the cue it has, and how many there are (log of one more); rarest: the weight of the
    rarest word it has, of the most that a word can weigh in this store; score: its own; lead: how far
    it is before those that follow; known: the share of the cue's weight that anything here has;
    meaning, feedback: its cosines, 0 without vectors; compared: whether it had vectors;
    match: how well it matches by words or meaning.
    """

    coverage: float = 0.0
    share: float = 0.0
    window: float = 0.0
    proximity: float = 0.0
    bm25: float = 0.0
    matched: float = 0.0
    asked: float = 0.0
    rarest: float = 0.0
    score: float = 0.0
    lead: float = 0.0
    known: float = 0.0
    meaning: float = 0.0
    feedback: float = 0.0
    compared: bool = False
    match: float = 0.0


def evidence(asked: Question, found: Sequence[Signals], memories: int) -> Evidence:
    """The evidence of the answers, best first. memories: how many the store holds."""
    if not found:
        return Evidence()
    best, reading = found[0], found[0].reading
    terms = [(one, weight_of(one, asked.weighted)) for one in asked.cue.terms]
    total = sum(weight for _, weight in terms)
    known = sum(weight * _known(one, asked.weighted) for one, weight in terms)
    rest = [one.score for one in found[REST]]
    return Evidence(
        reading.coverage, reading.share, reading.window, reading.proximity, reading.bm25,
        log(1 + len(reading.terms)), log(1 + len(terms)),
        max((weight for one, weight in terms if one.term in reading.terms), default=0.0) / log(2 + memories),
        best.score, best.score - (sum(rest) / len(rest) if rest else 0.0), known / total if total else 0.0,
        max(best.meaning, 0.0), max(best.feedback, 0.0), best.compared, best.match,
    )  # fmt: skip


def _known(asked: CueTerm, weighted: dict[str, Weighted]) -> float:
    """How much of a term anything here has: all, or of a compound nobody wrote whole the share of its parts."""
    if weighted[asked.term].known or not asked.parts:
        return float(weighted[asked.term].known)
    return sum(weighted[part].known for part in asked.parts) / len(asked.parts)


def confidence(said: Evidence, memories: int) -> float:
    """How likely it is that what was found answers the cue, 0 to 1. memories: how many the store holds."""
    if said.score <= 0:
        return 0.0
    if memories < FEWEST:
        return min(said.match * STRONG / WELL_COVERED, 1.0)
    values = said._asdict()
    weights, bias = (DEEP_WEIGHTS, DEEP_BIAS) if said.compared else (WEIGHTS, BIAS)
    total = bias + sum(weight * values[name] for name, weight in weights.items())
    return 1 / (1 + exp(-max(-MOST, min(MOST, total))))


def verdict(sure: float, best: float, floor: float) -> str:
    """What an answer is called, by its confidence, its best match (0 to 1) and the floor for what is shown.

    A floor of 0 is for those who want to see whatever there is.
    """
    if best < floor or best <= 0 or (sure < KNOWN and floor > 0 and best < TELLING):
        return "nothing known"
    return "strong" if sure >= STRONG else "weak"
