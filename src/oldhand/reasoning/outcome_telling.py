"""How decisions ended, as replies tell it: every piece of evidence with what a person can open to check it."""

from pathlib import Path
from typing import NamedTuple

from oldhand.model.moment import day
from oldhand.reasoning.decisions import Decision
from oldhand.reasoning.outcome_case import Case
from oldhand.reasoning.outcome_state import load
from oldhand.reasoning.outcomes import Ended, ended
from oldhand.store.reader import Reader

MOST_TOLD = 50  # commits of one decision that are told


class EvidenceTold(NamedTuple):
    """A piece of evidence. at: its day; source: revert, removal, rework, survival, tests, junit, incident, replaced
    or carried; value: how well it speaks of the decision, and weight: how much it counts, ten-thousandths; ref: a
    commit, or what else can be opened; said: what it is."""

    at: str
    source: str
    value: int
    weight: int
    ref: str
    said: str


class WordTold(NamedTuple):
    """What somebody said. by: who; trust: user for a person; state, went (ten-thousandths), reason: what; at: when."""

    by: str
    trust: str
    state: str
    went: int
    reason: str
    at: str


class OutcomeTold(NamedTuple):
    """How a decision ended. state, value, weight: what counts; derived: the state that evidence alone gives; word: a
    person's or agent's, None where nobody said anything; confidence: what was stated of it, ten-thousandths, -1 for
    nothing; evidence: every piece, the earliest first."""

    id: str
    title: str
    domain: str
    decided: str
    confidence: int
    state: str
    value: int
    weight: int
    at: str
    derived: str
    word: WordTold | None
    evidence: list[EvidenceTold]


class CarrierTold(NamedTuple):
    """A commit that carries a decision. sure: how surely, ten-thousandths; at: its day; subject: its title."""

    commit: str
    sure: int
    at: str
    subject: str


def carriers(folder: Path, decision: str) -> list[CarrierTold]:
    """The commits that carry a decision (its whole id), the earliest first, as the last update found them. folder: the
    store's."""
    saved = load(folder).cases.get(decision)
    if saved is None:
        return []
    case = Case({}, saved)
    pairs = sorted(case.met.items(), key=lambda pair: (pair[1][0], pair[0]))
    return [CarrierTold(sha, case.carriers.get(sha, 0), day(said[0]), said[1]) for sha, said in pairs[:MOST_TOLD]]


def told(reader: Reader, decision: Decision) -> OutcomeTold:
    """A decision with how it ended."""
    return telling(decision, ended(reader, decision.id))


def telling(decision: Decision, end: Ended) -> OutcomeTold:
    """A decision with how it ended, as that was read before."""
    word = end.word
    return OutcomeTold(
        decision.id, decision.name, decision.domain, day(decision.at),
        -1 if decision.confidence is None else decision.confidence, end.state, end.value, end.weight,
        day(end.at) if end.at else "", end.derived,
        WordTold(word.by, word.trust, word.state, word.went, word.reason, day(word.at)) if word else None,
        [EvidenceTold(day(one.at), *one[1:]) for one in end.evidence],
    )  # fmt: skip
