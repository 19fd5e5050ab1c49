"""What a query may not do whatever it is asked with: read files, reach other machines, tell several things at once.

That a query only reads is FalkorDB's own to judge (GRAPH.RO_QUERY), which knows its procedures; this looks for what
that lets through. Texts, quoted names and comments are passed over, so that a text about LOAD CSV is no such command.
"""

from itertools import pairwise

from oldhand.errors import BadCypher, TooLong

LONGEST_QUERY = 100_000  # bytes: what people and agents write has some hundred
_QUOTES = "\"'`"


def checked(query: str) -> str:
    """The query, without what surrounds it. Raises BadCypher or TooLong."""
    said = query.strip().rstrip(";").rstrip()
    if not said:
        raise BadCypher("the query is empty")
    if (size := len(said.encode("utf-8", "surrogatepass"))) > LONGEST_QUERY:
        raise TooLong("query", size, LONGEST_QUERY)
    if "\0" in said or any("\ud800" <= character <= "\udfff" for character in said):
        raise BadCypher("it holds a character that is none (NUL, or half of a pair)")
    words = [word.upper() for word in bare_words(said)]
    if words[:1] == ["CYPHER"]:
        raise BadCypher("parameters are given with --param NAME=VALUE, not with CYPHER")
    if ("LOAD", "CSV") in pairwise(words):
        raise BadCypher("LOAD CSV reads files and other machines, which no query here may")
    return said


def bare_words(query: str) -> list[str]:
    """The words of a query that stand outside of texts, quoted names and comments, in one pass over it."""
    words: list[str] = []
    word: list[str] = []
    place, end = 0, len(query)
    while place < end:
        here = query[place]
        if here.isalnum() or here == "_":
            word.append(here)
            place += 1
            continue
        if word:
            words.append("".join(word))
            word = []
        if here in _QUOTES:
            place = _after_quoted(query, place)
        elif query.startswith("//", place):
            place = _after(query, "\n", place + 2)
        elif query.startswith("/*", place):
            place = _after(query, "*/", place + 2)
        else:
            place += 1
    if word:
        words.append("".join(word))
    return words


def _after(query: str, mark: str, place: int) -> int:
    """Behind the next mark; the end when there is none."""
    found = query.find(mark, place)
    return len(query) if found < 0 else found + len(mark)


def _after_quoted(query: str, place: int) -> int:
    """Behind what is quoted from a place on; a backslash keeps a text open, but not a quoted name."""
    quote, place = query[place], place + 1
    while place < len(query):
        if query[place] == "\\" and quote != "`":
            place += 2
        elif query[place] == quote:
            return place + 1
        else:
            place += 1
    return place
