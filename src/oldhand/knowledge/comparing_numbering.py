"""Whether a number in a statement says which one is meant: phase 2, service 12, milestone three."""

from collections.abc import Sequence

from oldhand.knowledge import comparing_grammar as grammar
from oldhand.knowledge import comparing_values as values
from oldhand.knowledge.comparing_tokens import Token
from oldhand.knowledge.comparing_words import ATTRIBUTES, OPPOSED, VERBS

FURTHEST_NUMBERED = 5  # tokens before a number that can still be a name with a number
TIMES = frozenset({"times"})  # "retries three times" numbers nothing


def names_one(tokens: Sequence[Token], before: str, following: values.Scanned | None) -> bool:
    """Whether the last token, a whole number right behind a noun, says which one is meant.

    A noun that has a value (port, limit) has one; a number with another noun behind it counts that. before: the piece
    before the number, case-folded; following: the piece behind it.
    """
    at = len(tokens) - 1
    number = tokens[at]
    if not 0 < at <= FURTHEST_NUMBERED or number.group or not number.key.isdigit():
        return False
    noun = tokens[at - 1]
    numbered = noun.key == "number"  # "memory number 5"
    first = at == 1 or (at == 2 and numbered)
    after = following.text.casefold() if following else ""
    ends = following is None or following.sort == "stop" or after in VERBS - TIMES or after in grammar.STOP
    if noun.said.casefold() != before.partition("'")[0] or not (first or ends):
        return False
    owner = tokens[at - 2] if numbered and at > 1 else noun
    valued = owner.key in ATTRIBUTES and owner.key != "port"
    return (owner.sort == "word" or owner.group in OPPOSED) and not valued and not (owner.key == "port" and at > 1)
