"""Source files understood: their symbols, imports, words and normalised tokens, by tree-sitter.

The grammars come in the installed wheels and are loaded when their language is first met. Parsing is
bounded: a file larger than LARGEST_SOURCE, with a line longer than LONGEST_LINE or that takes longer than
PARSE_SECONDS is told by its tokens alone. Syntax errors are no failure: what can be read is read.
"""

import re
from collections import Counter
from functools import cache, lru_cache
from importlib import import_module
from time import thread_time
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.grammars import grammar_of
from oldhand.code.symbols import plain, symbols_of
from oldhand.code.tokens import Span, Tokens, starts_of_lines, tokens_of
from oldhand.errors import MissingExtra
from oldhand.model.symbol import Import, Symbol

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

    from oldhand.code.grammars.grammar import Grammar

__all__ = ["Import", "Parsed", "Symbol", "parse", "token_digest"]

NEEDED, EXTRA = "Reading source code by its syntax", "oldhand[code]"
LARGEST_SOURCE = 1_048_576  # bytes parsed: source written by people is far below it, and parsing takes 0.1 s to 1 s
LONGEST_LINE = 20_000  # bytes: a longer line was written by a program (minified code, embedded data)
LONGEST_PROSE = 50_000  # characters of comments kept of one file
PARSE_SECONDS = 2.0  # of processor time for one file: ten times what the largest sound one takes
PIECE = 1_024  # bytes given to the parser at a time: it is stopped between two pieces
SOURCES_KEPT = 8  # sources whose tokens are kept: an anchor is looked for in a few files, many times in each
MOST_OPEN = 100  # comments left open; in Swift's parser 500 take a second, 2,000 a minute
_COMMENT_MARKS = re.compile(rb"/\*|\*/")
_BOM = b"\xef\xbb\xbf"
_IDENTIFIER = re.compile(r"[^\W\d][\w$]*\Z")
_TOKEN_SPANS = ("atom", "item", "block", "group", "skip", "text", "key", "blank", "exact")


class Parsed(NamedTuple):
    """What one source file holds.

    symbols: in the order of the source, an enclosing one before what it encloses.
    imports: in the order of the source.
    identifiers: how often each identifier stands in code (not in comments or strings).
    prose: text of comments and doc strings, at most LONGEST_PROSE characters.
    broken: whether there are syntax errors in it, or it was too large to be parsed.
    """

    language: str
    symbols: tuple[Symbol, ...]
    imports: tuple[Import, ...]
    identifiers: dict[str, int]
    prose: str
    broken: bool


def parse(language: str, source: bytes) -> Parsed | None:
    """What a source file holds, None when there is no grammar for its language.

    Raises MissingExtra when tree-sitter or the grammar is not installed.
    """
    grammar = grammar_of(language)
    if grammar is None:
        return None
    source = source.removeprefix(_BOM)
    read = _captures(language, grammar, source)
    if read is None:
        return Parsed(language, (), (), {}, "", True)
    root, captured = read
    spans = _spans(grammar, source, captured)
    found = symbols_of(grammar, source, captured)
    tokens = tokens_of(source, spans, {(s.start, s.end) for s in found}, grammar.rules)
    symbols = tuple(s.symbol._replace(digest=tokens.digest(s.start, s.end)) for s in found)
    imports = [i for node in _in_order(captured.get("import", ())) for i in grammar.imports(node)]
    return Parsed(
        language, symbols, tuple(imports), _identifiers(grammar, tokens), _prose(source, spans), bool(root.has_error)
    )


def token_digest(language: str, source: bytes, first: int, last: int) -> str:
    """The digest of the normalised tokens of 1-based lines; "" when the language is unknown.

    The last few sources are kept as tokens, so that asking for several ranges of one costs little.
    Raises MissingExtra when tree-sitter or the grammar is not installed.
    """
    if grammar_of(language) is None:
        return ""
    starts, tokens = _tokens_by_line(language, source)
    place = [min(max(line, 0), len(starts) - 1) for line in (first - 1, last)]
    return tokens.digest(starts[place[0]], starts[max(place)])


