"""What is done about signs of bias in a decision: the form of the setting `safety.policy`."""

from typing import NamedTuple

ADVISE, ASK, BLOCK, OFF = "advise", "ask", "block", "off"
POLICIES = (ADVISE, ASK, BLOCK, OFF)
AGENTS = ":agents"  # ends a policy that holds for what agents decide, and leaves people with advice
CHECKS = (
    "no-alternatives", "strawmen", "one-sided", "searched-one-side", "confirmed-words", "calibration",
    "unbacked-confidence", "certain-words", "escalation", "spent-words", "reversal", "recent-incident", "recent-words",
    "first-number", "first-option", "open-questions", "hurried-words", "like-took-longer", "easy-words", "others-do",
)  # fmt: skip


class Policy(NamedTuple):
    """What is done: advise, ask, block, or off (nothing is told); agents: whether only for what agents decide."""

    does: str = ADVISE
    agents: bool = False


def checked(text: str) -> str:
    """A policy in its one form, separated by spaces. Raises ValueError with what is accepted."""
    words = text.split()
    named = [word.rpartition("=")[0] for word in words]
    for word, check in zip(words, named, strict=True):
        said = word.rpartition("=")[2].removesuffix(AGENTS)
        if ("=" in word and check not in CHECKS) or said not in POLICIES:
            raise ValueError(
                "it is advise, ask, block or off, for all checks or for one as CHECK=POLICY, each with :agents for "
                f"agents alone, such as 'advise unbacked-confidence=block:agents'; '{word[:60]}' is none. The checks "
                f"are {', '.join(CHECKS)}"
            )
    if len(set(named)) < len(named):
        raise ValueError("one policy is kept for each check, and one for all others")
    return " ".join(words)


def policies(text: str) -> dict[str, Policy]:
    """The policy of each check that has its own, and under the empty name that of all others."""
    found = {"": Policy()}
    for word in text.split():
        check, _, said = word.rpartition("=")
        found[check] = Policy(said.removesuffix(AGENTS), said.endswith(AGENTS))
    return found
