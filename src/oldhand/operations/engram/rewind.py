"""The operation `engram rewind`."""

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

from oldhand.code.git import ask
from oldhand.code.history import head
from oldhand.code.paths import relative
from oldhand.errors import AlreadyThere, BadArgument, BadInput, FileNotWritable, UnknownCommit
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.sessions.engram_keeping import fields_of, named
from oldhand.store.regular_files import open_regular

LARGEST_SHOWN = 200_000  # bytes of a file that is shown; `git show` gives all of it
MOST_FILES = 200  # files of a commit that are listed
PIECE = 1 << 20  # bytes of a file that are read at once
LINK = b"120000"  # how git tells that a file is a symbolic link
SECONDS = 600.0  # for checking out a large project into a new folder
_BRANCH = re.compile(r"[\w][\w./+-]{0,199}\Z")


class FileThen(NamedTuple):
    """A file as it was. now: same, changed, or gone, of the file in the working tree."""

    path: str
    bytes: int
    now: str


class Rewound(NamedTuple):
    """The files as an engram's commit had them. branch, worktree: what was made of it, empty for nothing; content: the
    lines of the file that was asked for."""

    name: str
    commit: str
    title: str
    files: list[FileThen]
    path: str
    content: list[str]
    branch: str
    worktree: str


@operation(WRITE)
def rewind(memory: Memory, name: str, path: str = "", *, branch: str = "", worktree: str = "") -> Rewound:
    """Show the files as they were at an engram, or restore them into a new branch or folder

    Your working tree is never touched: a new branch only names the old commit, and a new worktree is a folder of its
    own. What is there already is left as it is.

    Parameters
    name: the engram's name or commit
    path: show this file as it was
    branch: make a branch of this name at its commit, without switching to it
    worktree: check its commit out into this new folder, on the new branch if one is named, else on none
    """
    with memory.reading() as reader:
        said = fields_of(named(memory, reader, name))
    commit = head(memory.project.tree, memory.environment, said["commit"]) if said["commit"] else ""
    if not commit:
        why = "git does not have it any more" if said["commit"] else "the engram belongs to no commit"
        raise UnknownCommit(said["commit"] or name, why)
    content: list[str] = []
    if path:
        path = relative(memory.project.tree, path)
        content = _content(memory, commit, path)
    if branch:
        _check_branch(memory, branch)
    place = _new_folder(memory, worktree) if worktree else None
    if place is not None:
        _add_worktree(memory, place, branch, commit)
    elif branch and ask(memory.project.tree, memory.environment, "branch", "--no-track", "--", branch, commit) is None:
        raise BadArgument("branch", branch, "git does not make it")
    return Rewound(
        said["name"], commit, said["title"], _files(memory, commit), path, content, branch, str(place) if place else ""
    )


def _files(memory: Memory, commit: str) -> list[FileThen]:
    """The files that the commit touched, as it left them."""
    tree, environment = memory.project.tree, memory.environment
    output = ask(
        tree, environment, "diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-only", "--diff-filter=d",
        "--end-of-options", commit, "--",
    )  # fmt: skip
    names = [part.decode("utf-8", "surrogateescape") for part in (output or b"").split(b"\0") if part][:MOST_FILES]
    listed = (
        ask(tree, environment, "--literal-pathspecs", "ls-tree", "-z", "-l", "--full-tree", commit, "--", *names)
        if names
        else b""
    )
    found = []
    for entry in (listed or b"").split(b"\0"):
        head_, _, raw = entry.partition(b"\t")
        words = head_.split()
        if len(words) == 4 and words[1] == b"blob":
            size = int(words[3]) if words[3].isdigit() else 0
            path = raw.decode("utf-8", "surrogateescape")
            found.append(
                FileThen(
                    path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
                    size,
                    _now(tree, path, words[2].decode(), size, link=words[0] == LINK),
                )
            )
    return found


def _now(tree: Path, name: str, blob: str, size: int, *, link: bool) -> str:
    """How a file of the working tree differs from a content, whose id in git and size are given.

    No link is followed, as git follows none: of one its target is compared, and what lies behind one is not there.
    """
    from hashlib import sha1, sha256

    path = tree / name
    try:
        if any((tree / folder).is_symlink() for folder in Path(name).parents):
            return "gone"
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode) is not link or not (link or stat.S_ISREG(found.st_mode)):
            return "gone" if stat.S_ISDIR(found.st_mode) else "changed"
        if found.st_size != size:
            return "changed"
        digest = (sha256 if len(blob) == 64 else sha1)(b"blob %d\0" % size, usedforsecurity=False)
        if link:
            digest.update(os.fsencode(os.readlink(path)))
        else:
            with open_regular(path) as file:
                while piece := file.read(PIECE):  # a file may be larger than the memory
                    digest.update(piece)
    except OSError:
        return "gone"
    return "same" if digest.hexdigest() == blob else "changed"


def _content(memory: Memory, commit: str, path: str) -> list[str]:
    output = ask(memory.project.tree, memory.environment, "cat-file", "blob", f"{commit}:{path}")
    if output is None:
        raise BadArgument("path", path, f"commit {commit[:9]} has no such file")
    if b"\0" in output[:8000]:
        return [f"{len(output):,} bytes that are no text"]
    lines = output[:LARGEST_SHOWN].decode("utf-8", "replace").splitlines()
    return lines + ["…"] * (len(output) > LARGEST_SHOWN)


def _check_branch(memory: Memory, branch: str) -> None:
    """Refuse a name that is no branch's or is taken. Raises BadArgument and AlreadyThere."""
    tree, environment = memory.project.tree, memory.environment
    if not _BRANCH.match(branch) or ask(tree, environment, "check-ref-format", "--branch", branch) is None:
        raise BadArgument("branch", branch, "git takes no such name")
    if (
        ask(tree, environment, "rev-parse", "--verify", "--quiet", "--end-of-options", f"refs/heads/{branch}")
        is not None
    ):
        raise AlreadyThere(f"The branch '{branch}'", "Give another name with --branch.")


def _new_folder(memory: Memory, worktree: str) -> Path:
    """The folder that a worktree is made in. Raises BadArgument and AlreadyThere."""
    path = named_file(memory, "worktree", worktree)
    if path.is_relative_to(memory.project.store.resolve()):
        raise BadArgument("worktree", worktree, "it lies in the store's folder; give one beside the project")
    if path.exists() or path.is_symlink():
        raise AlreadyThere(str(path), "Give a folder that is not there yet with --worktree.")
    return path


def _add_worktree(memory: Memory, place: Path, branch: str, commit: str) -> None:
    how = ["-b", branch] if branch else ["--detach"]
    done = ask(
        memory.project.tree,
        memory.environment,
        "worktree",
        "add",
        "--quiet",
        *how,
        "--",
        str(place),
        commit,
        seconds=SECONDS,
    )
    if done is None:
        if not place.parent.is_dir():
            raise FileNotWritable(place, "there is no folder to put it in")
        raise BadInput(
            f"git could not check commit {commit[:9]} out into {place}. `git worktree list` shows what is there."
        )
