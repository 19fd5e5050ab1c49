"""Anchors: what a memory is tied to in the code, as text `FILE`, `FILE:LINE` or `FILE:FIRST-LAST`."""

import re
from typing import NamedTuple

from oldhand.errors import BadAnchor
from oldhand.model.canonical import normal

LONGEST_PATH = 1024  # characters of a path relative to the project
_LINES = re.compile(r"(.+?):(\d{1,7})(?:-(\d{1,7}))?\Z", re.DOTALL)


class Anchor(NamedTuple):
    """A file of the project, by POSIX path relative to its root, and a range of 1-based lines (0: whole file)."""

    path: str
    first: int = 0
    last: int = 0

    def __str__(self) -> str:
        if not self.first:
            return self.path
        return f"{self.path}:{self.first}" if self.first == self.last else f"{self.path}:{self.first}-{self.last}"

    def covers(self, first: int, last: int) -> bool:
        """Whether the anchor speaks of any of the lines `first` to `last` (0, 0: of the file at all)."""
        return not (self.first and first) or (self.first <= last and first <= self.last)


def parse(text: str) -> Anchor:
    """The anchor that `text` names.

    Raises BadAnchor for absolute paths, `..`, control characters and lines that run backwards.
    """
    match = _LINES.match(text.strip())
    path, first, last = (match[1], int(match[2]), int(match[3] or match[2])) if match else (text.strip(), 0, 0)
    path = normal(path.replace("\\", "/"), "anchor")
    while path.startswith("./"):
        path = path[2:]
    parts = path.split("/")
    if not path or path.startswith(("/", "~")) or ".." in parts or re.match(r"[A-Za-z]:", path):
        raise BadAnchor(text, "the path must lie inside the project and be relative to it")
    if not path.isprintable() or len(path) > LONGEST_PATH:
        raise BadAnchor(text, "the path is too long or holds characters that no listing can show")
    if match and not 1 <= first <= last:
        raise BadAnchor(text, "lines count from 1 and run forwards")
    return Anchor(path.rstrip("/"), first, last)
