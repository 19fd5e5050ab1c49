"""One sign of a decision, of a lesson, or against both."""

import re
from typing import NamedTuple

DECISION = "decision"
LEARNING = "learning"
TACTICAL = "tactical"  # speaks against both
HELP = "help"  # a task that help is asked with

PLAIN = 6_000  # ten-thousandths: enough alone
STRONG = 9_000  # outweighs a plain sign of the other class
WEAK = 3_000  # speaks only together with another


class Sign(NamedTuple):
    """What is looked for in one sentence: the class, a name in words, a weight, a pattern; `asked`: in questions only.

    `unless` is a pattern whose presence in the same sentence silences the sign. `aside` marks what is told by the way
    where help with a task is asked, and then does not count.
    """

    kind: str
    name: str
    weight: int
    pattern: re.Pattern[str]
    asked: bool = False
    unless: re.Pattern[str] | None = None
    aside: bool = False


def any_of(*words: str) -> str:
    """The pattern of any of these."""
    return f"(?:{'|'.join(words)})"


def sign(
    kind: str,
    name: str,
    weight: int,
    *patterns: str,
    asked: bool = False,
    aside: bool = False,
    unless: tuple[str, ...] = (),
) -> Sign:
    """Make a sign of any of these patterns; they ignore case, and `~` is up to 60 characters of the same sentence."""
    return Sign(kind, name, weight, _compiled(patterns), asked, _compiled(unless) if unless else None, aside)


def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns).replace("~", "[^?!]{0,60}?"), re.IGNORECASE)
