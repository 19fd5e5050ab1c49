"""Who changed the lines of a file last, by git: spans of neighbouring lines, each with the commit they come from.

White space alone is no change, and lines moved within the file keep their commit (`git blame -w -M`). Commits that
the project's own `.git-blame-ignore-revs` names, such as one that formatted everything, are looked through.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from oldhand.code.git import ask
from oldhand.code.project import LONGEST_NOTE
from oldhand.errors import CannotBlame, LineOutOfRange
from oldhand.model.secrets import masked
from oldhand.store.regular_files import open_regular

LARGEST_FILE = 8 * 1_048_576  # bytes of a file whose lines are attributed: beyond that it is data
BINARY_PREFIX = 8_000  # bytes looked at for a NUL, as git itself does
BLAME_SECONDS = 20  # a file of 10,000 lines and 5,000 commits takes about ten
IGNORED_COMMITS = ".git-blame-ignore-revs"  # where projects list commits that only format; hosts of git read it too
COMMIT_DIGITS = (40, 64)  # of a commit's name by SHA-1 and by SHA-256
_ESCAPED = re.compile(r'\\([abfnrtv"\\]|[0-7]{3})')
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}
_TOUCH_FORMAT = "tformat:%H%x00%ct%x00%aN%x00%s"
_TOUCH_FIELDS = 4


class Span(NamedTuple):
    """Neighbouring lines of a file as it is now that one commit wrote last.

    first, last: 1-based lines; commit: 40 hexadecimal digits, empty for lines that are not committed; time: when
    it was committed (ms); path: the file's name in that commit; boundary: history is cut there (a shallow clone).
    """

    first: int
    last: int
    commit: str
    time: int
    author: str
    email: str
    subject: str
    path: str
    boundary: bool


class Touch(NamedTuple):
    """A commit that changed some lines: its 40 digits, when it was committed (ms), by whom, and its subject."""

    commit: str
    time: int
    author: str
    subject: str


class Repository(NamedTuple):
    """The innermost repository that holds a path: its top, the path within it, and the prefix that leads there."""

    top: Path
    path: str
    prefix: str


def blame(
    tree: Path, environment: Mapping[str, str], path: str, content: bytes, first: int = 0, last: int = 0
) -> list[Span]:
    """Who changed lines `first` to `last` of a file last (0, 0: all lines), from the top down.

    tree: the top of the worktree; path: relative to it; content: what the file holds now. Raises CannotBlame for
    binary, untracked and ignored files, without git and without commits, LineOutOfRange for lines beyond the end.
    """
    if b"\0" in content[:BINARY_PREFIX]:
        raise CannotBlame(path, "it is a binary file, which has no lines")
    count = len(content.splitlines()) if content else 0
    if first > count:
        raise LineOutOfRange(path, f"{count} line{'s' * (count != 1)}", first)
    home = innermost(tree, path)
    _demand_history(home, environment, path)
    if not count:
        return []
    words = ["blame", "--porcelain", "-w", "-M", "--no-textconv"]
    if first:
        words += ["-L", f"{first},{min(last, count)}"]
    ignoring = (home.top / IGNORED_COMMITS).is_file()
    settings = ("-c", "blame.ignoreRevsFile=", "-c", "blame.markUnblamableLines=false")
    said = None
    if ignoring:
        with_list = [*words, "--ignore-revs-file", IGNORED_COMMITS, "--", home.path]
        said = ask(home.top, environment, *settings, *with_list, seconds=BLAME_SECONDS)
    if said is None:  # no such list, or one that git cannot read
        said = ask(home.top, environment, *settings, *words, "--", home.path, seconds=BLAME_SECONDS)
    if said is None:
        raise CannotBlame(path, f"git did not tell within {BLAME_SECONDS} seconds; name fewer lines (FILE:FIRST-LAST)")
    return list(_joined(_lines(said), home.prefix))


def innermost(tree: Path, path: str) -> Repository:
    """The repository that holds a path: the project's own, or that of the submodule it lies in."""
    parts = path.split("/")
    for length in range(len(parts) - 1, 0, -1):
        folder = tree.joinpath(*parts[:length])
        if _is_repository(tree, folder):
            return Repository(folder, "/".join(parts[length:]), "/".join(parts[:length]) + "/")
    return Repository(tree, path, "")


