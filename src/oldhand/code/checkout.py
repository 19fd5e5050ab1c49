"""What is checked out, read from git's own files: no process is started where a memory is only written down."""

import re
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from oldhand.store.regular_files import open_regular

LONGEST_FILE = 8 << 20  # bytes of packed-refs read: some 100,000 references
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")


class Checkout(NamedTuple):
    """The commit and the branch of a working tree. commit: empty before the first; branch: empty when detached."""

    commit: str = ""
    branch: str = ""


def checkout(tree: Path) -> Checkout:
    """What is checked out at the top of a working tree; nothing without git, or where git keeps it in another way."""
    folder = _git_folder(tree / ".git")
    head = _text(folder / "HEAD") if folder else ""
    if not folder or not head.startswith("ref: "):
        return Checkout(head if _COMMIT.match(head) else "")
    name = head.removeprefix("ref: ").strip()
    common = folder / (_text(folder / "commondir") or ".")
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # it may be of any bytes
    return Checkout(_commit_of(folder, common, name), shown.removeprefix("refs/heads/"))


def boundary(tree: Path) -> str:
    """A digest of where the history of a shallow clone begins; empty in a whole one, and without git."""
    folder = _git_folder(tree / ".git")
    if folder is None:
        return ""
    try:
        with open_regular(folder / (_text(folder / "commondir") or ".") / "shallow") as file:
            return sha256(file.read()).hexdigest()
    except FileNotFoundError:
        return ""
    except OSError:
        return "unknown"


def _git_folder(dot_git: Path) -> Path | None:
    if dot_git.is_dir():
        return dot_git
    said = _text(dot_git)
    return dot_git.parent / said.removeprefix("gitdir:").strip() if said.startswith("gitdir:") else None


def _commit_of(folder: Path, common: Path, name: str) -> str:
    if not name.startswith("refs/") or ".." in name:
        return ""
    for place in (folder / name, common / name):
        if _COMMIT.match(said := _text(place)):
            return said
    for line in _text(common / "packed-refs").splitlines():
        commit, _, reference = line.partition(" ")
        if reference == name and _COMMIT.match(commit):
            return commit
    return ""


def _text(path: Path) -> str:
    """The text of a small file, bytes that are no UTF-8 as surrogates; empty when it cannot be read."""
    try:
        with open_regular(path) as file:
            return file.read(LONGEST_FILE).decode("utf-8", "surrogateescape").strip()
    except (OSError, ValueError):
        return ""
