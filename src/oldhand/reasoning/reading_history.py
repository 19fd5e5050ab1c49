"""The history of a branch as outcomes are derived from it: every commit once, oldest first, then the lines of some.

Two readings by git. The first gives messages and names of files, ended by NUL, which neither can hold. The second gives
changed lines of the commits that matter; there every line begins with a mark of git's own, so that no content can pass
for the beginning of a commit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from oldhand.code.git import ask, stream
from oldhand.model.secrets import masked

RENAME_PAIRS = 1000  # files of one commit whose likeness is compared, git's own limit
LONGEST_BODY = 4_000  # characters of a message that are kept: reasons and references stand at its start or its end
MOST_FILES = 2_000  # files of a commit that are kept; what touches more speaks of none of them
AT_ONCE = 1_000  # commits whose lines one git process is asked for: 41 KB of arguments
MOST_GAPS = 2_000  # commits whose contents are missing before the rest is given up: each starts git once more
LARGEST_FILE = "2m"  # a larger file counts as binary: it is generated, and one line of it could fill the memory
LATEST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z: a forged date beyond it has no name
_FIELDS = ("%H", "%P", "%ct", "%at", "%aN", "%aE", "%s", "%b")
_START = b"\x01"
_SETTINGS = (
    "-c", "diff.relative=false", "-c", "log.showRoot=true", "-c", "log.follow=false", "-c", "diff.algorithm=myers",
    "-c", f"core.bigFileThreshold={LARGEST_FILE}", "-c", "core.packedGitWindowSize=16m",
    "-c", "core.packedGitLimit=64m", "-c", "core.deltaBaseCacheLimit=32m", "-c", "diff.renames=true",
    "-c", "diff.suppressBlankEmpty=false", "-c", "diff.noprefix=false",
)  # fmt: skip
_PRINTED = (
    "--no-abbrev", "--encoding=UTF-8", "--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature",
    "--ignore-submodules=all", f"-l{RENAME_PAIRS}",
)  # fmt: skip


_T = TypeVar("_T")


class Seen(NamedTuple):
    """A commit. time, authored: ms since 1970; files: (status, path, old path), none of a merge; bytes that are no
    UTF-8 are U+FFFD in texts and surrogates in paths."""

    sha: str
    parents: tuple[str, ...]
    time: int
    authored: int
    author: str
    email: str
    subject: str
    body: str
    files: tuple[tuple[str, str, str], ...]


class FileLines(NamedTuple):
    """What a commit did to the lines of one file: runs of neighbouring changes. old: its path before; path: after, or
    before where it was removed; removed: whether it was."""

    old: str
    path: str
    removed: bool
    runs: list["Run"]


class Run(NamedTuple):
    """Neighbouring changed lines, as bytes without their marks: what was there, what is, and what stands around."""

    gone: list[bytes]
    new: list[bytes]
    around: list[bytes]


class Order(NamedTuple):
    """The commits of a history: each main-line commit behind those that it brought. main: those of the main line."""

    commits: list[str]
    main: frozenset[str]


def ordered(tree: Path, environment: Mapping[str, str], until: str, since: str = "") -> Order:
    """The commits that `until` knows and `since` does not, each after its parents; none when git does not answer.

    The order does not change for what was there before when the main line grows: what is read in parts is read in the
    same order as at once.
    """
    without = (f"^{since}",) if since else ()
    words = ("--reverse", "--topo-order", "--parents", "--end-of-options", until, *without)
    told = (ask(tree, environment, "rev-list", *words) or b"").decode("ascii", "replace").splitlines()
    parents = {sha: more for sha, *more in map(str.split, told)}
    place = {sha: number for number, sha in enumerate(parents)}
    main, at = list[str](), until
    while at in parents:
        main.append(at)
        at = parents[at][0] if parents[at] else ""
    found: dict[str, None] = {}
    for sha in reversed(main):
        brought, waiting = set[str](), parents[sha][1:]
        while waiting:
            one = waiting.pop()
            if one in parents and one not in found and one not in brought:
                brought.add(one)
                waiting += parents[one]
        found |= dict.fromkeys(sorted(brought, key=place.__getitem__))
        found[sha] = None
    return Order(list(found), frozenset(main))


def named_of(tree: Path, environment: Mapping[str, str], commits: Sequence[str]) -> Iterator[Seen]:
    """Each of these commits with its message and the names of its files, in their order.

    Where contents are missing, as in a partial clone, git stops: such a commit is read by names alone, so that a file
    which was renamed and changed in it shows as removed and added.
    """
    words = (
        *_SETTINGS, "log", "-z", "--no-walk=unsorted", "--raw", *_PRINTED,
        "--format=tformat:%x01" + "%x00".join(_FIELDS), "--end-of-options",
    )  # fmt: skip

    def read(wanted: Sequence[str], renames: str) -> Iterator[tuple[str, Seen]]:
        asked = [*words[:-1], renames, words[-1], *wanted, "--"]
        with closing(stream(tree, environment, *asked)) as parts:  # type: ignore[type-var]
            yield from ((seen.sha, seen) for seen in _messages(parts))

    for _, seen in _whole(commits, lambda wanted: read(wanted, "-M"), lambda one: read([one], "-M100%")):
        yield seen


_Read = Callable[[Sequence[str]], Iterator[tuple[str, "_T"]]]


def _whole(
    commits: Sequence[str], read: "_Read[_T]", poorly: "Callable[[str], Iterator[tuple[str, _T]]]"
) -> Iterator[tuple[str, "_T"]]:  # fmt: skip
    """What is read of each commit, AT_ONCE at a time. poorly: how one is read at which git stopped."""
    start, gaps = 0, 0
    while start < len(commits):
        wanted = commits[start : start + AT_ONCE]
        done = 0
        for one in read(wanted):
            done += 1
            yield one
        start += done
        if done < len(wanted):
            gaps += 1
            if gaps > MOST_GAPS:
                return
            yield from poorly(wanted[done])
            start += 1


def _messages(parts: Iterator[bytes]) -> Iterator[Seen]:
    fields: list[bytes] = []
    files: list[tuple[str, str, str]] = []
    for part in parts:
        if part[:1] == _START:
            if len(fields) == len(_FIELDS):
                yield _seen(fields, files)
            fields, files = [part[1:], *islice(parts, len(_FIELDS) - 1)], []
        elif (part := part.lstrip(b"\n"))[:1] == b":":
            status = part.rpartition(b" ")[2][:1]
            path, old = next(parts, b""), b""
            if status in b"RC":
                old, path = path, next(parts, b"")
            if len(files) < MOST_FILES:
                files.append((status.decode(), _path(path), _path(old)))
    if len(fields) == len(_FIELDS):
        yield _seen(fields, files)


def _seen(fields: list[bytes], files: list[tuple[str, str, str]]) -> Seen:
    sha, parents, time, authored, author, email, subject, body = (field.decode("utf-8", "replace") for field in fields)
    subject, body = masked(subject[:1000]), masked(_ends(body.strip("\n")))  # what is kept of it holds no secret
    return Seen(
        sha, tuple(parents.split()), _ms(time), _ms(authored), masked(author[:200]), email[:200], subject[:1000],
        _ends(body.strip("\n")), tuple(files),
    )  # fmt: skip


def _ms(seconds: str) -> int:
    return min(int(seconds), LATEST_SECOND) * 1000 if seconds.isascii() and seconds.isdecimal() else 0


def _ends(body: str) -> str:
    """The start and the end of a long message, where reasons and trailers stand."""
    if len(body) <= LONGEST_BODY:
        return body
    return f"{body[: LONGEST_BODY * 3 // 4]}\n{body[-LONGEST_BODY // 4 :]}"


def _path(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


# -- lines --------------------------------------------------------------------------------------------


def lines_of(
    tree: Path, environment: Mapping[str, str], commits: Sequence[str]
) -> Iterator[tuple[str, list[FileLines]]]:  # fmt: skip
    """(commit, its files with their changed lines) of each of these commits that is no merge, in their order.

    Commits whose contents git has not, as in a partial clone, are passed over.
    """
    words = (
        *_SETTINGS, "log", "--no-walk=unsorted", "-p", "-U1", "--src-prefix=a/", "--dst-prefix=b/", *_PRINTED, "-M",
        "--format=tformat:%x01%H", "--end-of-options",
    )  # fmt: skip

    def read(wanted: Sequence[str]) -> Iterator[tuple[str, list[FileLines]]]:
        asked = [*words, *wanted, "--"]
        with closing(stream(tree, environment, *asked, separator=b"\n")) as lines:  # type: ignore[type-var]
            yield from _read(lines)

    yield from _whole(commits, read, lambda one: iter(()))


def _read(lines: Iterator[bytes]) -> Iterator[tuple[str, list[FileLines]]]:
    sha, files = "", list[FileLines]()
    old = new = b""
    for line in lines:
        first = line[:1]
        if first == b"@":
            if files:
                _hunk(line, lines, files[-1].runs)
        elif first == _START:
            if sha:
                yield sha, files
            sha, files = line[1:].decode("ascii", "replace"), []
        elif line[:11] == b"diff --git ":
            old = new = b""
        elif line[:12] == b"rename from ":
            old = line[12:]
        elif line[:10] == b"rename to ":  # of a file that moved unchanged nothing more follows
            new = line[10:]
            files.append(FileLines(_named(old), _named(new), False, []))
        elif line[:4] == b"--- ":
            old = line[4:]
        elif line[:4] == b"+++ ":
            new = line[4:]
            before, after = _side(old), _side(new)
            if files and (files[-1].path, files[-1].old) == (after, before) and not files[-1].runs:
                continue  # it was renamed: it is there already
            files.append(FileLines(before or after, after or before, not after, []))
    if sha:
        yield sha, files


def _hunk(head: bytes, lines: Iterator[bytes], runs: list[Run]) -> None:
    """Take the lines of one hunk, whose number its head tells, into runs of neighbouring changes."""
    parts = head.split(b" ", 3)
    gone, new = _count(parts[1]), _count(parts[2]) if len(parts) > 2 else 0
    run = Run([], [], [])
    before: bytes = b""
    while gone > 0 or new > 0:
        line = next(lines, None)
        if line is None:
            break
        mark = line[:1]
        if mark == b"-":
            gone -= 1
            run.gone.append(line[1:])
        elif mark == b"+":
            new -= 1
            run.new.append(line[1:])
        elif mark == b" ":
            gone, new = gone - 1, new - 1
            if run.gone or run.new:
                run.around.append(line[1:])
                runs.append(run)
                run = Run([], [], [])
            before = line[1:]
        if mark in b"+-" and before:
            run.around.append(before)
            before = b""
    if run.gone or run.new:
        runs.append(run)


def _count(part: bytes) -> int:
    """How many lines one side of a hunk has: `-12,3` has 3, `-12` has 1."""
    number = part.partition(b",")[2]
    return int(number) if number.isdigit() else 0 if number else 1


def _side(raw: bytes) -> str:
    """The path of one side of a difference; empty for /dev/null."""
    raw = raw.removesuffix(b"\t")
    if raw == b"/dev/null":
        return ""
    return _named(raw)[2:]


def _named(raw: bytes) -> str:
    """A path as git prints it in a difference: quoted as in C where it holds control characters or quotes."""
    if raw[:1] != b'"' or raw[-1:] != b'"':
        return _path(raw)
    found, rest = bytearray(), iter(raw[1:-1])
    escapes = {97: 7, 98: 8, 116: 9, 110: 10, 118: 11, 102: 12, 114: 13}
    for byte in rest:
        if byte != 92:
            found.append(byte)
            continue
        code = next(rest, 92)
        if 48 <= code <= 51:
            digits = [code - 48, *(next(rest, 48) - 48 for _ in range(2))]
            found.append((digits[0] * 64 + digits[1] * 8 + digits[2]) & 255)
        else:
            found.append(escapes.get(code, code))
    return _path(bytes(found))


def brought_by(tree: Path, environment: Mapping[str, str], merge: str, most: int) -> list[str]:
    """The commits that a merge brought to its first parent, at most so many, the newest first."""
    told = ask(
        tree, environment, "rev-list", "--no-merges", f"--max-count={most}", "--end-of-options", merge, f"^{merge}^1"
    )
    return (told or b"").decode("ascii", "replace").split()


def known_commits(tree: Path, environment: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Which names of commits, whole ids or their beginnings, git knows: name -> whole id."""
    wanted = [name for name in dict.fromkeys(names) if name and all(digit in "0123456789abcdef" for digit in name)]
    if not wanted:
        return {}
    asked = "".join(f"{name}^{{commit}}\n" for name in wanted).encode()
    told = ask(tree, environment, "cat-file", "--batch-check=%(objectname) %(objecttype)", given=asked)
    lines = (told or b"").decode("utf-8", "replace").splitlines()
    pairs = zip(wanted, (line.split() for line in lines), strict=False)
    return {name: words[0] for name, words in pairs if len(words) == 2 and words[1] == "commit"}


def blobs_at(tree: Path, environment: Mapping[str, str], until: str, paths: set[str]) -> dict[str, str]:
    """Path -> id of its content at a commit, of those of these paths that are there."""
    found: dict[str, str] = {}
    words = ("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", until)
    with closing(stream(tree, environment, *words)) as parts:  # type: ignore[type-var]
        for part in parts:
            head, _, raw = part.partition(b"\t")
            if (path := _path(raw)) in paths and head.split()[1:2] == [b"blob"]:
                found[path] = head.split()[2].decode("ascii")
    return found
