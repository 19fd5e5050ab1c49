"""Salience: how much a memory matters now, from what is stored about it and how it was used. Never stored itself.

It decides which of many is kept in view: what a full tier lets go, what is listed as unused. It never decides
what a question is answered with, which is recall's ranking, nor what a briefing tells, which asks no clock.
"""

from oldhand.knowledge.decay import freshness
from oldhand.knowledge.utility import NEVER, Use, usefulness
from oldhand.model.trust import LEVELS, RANK
from oldhand.store.reader import Held

CAPTURED = "captured"  # the tag of the tier of what was captured by itself

KIND_WORTH: dict[str, float] = {
    "gotcha": 1.0,  # not knowing it costs most at the moment of action
    "negative": 0.9,  # what failed with a decision is worth what the decision is
    "decision": 0.9,
    "convention": 0.8,
    "reminder": 0.7,
    "question": 0.5,
    "gap": 0.5,
    "claim": 0.5,
    "summary": 0.5,
}
"""How much a kind matters by itself, 0 to 1."""
USUAL_WORTH = 0.5  # of a kind that is not named above
SEVERITIES: dict[str, float] = {"critical": 1.0, "warning": 0.5, "info": 0.0}
UNSTATED_SEVERITY = 0.5  # of a gotcha whose severity nobody gave: it counts as a warning
CONFIRMATIONS_FULL = 5  # confirmations from which on more say nothing new, as in recall's ranking
LARGEST_PRIORITY = 100

# What each part counts for; they add up to 1. Priority counts most, because it is what somebody said about this very
# memory; then trust, as the order of a briefing has it; then freshness and use, which only time and work can give.
PRIORITY_SHARE, TRUST_SHARE, FRESHNESS_SHARE, USE_SHARE, KIND_SHARE, CONFIRMED_SHARE = 0.25, 0.2, 0.2, 0.15, 0.1, 0.1


def salience(held: Held, now_ms: int, use: Use = NEVER) -> float:
    """How much a memory matters at a moment, 0 to 1. use: how it was recalled and used (`utility.uses`)."""
    captured = CAPTURED in held.tags
    return (
        PRIORITY_SHARE * (held.priority + LARGEST_PRIORITY) / (2 * LARGEST_PRIORITY)
        + TRUST_SHARE * RANK.get(held.trust, 0) / (len(LEVELS) - 1)
        + FRESHNESS_SHARE * freshness(held, now_ms, seen_ms=use.last_used_ms, captured=captured)
        + USE_SHARE * usefulness(use)
        + KIND_SHARE * _worth(held)
        + CONFIRMED_SHARE * min(held.confirmations, CONFIRMATIONS_FULL) / CONFIRMATIONS_FULL
    )


def _worth(held: Held) -> float:
    """What its kind is worth; of a gotcha, by its severity."""
    worth = KIND_WORTH.get(held.kind, USUAL_WORTH)
    if held.kind != "gotcha" or not held.wordings:
        return worth
    said = str(held.wordings[-1].content.get("severity", "")).strip().casefold()
    return worth * (0.5 + SEVERITIES.get(said, UNSTATED_SEVERITY) / 2)
