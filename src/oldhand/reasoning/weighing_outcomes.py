"""Evidence of how a decision ended, put together into one state, value and weight.

The rules are in docs/REASONING.md, "Outcomes"; every number is a share in ten-thousandths.
"""

from collections.abc import Iterable
from typing import NamedTuple

from oldhand.reasoning.forecasts import WHOLE

STATES = ("open", "survived", "confirmed", "reworked", "reverted", "failed", "abandoned")
OPEN, SURVIVED, CONFIRMED, REWORKED, REVERTED, FAILED, ABANDONED = STATES
SOURCES = ("carried", "revert", "removal", "rework", "survival", "tests", "junit", "incident", "replaced", "agent")
CARRIED, REVERT, REMOVAL, REWORK, SURVIVAL, TESTS, JUNIT, INCIDENT, REPLACED, AGENT = SOURCES
OF_COMMITS = (REVERT, REMOVAL, REWORK, SURVIVAL, TESTS, JUNIT)  # evidence of the commits that carry a decision
LIKELY = 5_000  # how surely they have to carry it for it to be said to have ended as they did: more likely than not

# How well a decision went that ended so, where nobody says it more exactly: the middle of what the word allows.
WENT = {
    CONFIRMED: WHOLE, SURVIVED: WHOLE, REWORKED: 4_000, REVERTED: 0, FAILED: 0, ABANDONED: 0, OPEN: 5_000,
}  # fmt: skip
# What speaks for a state, whichever of it weighs most.
NAMED_BY = {
    REVERTED: (REVERT, REMOVAL), FAILED: (INCIDENT,), REWORKED: (REWORK, REPLACED), CONFIRMED: (TESTS, JUNIT, AGENT),
    SURVIVED: (SURVIVAL, REPLACED), ABANDONED: (AGENT,),
}  # fmt: skip
TAKEN_BACK = 6_000  # share of what a decision brought that has to be taken back before it counts as reverted
# How likely rework has to be, by all pieces that count, for a decision to count as reworked: a little below evens,
# where on repositories that the weights were not fitted to "went badly" has a precision of 0.91 and a recall of 0.87
# (`benchmarks/rework_fit.py`).
REDONE = 4_000
# Pieces of rework that count, the weightiest: in a busy file many small fixes come by that are of other things. Those
# are told, and neither name the state nor enter the value and the weight.
MOST_REWORK = 2
SEEN_ENOUGH = 2_500  # weight of survival from which on it says anything: half a year in a place that is worked on
GOOD = 6_000  # value above which a confirmation holds: most of the evidence agrees with it
HELD = 7_000  # value of having been replaced above which it had held long enough to have survived: two years
PROVED = 5_000  # weight of passed tests from which on they confirm without waiting whether the lines survive
BAD = 4_000  # value up to which an incident makes a decision fail: most of the evidence agrees with that
AGENT_WEIGHT = 5_000  # an agent judges its own work: its word counts as half of a trial, a person's as a whole one


class Evidence(NamedTuple):
    """One piece of evidence for how a decision ended. Of `carried`, which tells of a commit that carries the decision,
    the value is how surely it does, and it has no weight of its own.

    at: when it was seen (ms, its day in UTC); source: one of SOURCES; value: how well it speaks of the decision, and
    weight: how far it can be trusted to, both in ten-thousandths; ref: what a person can open, mostly a commit; said:
    what it is, in words.
    """

    at: int
    source: str
    value: int
    weight: int
    ref: str
    said: str


class Weighed(NamedTuple):
    """What evidence says together: one of STATES, how well it went, and how much evidence there is for that."""

    state: str
    value: int
    weight: int


