"""Reading a candidate closely: how much of what was asked does a memory say, how near together, in how many words?

Every signal is from 0 to 1 and depends on the memory, the cue and the weights of its words alone, not
on what else was found: so a floor on it means the same in every store.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log, sqrt
from typing import NamedTuple

from oldhand.model.kinds import BESIDE
from oldhand.model.terms import index_terms
from oldhand.recall.cue import Cue, CueTerm
from oldhand.recall.lexical import Weighted
from oldhand.store.reader import Held

SATURATION = 3.0  # k1 of BM25: how soon a word said again counts no more; later than usual, as texts are short
LENGTH_SHARE = 0.75  # b of BM25 (Robertson and Zaragoza, 2009): how far a longer text must say a word more often
LABEL_COUNT = 2  # a word in key, tags or files counts as if the text said it so many times more
PART_SHARE = 0.6  # a compound found only by some of its parts counts for at most this share of them
WINDOW_TERMS = 120  # index terms looked at together, some 100 words: a paragraph
MOST_WINDOWS = 512  # looked at in one text: 30,000 terms, far beyond any answer
PAIR_REACH = 4  # terms apart at most, for two words of the cue to stand together
MOST_PAIRS = 24  # neighbours in the cue that are looked for
LONG_TERMS = 150  # index terms from which on a text counts as long

ROLE_WITHIN = 120  # characters from the start in which a transcript's mark stands, and no more are looked at

_role = re.compile(  # white space, list and heading marks, a date bare or in brackets, then who speaks
    r"[\s*_>#-]*(?:[\[(][^\n]{0,60}?[\])]\s*|[0-9][0-9:T /.-]{5,24}\s*)?[*_]*"
    r"(user|human|person|assistant|agent|пользователь|ассистент)[*_]*\s*:",
    re.I,
).match
_of_people = frozenset({"user", "human", "person", "пользователь"})


class Reading(NamedTuple):
    """What a close reading of one memory found.

    coverage: the share of the cue it speaks of, by the square roots of the words' weights, so that one
    rare word does not outweigh three that tell as much; share: the same by the weights themselves;
    bm25: of what the cue could earn; window: the best coverage within one paragraph; proximity: the
    share of neighbours in the cue that stand together here; phrase: 1 when quoted words stand side by
    side; long: how far the text is longer than a page (log scale); by_person: 1 when its first line
    says that a person speaks, -1 when it says that an assistant does; matched: the words of the cue as
    they were written; terms: the same as the index has them.
    """

    coverage: float
    share: float
    bm25: float
    window: float
    proximity: float
    phrase: float
    long: float
    by_person: int
    matched: tuple[str, ...]
    terms: frozenset[str]


class Question(NamedTuple):
    """A cue made ready for reading many memories.

    weighted: by term; pairs: neighbouring terms that are known, with their weight; ceiling: what the
    cue's terms weigh together; average: index terms in a memory of this store on average.
    """

    cue: Cue
    weighted: dict[str, Weighted]
    pairs: tuple[tuple[str, str, float], ...]
    ceiling: float
    average: float


def question(cue: Cue, weighted: dict[str, Weighted], average: float) -> Question:
    """A cue with the weights of its terms, ready for `read`."""
    known = [asked.term for asked in cue.terms if weighted[asked.term].known]
    pairs = tuple((one, other, weighted[one].weight + weighted[other].weight) for one, other in pairwise(known))
    ceiling = sum(weight_of(asked, weighted) for asked in cue.terms)
    return Question(cue, weighted, pairs[:MOST_PAIRS], ceiling, max(average, 1.0))


def read(asked: Question, held: Held) -> Reading:
    """One memory's current wordings and labels, read against the cue."""
    label = index_terms("\n".join((held.key, *held.tags, *held.anchors)))
    text = text_of(held)
    words = label + index_terms(text)
    places: dict[str, list[int]] = {}
    wanted = asked.weighted
    for place, word in enumerate(words):
        if word in wanted:
            places.setdefault(word, []).append(place)
    coverage, share = _coverage(asked, places)
    length = len(words)
    return Reading(
        coverage, share, _bm25(asked, places, label, length),
        coverage if length <= WINDOW_TERMS else _best_window(asked, places),
        _proximity(asked, places), float(any(_contains(words, phrase) for phrase in asked.cue.phrases)),
        max(0.0, log((length + 1) / LONG_TERMS)), _speaker(text),
        tuple(one.said for one in asked.cue.terms if _present(one, places)),
        frozenset(one.term for one in asked.cue.terms if _present(one, places)),
    )  # fmt: skip


