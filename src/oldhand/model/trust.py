"""Trust: how far a memory may be believed, by the way it came in and never by what it says."""

from typing import NamedTuple

LEVELS = ("web", "tool", "agent", "repo", "user")  # least first
RANK = {name: rank for rank, name in enumerate(LEVELS)}


def least(*levels: str) -> str:
    """The least trusted of `levels`: what a derived memory gets. Unknown names count as the least of all."""
    return min(levels, key=lambda level: RANK.get(level, -1)) if levels else LEVELS[0]


class Voice(NamedTuple):
    """Who speaks: the actor, the way in and the trust it gives."""

    actor: str
    origin: str
    trust: str
