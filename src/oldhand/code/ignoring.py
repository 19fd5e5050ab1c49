"""Which files of a folder without git are its own: a bounded walk that respects .gitignore files."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from oldhand.code.globbing import PathPattern
from oldhand.code.paths import read_bytes
from oldhand.errors import BadPath

MOST_FILES = 200_000  # looked at in one walk; larger trees without git are no source code
DEEPEST = 64  # folders below one another; deeper trees are made, not written
LARGEST_RULES = 262_144  # bytes of one .gitignore: the longest collections have a tenth
MOST_RULES = 2_000  # of one .gitignore; each is tried on every file below it
RULES_FILE = ".gitignore"
# Folders that other programs keep for themselves, whether a .gitignore says so or not.
NEVER_OURS = frozenset({".git", ".oldhand", ".hg", ".svn", "node_modules", "__pycache__", ".venv"})


class Rule(NamedTuple):
    """One line of a .gitignore. keep: it takes back what an earlier line ignored (`!`)."""

    pattern: PathPattern
    keep: bool
    folders_only: bool


class Rules(NamedTuple):
    """The lines of one .gitignore, for the paths below its folder (empty: the top), each with a slash behind."""

    below: str
    lines: tuple[Rule, ...]


def rules(below: str, text: str) -> Rules:
    """What a .gitignore in the folder `below` says."""
    found = []
    for line in text.splitlines()[:MOST_RULES]:
        said = _without_spaces(line)
        if not said or said.startswith("#"):
            continue
        keep = said.startswith("!")
        said = said[1:] if keep else said
        pattern = said.rstrip("/")
        if pattern:
            found.append(Rule(PathPattern(pattern, anywhere="/" not in pattern), keep, said.endswith("/")))
    return Rules(below, tuple(found))


def _without_spaces(line: str) -> str:
    """A line without the white space at its end, unless a backslash keeps it."""
    bare = line.rstrip(" \t\r")
    return bare + line[len(bare) : len(bare) + 1] if bare.endswith("\\") else bare


def ignored(path: str, is_folder: bool, known: Sequence[Rules]) -> bool:
    """Whether the rules, from the top folder's down to the nearest, leave a path out: the last that fits says."""
    for some in reversed(known):
        names = path[len(some.below) :].split("/")
        for rule in reversed(some.lines):
            if (is_folder or not rule.folders_only) and rule.pattern.matches(names):
                return not rule.keep
    return False


def walked(root: Path) -> list[str]:
    """Every file below `root` that is not ignored, as sorted POSIX paths; links to folders are not entered."""
    found: list[str] = []
    for path in _files(root, "", (), 0):
        found.append(path)
        if len(found) >= MOST_FILES:
            break
    return sorted(found)


def _files(root: Path, below: str, known: tuple[Rules, ...], depth: int) -> Iterator[str]:
    """The files below a folder (given with a slash behind, empty: the top)."""
    try:
        entries = sorted(os.scandir(root / below), key=lambda entry: entry.name)
    except OSError:
        return  # a folder that may not be read has no files for us
    if any(entry.name == RULES_FILE for entry in entries):
        known = (*known, _read(root, below))
    for entry in entries:
        path = below + entry.name
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST and entry.name not in NEVER_OURS and not ignored(path, True, known):
                yield from _files(root, path + "/", known, depth + 1)
        elif not ignored(path, False, known):
            yield path


def _read(root: Path, below: str) -> Rules:
    try:
        raw = read_bytes(root, below + RULES_FILE, LARGEST_RULES)
    except BadPath:
        return Rules(below, ())  # a link out, a folder of that name, or no .gitignore that anybody wrote
    return rules(below, raw.decode("utf-8", "replace"))
