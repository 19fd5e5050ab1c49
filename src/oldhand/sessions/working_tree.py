"""What the working tree is like now: branch, commit, what is not committed, and the files as they are.

Everything here is bounded, and what cannot be told is left out: a checkpoint must not fail because git is absent.
"""

import os
import time
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.checkout import checkout
from oldhand.code.git import ask
from oldhand.code.history import Commit, commits, count, follows
from oldhand.code.paths import read_bytes, relative
from oldhand.errors import OldhandError

if TYPE_CHECKING:
    from oldhand.memory import Memory

GIT_SECONDS = 5.0  # for one question: a checkpoint is made while an agent waits
DIGEST_SECONDS = 1.0  # for reading files: some hundred megabytes
DIGEST_DIGITS = 16  # of SHA-256: that two versions of one file agree in 64 bits does not happen by accident
LARGEST_DIGESTED = 4 << 20  # bytes of a file: larger ones are not written by hand
GONE, UNREAD = "gone", "unread"  # in place of a digest: no such file, and one that could not be read
MOST_DIRTY = 100  # files that are not committed; more are built or unpacked
MOST_COMMITS = 50  # commits read since a checkpoint, or of a session: more are another's work
LONGEST_SUBJECT = 120  # characters of a commit's subject that are kept


class Tree(NamedTuple):
    """The working tree now. commit: empty before the first, and without git; branch: empty when detached; dirty:
    paths that differ from the commit, relative to its top; until: the moment (ms) that it tells of, 0 for now: what
    files held then cannot be told."""

    commit: str = ""
    branch: str = ""
    dirty: tuple[str, ...] = ()
    until: int = 0


def tree_now(memory: "Memory") -> Tree:
    """The working tree as git sees it. One process at most is started, and none without git."""
    if memory.project.git is None:
        return Tree()
    found = checkout(memory.project.tree)
    said = ask(
        memory.project.tree, memory.environment, "status", "--porcelain=v1", "-z", "--untracked-files=normal",
        "--ignore-submodules=all", "--no-renames", seconds=GIT_SECONDS,
    )  # fmt: skip
    if said is None:
        return Tree(found.commit, found.branch)
    entries = [one for one in said.decode("utf-8", "replace").split("\0") if len(one) > 3]
    return Tree(found.commit, found.branch, tuple(one[3:] for one in entries[:MOST_DIRTY]))


def tree_then(memory: "Memory", moment: int, branch: str) -> Tree:
    """The working tree as far as it can be told of a moment (ms) that is over. branch: that it was on, if known.

    The commit is the latest of the present branch that was there then, when it is the same branch.
    """
    if memory.project.git is None:
        return Tree(until=moment)
    found = checkout(memory.project.tree)
    if branch and branch != found.branch:
        return Tree(branch=branch, until=moment)
    for one in commits(memory.project.tree, memory.environment, limit=MOST_COMMITS, lines=False):
        if one.time <= moment:
            return Tree(one.sha, found.branch, until=moment)
    return Tree(branch=found.branch, until=moment)


def inside(memory: "Memory", names: Iterable[str]) -> list[str]:
    """Paths as hosts give them, relative to the top of the working tree, each once; what lies elsewhere is left out."""
    found: dict[str, None] = {}
    for name in names:
        try:
            found[relative(memory.project.tree, os.path.normpath(name))] = None
        except (OldhandError, ValueError):
            continue  # another project, a file of the system, or no path at all
    return list(found)


def digests(memory: "Memory", paths: Iterable[str]) -> dict[str, str]:
    """What each file holds now, as the first digits of its SHA-256; GONE where there is none, UNREAD beyond bounds."""
    until = time.monotonic() + DIGEST_SECONDS
    return {path: _digest(memory, path) if time.monotonic() < until else UNREAD for path in paths}


def _digest(memory: "Memory", path: str) -> str:
    from oldhand.errors import NoSuchFile

    try:
        return sha256(read_bytes(memory.project.tree, path, LARGEST_DIGESTED)).hexdigest()[:DIGEST_DIGITS]
    except NoSuchFile:
        return GONE
    except OldhandError:
        return UNREAD


class Since(NamedTuple):
    """What became of a commit. number: how many came after it; latest: the newest of them; away: why the present commit
    does not follow from it, empty when it does."""

    number: int
    latest: tuple[str, ...]
    away: str = ""


def since(memory: "Memory", commit: str, most: int) -> Since:
    """The commits since one. most: how many are named."""
    root, environment = memory.project.tree, memory.environment
    now = checkout(root).commit if memory.project.git else ""
    if not commit or not now or commit == now:
        return Since(0, ())
    if not follows(root, environment, commit):
        return Since(0, (), "the present commit does not follow from it: another branch, or history was rewritten")
    read = commits(root, environment, since=commit, limit=most, lines=False)
    return Since(count(root, environment, since=commit), tuple(map(told, read)))


def made_after(memory: "Memory", moment: int, until: int = 0) -> list[Commit]:
    """The commits of the present branch that are younger than a moment (ms), newest first, at most MOST_COMMITS.

    until: and not younger than this one; 0: up to now.
    """
    found: list[Commit] = []
    if memory.project.git is None or not moment:
        return found
    for one in commits(memory.project.tree, memory.environment, limit=MOST_COMMITS, lines=False):
        if one.time < moment // 1000 * 1000:  # git keeps whole seconds
            break
        if not until or one.time <= until:
            found.append(one._replace(subject=memory.screening().clean(one.subject)))  # before anything cuts it
    return found


def told(commit: Commit) -> str:
    """A commit in one line: its first digits and its subject (secrets in it are masked where it is read)."""
    subject = " ".join(commit.subject.split())
    return f"{commit.sha[:12]} {subject[:LONGEST_SUBJECT]}".rstrip()
