"""Generous search: every memory that holds any of the words, for people who look for themselves."""

from oldhand.recall.cue import understand
from oldhand.recall.lexical import CANDIDATES_EVERY, candidates, weights
from oldhand.recall.rank import candidates_read, scored
from oldhand.recall.reading import question
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf


def matching(reader: Reader, words: str, shelf: Shelf) -> tuple[list[tuple[Held, float]], str]:
    """What of a shelf holds any of the words, best match (0 to 1) first, and what is degraded."""
    cue = understand(words)
    if not cue.terms:
        return [], ""
    try:
        weighted = weights(reader, cue)
        asked = question(cue, weighted, reader.average_terms())
        memories = candidates(reader, weighted, shelf.standings, shelf, CANDIDATES_EVERY)
    except IndexDamaged as error:
        return [], f"the search index is broken ({error}); `oldhand rebuild` mends it"
    read = candidates_read(asked, memories)
    signals = scored(asked, read)
    found = [(one.held, signals[one.held.id]) for one in read if one.reading.coverage > 0]
    found.sort(key=lambda pair: (-round(pair[1].score, 9), -pair[0].updated, pair[0].id))
    return [(held, one.coverage) for held, one in found], reader.degradation()
