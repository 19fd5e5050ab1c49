"""The normalised tokens of a source file: what is left of it when formatting and comments are taken away.

The rules, which decide what an anchor calls changed:

- White space and line breaks between tokens do not count. Where a line break ends a statement, the end
  of the statement counts, however it is written (line break, `;`, in types of TypeScript also `,`).
  Where indentation makes blocks (Python), the blocks count.
- Comments do not count, nor do strings that stand alone as documentation (Python); comments that the
  compiler obeys do (Go's `//go:` lines and what stands right above `import "C"`, blanks in it too).
- A comma right before a closing bracket does not count, except where it makes a tuple of one element or
  an empty place in an array.
- Parentheses do not count where nothing binds tighter than them and formatters add or remove them:
  around conditions, returned and assigned values, imported names, tuples, the one parameter of an arrow
  function. Everywhere else they count, also around an object, a list of expressions or anything else that
  would be read as another thing without them.
- Quotes of a string do not count where the same content may stand in either kind (and, in Python and
  JavaScript, where a backslash only protects a quote).
- Strings side by side are one where the language says so, unless a number in one would grow by the next.
- In format strings (Python) the expressions are read as tokens, the text around them and what shows how it
  is written (`{a = }`) as they stand.
- In SQL the case of words does not count outside quotes. Where its parser fails and the quotes do not come
  out even, or one of them stands behind a backslash, case counts.
- Everything else counts: every other token, its order, the content of every string and number.

Known limits, where two meanings have one digest: white space decides what an operator is in Swift (`a -b`)
and what a line break ends in Kotlin; that is seen of `+` and `-` only, and in Kotlin not within brackets. Text
in a macro (C, C++) is read by its characters; blanks count in its strings and characters only. A number as
argument and a redirection of that number are told apart in shells; a variable that holds one (`{fd}>`) is not.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

DIGEST_DIGITS = 16  # 64 bits: two of a million symbols agree by chance once in 30 million projects
_END = b"\1;"  # the end of a statement, a member or another thing that a line break may end
_OPEN, _CLOSE = b"\1{", b"\1}"  # a block made by indentation
_GROUP, _UNGROUP = b"\1(", b"\1)"  # what parentheses may stand around
_LONGEST_PREFIX = 2  # letters before a string's quotes that say what it is
SPACE = b"\1 "  # white space that shows, in markup
_LEADING, _TRAILING = frozenset((_OPEN, _GROUP)), frozenset((_END, _CLOSE, _UNGROUP))

# Words and numbers; text in double quotes where the parser left it alone (C macros); operators that mean
# something else when they are taken apart; any other character. `>>` is not among them: C++ and Java close
# two type parameters with it, and formatters split them.
_TOKEN = re.compile(
    rb'[\w$\x80-\xff]+(?:\.\d[\w.]*)?|"(?:[^"\\\n]|\\.)*"|\+\+|--|&&|\|\||\?\?|::|[=-]>|<-|\.\.+'
    rb"|[-+*/%&|^!=<>:~]=+|[^\s\\]|\\(?!\r?\n)"
)
_TRAILING_COMMA = re.compile(rb"(?<![\[(,]\0),\0(?=[)\]}>]|\x01\))")
_LEADING_BAR = re.compile(rb"(?<=[=:(<,?\[&>]\0)\|\0")
_STRING = re.compile(rb"([A-Za-z]*)('''|\"\"\"|'|\")(.*)\2\Z", re.DOTALL)
_QUOTED_QUOTE = re.compile(rb"\\(['\"])|\\.", re.DOTALL)
# An expression in a format string, which may hold one with a width of its own; two braces are one brace of text.
_INSERTED = re.compile(rb"\{\{|\}\}|\{([^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+)\}")
_SHOWN_AS_WRITTEN = re.compile(rb"(?<![=!<>:])=\s*(?:![rsa]\s*)?(?::|\Z)")  # `{a = }` shows its own text
_BLANK_OR_QUOTE = re.compile(rb"[\s'\"]")
# A character told by its number, whose digits what stands next to it would go on with.
_NUMBERED = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:x[0-9a-fA-F]*|[0-7]{1,2})\Z")
_DIGITS = b"0123456789abcdefABCDEF"
_LONGEST_NUMBERED = 16  # bytes: eight digits of hexadecimal and some backslashes before them
_IN_BRACKETS = re.compile(rb"[\])'\"]")  # after a colon: it is no format but a slice, a lambda or part of a string
_INTERPOLATION = re.compile(rb"[\\$#{'\"]")
_WORD = re.compile(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*\Z")


class Rules(NamedTuple):
    """What does not count in the words of a language.

    quotes: "plain" where a string may stand in either kind of quotes if it holds no escape and no
        interpolation, "escaped" where also a backslash before a quote only protects it, "" where the
        kind of the quotes counts.
    folded: the case of words does not count (SQL).
    joins: strings side by side are one (Python, C, C++), unless a number in one would grow by it.
    """

    quotes: str = ""
    folded: bool = False
    joins: bool = False


PLAIN = Rules()


class Span(NamedTuple):
    """A piece of the source, as byte offsets, and what it is (a capture name of `Grammar.query`)."""

    start: int
    end: int
    what: str


class Tokens(NamedTuple):
    """The tokens of a source and, for the places that were asked for, how many tokens stand before each."""

    tokens: list[bytes]
    before: dict[int, int]
    after: dict[int, int]

    def digest(self, start: int, end: int) -> str:
        """The digest of what stands between two byte offsets that were asked for."""
        return digest(self.tokens[self.before[start] : self.after[end]])


def digest(tokens: Sequence[bytes]) -> str:
    """16 hex digits of SHA-256 over the tokens, without what only opens at their start or closes at their end."""
    first, last = 0, len(tokens)
    while first < last and tokens[first] in _LEADING:
        first += 1
    while last > first and (tokens[last - 1] in _TRAILING or _is_trailing_comma(tokens, last)):
        last -= 1
    joined = b"\0".join(tokens[first:last])
    return sha256(_LEADING_BAR.sub(b"", _TRAILING_COMMA.sub(b"", joined))).hexdigest()[:DIGEST_DIGITS]


def _is_trailing_comma(tokens: Sequence[bytes], last: int) -> bool:
    """Whether the last token is a comma before the end of a group, which was left out already."""
    return tokens[last - 1] == b"," and last < len(tokens) and tokens[last] == _UNGROUP


def tokens_of(source: bytes, spans: Iterable[Span], places: Iterable[tuple[int, int]], rules: Rules = PLAIN) -> Tokens:
    """The normalised tokens of a source.

    spans: what the parser said of pieces of it; without any, tokens are told by their characters alone.
    places: pieces whose digests will be asked for.
    rules: what of the language's words does not count.
    """
    quotes, folded, joins = rules
    exact = 0  # how many pieces hold this place in which case counts nevertheless
    string_at = -1  # how many tokens there were when a string had just been put among them
    out: list[bytes] = []
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    here = 0
    found = _TOKEN.findall
    for place, _, _, what, other in _events(spans, places):
        if place > here:
            piece = found(source, here, place)
            if piece and piece[0] == b";" and out and out[-1] == _END:
                del piece[0]
            out.extend(map(_folded, piece) if folded and not exact else piece)
            here = place
        if what == "mark_end":
            after[place] = len(out)
        elif what == "mark":
            before[place] = len(out)
        elif what in _EXACT:
            exact += _EXACT[what]
        elif place < here:
            continue  # inside something that was taken as a whole
        elif (marker := _MARKERS.get(what)) is not None:
            if marker is _END:
                _end_item(out)
            else:
                out.append(marker)
        else:
            whole = _whole(source[place:other], what, quotes)
            if joins and what == "atom" and len(out) == string_at and (one := _join(out[-1], whole[0])):
                out[-1] = one
            else:
                out.extend(whole)
            if what == "atom":
                string_at = len(out)
            here = other
    piece = found(source, here)
    out.extend(map(_folded, piece) if folded else piece)
    return Tokens(out, before, after)


# In the order of their names where they end at one place and began at one: a group within its statement,
# the statement within its block.
_MARKERS = {"group": _GROUP, "group_end": _UNGROUP, "item_end": _END, "block": _OPEN, "out_of_block": _CLOSE}
_ENDED_BY = {"group": "group_end", "block": "out_of_block", "exact": "exact_end"}
_EXACT = {"exact": 1, "exact_end": -1}
_BEFORE_ATOMS = frozenset(("key", "blank"))  # what a string is, where it is not only a string


def _events(spans: Iterable[Span], places: Iterable[tuple[int, int]]) -> list[tuple[int, int, int, str, int]]:
    """Where something begins or ends, in the order of the source: ends first, inner ends and outer starts first."""
    events: list[tuple[int, int, int, str, int]] = []
    for start, end, what in spans:
        if start == end:
            continue  # the parser made it up to mend an error
        if what == "item":
            events.append((end, 0, -start, "item_end", end))
        elif what in _ENDED_BY:
            events.append((start, 2, -end, what, end))
            events.append((end, 0, -start, _ENDED_BY[what], end))
        else:
            events.append((start, 3, -end if what in _BEFORE_ATOMS else 1 - end, what, end))
    for start, end in places:
        events.append((start, 1, 0, "mark", start))
        events.append((end, 1, 0, "mark_end", end))
    events.sort()
    return events


def _folded(token: bytes) -> bytes:
    """A word whose case does not count; in double quotes it does."""
    return token if token.startswith(b'"') else token.lower()


def _end_item(out: list[bytes]) -> None:
    """End a statement or member, once, whatever ended it in the source."""
    if out and out[-1] == b";":
        out[-1] = _END
    elif out and out[-1] != _END:
        out.append(_END)


def _whole(piece: bytes, what: str, quotes: str) -> list[bytes]:
    """The tokens of a piece that is taken as a whole, none when it does not count."""
    if what == "atom":
        return [_string(piece, quotes)]
    if what == "key":
        content = piece[1:-1]
        return [content if _WORD.match(content) else _string(piece, quotes)]
    if what == "blank":
        return [SPACE]
    if what == "text":
        return _running_text(piece)
    return []


def _string(piece: bytes, quotes: str) -> bytes:
    if b"\0" in piece:
        piece = piece.replace(b"\0", b"\1_")
    if b"\r" in piece:
        piece = piece.replace(b"\r\n", b"\n")
    if piece == b",":
        return b"\1,"
    if not quotes or (match := _STRING.match(piece)) is None:
        return piece
    prefix, mark, content = match[1], match[2], match[3]
    if quotes == "plain":
        return b'%s"%s"' % (prefix, content) if not _INTERPOLATION.search(content) else piece
    prefix = bytes(sorted(prefix.lower().replace(b"u", b"")))
    if b"f" in prefix or b"t" in prefix:
        content = _INSERTED.sub(_inserted, content)
    if b"\\" in content and b"r" not in prefix:
        content = _QUOTED_QUOTE.sub(lambda escape: escape[1] or escape[0], content)
    mark = mark.replace(b"'", b'"')
    return prefix + mark + content + mark


def _inserted(match: re.Match[bytes]) -> bytes:
    """An expression in a format string without what formatting may change; white space in how it is shown counts."""
    if match[1] is None:
        return match[0]
    if _SHOWN_AS_WRITTEN.search(match[1]) and _BLANK_OR_QUOTE.search(match[1]):
        return b"{\1%s}" % match[1]
    expression, shown = match[1], b""
    before, colon, after = expression.rpartition(b":")
    if colon and not _IN_BRACKETS.search(after):
        expression, shown = before, colon + after
    return b"{%s%s}" % (b" ".join(_TOKEN.findall(expression.replace(b"'", b'"'))), shown)


def _join(first: bytes, second: bytes) -> bytes:
    """Two strings that stand side by side and so are one, where that can be told; b"" where it cannot."""
    (before, left), (after, right) = _parts(first), _parts(second)
    if left is None or right is None:
        return b""
    if right and right[0] in _DIGITS and _NUMBERED.search(left[-_LONGEST_NUMBERED:]):
        return b""
    if before != after:
        if {before, after} != {b"", b"f"}:
            return b""
        left, right = (_braced(text) if not prefix else text for prefix, text in ((before, left), (after, right)))
    return b'%s"%s%s"' % (before or after, left, right)


def _parts(string: bytes) -> tuple[bytes, bytes | None]:
    """The prefix and content of a string in single double quotes."""
    prefix, quote, rest = string.partition(b'"')
    if not quote or len(prefix) > _LONGEST_PREFIX or b"'" in prefix or rest.startswith(b'""') or rest[-1:] != b'"':
        return b"", None
    return prefix, rest[:-1]


def _braced(content: bytes) -> bytes:
    """Text as it stands in a format string."""
    return content.replace(b"{", b"{{").replace(b"}", b"}}")


def _running_text(piece: bytes) -> list[bytes]:
    """Words of markup; a break of the line around them shows nothing, a blank beside other things does."""
    lines = piece.split(b"\n")
    words: list[bytes] = []
    for number, line in enumerate(lines):
        bare = line.split()
        if number == 0 and line[:1].isspace() and (bare or len(lines) == 1):
            words.append(SPACE)
        words.extend(bare)
        if number == len(lines) - 1 and bare and line[-1:].isspace():
            words.append(SPACE)
    return words


def starts_of_lines(source: bytes) -> list[int]:
    """The byte offsets at which lines start."""
    return [0, *(match.end() for match in re.finditer(rb"\n", source))]


def line_at(starts: Sequence[int], offset: int) -> int:
    """The 1-based line of a byte offset, given where lines start."""
    return bisect_right(starts, offset)
