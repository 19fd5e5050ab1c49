"""Anchors: what a memory is tied to in the code, as text.

| kind | text | example |
|---|---|---|
| file (or folder) | `FILE` | `src/pay.py` |
| lines | `FILE:LINE`, `FILE:FIRST-LAST` | `src/pay.py:10-14` |
| symbol | `FILE::NAME`, the name as it is qualified in its file | `src/pay.py::Gateway.charge` |
| pattern, literal | `FILE::"TEXT"` | `src/pay.py::"RETRIES = 3"` |
| pattern, RE2 | `FILE::/EXPRESSION/` | `src/pay.py::/RETRIES = [0-9]+/` |
| dependency | `dep:NAME` | `dep:requests` |

The first `::` ends the file; `"` or `/` behind it begins a pattern, which ends with the last character.
"""

from typing import NamedTuple

from oldhand.errors import BadAnchor, BadInput
from oldhand.model.canonical import normal
from oldhand.model.lazy_pattern import LazyPattern

LONGEST_PATH = 1024  # characters of a path relative to the project
LONGEST_SYMBOL = 300  # characters of a qualified name: generated names reach 200
LONGEST_PATTERN = 300  # characters: a pattern names one line of a file; what is longer is better said as lines
DEPENDENCY = "dep:"
BEHIND_FILE = "::"  # between a file and a symbol or a pattern in it
VERSION = "2 "  # begins every observation of the second form (model.observed); no hexadecimal digest has a space

_DRIVE = LazyPattern(r"[A-Za-z]:")
_LINES = LazyPattern(r"(?s)(.+?):(\d{1,7})(?:-(\d{1,7}))?\Z")
_NAME = LazyPattern(r"[A-Za-z0-9@_][A-Za-z0-9@_./:+-]{0,213}\Z")  # npm's longest name has 214 characters


class Anchor(NamedTuple):
    """A place in the project.

    path: POSIX path relative to its root, or `dep:NAME`; first, last: 1-based lines (0: the whole file);
    symbol: a qualified name in the file; pattern: a text in it, or an expression when `expression` is set.
    """

    path: str
    first: int = 0
    last: int = 0
    symbol: str = ""
    pattern: str = ""
    expression: bool = False

    def __str__(self) -> str:
        if self.symbol:
            return f"{self.path}{BEHIND_FILE}{self.symbol}"
        if self.pattern:
            mark = "/" if self.expression else '"'
            return f"{self.path}{BEHIND_FILE}{mark}{self.pattern}{mark}"
        if not self.first:
            return self.path
        return f"{self.path}:{self.first}" if self.first == self.last else f"{self.path}:{self.first}-{self.last}"

    @property
    def kind(self) -> str:
        """What it is: file, lines, symbol, pattern or dependency."""
        if self.symbol:
            return "symbol"
        if self.pattern:
            return "pattern"
        if self.path.startswith(DEPENDENCY):
            return "dependency"
        return "lines" if self.first else "file"

    @property
    def dependency(self) -> str:
        """The name of the dependency, empty when it is none."""
        return self.path[len(DEPENDENCY) :] if self.path.startswith(DEPENDENCY) else ""

    def covers(self, first: int, last: int) -> bool:
        """Whether the anchor speaks of any of the lines `first` to `last` (0, 0: of the file at all)."""
        return not (self.first and first) or (self.first <= last and first <= self.last)


def parse(text: str) -> Anchor:
    """The anchor that `text` names.

    Raises BadAnchor for absolute paths, `..`, control characters, lines that run backwards, patterns that
    do not end and names that cannot be one.
    """
    said = normal(text.strip(), "anchor")
    if said.startswith(DEPENDENCY):
        return _dependency(text, said)
    path, behind, rest = said.partition(BEHIND_FILE)
    if not behind:
        return _file_or_lines(text)
    place = _path(text, path)
    if rest[:1] in ('"', "/"):
        return _pattern(text, place, rest)
    name = rest.strip().replace(BEHIND_FILE, ".")  # as C++ and Rust write it
    if not name or name[0] in ":.'" or not name.isprintable() or len(name) > LONGEST_SYMBOL:
        raise BadAnchor(text, f"behind '{BEHIND_FILE}' stands the name of a symbol, a \"TEXT\" or an /EXPRESSION/")
    return Anchor(place, symbol=name)


def can_name(path: str) -> bool:
    """Whether an anchor can name a file: its name is text, printable, and is not taken for a place within another.

    Names may be read from git or a folder, where any byte may stand in them but NUL.
    """
    try:
        return parse(path) == Anchor(path)
    except BadInput:
        return False


def as_noted(text: str, value: object) -> Anchor:
    """The anchor that `text` named when `value` was observed there.

    Until symbols came, every text was a file or lines; the form of the value tells which time it is from.
    """
    of_then = isinstance(value, str) and not value.startswith(VERSION)
    if of_then and (text.startswith(DEPENDENCY) or BEHIND_FILE in text):
        return _file_or_lines(text)
    return parse(text)


def split_dependency(said: str) -> tuple[str, str]:
    """A dependency's name and its version, where one is said behind an `@`; npm's scopes begin with one."""
    name, at, version = said.rpartition("@")
    return (name, version) if at and name else (said, "")


def _file_or_lines(text: str) -> Anchor:
    match = _LINES.match(text.strip())
    path, first, last = (match[1], int(match[2]), int(match[3] or match[2])) if match else (text.strip(), 0, 0)
    place = _path(text, normal(path, "anchor"))
    if match and not 1 <= first <= last:
        raise BadAnchor(text, "lines count from 1 and run forwards")
    return Anchor(place, first, last)


def _path(text: str, path: str) -> str:
    path = path.replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    if not path or path.startswith(("/", "~")) or ".." in path.split("/") or _DRIVE.match(path):
        raise BadAnchor(text, "the path must lie inside the project and be relative to it")
    if not path.isprintable() or len(path) > LONGEST_PATH:
        raise BadAnchor(text, "the path is too long or holds characters that no listing can show")
    return path.rstrip("/")


def _pattern(text: str, path: str, rest: str) -> Anchor:
    mark = rest[0]
    inside = rest[1:-1]
    if len(rest) < 2 or rest[-1] != mark or not inside.strip():
        raise BadAnchor(text, f"a pattern stands between two {mark}")
    if not inside.isprintable() or len(inside) > LONGEST_PATTERN:
        raise BadAnchor(text, f"a pattern is one printable line of at most {LONGEST_PATTERN} characters")
    return Anchor(path, pattern=inside, expression=mark == "/")


def _dependency(text: str, said: str) -> Anchor:
    name = said[len(DEPENDENCY) :].strip()
    if not _NAME.match(name):
        raise BadAnchor(text, f"behind '{DEPENDENCY}' stands the name of a package as its manifest writes it")
    return Anchor(DEPENDENCY + name)
