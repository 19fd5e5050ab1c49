"""The files of a working tree as anchors are checked against them: read and parsed once each.

The parser is loaded when a file has to be parsed and not before.
"""

import os
from hashlib import sha1
from pathlib import Path

from oldhand.code.line_ranges import fingerprint
from oldhand.code.paths import read_bytes
from oldhand.errors import BadPath
from oldhand.model.observed import DIGITS
from oldhand.model.symbol import Symbol

LARGEST_FILE = 2 << 20  # bytes read to check an anchor; the sources that people write are smaller
MOST_KEPT = 600  # files kept in memory: an answer needs a few, and `verify` goes from file to file
NAMING_BYTES = 256  # of a file, which tell its language where its name does not
NO_TOKENS = "e3b0c44298fc1c14"  # the digest of no tokens: lines that hold nothing but comments are compared as text


class Sources:
    """The files below `root`, the top of a working tree."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._contents: dict[str, bytes | None] = {}
        self._lines: dict[str, list[bytes]] = {}
        self._prints: dict[str, list[int]] = {}
        self._parsed: dict[str, tuple[tuple[Symbol, ...], bool] | None] = {}  # symbols, and whether it is broken
        self._tokens: dict[tuple[str, int, int], str] = {}

    def content(self, path: str) -> bytes | None:
        """The bytes of a file, None when it is absent, outside, special or too large."""
        if path not in self._contents:
            if len(self._contents) >= MOST_KEPT:
                for kept in (self._contents, self._lines, self._prints, self._parsed, self._tokens):
                    kept.clear()
            try:
                self._contents[path] = read_bytes(self.root, path, LARGEST_FILE)
            except (BadPath, OSError):
                self._contents[path] = None
        return self._contents[path]

    def lines(self, path: str) -> list[bytes]:
        """The lines of a file, without their ends; none when it cannot be read."""
        if path not in self._lines:
            self._lines[path] = (self.content(path) or b"").splitlines()
        return self._lines[path]

    def prints(self, path: str) -> list[int]:
        """The fingerprints of the lines of a file."""
        if path not in self._prints:
            self._prints[path] = [fingerprint(line) for line in self.lines(path)]
        return self._prints[path]

    def exists(self, path: str) -> bool:
        """Whether there is anything at a path, readable or not."""
        try:
            (self.root / path).lstat()
        except (OSError, ValueError):
            return False
        return True

    def is_folder(self, path: str) -> bool:
        """Whether a folder is at a path."""
        return os.path.isdir(os.path.join(self.root, path))

    def language(self, path: str) -> str:
        """The language of a file, empty when it is not known."""
        from oldhand.code.languages import language_of  # a table that is read only where something changed

        return language_of(path, (self.content(path) or b"")[:NAMING_BYTES])

    def symbols(self, path: str) -> tuple[Symbol, ...] | None:
        """The symbols of a file, None when there is no grammar for it. Raises MissingExtra."""
        found = self._read(path)
        return found[0] if found is not None else None

    def broken(self, path: str) -> bool:
        """Whether there are syntax errors in a file, or it is too large to be parsed. Raises MissingExtra."""
        found = self._read(path)
        return found is not None and found[1]

    def _read(self, path: str) -> tuple[tuple[Symbol, ...], bool] | None:
        if path not in self._parsed:
            from oldhand.code.syntax import parse

            language, content = self.language(path), self.content(path)
            found = parse(language, content) if language and content is not None else None
            self._parsed[path] = (found.symbols, found.broken) if found is not None else None
        return self._parsed[path]

    def tokens(self, path: str, first: int = 0, last: int = 0) -> str:
        """The digest of the tokens of lines, 0 and 0 for all; empty when they say nothing. Raises MissingExtra."""
        place = (path, first, last)
        if place not in self._tokens:
            language, content = self.language(path), self.content(path)
            self._tokens[place] = tokens_of(language, content or b"", first or 1, last or len(self.lines(path)))
        return self._tokens[place]


def tokens_of(language: str, source: bytes, first: int, last: int) -> str:
    """The digest of the tokens of lines of a source; empty without a grammar and where there are none."""
    if not language or not source:
        return ""
    from oldhand.code.syntax import token_digest

    found = token_digest(language, source, first, last)[:DIGITS]
    return "" if found == NO_TOKENS else found


def blob_of(content: bytes) -> str:
    """The first digits of the id that git gives these bytes (in repositories that name objects by SHA-1)."""
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()[:DIGITS]
