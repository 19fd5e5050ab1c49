"""Mending what was typed: a word that nobody used is taken for one that differs by a letter or two.

The last resort, when nothing else answers: a guessed word never makes a strong answer.
"""

from typing import NamedTuple

from oldhand.recall.cue import Cue
from oldhand.recall.lexical import Weighted
from oldhand.store.reader import Reader

SHORTEST = 5  # characters: of shorter words too many others differ by one letter
LONG = 8  # characters from which on two letters may differ
ENDING = 4  # letters at most that a stem may lack of the word as it is typed
SAME_START = 2  # letters that are taken to be right: what is looked through is bounded by them
LOOKED_THROUGH = 4000  # terms of the index compared with one word, some 10 ms
LOOKED_FOR = 8  # words of one cue that are looked for so: whoever mistypes more has written something else
KINDS = frozenset({"word", "identifier", "path", "quoted"})  # never numbers, versions or codes: those are meant


class Mended(NamedTuple):
    """A word of the cue as it was written, and the term of the index it is taken for."""

    said: str
    term: str


def mended(reader: Reader, cue: Cue, weighted: dict[str, Weighted]) -> tuple[Mended, ...]:
    """What the words of a cue that nobody used may have been meant to be; the commonest of the nearest."""
    found = []
    looked = 0
    for asked in cue.terms:
        parts = [weighted[part].known for part in asked.parts]
        known = weighted[asked.term].known or (bool(parts) and all(parts))
        if known or asked.kind not in KINDS or len(asked.term) < SHORTEST or looked == LOOKED_FOR:
            continue
        looked += 1
        if term := _nearest(reader, asked.term):
            found.append(Mended(asked.said, term))
    return tuple(found)


def _nearest(reader: Reader, typed: str) -> str:
    """The term of the index that is nearest to what was typed, "" when none is near."""
    reach = 2 if len(typed) >= LONG else 1
    starts = {typed[:SAME_START], typed[1::-1]}  # the first two letters may have changed places
    best = (reach + 1, 0, 0, "")
    letters = set(typed)
    for start in sorted(starts):
        after = start[:-1] + chr(ord(start[-1]) + 1)
        for term, count in reader.vocabulary(start, after, LOOKED_THROUGH):
            # a slip changes at most two of the letters that a word is made of: this tells most words apart at once
            if len(term) <= len(typed) + reach and len(set(term) - letters) <= reach:
                best = min(best, (_apart(typed, term, reach), abs(len(typed) - len(term)), -count, term))
    return best[3] if best[0] <= reach else ""


def _apart(typed: str, term: str, reach: int) -> int:
    """How far a typed word is from a term; a slip in its ending hides that its stem is right, which costs one."""
    apart = distance(typed, term, reach) if abs(len(term) - len(typed)) <= reach else reach + 1
    if SHORTEST <= len(term) < len(typed) <= len(term) + ENDING:
        apart = min(apart, distance(typed[: len(term)], term, reach) + 1)
    return apart


def distance(one: str, other: str, most: int) -> int:
    """Letters put in, left out, changed or swapped with their neighbour between two words; `most` + 1 when more.

    Optimal string alignment (Damerau, 1964), left off as soon as every way is too long.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, mate in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != mate))
            if row > 1 and column > 1 and letter == other[column - 2] and mate == one[row - 2]:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)
