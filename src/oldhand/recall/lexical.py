"""System 1: candidates by BM25 over the search index, with very common terms pruned.

FTS5 scores every document that holds any query term, so cost follows the commonest one. Terms in
more than a fiftieth of a large store tell little and are left out of the query; they still count
when candidates are read closely (recall.reading).
"""

from math import log
from typing import NamedTuple

from oldhand.recall.cue import Cue
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

COMMON_SHARE = 50  # a term in more than 1/50 of the memories is common
COMMON_LEAST = 400  # below this many memories with it a term is never called common: the query is cheap anyway
CANDIDATES = 32  # memories read closely for an answer of 5: reading is most of what a recall costs
CANDIDATES_EVERY = 100  # for those who look through all that matches
REQUEST_SHARE = 0.3  # of its weight a word of request keeps: in a small store even "recommend" is rare
LABEL_WEIGHT = 2.0  # a match in key, title, tags or file counts twice one in the text
FALLBACK_TERMS = 3  # of a cue made of common terms only, the rarest so many are asked for together


class Weighted(NamedTuple):
    """A term of the cue and its weight, the inverse document frequency.

    known: some memory has it; common: so many have it that it tells little.
    """

    term: str
    weight: float
    known: bool
    common: bool


def weights(reader: Reader, cue: Cue) -> dict[str, Weighted]:
    """The weight of each term and part: ln(1 + (N - n + 0.5) / (n + 0.5)), Robertson and Sparck Jones' form.

    n is counted up to the bound for common terms, so a common term costs a bounded look-up.
    """
    total = max(reader.size(), 1)
    bound = common_bound(total)
    found: dict[str, Weighted] = {}
    for asked in cue.terms:
        share = REQUEST_SHARE if asked.kind == "request" else 1.0
        for term in (asked.term, *asked.parts):
            if term not in found:
                count = reader.document_count(quoted(term), bound)
                weight = share * log(1 + (max(total - count, 0) + 0.5) / (count + 0.5))
                found[term] = Weighted(term, weight, 0 < count, count >= bound)
    return found


def common_bound(total: int) -> int:
    """From how many memories on a term is common in a store of `total` memories."""
    return max(COMMON_LEAST, total // COMMON_SHARE)


def quoted(term: str) -> str:
    """A term as an FTS5 string, in which nothing is an operator."""
    return '"' + term.replace('"', '""') + '"'


def candidates(
    reader: Reader, weighted: dict[str, Weighted], standings: tuple[str, ...], shelf: Shelf, most: int
) -> list[Held]:
    """The memories that match best by BM25, best first, at most so many."""
    known = [weight for weight in weighted.values() if weight.known]
    if not known:
        return []
    rare = [w.term for w in known if not w.common]
    if rare:
        query = " OR ".join(quoted(term) for term in rare)
    else:
        rarest = sorted(known, key=lambda w: (-w.weight, w.term))[:FALLBACK_TERMS]
        query = " AND ".join(quoted(w.term) for w in rarest)
    return [held for held, _ in reader.matches(query, standings, (LABEL_WEIGHT, 1.0), most, shelf)]
