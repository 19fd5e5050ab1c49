"""What a decision made of something that was tried and that had been told before: left it alone, or did it again.

The option that fits best what was tried says which. A sentence may name what it decides against: what follows
`instead of`, `not` or `drop` is no part of what is done. Where a sentence leaves it open, nothing is concluded.
"""

import re

from oldhand.reasoning.decisions import Decision
from oldhand.reasoning.negative import fits
from oldhand.reasoning.prevented import IGNORED, PREVENTED, Verdict
from oldhand.store.reader import Held, Reader

SURE = 8_500  # ten-thousandths: an option that was weighed says it plainly; that telling brought it about, nobody saw
AGAINST = "it was decided against after it was told"
FOR = "it was decided for after it was told"
_REST = r"[^,.;:!?()\n]*"  # up to the end of the clause
_REPLACED = re.compile(rf"\b(?:instead of|rather than|in place of|вместо|а не)\b{_REST}", re.IGNORECASE)
"""What something else is done in place of."""
_NEGATED = re.compile(
    r"\b(?:not|never|no|without|avoid\w*|stop\w*|drop\w*|remov\w+|replac\w+|abandon\w*|"
    r"не|нет|без|никогда|убра\w+|убер\w+|замен\w+|отказ\w+|удал\w+|прекра\w+)\b" + _REST,
    re.IGNORECASE,
)
"""What is not done, ended, or taken away: it is named, and what becomes of it is said in too many ways to conclude."""


def of_decision(reader: Reader, held: Held, one: Decision) -> Verdict | None:
    """What a decision made of what was tried; None where it is about something else, or leaves it open."""
    kept, left = parts(one.name)
    chosen = fits(reader, held, kept)
    rejected = max((fits(reader, held, option) for option in (*one.alternatives, *left)), default=0)
    if chosen == rejected:
        return None  # neither speaks of it, or both do: a variant of what was tried is no verdict on it
    return Verdict(IGNORED, SURE, (FOR,)) if chosen > rejected else Verdict(PREVENTED, SURE, (AGAINST,))


def parts(text: str) -> tuple[str, list[str]]:
    """What a sentence says is done, and what it says that is done in place of."""
    # At the beginning of a clause, what is done may follow without a mark: `Вместо очереди берём …`.
    left = [found[0] for found in _REPLACED.finditer(text) if text[: found.start()].rstrip()[-1:].isalnum()]
    return _NEGATED.sub(" ", _REPLACED.sub(" ", text)), left
