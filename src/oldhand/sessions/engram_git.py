"""What git says of a commit that an engram belongs to: its files, its trailer, what it was before it was rewritten."""

import os
import re
import stat
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from oldhand.code.checkout import checkout
from oldhand.code.git import ask
from oldhand.code.history import Change, commits, head

TRAILER = "Oldhand-Engram"
MOST_FILES = 200  # files of a commit that are named; git tells the others
NAME = re.compile(r"[0-9a-f]{12}\Z")  # of an engram: 48 bits, drawn by chance
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
DIRTY_SECONDS = 2.0  # for looking which files differ from the commit: the largest repositories need one
REBASING = ("rebase-merge", "rebase-apply")
REWRITTEN = ("rebase-merge/rewritten-list", "rebase-apply/rewritten")  # where git keeps what a rebase rewrote
MOST_REWRITTEN = 4 << 20  # bytes of such a list: some 50,000 commits
AMENDED = "commit (amend)"
LARGEST_MESSAGE = 1 << 20  # bytes of a commit's message that is given a trailer
MESSAGE_SECONDS = 0.5  # for a question about a message, which git answers in some milliseconds
SIGNATURE = b"Signed-off-by: "  # a line of these is no word of a message for git
NOTHING_KNOWN: Mapping[str, str] = MappingProxyType({})


class FileChange(NamedTuple):
    """What the commit did to a file. action: A added, M changed, D removed, R renamed, T another type; added, deleted:
    lines, -1 in a binary file; by_session: whether a tool of the session changed it."""

    action: str
    path: str
    old_path: str
    added: int
    deleted: int
    by_session: bool


class Made(NamedTuple):
    """The commit that an engram belongs to. rewritten: ids that it had before it was amended or rebased."""

    commit: str
    branch: str
    at: int
    subject: str
    files: tuple[FileChange, ...] = ()
    rewritten: tuple[str, ...] = ()
    worktree: str = ""
    dirty: int = 0


def new_name() -> str:
    """A name for an engram that nothing else has: 48 bits by chance."""
    return os.urandom(6).hex()


def session_name(session: str) -> str:
    """The name of the one engram of a session, where there is one for each session."""
    return sha256(f"session\n{session}".encode()).hexdigest()[:12]


def git_folder(tree: Path, environment: Mapping[str, str]) -> Path | None:
    """The working tree's own git folder; None without git."""
    said = ask(tree, environment, "rev-parse", "--absolute-git-dir")
    return Path(said.decode("utf-8", "surrogateescape").strip()) if said and said.strip() else None


def common_folder(tree: Path, environment: Mapping[str, str]) -> Path | None:
    """Git's folder that all working trees share; None without git."""
    said = ask(tree, environment, "rev-parse", "--path-format=absolute", "--git-common-dir")
    return Path(said.decode("utf-8", "surrogateescape").strip()) if said and said.strip() else None


def rebasing(folder: Path) -> bool:
    """Whether a rebase is under way in a working tree: its commits are no new work."""
    return any((folder / name).exists() for name in REBASING)


def rewritten(folder: Path) -> list[tuple[str, str]]:
    """(id before, id after) of what a rebase that is just ending rewrote, in its order."""
    for name in REWRITTEN:
        try:
            with open(folder / name, "rb") as file:
                text = file.read(MOST_REWRITTEN).decode("ascii", "replace")
        except OSError:
            continue
        pairs = (line.split()[:2] for line in text.splitlines())
        return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2 and all(map(COMMIT.match, pair))]
    return []


def amended(tree: Path, environment: Mapping[str, str]) -> str:
    """The commit that the present one was made from by `--amend`, as the reflog tells; empty when it was not."""
    said = ask(tree, environment, "log", "--walk-reflogs", "--max-count=2", "--format=%H %gs", "HEAD")
    lines = (said or b"").decode("utf-8", "replace").splitlines()
    if len(lines) < 2 or not lines[0][lines[0].find(" ") + 1 :].startswith(AMENDED):
        return ""
    before = lines[1].split(" ", 1)[0]
    return before if COMMIT.match(before) else ""


def parents(tree: Path, environment: Mapping[str, str], commit: str) -> str:
    """The ids of a commit's parents; `-` where git has no such commit."""
    said = ask(tree, environment, "rev-list", "--max-count=1", "--parents", "--end-of-options", commit)
    words = (said or b"").decode("ascii", "replace").split(" ", 1)
    return "-" if not said else words[1].strip() if len(words) > 1 else ""


def names_in(tree: Path, environment: Mapping[str, str], commit: str) -> list[str]:
    """The engrams that the trailers of a commit name, the last one first."""
    said = ask(
        tree, environment, "log", "--max-count=1", f"--format=%(trailers:key={TRAILER},valueonly,separator=%x00)",
        "--end-of-options", commit,
    )  # fmt: skip
    names = [part.strip() for part in (said or b"").decode("utf-8", "replace").split("\0")]
    return [name for name in reversed(names) if NAME.match(name)]


