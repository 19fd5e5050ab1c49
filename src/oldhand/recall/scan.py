"""Generous search: every memory that holds any of the words, for people who look for themselves."""

from oldhand.recall.cue import understand
from oldhand.recall.lexical import candidates, weights
from oldhand.recall.rank import all_terms, compare
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf


def matching(reader: Reader, words: str, shelf: Shelf) -> tuple[list[tuple[Held, float]], str]:
    """What of a shelf holds any of the words, best match (0 to 1) first, and what is degraded."""
    cue = understand(words)
    if not cue.terms:
        return [], ""
    try:
        weighted = weights(reader, all_terms(cue))
        ranked = candidates(reader, cue, weighted, shelf.standings, shelf)
    except IndexDamaged as error:
        return [], f"the search index is broken ({error}); `oldhand rebuild` mends it"
    found = []
    for held, score in ranked:
        signals = compare(cue, weighted, held, score)
        if signals.coverage > 0:
            found.append((held, signals))
    found.sort(key=lambda pair: (-round(pair[1].score, 9), -pair[0].updated, pair[0].id))
    return [(held, signals.coverage) for held, signals in found], reader.degradation()
