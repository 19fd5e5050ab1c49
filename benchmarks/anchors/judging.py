"""What a commit did to a piece of code, judged without any part of Oldhand.

Python is read by the standard library's `tokenize` and `ast`, every other language by Pygments. A piece
is looked for by its tokens (comments, white space and documentation strings taken away) in its own file,
in the file that git says it was renamed to, and in the other files of the commit.
"""

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, String, Whitespace
from pygments.util import ClassNotFound

SAME, SHIFTED, LAYOUT = "same", "shifted", "layout"  # in its file: untouched, on other lines, written otherwise
FILE_RENAMED, MOVED_AWAY, RENAMED = "file renamed", "moved to another file", "renamed"
SEMANTIC, UNCLEAR = "semantic", "unclear"
FEWEST_TOKENS = 12  # of a piece that can be told from others: `return None` stands everywhere
MOST_NEW_NAMES = 300  # names that a commit brings into a file and that a piece may have been renamed to
_CLOSING, _LOOSE = frozenset(")]}>"), frozenset("(),;")
_PYTHON_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER, tokenize.TYPE_COMMENT}
_STRUCTURE = ("INDENT", "DEDENT", "NEWLINE")


class Token(NamedTuple):
    """A token that counts, and its 1-based line."""

    text: str
    line: int


class Verdict(NamedTuple):
    """What happened to a piece, and the file it is in now ("" when it is nowhere as it was)."""

    what: str
    path: str = ""


class Piece(NamedTuple):
    """A piece of the old file: its lines, the name of the symbol they hold, the tokens in it.

    whole: it is the symbol itself, so that it counts what is put before or after those tokens.
    """

    first: int
    last: int
    name: str
    tokens: tuple[Token, ...]
    whole: bool = True


@lru_cache(maxsize=400)
def tokens_of(language: str, text: str) -> tuple[Token, ...] | None:
    """The tokens of a file that count, None when the independent reader cannot read it."""
    return _python(text) if language == "python" else _pygments(language, text)


def _python(text: str) -> tuple[Token, ...] | None:
    found: list[Token] = []
    try:
        raw = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in _PYTHON_LAYOUT]
    except (tokenize.TokenError, SyntaxError):
        return None
    for number, token in enumerate(raw):
        kind = tokenize.tok_name[token.type]
        before = tokenize.tok_name[raw[number - 1].type] if number else "NEWLINE"
        after = raw[number + 1].type if number + 1 < len(raw) else tokenize.NEWLINE
        if kind == "STRING" and before in _STRUCTURE and after == tokenize.NEWLINE:
            continue  # documentation
        if kind == "NEWLINE" and (not found or found[-1].text in _STRUCTURE):
            continue
        word = token.string.lstrip("uU") if kind == "STRING" else token.string  # `u` says nothing in Python 3
        found.append(Token(kind if kind in _STRUCTURE else word, token.start[0]))
    return tuple(found)


