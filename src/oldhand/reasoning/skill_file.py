"""Putting an exported skill in its place: a new file, one of ours that nobody changed, or one that somebody did."""

import os
from pathlib import Path
from typing import NamedTuple

from oldhand.code.replacing import put, target_of
from oldhand.errors import NeedsConsent, NotWritable
from oldhand.reasoning.skill_document import FILE, Document, untouched
from oldhand.store.regular_files import open_regular

WRITTEN, REWRITTEN, SAME = "written", "rewritten", "unchanged"
LARGEST = 1 << 20  # bytes of a file that is compared; a larger one was not written by us


class Placed(NamedTuple):
    """What was done with a file: written, rewritten or unchanged, and where it is."""

    path: Path
    done: str


def place(folder: Path, one: Document, *, yes: bool) -> Placed:
    """Write a skill to `folder/NAME/SKILL.md`, whole or not at all.

    yes: also in the place of a file that somebody changed or that is not ours. Raises NeedsConsent without it, and
    what `code.replacing` raises; links that lead out of the folder are not followed.
    """
    name = f"{one.name}/{FILE}"
    path, raw = folder / one.name / FILE, one.text.encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritable(folder, error.strerror or str(error)) from None
    target = target_of(folder, name)
    if target.mode is None:
        put(folder, target, raw)
        return Placed(path, WRITTEN)
    before = _read(Path(os.path.realpath(folder)) / target.path)
    if before == raw:
        return Placed(path, SAME)
    if not yes and not untouched(before.decode("utf-8", "replace")):
        raise NeedsConsent(f"{path} was changed since it was exported, or is of another making, and would be replaced.")
    put(folder, target, raw)
    return Placed(path, REWRITTEN)


def _read(path: Path) -> bytes:
    """The bytes of a file, or nothing of what is too large to be ours or cannot be read: it then counts as changed."""
    try:
        with open_regular(path) as file:
            raw = file.read(LARGEST + 1)
    except OSError:
        return b""
    return raw if len(raw) <= LARGEST else b""
