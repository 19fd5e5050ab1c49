"""Comparing candidates with the cue: how much of what was asked does a memory speak of?

The match of a memory is the share of the cue's weight that its words cover. It does not depend on
what else was found, so a floor on it means the same in every store. The order follows BM25, scaled
by the most that the cue could earn, so that memories of two stores can be compared too; coverage,
quoted phrases and the priors settle what BM25 leaves close.
"""

from math import sqrt
from typing import NamedTuple

from oldhand.model.terms import index_terms
from oldhand.model.trust import LEVELS, RANK
from oldhand.recall.cue import Cue, CueTerm
from oldhand.recall.lexical import Weighted
from oldhand.store.reader import Held

BM25, COVERAGE, PHRASE = 0.80, 0.10, 0.05  # shares of the score, set on four public sets together, none by itself
PRIORS = 0.05  # trust, confirmations and kind together: they break ties and never overturn a textual match
BM25_CEILING = 2.2  # what one term can earn at most, times its weight: k1 + 1 with FTS5's k1 = 1.2
WORTH = {"decision": 1.0, "convention": 0.8, "gotcha": 0.8, "claim": 0.4}  # of a kind as an answer; others 0.5
CONFIRMATIONS_FULL = 5  # confirmations from which on more say nothing new
PART_SHARE = 0.6  # a compound found only by some of its parts counts for at most this share of them


class Signals(NamedTuple):
    """What made a memory's score. All are from 0 to 1; matched: the cue's terms that it speaks of."""

    score: float
    coverage: float
    bm25: float
    phrase: float
    prior: float
    matched: tuple[str, ...]


def all_terms(cue: Cue) -> list[str]:
    """Every index term of a cue, whole forms and parts, once each."""
    return list(dict.fromkeys(term for asked in cue.terms for term in (asked.term, *asked.parts)))


def compare(cue: Cue, weighted: dict[str, Weighted], held: Held, bm25: float) -> Signals:
    """The signals of one candidate with its BM25 score."""
    words = words_of(held)
    present = set(words)
    total = covered = ceiling = 0.0
    matched = []
    for asked in cue.terms:
        weight = weight_of(asked, weighted)
        share = _share(asked, present, weighted)
        ceiling += weight * BM25_CEILING
        total += sqrt(weight)  # the square root: one rare word must not outweigh three that tell as much
        covered += sqrt(weight) * share
        if share > 0:
            matched.append(asked.said)
    coverage = covered / total if total else 0.0
    phrase = float(bool(cue.phrases) and any(_contains(words, phrase) for phrase in cue.phrases))
    relative = min(bm25 / ceiling, 1.0) if ceiling else 0.0
    prior = prior_of(held)
    score = BM25 * relative + COVERAGE * coverage + PHRASE * phrase + PRIORS * prior * coverage
    return Signals(score, coverage, relative, phrase, prior, tuple(matched))


def prior_of(held: Held) -> float:
    """What a memory is worth before its words are read, from 0 to 1: trust, confirmations and kind alike."""
    trust = RANK.get(held.trust, 0) / (len(LEVELS) - 1)
    confirmed = min(held.confirmations, CONFIRMATIONS_FULL) / CONFIRMATIONS_FULL
    return (trust + confirmed + WORTH.get(held.kind, 0.5)) / 3


def words_of(held: Held) -> list[str]:
    """The index terms of a memory's current wordings and labels, in order."""
    parts = [held.key, *held.tags, *held.anchors]
    for wording in held.wordings:
        for value in wording.content.values():
            parts.extend([value] if isinstance(value, str) else value)
    return index_terms("\n".join(parts))


def weight_of(asked: CueTerm, weighted: dict[str, Weighted]) -> float:
    """The weight of a term of the cue: its own, or for a compound nobody wrote whole, its parts' mean."""
    own = weighted[asked.term]
    if own.known or not asked.parts:
        return own.weight
    return sum(weighted[part].weight for part in asked.parts) / len(asked.parts)


def _share(asked: CueTerm, present: set[str], weighted: dict[str, Weighted]) -> float:
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


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    """Whether `phrase` stands in `words`, in order and without a gap."""
    size = len(phrase)
    first = phrase[0] if phrase else ""
    return any(
        tuple(words[start : start + size]) == phrase for start, word in enumerate(words) if word == first
    ) and bool(phrase)
