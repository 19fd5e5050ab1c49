"""Which current memories may speak of the same as a statement: those at the same place, those with its rare words."""

from collections.abc import Iterable, Mapping
from math import log2

from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms
from oldhand.recall.lexical import quoted
from oldhand.store.anchored import tied
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf
from oldhand.store.term_rows import Rows, TermRows, in_two, on_shelf, rows_below

CURRENT = ("active", "contested")
MOST_PLACES = 4  # places of one statement that are looked at: more is a listing, and its words find the rest
MOST_AT_ONE = 12  # memories looked at for one place, the most important first
MOST_TERMS = 8  # different terms of a statement that are counted at most, the longest first: long words are rare
MOST_ALIKE = 40  # memories with all of some common words from which on these say nothing of the subject
WORDS_TOGETHER = 3  # words that are asked for together where none is rare
COMMON = 150  # memories with a term from which on it tells little of the subject; bounds what a look-up costs
MOST_WEIGHED = 60  # rows, the best first, of which those on the shelf are taken: others are earlier versions mostly
MOST_FOUND = 3  # memories that the index gives, best first: each costs 0.4 ms, and a rival is among the most alike
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


def of_subject(
    reader: Reader, text: str, *, shelf: Shelf = ANY_CURRENT, most: int = MOST_FOUND, known: TermRows | None = None
) -> list[Held]:  # fmt: skip
    """The memories of a shelf that share the rare words of a text, best first; none while the search index is broken.

    Best are those that share most of the words that few have: where a project holds many sentences of one form, the
    word that tells them apart decides, however short. known: what was asked of the index before. What it costs is
    bounded by MOST_TERMS, COMMON and `most`, not by how many memories there are.
    """
    terms = telling(text)
    if len(terms) < SHARED:
        return []
    known = known or TermRows(reader, COMMON)
    try:
        rare, common = _counted(known, _naming(terms))
        rows = ranked(rare) or _beside(known, rare, common)
        if rare or len(common) < SHARED:
            found = on_shelf(reader, rows[:MOST_WEIGHED], shelf, most)
        else:
            found = _matching(known, common[:WORDS_TOGETHER], shelf, most)
    except IndexDamaged:
        return []  # `status` and every recall say that the index is broken; a memory is taken in all the same
    return [held for held in found if about_the_same(terms, held.text)]


def _counted(known: TermRows, terms: list[str]) -> tuple[dict[str, Rows], list[str]]:
    """The rare ones of some terms with their rows, and the common ones; what nobody said is neither."""
    rare: dict[str, Rows] = {}
    common: list[str] = []
    for term in terms:
        rows = known.below(quoted(term), COMMON)
        if rows is None:
            common.append(term)
        elif rows:
            rare[term] = rows
    return rare, common


def _naming(terms: set[str]) -> list[str]:
    """The terms that may name a subject, the longest first. Numbers are values mostly and count where words are few."""
    words = [term for term in terms if not term.isdecimal()]
    return sorted(words if len(words) >= SHARED else terms, key=lambda term: (-len(term), term))[:MOST_TERMS]


def ranked(rare: Mapping[str, Rows]) -> list[int]:
    """The rows that have at least two of some rare terms, those first that share the rarest.

    A term weighs the more, the fewer have it, as in BM25; equals are told apart by which came last.
    """
    weights: dict[int, float] = {}
    for rows in rare.values():
        weight = log2(2 * COMMON / len(rows))
        for row in rows:
            weights[row] = weights.get(row, 0.0) + weight
    return sorted(in_two(rare.values()), key=lambda row: (-weights[row], -row))


def _beside(known: TermRows, rare: Mapping[str, Rows], common: list[str]) -> list[int]:
    """The rows that have one of the rarest terms and one of some common ones, rarest first. Raises IndexDamaged."""
    if not rare or not common:
        return []
    rarest = sorted(rare, key=lambda term: len(rare[term]))[:SHARED]
    query = " AND ".join(f"({' OR '.join(map(quoted, terms))})" for terms in (rarest, common[:WORDS_TOGETHER]))
    rows = rows_below(known.reader, query, COMMON * SHARED + 1) or frozenset()
    return sorted(rows, key=lambda row: (min(len(rare[term]) for term in rarest if row in rare[term]), -row))


def _matching(known: TermRows, words: list[str], shelf: Shelf, most: int) -> list[Held]:
    """The memories of a shelf that have all of these words, best first. Raises IndexDamaged."""
    if len(words) < SHARED:
        return []
    query = " AND ".join(map(quoted, words))
    rows = rows_below(known.reader, query, MOST_ALIKE)
    if rows is None:
        return []  # items of one form: no word of this statement says which of them it is about
    if len(rows) > most:
        return [held for held, _ in known.reader.matches(query, shelf.standings, (1.0, 1.0), most, shelf)]
    return on_shelf(known.reader, sorted(rows), shelf, most)


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
