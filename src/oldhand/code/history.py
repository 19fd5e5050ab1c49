"""The history that git keeps: commits, newest first, as a stream that needs little memory.

One `git log` process gives everything. Its fields are ended by NUL, which no message, name or path
can hold, and their number is fixed, so that nothing a commit says can pass for another commit.
"""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from oldhand.code.git import ask, stream
from oldhand.model.secrets import masked

RENAME_PAIRS = 1000  # files of one commit whose likeness is compared, git's own limit; beyond, equal content must do
MOST_GAPS = 100  # commits whose contents are missing before no more contents are asked for: each starts git twice
LATEST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z: a forged date beyond it has no name
_NAME = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")  # a commit of SHA-1 or SHA-256
_START = b"\x01"  # begins a commit: entries of a change begin with ":" or a number
_FIELDS = ("%H", "%P", "%ct", "%aN", "%aE", "%s", "%b")
_FORMAT = "--format=tformat:%x01" + "%x00".join(_FIELDS)
# The person's own settings must not change what is printed, nor may those of the repository.
_SETTINGS = (
    "-c",
    "diff.relative=false",
    "-c",
    "log.showRoot=true",
    "-c",
    "log.follow=false",
    "-c",
    "diff.algorithm=myers",
)
# Git maps packs and keeps contents by the hundred megabytes unless told otherwise; so it needs a quarter at 10 % more.
_MEMORY = (
    "-c", "core.packedGitWindowSize=16m", "-c", "core.packedGitLimit=64m", "-c", "core.deltaBaseCacheLimit=32m",
)  # fmt: skip
_PRINTED = ("-z", "--raw", "--no-abbrev", "--encoding=UTF-8", "--no-color", "--no-ext-diff", "--no-textconv")
_BY_NAMES = ("-M100%",)  # looks at no content: what was moved unchanged has the same id
_RENAMES = ("-M", f"-l{RENAME_PAIRS}")


class Change(NamedTuple):
    """What a commit did to one file.

    status: A added, M changed, D removed, R renamed from `old_path`, T another type of file. Paths are
    POSIX, relative to the top of the repository, bytes that are no UTF-8 as surrogates. added, deleted:
    lines; -1 in a binary file, 0 where lines were not asked for. before, after: ids of the contents, all
    zeros where there is none.
    """

    status: str
    path: str
    old_path: str
    added: int
    deleted: int
    before: str = ""
    after: str = ""


class Commit(NamedTuple):
    """One commit. time: the committer's, in milliseconds since 1970; a merge has no changes of its own.

    author, email: as .mailmap names them. Texts that are no UTF-8 have U+FFFD in place of what cannot be read.
    """

    sha: str
    parents: tuple[str, ...]
    time: int
    author: str
    email: str
    subject: str
    body: str
    changes: tuple[Change, ...]


def commits(
    root: Path, environment: Mapping[str, str], *, since: str = "", until: str = "HEAD", limit: int = 0,
    skip: int = 0, lines: bool = True,
) -> Iterator[Commit]:  # fmt: skip
    """The commits that `until` knows and `since` does not, newest first; none without git or commits.

    since: id of a commit that was read already; one that is no ancestor of `until` any more (after a
    rebase) or unknown counts for nothing, and all is read. limit: at most so many, 0 for all; skip: without
    the newest so many, to go on where a reading stopped that asked for the same.
    lines: count added and deleted lines; costs most of the time, as file contents are then compared.

    Renames are detected (it costs nothing measurable beside the counting of lines), for at most
    RENAME_PAIRS files of one commit; without that a moved file would look removed. Where contents are
    missing, as in a partial clone, git stops: that commit is then read by names alone (a file renamed and
    changed in it shows as removed and added, lines as 0), and after MOST_GAPS of them so is the rest.
    """
    span = _span(root, environment, since, until)
    if not span:
        return
    full = (*_RENAMES, "--numstat") if lines else _RENAMES
    done = gaps = 0
    while True:
        how = full if gaps < MOST_GAPS else _BY_NAMES
        with closing(_read(root, environment, span, how, limit and limit - done, skip + done)) as read:
            for commit in read:
                done += 1
                yield commit
        if (limit and done >= limit) or how == _BY_NAMES or not _more(root, environment, span, skip + done):
            return
        gaps += 1
        with closing(_read(root, environment, span, _BY_NAMES, 1, skip + done)) as read:
            for commit in read:
                done += 1
                yield commit
        if limit and done >= limit:
            return