def weighed(pieces: Iterable[Evidence]) -> Weighed:
    """All evidence together.

    value: the mean of the values by their weights, a linear opinion pool (Stone 1961, "The Opinion Pool", Annals of
    Mathematical Statistics 32). weight: 1 - product of (1 - weight), the chance that at least one of several witnesses
    who do not depend on each other is right ("noisy or", Pearl 1988, Probabilistic Reasoning, section 4.3.2), so more
    evidence never weighs less and never more than one trial.

    What the commits show counts as far as it is sure that they carry the decision; so the weight is less where that is
    not sure, and the state is what they show where it is more likely than not.
    """
    pieces = list(pieces)
    sure = max((one.value for one in pieces if one.source == CARRIED), default=WHOLE)
    pieces = _without_trifles(pieces)
    told = [one for one in pieces if sure >= LIKELY or one.source not in OF_COMMITS]
    pieces = [one._replace(weight=one.weight * sure // WHOLE) if one.source in OF_COMMITS else one for one in pieces]
    counted = sorted(one for one in pieces if one.weight > 0)
    if not counted:
        return Weighed(OPEN, WENT[OPEN], 0)
    total = sum(one.weight for one in counted)
    value = round(sum(one.value * one.weight for one in counted) / total)
    state = _state(sorted(one for one in told if one.weight > 0), value)
    return Weighed(state, value, _together(one.weight for one in counted))


def _together(weights: Iterable[int]) -> int:
    """The chance that at least one of several witnesses is right who do not depend on each other ("noisy or")."""
    doubt = 1.0
    for weight in weights:
        doubt *= 1 - min(weight, WHOLE) / WHOLE
    return round((1 - doubt) * WHOLE)


def deciding(pieces: Iterable[Evidence]) -> Evidence | None:
    """The piece that names the state: of those that speak for it the weightiest, the latest of equal ones; for an open
    one simply the weightiest, or the latest where none counts. None without any."""
    told = list(pieces)
    counted = [one for one in told if one.weight > 0]
    state = weighed(told).state
    sources = NAMED_BY.get(state, ())
    fit = [one for one in counted if one.source in sources and not (state == CONFIRMED and one.value <= GOOD)]
    most = max(fit or counted, key=lambda one: (one.weight, one.at, one), default=None)
    return most or max(
        (one for one in told if one.source != CARRIED), key=lambda one: (one.at, one.value), default=None
    )


def _without_trifles(pieces: list[Evidence]) -> list[Evidence]:
    """The pieces without rework beyond the MOST_REWORK weightiest."""
    rework = sorted((one for one in pieces if one.source == REWORK), key=lambda one: (-one.weight, one))
    return [*(one for one in pieces if one.source != REWORK), *rework[:MOST_REWORK]]


def _state(pieces: list[Evidence], value: int) -> str:
    """The name for what evidence says. What is certain comes first: a revert is a fact, that code stayed is a hint."""
    weights = dict.fromkeys(SOURCES, 0)
    for one in pieces:
        weights[one.source] = weights.get(one.source, 0) + one.weight
    told = [one.said.partition(":")[0] for one in pieces if one.source == AGENT]
    if max(weights[REVERT], weights[REMOVAL]) >= TAKEN_BACK:
        return REVERTED
    if weights[INCIDENT] and value <= BAD:
        return FAILED
    if _together(one.weight for one in pieces if one.source == REWORK) >= REDONE:
        return REWORKED
    if told and told[-1] != CONFIRMED and not any(weights[one] for one in SOURCES if one not in (AGENT, SURVIVAL)):
        return told[-1]
    proof = sum(one.weight for one in pieces if one.source in (TESTS, JUNIT) and one.value > GOOD)
    stood = weights[SURVIVAL] >= SEEN_ENOUGH or proof >= PROVED
    if value > GOOD and (CONFIRMED in told or (proof and stood)):
        return CONFIRMED
    if weights[REPLACED]:
        return REWORKED if any(one.source == REPLACED and one.value <= HELD for one in pieces) else SURVIVED
    return SURVIVED if weights[SURVIVAL] >= SEEN_ENOUGH and value > BAD else OPEN
