"""Decay: how much of its freshness a memory still has, computed from stored times whenever it is asked for.

Nothing is ever written because time has passed, so looking a hundred times gives what looking once gives.
"""

from oldhand.store.reader import DAY_MS, Held

HALF_LIVES: dict[str, int] = {
    "decision": 730,  # a choice of architecture outlives the people who made it, and its reasons longer still
    "convention": 730,  # kept until somebody changes it, and then it is superseded and not merely old
    "negative": 730,  # as decisions do; the memory itself says when it ends (reasoning.negative_keeping)
    "gotcha": 365,  # bites until the code under it is rewritten, which takes about a year
    "claim": 180,  # facts of ports, hosts and versions: half of those in the studied projects changed in a half-year
    "summary": 180,  # no fresher than what it was made from
    "gap": 90,  # a thing nobody missed for three months is not missing much
    "question": 60,  # unanswered for two months, most are answered elsewhere or forgotten
    "reminder": 30,  # about the work at hand
}
"""Days after which a memory of a kind has half of its freshness."""
USUAL_HALF_LIFE = 180  # days, of a kind that is not named above
CAPTURED_SHARE = 0.25  # of the half-life, for what nobody said on purpose: the notes of a session are about that work


def freshness(held: Held, now_ms: int, *, seen_ms: int = 0, captured: bool = False) -> float:
    """What is left of a memory's freshness, 1 (just said) to 0, halved with every half-life of its kind.

    The age counts from its latest wording, or from the latest use when that is given and later.
    seen_ms: when it was last really used, in milliseconds, 0 for never; captured: whether it is in the tier of
    what was captured by itself.
    """
    half_life = HALF_LIVES.get(held.kind, USUAL_HALF_LIFE) * (CAPTURED_SHARE if captured else 1.0)
    age_days = max(now_ms - max(held.updated, seen_ms), 0) / DAY_MS  # what is dated ahead is as fresh as can be
    return float(0.5 ** (age_days / half_life))
