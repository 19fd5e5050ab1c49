"""Anchors against the working tree: what was observed, and whether it still says so.

First version: whole files and ranges of lines, by content. A range that moved within its file is
found again; symbols and renames are for later.
"""

import os
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from oldhand.model.anchor import Anchor, parse

LARGEST_FILE = 1_048_576  # bytes read to check an anchor: recall must not wait for a large file
DIGEST_DIGITS = 16  # 64 bits: enough to tell two states of one place apart


class Checked(NamedTuple):
    """An anchor and what became of it: holds, moved (now at `now`), changed, gone, or cannot tell."""

    anchor: str
    state: str
    now: str


def observe(root: Path, anchor: Anchor) -> str:
    """The digest of what the anchor's place holds now; empty when there is nothing to read."""
    lines = _lines(root, anchor.path)
    if lines is None:
        return ""
    return _digest(lines[anchor.first - 1 : anchor.last] if anchor.first else lines)


def check(root: Path, text: str, digest: str) -> Checked:
    """What became of an anchor whose place had `digest` when it was made."""
    anchor = parse(text)
    if not digest:
        return Checked(text, "cannot tell", "")
    path = _inside(root, anchor.path)
    if path is None or not path.exists():
        return Checked(text, "gone", "")
    lines = _lines(root, anchor.path)
    if lines is None:
        return Checked(text, "cannot tell", "")
    if not anchor.first:
        return Checked(text, "holds" if _digest(lines) == digest else "changed", "")
    if _digest(lines[anchor.first - 1 : anchor.last]) == digest:
        return Checked(text, "holds", "")
    count = anchor.last - anchor.first + 1
    for start in range(len(lines) - count + 1):
        if _digest(lines[start : start + count]) == digest:
            return Checked(text, "moved", f"{anchor.path}:{start + 1}-{start + count}")
    return Checked(text, "changed", "")


def _inside(root: Path, path: str) -> Path | None:
    """The real file of a relative path, or None when it leads out of the project."""
    real = Path(os.path.realpath(root / path))
    return real if real.is_relative_to(os.path.realpath(root)) else None


def _lines(root: Path, path: str) -> list[bytes] | None:
    """A regular file's lines, or None when it is absent, outside, special or too large."""
    real = _inside(root, path)
    try:
        if real is None or not real.is_file() or real.stat().st_size > LARGEST_FILE:
            return None
        return real.read_bytes().splitlines()
    except OSError:
        return None


def _digest(lines: list[bytes]) -> str:
    """Digest of lines without the white space at their ends."""
    return sha256(b"\n".join(line.rstrip() for line in lines)).hexdigest()[:DIGEST_DIGITS]