def head(root: Path, environment: Mapping[str, str], until: str = "HEAD") -> str:
    """The id of the commit that `until` names; empty without git, without commits or when it names none."""
    if "\0" in until:
        return ""  # no process can be given it
    said = ask(root, environment, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{until}^{{commit}}")
    words = (said or b"").decode("ascii", "replace").split()
    return words[-1] if words and _NAME.match(words[-1]) else ""


def count(root: Path, environment: Mapping[str, str], *, since: str = "", until: str = "HEAD") -> int:
    """How many commits `commits` would give without a limit."""
    span = _span(root, environment, since, until)
    said = ask(root, environment, "rev-list", "--count", "--end-of-options", *span) if span else None
    return int(said) if said and said.strip().isdigit() else 0


def follows(root: Path, environment: Mapping[str, str], since: str, until: str = "HEAD") -> bool:
    """Whether `since` is a commit that `until` goes back to: what was read up to it still counts."""
    if not _NAME.match(since):
        return False
    return ask(root, environment, "merge-base", "--is-ancestor", since, until) is not None


def cut_off(root: Path, environment: Mapping[str, str]) -> bool:
    """Whether the history begins in the middle, as in a shallow clone."""
    return (ask(root, environment, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true"


def _span(root: Path, environment: Mapping[str, str], since: str, until: str) -> tuple[str, ...]:
    """The revisions that git is asked for; empty when there is nothing to read."""
    last = head(root, environment, until)
    if not last or last == since:
        return ()
    return (last, f"^{since}") if since and follows(root, environment, since, last) else (last,)


def _more(root: Path, environment: Mapping[str, str], span: tuple[str, ...], done: int) -> bool:
    """Whether git knows commits beyond the first `done`: the stream then broke off."""
    said = ask(root, environment, "rev-list", "--max-count=1", f"--skip={done}", "--end-of-options", *span)
    return bool(said and said.strip())


def _read(
    root: Path, environment: Mapping[str, str], span: tuple[str, ...], how: tuple[str, ...], limit: int, skip: int
) -> Generator[Commit, None, None]:
    words = [*_SETTINGS, *_MEMORY, "log", *_PRINTED, *how, _FORMAT]
    if limit:
        words.append(f"--max-count={limit}")
    if skip:
        words.append(f"--skip={skip}")
    with closing(stream(root, environment, *words, "--end-of-options", *span, "--")) as parts:  # type: ignore[type-var]
        fields: list[bytes] = []
        changed: dict[bytes, list[bytes]] = {}
        for part in parts:
            if part[:1] == _START:
                if len(fields) == len(_FIELDS):
                    yield _commit(fields, changed)
                fields = [part[1:], *islice(parts, len(_FIELDS) - 1)]
                changed = {}
            else:
                _note(part, parts, changed)
        if len(fields) == len(_FIELDS):
            yield _commit(fields, changed)


def _note(part: bytes, parts: Iterator[bytes], changed: dict[bytes, list[bytes]]) -> None:
    """Take one entry of a change, and the paths that follow it, into `changed`: path -> status, old path, counts."""
    part = part.lstrip(b"\n")
    if part[:1] == b":":
        _, _, before, after, status = part.split(b" ", 4)
        status = status[:1]
        path = next(parts, b"")
        old = b""
        if status in b"RC":
            old, path = path, next(parts, b"")
        changed[path] = [status, old, b"0", b"0", before, after]
    elif part.count(b"\t") >= 2:
        added, deleted, path = part.split(b"\t", 2)
        if not path:
            next(parts, b"")
            path = next(parts, b"")
        if path in changed:
            changed[path][2:4] = added, deleted


def _commit(fields: list[bytes], changed: dict[bytes, list[bytes]]) -> Commit:
    sha, parents, time, author, email, subject, body = (field.decode("utf-8", "replace") for field in fields)
    seconds = min(int(time), LATEST_SECOND) if time.isdigit() else 0
    changes = tuple(
        Change(
            status.decode(), _path(path), _path(old), _number(added), _number(deleted), before.decode(), after.decode()
        )
        for path, (status, old, added, deleted, before, after) in changed.items()
    )
    subject, body = masked(subject), masked(body.strip("\n"))  # before anything cuts a secret in two
    return Commit(sha, tuple(parents.split()), seconds * 1000, masked(author), masked(email), subject, body, changes)


def _path(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _number(raw: bytes) -> int:
    return int(raw) if raw.isdigit() else -1


def contents(
    root: Path, environment: Mapping[str, str], blobs: Sequence[str], largest: int, at_once: int = 200
) -> Iterator[tuple[str, bytes]]:
    """The contents of files by their ids, `at_once` held in memory; those larger than `largest` bytes are left out."""
    for start in range(0, len(blobs), at_once):
        asked = "".join(f"{blob}\n" for blob in blobs[start : start + at_once] if _NAME.match(blob)).encode()
        sizes = ask(
            root, environment, "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", given=asked
        )
        lines = (line.split() for line in (sizes or b"").splitlines())
        small = [words[0] for words in lines if len(words) == 3 and words[1] == b"blob" and int(words[2]) <= largest]
        given = b"".join(blob + b"\n" for blob in small)
        rest = memoryview(ask(root, environment, "cat-file", "--batch", given=given) or b"")
        while len(rest):
            end = bytes(rest[:200]).find(b"\n")
            words = bytes(rest[:end]).split()
            if end < 0 or len(words) != 3 or not words[2].isdigit():
                break
            size = int(words[2])
            yield words[0].decode("ascii"), bytes(rest[end + 1 : end + 1 + size])
            rest = rest[end + 2 + size :]
