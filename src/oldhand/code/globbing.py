r"""Patterns of file names, matched in time that does not explode: no backtracking, no regular expression with a repeat.

    *       anything within one name          ?       one character of a name
    [abc]   one of these; [a-z], [!abc]       {a,b}   one of these texts
    **      any number of folders             \x      x itself

A pattern without a slash is matched against names anywhere in the project, one with a slash against
the whole path; a slash at its start only anchors it. A pattern that ends in a plain name or a slash
also stands for everything below a folder of that name.
"""

import re
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from oldhand.errors import BadPattern

LONGEST_PATTERN = 1024  # characters, as of a path
MOST_ALTERNATIVES = 256  # texts that the braces of one pattern stand for; sets of file endings have a few dozen
MOST_PATTERNS = 64  # matched at once: more is a list of files
MATCH_SECONDS = 5.0  # for all paths: a few patterns over 100,000 paths take a tenth of it
DEEP = "**"


class _Piece(NamedTuple):
    """A part of a name between two stars: always matches the same number of characters.

    text: the characters when all are literal; else `search`, an expression without any repeat.
    """

    length: int
    text: str
    search: re.Pattern[str] | None

    def at(self, name: str, position: int) -> bool:
        """Whether the piece stands at this position."""
        if position < 0:
            return False
        return bool(self.search.match(name, position)) if self.search else name.startswith(self.text, position)

    def find(self, name: str, position: int) -> int:
        """Where the piece stands first from a position on, or -1."""
        if not self.search:
            return name.find(self.text, position)
        found = self.search.search(name, position)
        return found.start() if found else -1


class _Name(NamedTuple):
    """The pattern of one name: its pieces, with a star between each two."""

    pieces: tuple[_Piece, ...]

    def matches(self, name: str) -> bool:
        """Whether the whole of `name` fits: the first place for each piece is as good as any later one."""
        first, last = self.pieces[0], self.pieces[-1]
        if len(self.pieces) == 1:
            return len(name) == first.length and first.at(name, 0)
        end = len(name) - last.length
        if end < first.length or not first.at(name, 0) or not last.at(name, end):
            return False
        position = first.length
        for piece in self.pieces[1:-1]:
            position = piece.find(name, position)
            if position < 0 or position + piece.length > end:
                return False
            position += piece.length
        return True


class Glob:
    """A pattern of paths. Raises BadPattern when it is empty, too long or stands for too many texts."""

    def __init__(self, pattern: str) -> None:
        if not pattern.strip("/ ") or len(pattern) > LONGEST_PATTERN or "\0" in pattern:
            raise BadPattern(pattern, f"it is empty, has more than {LONGEST_PATTERN} characters or holds a NUL")
        self._choices = [_Choice(text) for text in alternatives(pattern)]

    def matches(self, path: str) -> bool:
        """Whether a relative POSIX path fits."""
        names = path.split("/")
        return any(choice.matches(names) for choice in self._choices)


class PathPattern:
    """A pattern of paths without braces: runs of names, with any number of folders between each two.

    anywhere: it may begin in any folder.
    """

    def __init__(self, pattern: str, *, anywhere: bool) -> None:
        runs: list[list[_Name]] = [[], []] if anywhere else [[]]
        for name in pattern.split("/"):
            if name == DEEP:
                runs.append([])
            elif name:
                runs[-1].append(_name_pattern(name))
        self._runs = runs

    def matches(self, names: Sequence[str]) -> bool:
        """Whether the names of a path fit."""
        return _fits(self._runs, names)


class _Choice:
    """One text that a pattern's braces stand for."""

    def __init__(self, text: str) -> None:
        said = text.removeprefix("./")
        last = said.rstrip("/").rpartition("/")[2]
        anywhere = "/" not in said.rstrip("/")
        self._pattern = PathPattern(said, anywhere=anywhere)
        self._name = _name_pattern(last) if anywhere and last != DEEP else None  # one name is all that counts
        self._folder = said.endswith("/")  # what it names is a folder: files are what lies below
        self._below = self._folder or not any(character in last for character in "*?[")

    def matches(self, names: Sequence[str]) -> bool:
        """Whether the names of a path fit, or lie below what fits."""
        if self._name:
            if not self._folder and self._name.matches(names[-1]):
                return True
            return self._below and any(map(self._name.matches, names[:-1]))
        if not self._folder and self._pattern.matches(names):
            return True
        return self._below and any(self._pattern.matches(names[:end]) for end in range(len(names) - 1, 0, -1))