def _is_repository(tree: Path, folder: Path) -> bool:
    """Whether a folder is the top of a repository whose git directory lies inside the project."""
    dot_git = folder / ".git"
    if dot_git.is_symlink():
        return False
    if dot_git.is_dir():
        return (dot_git / "HEAD").exists()
    try:
        with open_regular(dot_git) as file:
            said = file.read(LONGEST_NOTE).decode("utf-8", "surrogateescape").strip()
    except OSError:
        return False
    inside = (folder / said.removeprefix("gitdir:").strip()).resolve()
    return said.startswith("gitdir:") and inside.is_relative_to(tree.resolve()) and (inside / "HEAD").exists()


def _demand_history(home: Repository, environment: Mapping[str, str], path: str) -> None:
    """Raise CannotBlame, with what can be done about it, where git knows nothing of a file's lines."""
    if ask(home.top, environment, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") is None:
        if ask(home.top, environment, "rev-parse", "--git-dir") is None:
            raise CannotBlame(path, "there is no git here")
        raise CannotBlame(path, "the repository has no commits yet")
    tracked = ("--literal-pathspecs", "ls-files", "--error-unmatch", "-z", "--", home.path)
    if ask(home.top, environment, *tracked) is None:
        raise CannotBlame(path, "git does not track it")


class _Line(NamedTuple):
    number: int
    commit: str
    said: dict[str, str]


def _lines(said: bytes) -> Iterator[_Line]:
    """The lines of `git blame --porcelain`: a commit's facts are told once, with the first line it wrote."""
    known: dict[str, dict[str, str]] = {}
    commit, number = "", 0
    for raw in said.split(b"\n"):
        if raw.startswith(b"\t"):
            yield _Line(number, commit, known[commit])
            continue
        words = raw.split(b" ")
        if len(words) >= 3 and len(words[0]) in COMMIT_DIGITS and not words[0].strip(b"0123456789abcdef"):
            commit, number = words[0].decode(), int(words[2])
            known.setdefault(commit, {})
        elif raw:
            name, _, value = raw.partition(b" ")
            known[commit][name.decode("ascii", "replace")] = value.decode("utf-8", "replace")


def _unquoted(name: str) -> str:
    """A file's name as it is; git puts quotes around one that holds quotes, backslashes or control characters."""
    if len(name) < 2 or not (name[0] == name[-1] == '"'):
        return name
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1]) or chr(int(found[1], 8)), name[1:-1])


def _joined(lines: Iterator[_Line], prefix: str) -> Iterator[Span]:
    """Spans from lines: neighbours of one commit together. prefix: leads to the repository that git names files in."""
    held: Span | None = None
    for number, commit, said in lines:
        name = commit if commit.strip("0") else ""  # git names lines that no commit holds yet by zeros
        if held is not None and held.commit == name and held.last == number - 1:
            held = held._replace(last=number)
            continue
        if held is not None:
            yield held
        held = Span(
            number, number, name, int(said.get("committer-time", "0")) * 1000 if name else 0,
            masked(said.get("author", "")) if name else "",
            masked(said.get("author-mail", "").strip("<>")) if name else "",
            masked(said.get("summary", "")) if name else "", prefix + _unquoted(said.get("filename", "")),
            "boundary" in said,
        )  # fmt: skip
    if held is not None:
        yield held


def touched(
    tree: Path, environment: Mapping[str, str], path: str, first: int, last: int, since_ms: int, most: int
) -> list[Touch]:
    """The commits after a moment (ms since 1970) that changed a file, or lines of it, the latest first.

    Deleted lines count too. Lines are those of the file as it is committed. Raises CannotBlame.
    """
    home = innermost(tree, path)
    _demand_history(home, environment, path)
    words = ["log", "-z", f"--format={_TOUCH_FORMAT}", f"--max-count={most}", f"--since=@{since_ms // 1000}"]
    words += ["--no-ext-diff", "--no-textconv", "--no-color", "--encoding=UTF-8", "-s"]
    if first and "\n" not in home.path:
        said = ask(home.top, environment, *words, f"-L{first},{last}:{home.path}", seconds=BLAME_SECONDS)
        if said is not None:
            return list(_touches(said))
    said = ask(home.top, environment, *words, "--follow", "--", home.path, seconds=BLAME_SECONDS)
    return list(_touches(said or b""))


def _touches(said: bytes) -> Iterator[Touch]:
    fields = [field.decode("utf-8", "replace").strip("\n") for field in said.split(b"\0")]
    for at in range(0, len(fields) - _TOUCH_FIELDS + 1, _TOUCH_FIELDS):
        commit, time, author, subject = fields[at : at + _TOUCH_FIELDS]
        yield Touch(commit, int(time) * 1000 if time.isdigit() else 0, masked(author), masked(subject))
