"""Whether two statements plainly say the contrary: nearly the same words, and a value or a denial between them.

It is asked where nobody waits for a verdict: of all statements of documents, and of what a briefing may tell. So it is
narrow: texts that differ in more than a few words, as neighbours of one list do, are no contradiction here.
"""

from collections.abc import Iterator

MOST_DIFFERENT = 3  # words that only one of the two has: a value for a value, "never" or "not", and one to spare
FEWEST_SHARED = 2  # words that both have: with fewer they are about nothing in common
LONGEST = 400  # characters of a text that are looked at: what is longer is no single statement
HEADING = ": "  # what ends the headings that stand before a statement of a document
_NO_WORDS = str.maketrans(dict.fromkeys(",;:!?.()[]`\"'*", " "))  # marks that are part of no word

Worded = tuple[tuple[str, frozenset[str]], ...]


def worded(text: str) -> Worded:
    """A statement with its words: as it is, and without the headings that a document puts before it."""
    return tuple((way, frozenset(way.casefold().translate(_NO_WORDS).split())) for way in dict.fromkeys(_ways(text)))


def _ways(text: str) -> Iterator[str]:
    if len(text) > LONGEST:
        return
    yield text
    _, colon, rest = text.partition(HEADING)
    if colon and rest:
        yield rest


def oppose(one: Worded, other: Worded) -> bool:
    """Whether two statements say the contrary. Word sets cost microseconds, comparing those that are close 0.1 ms."""
    for text, words in one:
        for against, others in other:
            if len(words ^ others) > MOST_DIFFERENT or len(words & others) < FEWEST_SHARED or words == others:
                continue
            from oldhand.knowledge.comparing import compare  # most briefings have no two that are so much alike

            if compare(text, against).verdict == "change":
                return True
    return False
