"""Memories that speak of a place by name without being tied to it."""

import re
from collections.abc import Container

from oldhand.knowledge.places import CURRENT, Place, description
from oldhand.model.terms import index_terms
from oldhand.recall.lexical import quoted
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged

MOST_MATCHES = 40  # memories whose texts are read for the name; a name that more of them have tells little
SHORTEST_NAME = 4  # characters of a symbol's name: shorter ones are words of any text
LONGEST_READ = 20_000  # characters of a text: some pages
LONGEST_RUN = 1_100  # characters: a path has at most 1,024
# A path or a name in code, as a text writes it: a run of what both are made of.
_WRITTEN = re.compile(r"[\w./\\:@#$-]+")
_ORDINARY = re.compile(r"[a-z]+\Z")  # a symbol called like an ordinary word


def mentioning(reader: Reader, place: Place, but: Container[str], most: int) -> list[Held]:
    """The current memories whose text names a file, a folder or a symbol, the best match first."""
    symbol = place.anchor.symbol.rpartition(".")[2].partition("#")[0]
    name = place.path.rpartition("/")[2]
    if symbol and len(symbol) < SHORTEST_NAME:
        return []
    terms = index_terms(symbol or name)[:1]
    if not terms:
        return []
    query = f"{{text}} : {quoted(terms[0])}"
    try:
        if reader.document_count(query, MOST_MATCHES + 1) > MOST_MATCHES:
            terms = index_terms(place.path)[:1] if "/" in place.path and not symbol else []
            query = f"{{text}} : {quoted(terms[0])}" if terms else ""
        if not query:
            return []
        found = reader.matches(query, CURRENT.standings, (1.0, 1.0), MOST_MATCHES)
    except IndexDamaged:
        return []  # `health` and every recall say so; what is tied is still told
    said = _names_symbol if symbol else _names_path
    wanted = symbol or place.path
    named = [held for held, _ in found if held.id not in but and not description(held) and said(held.text, wanted)]
    return named[:most]


def _names_path(text: str, path: str) -> bool:
    """Whether a text names a path: whole, by its end from a folder on, or what lies below it."""
    for run in _WRITTEN.findall(text[:LONGEST_READ]):
        written = _bare(run[:LONGEST_RUN])
        if written == path or written.startswith(f"{path}/") or (written and path.endswith(f"/{written}")):
            return True
    return False


def _bare(run: str) -> str:
    """A path as it is written, without line numbers, a symbol behind it or the end of a sentence."""
    written = run.replace("\\", "/").partition("::")[0].partition("#L")[0].rstrip(".,:;").removeprefix("./")
    before, colon, numbers = written.rpartition(":")
    while colon and not numbers.strip("0123456789-"):
        written = before
        before, colon, numbers = written.rpartition(":")
    return written.rstrip("/")


def _names_symbol(text: str, name: str) -> bool:
    """Whether a text names a symbol; one that is called like an ordinary word must look like code."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text[:LONGEST_READ])
    if not found:
        return False
    if not _ORDINARY.match(name):
        return True
    before, after = text[: found.start()], text[found.end() :]
    return before.endswith((".", "::", "`", "#", "->")) or after.startswith(("(", "`", "::"))