@lru_cache(maxsize=SOURCES_KEPT)
def _tokens_by_line(language: str, source: bytes) -> tuple[list[int], Tokens]:
    """Where lines start (and the last one ends), and the tokens with the number of them before each line."""
    grammar = grammar_of(language)
    assert grammar is not None
    source = source.removeprefix(_BOM)
    starts = [*starts_of_lines(source), len(source)]
    read = _captures(language, grammar, source)
    spans = _spans(grammar, source, read[1]) if read is not None else []
    return starts, tokens_of(source, spans, ((start, start) for start in starts), grammar.rules)


def _is_written_by_people(source: bytes) -> bool:
    """Whether a source is of a size that is worth parsing."""
    return len(source) <= LARGEST_SOURCE and max(map(len, source.split(b"\n"))) <= LONGEST_LINE


def _left_open(source: bytes) -> int:
    """How many comments begin and do not end."""
    marks = Counter(_COMMENT_MARKS.findall(source))
    return marks[b"/*"] - marks[b"*/"]


def _captures(language: str, grammar: "Grammar", source: bytes) -> "tuple[Node, dict[str, list[Node]]] | None":
    """The root of the tree of a source and what the query finds in it; None when it is not worth reading.

    A parser that mends errors may take the square of the source's length. It asks for the source piece by
    piece; when the time is up it is told that the source ends there, and what it made of it is not used.
    """
    if not _is_written_by_people(source) or (grammar.nests and _left_open(source) > MOST_OPEN):
        return None
    table, query = _table(language)
    from tree_sitter import Parser, QueryCursor

    until = thread_time() + PARSE_SECONDS
    late = False

    def read(offset: int, _: object) -> bytes:
        nonlocal late
        late = late or thread_time() > until
        return b"" if late else source[offset : offset + PIECE]

    root = Parser(table).parse(read).root_node  # one parser a call: it must not be shared by threads
    return None if late else (root, QueryCursor(query).captures(root))


@cache
def _table(language: str) -> "tuple[Language, Query]":
    """The parser's table and the compiled query of a language, made once a process."""
    grammar = grammar_of(language)
    assert grammar is not None
    try:
        from tree_sitter import Language, Query

        table = Language(getattr(import_module(grammar.package), grammar.function)())
    except ImportError:
        raise MissingExtra(NEEDED, EXTRA) from None
    return table, Query(table, grammar.query)


def _spans(grammar: "Grammar", source: bytes, captured: "dict[str, list[Node]]") -> list[Span]:
    """The pieces of the source that are more than the words in them."""
    spans = [
        Span(node.start_byte, node.end_byte, what) for what in ("comment", "doc") for node in captured.get(what, ())
    ]
    told = list(grammar.spans(source, captured))
    if told:
        counted = {(start, end) for start, end, _ in told}
        spans = [*(span for span in spans if (span.start, span.end) not in counted), *told]
    uncounted = {(span.start, span.end) for span in spans if span.what in ("comment", "doc")}
    for what in _TOKEN_SPANS:
        for node in captured.get(what, ()):
            start, end = node.start_byte, node.end_byte
            if (start, end) not in uncounted:
                spans.append(Span(start, end, what))
    if grammar.directives:
        spans = [
            span._replace(what="atom")
            if span.what == "comment" and source.startswith(grammar.directives, span.start)
            else span
            for span in spans
        ]
    return spans


def _in_order(nodes: "list[Node] | tuple[()]") -> "list[Node]":
    return sorted(nodes, key=lambda node: (node.start_byte, -node.end_byte))


def _identifiers(grammar: "Grammar", tokens: Tokens) -> dict[str, int]:
    counted: dict[str, int] = {}
    for token, count in Counter(tokens.tokens).items():
        word = token.decode("utf-8", "replace")
        if _IDENTIFIER.match(word) and word not in grammar.keywords:
            counted[word] = count
    return counted


def _prose(source: bytes, spans: list[Span]) -> str:
    """The text of comments and documentation, without the signs that make it so."""
    kept: list[str] = []
    room = LONGEST_PROSE
    for start, end, _ in sorted(span for span in spans if span.what in ("comment", "doc")):
        if source.startswith(b"#!", start):
            continue
        words = plain(source[start : min(end, start + 4 * room)].decode("utf-8", "replace"))
        if words:
            kept.append(words[:room])
            room -= len(kept[-1]) + 1
            if room <= 0:
                break
    return "\n".join(kept)