def text_of(held: Held) -> str:
    """All that a memory's current wordings say, its fields included but for those that no search looks among."""
    parts: list[str] = []
    for wording in held.wordings:
        for name, value in wording.content.items():
            if name not in BESIDE:
                parts.extend([value] if isinstance(value, str) else value)
    return "\n".join(parts)


def weight_of(asked: CueTerm, weighted: dict[str, Weighted]) -> float:
    """The weight of a term of the cue: its own, or for a compound nobody wrote whole, its parts' mean."""
    own = weighted[asked.term]
    if own.known or not asked.parts:
        return own.weight
    return sum(weighted[part].weight for part in asked.parts) / len(asked.parts)


def _coverage(asked: Question, present: Iterable[str]) -> tuple[float, float]:
    """(coverage, share) of the cue by what is present."""
    here = present if isinstance(present, dict) else set(present)
    total = covered = plain = 0.0
    for one in asked.cue.terms:
        weight = weight_of(one, asked.weighted)
        root = sqrt(weight)
        part = _share(one, here, asked.weighted)
        total += root
        covered += root * part
        plain += weight * part
    return (covered / total if total else 0.0), (plain / asked.ceiling if asked.ceiling else 0.0)


def _share(asked: CueTerm, present: "dict[str, list[int]] | set[str]", weighted: dict[str, Weighted]) -> float:
    """How much of one term of the cue is present: all, or a share by its parts."""
    if asked.term in present:
        return 1.0
    if not asked.parts:
        return 0.0
    total = sum(weighted[part].weight for part in asked.parts)
    found = sum(weighted[part].weight for part in asked.parts if part in present)
    if not total:
        return 0.0
    return 1.0 if found == total else PART_SHARE * found / total


def _present(asked: CueTerm, places: dict[str, list[int]]) -> bool:
    return asked.term in places or any(part in places for part in asked.parts)


def _bm25(asked: Question, places: dict[str, list[int]], label: Sequence[str], length: int) -> float:
    """BM25 as a share of what the cue's terms could earn together."""
    if not asked.ceiling:
        return 0.0
    norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / asked.average)
    earned = 0.0
    for term, found in places.items():
        count = len(found) + LABEL_COUNT * label.count(term)
        earned += asked.weighted[term].weight * count / (count + norm)
    return min(earned / asked.ceiling, 1.0)


def _best_window(asked: Question, places: dict[str, list[int]]) -> float:
    """The best coverage within one window; windows overlap by half."""
    half = WINDOW_TERMS // 2
    blocks: dict[int, set[str]] = {}
    for term, found in places.items():
        for place in found:
            blocks.setdefault(place // half, set()).add(term)
    best = 0.0
    for number in sorted(blocks)[:MOST_WINDOWS]:
        best = max(best, _coverage(asked, blocks[number] | blocks.get(number + 1, set()))[0])
    return best


def _proximity(asked: Question, places: dict[str, list[int]]) -> float:
    """The share, by weight, of neighbours in the cue that stand within PAIR_REACH terms of each other."""
    total = sum(weight for _, _, weight in asked.pairs)
    if not total:
        return 0.0
    return sum(w for one, other, w in asked.pairs if _near(places.get(one, ()), places.get(other, ()))) / total


def _near(some: Sequence[int], others: Sequence[int]) -> bool:
    """Whether any place of one rising list is within PAIR_REACH of one of the other."""
    first = second = 0
    while first < len(some) and second < len(others):
        apart = some[first] - others[second]
        if abs(apart) <= PAIR_REACH:
            return True
        if apart < 0:
            first += 1
        else:
            second += 1
    return False


def _speaker(text: str) -> int:
    """Who speaks, by a transcript's mark before the first word: 1 a person, -1 an assistant, 0 nobody is named."""
    found = _role(text[:ROLE_WITHIN])
    if found is None:
        return 0
    return 1 if found[1].casefold() in _of_people else -1


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    """Whether `phrase` stands in `words`, in order and without a gap."""
    size = len(phrase)
    first = phrase[0] if phrase else ""
    return any(
        tuple(words[start : start + size]) == phrase for start, word in enumerate(words) if word == first
    ) and bool(phrase)
