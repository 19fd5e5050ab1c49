"""Decisions like one that is about to be made: found by the words they share with it, read as recall reads them."""

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from oldhand.reasoning.decisions import EVER, KIND, Decision, decision_of
from oldhand.recall.cue import Cue, CueTerm, understand
from oldhand.recall.lexical import Weighted, candidates, weights
from oldhand.recall.rank import candidates_read, scored
from oldhand.recall.reading import question, weight_of
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory

READ_CLOSELY = 24  # memories that are read word by word for a list of five: nearly as many as recall reads
LEAST = 0.4  # of the words of the text that anything here has, by weight: fewer are another matter
LEAST_WORDS = 2  # words that are shared: one alone is a topic; a text of one word asks for just that
LEAST_OF_LONG, MANY_WORDS = 0.2, 4  # a long text names many things: so many shared words are enough there
SCANNED = 2_000  # memories that are read one by one while the search index is broken


class Matched(NamedTuple):
    """A memory that speaks of a text. coverage: how much, 0 to 1; score: orders; shared: words that both have."""

    held: Held
    coverage: float
    score: float
    shared: tuple[str, ...]


class Similar(NamedTuple):
    """A decision and how alike it is: `score` from 0 to 1; `shared` are the words of the cue that it has."""

    decision: Decision
    score: float
    shared: tuple[str, ...]


def similar(place: "Reader | Memory", text: str, most: int = 5, *, but: str = "") -> list[tuple[Decision, float]]:
    """The decisions most like a text, the likest first, with scores from 0 to 1; also those that are superseded.

    but: the id of a decision that is not looked for, such as the one the text is of.
    """
    if isinstance(place, Reader):
        return [(one.decision, one.score) for one in alike(place, text, most, but=but)]
    with place.reading() as reader:
        return [(one.decision, one.score) for one in alike(reader, text, most, but=but)]


def alike(reader: Reader, text: str, most: int = 5, *, but: str = "") -> list[Similar]:
    """As `similar`, with the words that are shared.

    What is superseded or retired counts as what is in force: how it ended is what one wants to know.
    """
    found = matching(reader, text, Shelf(EVER, kind=KIND), most, but=but)
    return [Similar(decision_of(one.held), one.coverage, one.shared) for one in found]


def matching(reader: Reader, text: str, shelf: Shelf, most: int, *, but: str = "") -> list[Matched]:
    """The memories of a shelf (with its standings named) that speak of a text, those that say most of it first.

    One counts when it has at least LEAST of the text by the weight of its words, and LEAST_WORDS of them where it has
    so many. Words that no memory here has count for nothing: that they are new says nothing of the rest.
    """
    cue = understand(text)
    if not cue.terms:
        return []
    bare = shelf._replace(standings=())
    try:
        weighted = weights(reader, cue)
        found = candidates(reader, weighted, shelf.standings, bare, READ_CLOSELY)
        asked = question(cue, weighted, reader.average_terms())
    except IndexDamaged:  # `doctor` tells it, and every recall
        every = {term for one in cue.terms for term in (one.term, *one.parts)}
        asked = question(cue, {term: Weighted(term, 1.0, True, False) for term in every}, 0.0)
        found = list(reader.memories(shelf, limit=SCANNED))
    read = candidates_read(asked, [held for held in found if held.wordings and held.id != but])
    signals = scored(asked, read)
    needed = min(LEAST_WORDS, _words(cue))
    whole = sum(sqrt(weight_of(term, asked.weighted)) for term in cue.terms if _known(term, asked.weighted))
    kept = []
    for one in read:
        has = [term for term in cue.terms if term.term in one.reading.terms]
        part = sum(sqrt(weight_of(term, asked.weighted)) for term in has) / whole if whole else 0.0
        enough = part >= LEAST or (part >= LEAST_OF_LONG and len(has) >= MANY_WORDS)
        if enough and len(has) >= needed:
            kept.append(Matched(one.held, round(part, 4), signals[one.held.id].score, one.reading.matched))
    kept.sort(key=lambda one: (-one.score, -one.held.created, one.held.id))
    return kept[:most]


def _known(term: CueTerm, weighted: dict[str, Weighted]) -> bool:
    return any(weighted[part].known for part in (term.term, *term.parts))


def _words(cue: Cue) -> int:
    return sum(one.kind != "request" for one in cue.terms)
