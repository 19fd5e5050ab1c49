"""What became of the lines that some commits added and removed: which still stand, and which commit ended the others.

A line is known by a checksum of its characters without white space. So a change of white space is none, and a line that
one commit takes from one place to another stays. Lines that say little (brackets, `else:`, short names) are left out:
they come and go for reasons of their own. Which lines stand at the end is read from the files there; the commits
between tell who ended them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from zlib import crc32

from oldhand.code.languages import role_of
from oldhand.reasoning.reading_history import FileLines

SHORTEST = 8  # characters without white space of a line that tells anything
LEAST_LETTERS = 6  # letters and digits among them
MOST_LINES = 4_000  # added or removed lines of a decision that are followed; of more, as many spread evenly
MOST_PATHS = 400  # files of a decision that are followed; what touches more is a sweep through all of the code
MOST_CHANGES = 400  # commits kept that touched the lines of one decision: the first ones, when it was still new
_MARKS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
LONGEST_READ = 500  # bytes of a changed line that are compared
_COMMENT = re.compile(rb"\s{0,200}(?:#(?![!\[])|//|/\*|\*|--|;|\"\"\"|'''|<!--)")
_TAIL = re.compile(rb"\s(?:#|//)\s.*$")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'|`[^`]*`")
_VERSION = re.compile(rb"\bv?\d{1,9}\.\d{1,9}\.[\w.+-]{1,40}")
_SIGN = re.compile(rb"\w+|[^\w\s]")
_LOOSE = frozenset({b",", b"(", b")", b";"})  # come and go with the shape of a line
UNKNOWN = "?"  # ended a line that no commit is seen to remove: a merge that was settled by hand
# Files whose lines carry a choice, the best first; the others only where a commit has nothing better. Code comes before
# configuration: beside code that is versions and build steps, which change for reasons of their own.
_TELLING = (("code",), ("config",), ("test",), ("docs",), ("data", "generated", "vendored"))


def digest(line: bytes) -> int:
    """The checksum of a line without its white space; 0 for one that says too little."""
    bare = b"".join(line.split())
    if len(bare) < SHORTEST or len(bare.translate(None, _MARKS)) < LEAST_LETTERS:
        return 0
    return crc32(bare) or 1


def bare(lines: Iterable[bytes]) -> list[bytes]:
    """The words and signs of lines without their comments, without what stands in quotation marks and without numbers
    of versions, so that a change of wording or of a version is none. No language is parsed: what begins as a comment
    does in most languages counts as one."""
    told = (line[:LONGEST_READ] for line in lines if not _COMMENT.match(line))
    kept = (_VERSION.sub(b"0", _TAIL.sub(b"", _QUOTED.sub(b'"', line))) for line in told)
    return [sign for line in kept for sign in _SIGN.findall(line) if sign not in _LOOSE]


def telling(paths: Iterable[str]) -> frozenset[str]:
    """Those of a commit's files in which its choice shows: code where there is any."""
    of = {path: role_of(path) for path in paths}
    for roles in _TELLING:
        if found := frozenset(path for path, role in of.items() if role in roles):
            return found
    return frozenset()


PROSE = (".md", ".markdown", ".rst", ".adoc")  # endings of files that people read


def besides_documents(paths: Iterable[str]) -> frozenset[str]:
    """Those of a commit's files that are no documents: what is only written about a choice does not carry it out.

    Prose in a folder of tests is none the less prose: `specs/` holds tests in one project and plans in another.
    """
    return frozenset(path for path in paths if role_of(path) != "docs" and not path.lower().endswith(PROSE))


class Touched(NamedTuple):
    """What one commit did to the lines that are followed. before: how many of them stood so before it (added lines that
    were there, removed ones that were not); undone: how many of those it undid; redone: how many that were undone it
    did again; near: changed runs beside its added lines; new, gone: lines written and taken away there; runs, brought:
    changed runs, and lines written, in all of its files in which its choice shows; back: how many of the undone lines
    are removed ones that it put back; taken: lines that it took away in the files in which its choice shows, so that
    undone - back of them are the decision's; coded: near runs that change more than comments and texts."""

    before: int
    undone: int
    redone: int
    near: int
    new: int
    gone: int
    runs: int = 0
    brought: int = 0
    back: int = 0
    taken: int = 0
    coded: int = 0