def add_trailer(message: Path, name: str, environment: Mapping[str, str] = NOTHING_KNOWN) -> bool:
    """Add the trailer to the end of a commit's message that is ready; whether git reads it there as a trailer.

    message: the file in git's own folder; environment: the variables of the commit, without which only the
    repository's settings and the system's are known. A message without words of its own is left alone: a trailer
    would make a commit of what git refuses as empty. Git itself is asked what it reads before and after, as the
    message stands and without its comments; where a trailer would be lost or ours would be none, nothing is added.
    """
    if _said_for_this_commit(environment):
        return False
    flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(message, flags)
        with open(descriptor, "r+b", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return False
            text = file.read(LARGEST_MESSAGE + 1)
            if len(text) > LARGEST_MESSAGE:
                return False
            added = _added(message.parent, environment, text, name)
            return added is not None and _append(descriptor, len(text), added)
    except OSError:
        return False


def _said_for_this_commit(environment: Mapping[str, str]) -> bool:
    """Whether variables change, for this one command, what git takes for a comment or a trailer (`git -c`)."""
    said = (value for key, value in environment.items() if key.startswith(("GIT_CONFIG_PARAMETERS", "GIT_CONFIG_KEY_")))
    return any(word in value.lower() for value in said for word in ("core.comment", "trailer."))


def _added(folder: Path, environment: Mapping[str, str], text: bytes, name: str) -> bytes | None:
    """What makes the trailer of a message's end: nothing if it has one; None where that is not possible."""
    bare = ask(folder, environment, "stripspace", "--strip-comments", seconds=MESSAGE_SECONDS, given=text)
    before = _trailers(folder, environment, text)
    if bare is None or before is None or not any(map(_is_word, bare.splitlines())):
        return None
    if any(line.lower().startswith(f"{TRAILER}:".lower().encode()) for line in before):
        return b""
    ours = f"{TRAILER}: {name}".encode()
    # Behind trailers that are there, else in a paragraph of its own: git takes those of the last paragraph alone.
    added = (b"" if text.endswith(b"\n") else b"\n") + (b"" if before else b"\n") + ours + b"\n"
    if _trailers(folder, environment, text + added) != [*before, ours]:
        return None
    if bare.splitlines() != text.splitlines():  # comments may be taken out, or may stay: the hook is not told
        left = ask(folder, environment, "stripspace", "--strip-comments", seconds=MESSAGE_SECONDS, given=text + added)
        there = _trailers(folder, environment, bare)
        if left is None or there is None or _trailers(folder, environment, left) != [*there, ours]:
            return None
    return added


def _is_word(line: bytes) -> bool:
    """Whether a line counts as a message for git, which refuses one of nothing but signatures."""
    return bool(line.strip()) and not line.startswith(SIGNATURE)


def _trailers(folder: Path, environment: Mapping[str, str], text: bytes) -> list[bytes] | None:
    """The trailers that git reads in a message; None when it does not answer.

    Read as `git log` reads them, and none is made: what the person's settings name for other trailers is not run.
    """
    said = ask(
        folder, environment, "interpret-trailers", "--parse", "--no-divider", seconds=MESSAGE_SECONDS, given=text
    )
    return None if said is None else said.splitlines()


def _append(descriptor: int, size: int, added: bytes) -> bool:
    """Write behind the end of a message, whole or not at all; whether it is there."""
    if os.fstat(descriptor).st_size != size:
        return False  # somebody else writes it too
    try:
        if os.write(descriptor, added) == len(added):
            return True
    except OSError:
        pass  # the disk is full: what came so far goes, and the message stays as it was
    os.ftruncate(descriptor, size)
    return False


def made(
    tree: Path, environment: Mapping[str, str], commit: str, by_session: Sequence[str] = (), *, now: bool = False,
    worktree: str = "",
) -> Made | None:  # fmt: skip
    """A commit with its files; None where there is none. by_session: files that the session changed; now: whether it
    was made just now, so that the branch and what is not committed belong to it."""
    whole = head(tree, environment, commit)
    one = next(commits(tree, environment, until=whole, limit=1), None) if whole else None
    if one is None:
        return None
    ours = frozenset(by_session)
    files = tuple(_file(change, ours) for change in one.changes[:MOST_FILES])
    branch = checkout(tree).branch if now else ""
    dirty = _dirty(tree, environment) if now else 0
    return Made(one.sha, branch, one.time, one.subject, files, (), worktree, dirty)


def _file(change: Change, ours: frozenset[str]) -> FileChange:
    path, old = (
        name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for name in (change.path, change.old_path)
    )
    return FileChange(change.status, path, old, change.added, change.deleted, path in ours)


def _dirty(tree: Path, environment: Mapping[str, str]) -> int:
    """How many tracked files differ from the commit; -1 when git does not tell in time."""
    said = ask(tree, environment, "diff-index", "--name-only", "-z", "HEAD", "--", seconds=DIRTY_SECONDS)
    return -1 if said is None else said.count(b"\0")
