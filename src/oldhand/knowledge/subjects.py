"""Which current memories may speak of the same as a statement: those at the same place, those with its rare words."""

from collections.abc import Iterable
from itertools import combinations

from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms
from oldhand.recall.lexical import quoted
from oldhand.store.anchored import tied
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf

CURRENT = ("active", "contested")
MOST_PLACES = 4  # places of one statement that are looked at: more is a listing, and its words find the rest
MOST_AT_ONE = 12  # memories looked at for one place, the most important first
MOST_TERMS = 8  # different terms of a statement that are counted at most, the longest first: long words are rare
RARE_TERMS = 3  # rare terms that are looked for; each that is counted costs 30 microseconds
COMMON = 150  # memories with a term from which on it tells little of the subject; bounds what a look-up costs
MOST_FOUND = 4  # memories that the index gives, best first: each costs 0.1 ms, and a rival is among the most alike
SHARED = 2  # terms, names and numbers included, without which two texts are not about the same
SHARED_PART = 0.3  # of the shorter text's terms: with less in common, comparing calls them unrelated
LONGEST_READ = 2_000  # characters of a text that are looked at: what is longer is no statement
SHORTEST_TERM = 2  # characters: single letters are numbers of lists


def at_places(reader: Reader, anchors: Iterable[str]) -> list[Held]:
    """Current memories tied to the very same place (the same lines, symbol or file) as one of these anchors."""
    found: dict[str, None] = {}
    wanted = list(anchors)[:MOST_PLACES]
    for place in wanted:
        path = place.split("::", 1)[0]
        head, colon, lines = path.rpartition(":")
        path = head if colon and lines.replace("-", "").isdigit() else path
        found |= dict.fromkeys(tied(reader, path, MOST_AT_ONE))
    memories = reader.several(list(found), Shelf(standings=CURRENT)) if found else []
    return [held for held in memories if set(held.anchors) & set(wanted)]


ANY_CURRENT = Shelf(standings=CURRENT)


def of_subject(reader: Reader, text: str, *, shelf: Shelf = ANY_CURRENT, most: int = MOST_FOUND) -> list[Held]:
    """The memories of a shelf that share the rare words of a text, best first; none while the search index is broken.

    What it costs is bounded by MOST_TERMS, COMMON and `most`, not by how many memories there are.
    """
    terms = telling(text)
    if len(terms) < SHARED:
        return []
    try:
        query = _query(reader, sorted(terms, key=lambda term: (-len(term), term))[:MOST_TERMS])
        if not query:
            return []
        matches = reader.matches(query, shelf.standings, (1.0, 1.0), most, shelf)
    except IndexDamaged:
        return []  # `status` and every recall say that the index is broken; a memory is taken in all the same
    return [held for held, _ in matches if about_the_same(terms, held.text)]


def _query(reader: Reader, longest: list[str]) -> str:
    """What to ask the index for: any two of the first rare terms, the longest first; empty when it knows too few."""
    rare: list[str] = []
    common: list[str] = []
    for term in longest:
        count = reader.document_count(quoted(term), COMMON)
        if count:
            (rare if count < COMMON else common).append(term)
        if len(rare) == RARE_TERMS:
            break
    if len(rare) < SHARED:  # all of the words that are known, the common ones included
        known = (rare + common)[:RARE_TERMS]
        return " AND ".join(map(quoted, known)) if len(known) >= SHARED else ""
    return " OR ".join(f"({quoted(one)} AND {quoted(other)})" for one, other in combinations(rare, SHARED))


def about_the_same(asked: set[str], text: str) -> bool:
    """Whether enough of the terms of one text are in the other for the two to be compared.

    Terms are looked for as they are, in the words they are stems of: it is forty times faster than making the terms of
    the other text, and a term that is missed or found inside another word costs or saves one comparison.
    """
    other = text[:LONGEST_READ].casefold()
    found = sum(term in other for term in asked)
    return found >= max(SHARED, SHARED_PART * min(len(asked), len(other.split())))


def telling(text: str) -> set[str]:
    """The different terms of a text that may tell what it is about."""
    terms = set(index_terms(text[:LONGEST_READ])) - ENGLISH_STOP_WORDS - RUSSIAN_STOP_WORDS
    return {term for term in terms if len(term) >= SHORTEST_TERM}