def _pygments(language: str, text: str) -> tuple[Token, ...] | None:
    try:
        lexer = get_lexer_by_name({"tsx": "typescript"}.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    found: list[Token] = []
    line = 1
    within = False
    for kind, piece in lexer.get_tokens(text):
        start, line = line, line + piece.count("\n")
        is_comment = kind in Comment and kind not in Comment.Preproc and kind not in Comment.PreprocFile
        if (is_comment and not piece.startswith("//go:")) or kind in Whitespace or not piece.strip():
            within = within and kind in String
            continue
        if kind in String and within:
            found[-1] = found[-1]._replace(text=found[-1].text + piece)
        else:
            found.extend(Token(word, start) for word in ([piece] if kind in String else piece.split()))
        within = kind in String
    return tuple(token for number, token in enumerate(found) if not _is_layout(found, number))


def _is_layout(tokens: Sequence[Token], number: int) -> bool:
    """Whether a token is a comma before a closing bracket or a bar before the first of several types."""
    word = tokens[number].text
    if word == "," and number + 1 < len(tokens):
        return tokens[number + 1].text[:1] in _CLOSING and number > 0 and tokens[number - 1].text not in ("(", "[", ",")
    return word == "|" and number > 0 and tokens[number - 1].text in ("=", ":", "(", "<", "?")


def piece_of(tokens: Sequence[Token], first: int, last: int, name: str) -> Piece:
    """The piece of a file between two lines, of a symbol of that name."""
    inside = [token for token in tokens if first <= token.line <= last]
    while inside and inside[0].text in _STRUCTURE:
        inside.pop(0)
    while inside and inside[-1].text in _STRUCTURE:
        inside.pop()
    return Piece(first, last, name, tuple(inside))


class _Numbers:
    """Tokens as characters, so that sequences of them can be searched as text is."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, words: Sequence[str]) -> str:
        return "".join(self._known.setdefault(word, chr(0x10000 + len(self._known))) for word in words)


_NUMBERS = _Numbers()


@lru_cache(maxsize=400)
def _numbered(language: str, text: str) -> str:
    return _NUMBERS.of([token.text for token in tokens_of(language, text) or ()])


@lru_cache(maxsize=400)
def _lines(text: str) -> list[str]:
    return text.splitlines()


def places(piece: Piece, language: str, text: str) -> list[tuple[int, int]]:
    """The lines on which the tokens of a piece stand in a file; of a symbol only where it begins and ends there."""
    wanted = _NUMBERS.of([token.text for token in piece.tokens])
    there = _numbered(language, text)
    found: list[tuple[int, int]] = []
    at = there.find(wanted)
    while at >= 0:
        tokens = tokens_of(language, text) or ()
        end = at + len(wanted)
        if not piece.whole or _is_whole(piece, tokens, at, end, _lines(text)):
            found.append((tokens[at].line, tokens[end - 1].line))
        at = there.find(wanted, at + 1)
    return found


def _is_whole(piece: Piece, tokens: tuple[Token, ...], at: int, end: int, text: Sequence[str]) -> bool:
    """Whether nothing before or after the tokens belongs to the same declaration."""
    if at:
        line = text[tokens[at - 1].line - 1].lstrip() if tokens[at - 1].line <= len(text) else ""
        if tokens[at - 1].line == tokens[at].line and tokens[at - 1].text not in _STRUCTURE:
            return False
        if line.startswith(("@", "#[", "[")) and not line.startswith("[]"):
            return False
    open_blocks = sum(t.text == "INDENT" for t in piece.tokens) - sum(t.text == "DEDENT" for t in piece.tokens)
    after = [token.text for token in tokens[end : end + 1 + open_blocks]]
    if open_blocks > 0:
        return not after or after[1:] == ["DEDENT"] * (len(after) - 1)
    following = tokens[end] if end < len(tokens) else None
    if following is None or following.text in (";", ",", "NEWLINE", "}", ")"):
        return True
    return following.line > tokens[end - 1].line and following.text[0] not in ".+-*/&|?:=<"


def judge(
    language: str,
    piece: Piece,
    old: tuple[str, str],
    own: tuple[str, str] | None,
    others: Sequence[tuple[str, str, str]],
) -> Verdict:
    """What happened to a piece.

    old: (path, text) before; own: (path, text) of the same or the renamed file after, None when it is
    gone; others: (path, text, text before) of the other files of the commit, in the same language.
    """
    path, text = old
    lines = text.splitlines()
    known = tokens_of(language, text)
    if known is None or len(piece.tokens) < FEWEST_TOKENS or len(places(piece, language, text)) != 1:
        return Verdict(UNCLEAR)
    candidates = [*([own] if own else []), *_new_places(language, piece, others)]
    for candidate_path, candidate in candidates:
        tokens = tokens_of(language, candidate)
        if tokens is None:
            return Verdict(UNCLEAR)
        if found := places(piece, language, candidate):
            return _found(piece, (path, lines), (candidate_path, candidate.splitlines()), found[0], own)
    for candidate_path, candidate in candidates:
        if language == "python" and piece.name and _same_tree(piece, text, candidate):
            return Verdict(LAYOUT if own and candidate_path == own[0] == path else MOVED_AWAY, candidate_path)
        if piece.whole and piece.name and _renamed(language, piece, text, candidate):
            return Verdict(RENAMED, candidate_path)
    if language != "python" and own and _loose(piece, tokens_of(language, own[1]) or ()):
        return Verdict(UNCLEAR)
    return Verdict(SEMANTIC)


def _new_places(language: str, piece: Piece, others: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """The other files into which the piece may have come: not those that held a copy of it before."""
    return [(path, text) for path, text, before in others if not places(piece, language, before)]


def _found(
    piece: Piece,
    old: tuple[str, list[str]],
    new: tuple[str, list[str]],
    at: tuple[int, int],
    own: tuple[str, str] | None,
) -> Verdict:
    if own is None or new[0] != own[0]:
        left = own is None or not re.search(
            rf"\b(?:def|class|func|function|fn|struct|type) {re.escape(piece.name)}\b", own[1]
        )
        return Verdict(MOVED_AWAY if left else UNCLEAR, new[0])  # what is in both places was copied
    if new[0] != old[0]:
        return Verdict(FILE_RENAMED, new[0])
    first, last = piece.tokens[0].line, piece.tokens[-1].line
    before = [line.rstrip() for line in old[1][first - 1 : last]]
    if before != [line.rstrip() for line in new[1][at[0] - 1 : at[1]]]:
        return Verdict(LAYOUT, new[0])
    return Verdict(SAME if at[0] == first else SHIFTED, new[0])


def _same_tree(piece: Piece, old: str, new: str) -> bool:
    """Whether a definition of Python of the same name says the same in other words."""
    before = [ast.dump(node) for node in _definitions(old).get(piece.name, ()) if node.end_lineno == piece.last]
    return bool(before) and before[0] in [ast.dump(node) for node in _definitions(new).get(piece.name, ())]


@lru_cache(maxsize=100)
def _definitions(text: str) -> dict[str, list[ast.stmt]]:
    """The functions and classes of each name, without the strings that only document."""
    found: dict[str, list[ast.stmt]] = {}
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return found
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [one for one in body if not _documents(one)]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.setdefault(node.name, []).append(node)
    return found


def _documents(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _renamed(language: str, piece: Piece, old: str, new: str) -> bool:
    """Whether the piece is there under another name."""
    if piece.name not in {token.text for token in piece.tokens}:
        return False
    for other in _fresh(language, old, new):
        tokens = tuple(token._replace(text=other) if token.text == piece.name else token for token in piece.tokens)
        if places(piece._replace(tokens=tokens), language, new):
            return True
    return False


@lru_cache(maxsize=400)
def _fresh(language: str, old: str, new: str) -> list[str]:
    """Names that stand in a file and not in the other one."""
    now = {token.text for token in tokens_of(language, new) or () if token.text.isidentifier()}
    return sorted(now - {token.text for token in tokens_of(language, old) or ()})[:MOST_NEW_NAMES]


def _loose(piece: Piece, new: tuple[Token, ...]) -> bool:
    """Whether only brackets, commas, semicolons or quotes differ, of which formatting may be the cause."""
    wanted = _NUMBERS.of(loosened(piece.tokens))
    return wanted in _NUMBERS.of(loosened(new))


def loosened(tokens: Sequence[Token]) -> list[str]:
    """The words of tokens without what formatting may change."""
    words = [token.text for token in tokens if token.text not in _LOOSE]
    return [word.replace("'", '"').replace("`", '"') for word in words]