def _fits(runs: Sequence[Sequence[_Name]], names: Sequence[str]) -> bool:
    first, last = runs[0], runs[-1]
    if len(runs) == 1:
        return len(names) == len(first) and _run_at(first, names, 0)
    end = len(names) - len(last)
    if end < len(first) or not _run_at(first, names, 0) or not _run_at(last, names, end):
        return False
    position = len(first)
    for run in runs[1:-1]:
        while position + len(run) <= end and not _run_at(run, names, position):
            position += 1
        if position + len(run) > end:
            return False
        position += len(run)
    return bool(last) or position < len(names)  # `folder/**` is what lies in the folder, not the folder


def _run_at(run: Sequence[_Name], names: Sequence[str], position: int) -> bool:
    return all(pattern.matches(name) for pattern, name in zip(run, names[position:], strict=False))


def _name_pattern(text: str) -> _Name:
    """The pattern of one name, from its text without slashes and braces."""
    pieces: list[_Piece] = []
    parts: list[str] = []  # of the present piece, as expressions without a repeat
    literal: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        position += 1
        if character == "*":
            pieces.append(_piece(parts, literal))
            parts, literal = [], []
            continue
        if character == "[" and (found := _class_at(text, position)):
            expression, position = found
        elif character == "?":
            expression = "."
        else:
            if character == "\\" and position < len(text):
                character, position = text[position], position + 1
            expression = re.escape(character)
            literal.append(character)
        parts.append(expression)
    return _Name((*pieces, _piece(parts, literal)))


def _piece(parts: list[str], literal: list[str]) -> _Piece:
    if len(parts) == len(literal):
        return _Piece(len(parts), "".join(literal), None)
    return _Piece(len(parts), "", re.compile("".join(parts), re.DOTALL))


def _class_at(text: str, position: int) -> tuple[str, int] | None:
    """A class of characters whose `[` ends at `position`, as an expression, and where it ends; None: no class."""
    start = position + (text[position : position + 1] in ("!", "^"))
    end = text.find("]", start + 1)
    if end < 0:
        return None
    inside = text[start:end]
    ranges: list[str] = []
    index = 0
    while index < len(inside):
        if inside[index + 1 : index + 2] == "-" and index + 2 < len(inside):
            low, high = inside[index], inside[index + 2]
            if low <= high:
                ranges.append(f"{re.escape(low)}-{re.escape(high)}")
            index += 3
        else:
            ranges.append(re.escape(inside[index]))
            index += 1
    if not ranges:
        return None
    return f"[{'^' if start > position else ''}{''.join(ranges)}]", end + 1


def alternatives(pattern: str) -> list[str]:
    """The texts that a pattern's braces stand for. Raises BadPattern when there are too many."""
    found: list[str] = []
    waiting = [pattern]
    while waiting:
        text = waiting.pop()
        choice = _first_choice(text)
        if choice is None:
            found.append(text)
        else:
            before, options, after = choice
            waiting.extend(before + option + after for option in reversed(options))
        if len(found) + len(waiting) > MOST_ALTERNATIVES:
            raise BadPattern(pattern, f"its braces stand for more than {MOST_ALTERNATIVES} texts")
    return list(dict.fromkeys(found))


def _first_choice(text: str) -> tuple[str, list[str], str] | None:
    """What stands before, between and after the first closed pair of braces with a comma in it."""
    depth, start = 0, -1
    commas: list[int] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character == "{":
            if depth == 0:
                start, commas = position, []
            depth += 1
        elif character == "," and depth == 1:
            commas.append(position)
        elif character == "}" and depth:
            depth -= 1
            if depth == 0 and commas:
                edges = [start, *commas, position]
                options = [text[low + 1 : high] for low, high in pairwise(edges)]
                return text[:start], options, text[position + 1 :]
        position += 1
    return None


def matching(patterns: Iterable[str], paths: Iterable[str], *, seconds: float = MATCH_SECONDS) -> list[str]:
    """Those of the paths that fit any of the patterns; `!pattern` leaves out what fits it.

    Raises BadPattern when a pattern cannot be used, there are too many, or matching takes longer than `seconds`.
    """
    said = list(patterns)
    if len(said) > MOST_PATTERNS:
        raise BadPattern(said[0], f"there are {len(said)} patterns at once; at most {MOST_PATTERNS} are taken")
    wanted = [Glob(pattern) for pattern in said if not pattern.startswith("!")]
    unwanted = [Glob(pattern[1:]) for pattern in said if pattern.startswith("!")]
    deadline = time.monotonic() + seconds
    found = []
    for number, path in enumerate(paths):
        if number % 256 == 0 and time.monotonic() > deadline:
            raise BadPattern(said[0], "it takes too long to match: use fewer patterns and braces")
        if wanted and not any(glob.matches(path) for glob in wanted):
            continue
        if not any(glob.matches(path) for glob in unwanted):
            found.append(path)
    return found