class Lines:
    """The lines of one decision. added, removed: checksum -> the commit that undid it, empty while it stands."""

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        saved = saved or {}
        self.added: dict[int, str] = {int(name): by for name, by in saved.get("added", {}).items()}
        self.removed: dict[int, str] = {int(name): by for name, by in saved.get("removed", {}).items()}
        self.paths: dict[str, None] = dict.fromkeys(saved.get("paths", ()))
        self.present: set[int] | None = None if "present" not in saved else set(saved["present"])
        self._undone = self._read_undone()

    def saved(self) -> dict[str, Any]:
        """What `Lines` are made from again."""
        there = {} if self.present is None else {"present": sorted(self.present)}
        return {"added": self.added, "removed": self.removed, "paths": list(self.paths), **there}

    def _read_undone(self) -> int:
        return sum(map(bool, self.added.values())) + sum(map(bool, self.removed.values()))

    @property
    def total(self) -> int:
        """How many lines are followed."""
        return len(self.added) + len(self.removed)

    @property
    def standing(self) -> int:
        """How many of them are as the decision left them at the end."""
        return self.total - len(self.undone_by_each())

    def take(self, files: Sequence[FileLines]) -> None:
        """Take in a commit that carries the decision. What an earlier such commit wrote and this one changes again is
        work that was not finished yet: it is followed no more."""
        wanted = telling({one.path for one in files})
        gone, new = _net(files)
        for name in gone:
            self.added.pop(name, None)
        for name in new:
            self.removed.pop(name, None)
        self._undone = self._read_undone()
        kept_gone, kept_new = _net([one for one in files if one.path in wanted])
        all_gone, all_new = frozenset(gone), frozenset(new)
        _spread(self.added, [name for name in kept_new if name in all_new])
        _spread(self.removed, [name for name in kept_gone if name in all_gone])
        for one in files:
            if one.path in wanted and len(self.paths) < MOST_PATHS:
                self.paths |= dict.fromkeys((one.path, one.old))

    def follow(self, old: str, path: str) -> None:
        """Follow a file to its new name."""
        if old in self.paths and len(self.paths) < 2 * MOST_PATHS:
            self.paths[path] = None

    def touch(self, sha: str, files: Sequence[FileLines], sums: "Sums") -> Touched:
        """Take in a later commit. files: those of it that are followed; sums: of all that it changed."""
        before = self.total - self._undone
        undone = redone = 0
        for line in self.added.keys() & sums.gone:
            if not self.added[line]:
                self.added[line] = sha
                undone += 1
        for line in self.removed.keys() & sums.gone:
            if self.removed[line]:
                self.removed[line] = ""
                redone += 1
        for line in self.added.keys() & sums.new:
            if self.added[line]:
                self.added[line] = ""
                redone += 1
        back = 0
        for line in self.removed.keys() & sums.new:
            if not self.removed[line]:
                self.removed[line] = sha
                back += 1
        undone += back
        self._undone += undone - redone
        near = written = taken = coded = 0
        stays: set[int] = set()
        for one in files:
            for run, around in zip(one.runs, sums.around(one), strict=True):
                if found := [line for line in around if line in self.added]:
                    near += 1
                    written += len(run.new)
                    taken += len(run.gone)
                    coded += bare(run.gone) != bare(run.new)
                    stays.update(found)
        if stays:
            self._move(stays - sums.gone, sums)
        return Touched(before, undone, redone, near, written, taken, sums.runs, sums.brought, back, sums.taken, coded)

    def among(self, files: Sequence[FileLines]) -> list[FileLines]:
        """Those of a commit's files that are followed."""
        return [one for one in files if one.path in self.paths or one.old in self.paths]

    def _move(self, lines: set[int], sums: "Sums") -> None:
        """Follow lines that a commit took away in one file and brought in another to that one."""
        for one in sums.files:
            if (
                one.path not in self.paths
                and len(self.paths) < 2 * MOST_PATHS
                and not lines.isdisjoint(sums.new_in(one))
            ):
                self.paths[one.path] = None

    def settle(self, present: set[int]) -> None:
        """Know which of the lines its files have at the end: those are there, whatever was read before."""
        self.present = present

    def undone_by_each(self) -> list[str]:
        """The commit that ended it, of each line that is not as the decision left it at the end."""
        if self.present is None:
            return [by for by in (*self.added.values(), *self.removed.values()) if by]
        ended = [by or UNKNOWN for line, by in self.added.items() if line not in self.present]
        return ended + [by for line, by in self.removed.items() if by and line in self.present]

    def undone_by(self) -> Counter[str]:
        """How many lines each commit ended that are not back."""
        return Counter(self.undone_by_each())


class Sums:
    """What a commit did on the whole. gone, new: checksums of the lines that it took away or brought; what it only
    moved is in neither. runs, brought, taken: changed runs, lines written, and lines taken away, in those of its files
    in which its choice shows."""

    def __init__(self, files: Sequence[FileLines]) -> None:
        gone, new = _net(files)
        self.files = files
        self.gone, self.new = frozenset(gone), frozenset(new)
        wanted = telling(one.path for one in files)
        told = [run for one in files if one.path in wanted for run in one.runs]
        self.runs, self.brought = len(told), sum(len(run.new) for run in told)
        self.taken = len(self.gone.intersection(digest(line) for run in told for line in run.gone))
        self._around: dict[tuple[str, str], list[frozenset[int]]] = {}
        self._new: dict[tuple[str, str], frozenset[int]] = {}

    def around(self, file: FileLines) -> list[frozenset[int]]:
        """The checksums of the lines in and beside each changed run of a file of the commit."""
        known = self._around.get((file.old, file.path))
        if known is None:
            known = [frozenset(map(digest, (*run.gone, *run.around))) for run in file.runs]
            self._around[file.old, file.path] = known
        return known

    def new_in(self, file: FileLines) -> frozenset[int]:
        """The checksums of the lines that it wrote in a file."""
        known = self._new.get((file.old, file.path))
        if known is None:
            known = frozenset(digest(line) for run in file.runs for line in run.new)
            self._new[file.old, file.path] = known
        return known


def _net(files: Sequence[FileLines]) -> tuple[list[int], list[int]]:
    """(checksums of lines that are fewer now, of lines that are more now), each once, in their order."""
    count: dict[int, int] = {}
    for one in files:
        for run in one.runs:
            for line in run.gone:
                name = digest(line)
                count[name] = count.get(name, 0) - 1
            for line in run.new:
                name = digest(line)
                count[name] = count.get(name, 0) + 1
    count.pop(0, None)
    return [name for name, more in count.items() if more < 0], [name for name, more in count.items() if more > 0]


def _spread(into: dict[int, str], names: list[int]) -> None:
    """Add lines to be followed: all, or as many as there is room for, evenly spread."""
    room = MOST_LINES - len(into)
    step = max(1, -(-len(names) // room)) if room > 0 else len(names) + 1
    for name in names[::step]:
        into.setdefault(name, "")


def digests(content: bytes) -> set[int]:
    """The checksums of the lines of a file."""
    return {digest(line) for line in content.split(b"\n")} - {0}
