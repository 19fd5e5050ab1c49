"""Names of files as people and agents give them to operations, and what to say when there is no such file."""

import difflib
import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.code.paths import real, relative, walk
from oldhand.errors import NoSuchFile, OutsideProject
from oldhand.knowledge.places import Place, place_of

if TYPE_CHECKING:
    from oldhand.memory import Memory

LIKE = 0.6  # least likeness of a suggested name, difflib's own default
MOST_COMPARED = 20_000  # files whose names are compared for a suggestion
_BEHIND = re.compile(r"::|:\d|#L")  # what begins the part of a place behind its file


def file_named(memory: "Memory", text: str) -> str:
    """The file that `text` names, by its path relative to the working tree; it need not be there.

    The folders of the memory itself are closed, wherever they lie. Raises BadPath and its kin.
    """
    tree = memory.project.tree
    path = _as_on_disk(tree, relative(tree, text))
    target = str(real(tree, path)) + "/"
    top = os.path.realpath(tree) + "/"
    for closed in (memory.project.store, memory.home):
        folder = os.path.realpath(closed) + "/"
        if folder.startswith(top) and folder != top and target.startswith(folder):
            raise OutsideProject(text, "the memory's own files are not reached this way")
    return path


def _as_on_disk(tree: Path, path: str) -> str:
    """The path in the normal form its file has: arguments are composed, names from macOS may be decomposed."""
    apart = unicodedata.normalize("NFD", path)
    there = path.isascii() or os.path.lexists(tree / path) or not os.path.lexists(tree / apart)
    return path if there else apart


def place_named(memory: "Memory", text: str) -> Place:
    """The place in a file that `text` means: FILE, FILE:LINES, FILE::SYMBOL. Raises BadPath and BadAnchor."""
    said = text.strip()
    behind = _BEHIND.search(said, 1)
    end = behind.start() if behind else len(said)
    path = file_named(memory, said[:end])
    place = place_of(memory.project, path + said[end:])
    return place._replace(anchor=place.anchor._replace(path=path))


def absent(memory: "Memory", path: str) -> NoSuchFile:
    """The error for a file that is not there, with the file that was probably meant."""
    names = walk(memory.project.tree, memory.environment)[:MOST_COMPARED]
    name = path.rpartition("/")[2].casefold()
    same = [known for known in names if known.rpartition("/")[2].casefold() == name]
    close = same or difflib.get_close_matches(path, names, 1, LIKE)
    return NoSuchFile(path, f" Did you mean '{close[0]}'?" if close else "")
