"""Who tied decisions to what came of them: what follows from a tie is believed no more than who set it.

A person's tie, and what the history itself says (a trailer, an id, the number of a record in the message), is as good
as git. What only an agent tied is believed as the agent, and every piece of evidence that rests on it says so.
"""

from collections.abc import Iterable, Sequence

from oldhand.model.trust import RANK, least
from oldhand.reasoning.weighing_outcomes import JUNIT, TESTS, Evidence

REPO, AGENT = "repo", "agent"
LOCAL = (TESTS, JUNIT)  # sources that another machine has not: what was kept of them is kept on
TOOL = "tool"  # the trust of what tools print
# How a piece of evidence ends that is from commits which the history does not have any more, behind who tied it.
GONE = " (as of a commit that this history has not any more)"
# How a piece of evidence ends that rests on a tie by who is believed less than the repository.
SAID = {"agent": " (tied by an agent)", "web": " (tied by an import)"}


def doubted(trust: str) -> bool:
    """Whether a tie of that trust is believed less than what git shows."""
    return RANK.get(trust, -1) < RANK[REPO]


def marked(one: Evidence, trust: str) -> Evidence:
    """A piece of evidence that says by whom it is tied; as it is where that is nobody to doubt, or it says so."""
    if not doubted(trust) or tied_by(one) != REPO:
        return one
    gone = GONE if one.said.endswith(GONE) else ""
    return one._replace(said=one.said.removesuffix(GONE) + SAID[AGENT if trust == AGENT else "web"] + gone)


def tied_by(one: Evidence) -> str:
    """The trust of the tie that a piece of evidence rests on."""
    text = one.said.removesuffix(GONE)
    return next((trust for trust, said in SAID.items() if text.endswith(said)), REPO)


def trust_of(pieces: Iterable[Evidence]) -> str:
    """How far an outcome can be trusted: as the least of what its evidence comes from."""
    return least(REPO, *(least(tied_by(one), TOOL if one.source in LOCAL else REPO) for one in pieces))


def as_believed(pieces: Sequence[Evidence], trust: str) -> tuple[Evidence, ...]:
    """The pieces of a wording, none of them believed more than it is: a tool's word only where tools speak in it."""
    if not doubted(trust) or (trust == TOOL and any(one.source in LOCAL for one in pieces)):
        return tuple(pieces)
    return tuple(marked(one, AGENT if trust == TOOL else trust) for one in pieces)
