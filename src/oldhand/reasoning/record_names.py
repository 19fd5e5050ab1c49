"""What the files of decision records were called, and when: projects number records anew.

A message that names a number means the record that had the number then, which may be another one than today.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from oldhand.code.git import stream

DAY_MS = 86_400_000
EARLY_MS = 2 * DAY_MS  # by which a message may name a record before its file is committed
MOST_NAMES = 20  # of one record that are followed: more is a file that other programs name
LATEST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z: a forged date beyond it has no name
_NUMBER = re.compile(r"(?:\d{4}-\d\d-\d\d[-_]?)?(?:adr[-_]?)?0{0,4}([1-9]\d{0,4})(?=[-_. ])", re.IGNORECASE)


class Name(NamedTuple):
    """One name of a record. since, until: when its file got and lost the name (ms); 0 where that is not known, or where
    it still has it."""

    path: str
    since: int = 0
    until: int = 0

    @property
    def number(self) -> str:
        """The number in the file's name without leading zeros; empty when there is none."""
        found = _NUMBER.match(posixpath.basename(self.path))
        return found[1] if found else ""

    def held(self, at: int, early: int = 0) -> bool:
        """Whether the record had this name at a moment (ms), or got it so many ms later."""
        return self.since <= at + early and (not self.until or at < self.until)


def names_of(
    tree: Path, environment: Mapping[str, str], until: str, records: Iterable[str], *, since: str = ""
) -> dict[str, tuple[Name, ...]]:  # fmt: skip
    """The names that these files had in the history of a commit, the latest first, by the names given.

    since: a commit whose history is left out. A file that is called otherwise by now is followed from its last day on.
    What git does not tell has its one name.
    """
    known = {path: [Name(path)] for path in dict.fromkeys(records)}
    called = {path: path for path in known}  # what a file was called where the reading is -> the name given
    folders = {posixpath.dirname(path) for path in known}
    for at, status, path, old in _changes(tree, environment, [until, *([f"^{since}"] if since else [])], folders):
        lost = old if status == "R" else path if status == "D" else ""
        if (given := called.get(lost)) and known[given][-1] == Name(lost):
            known[given][-1] = Name(lost, 0, at)  # it is known by a name that it has not any more
        if not (given := called.get(path)) or status not in "AR":
            continue
        last = known[given][-1]
        known[given][-1] = last._replace(since=at)
        if status == "R" and old not in called and len(known[given]) < MOST_NAMES:
            known[given].append(Name(old, 0, at))
            called[old] = given
            del called[path]
    return {path: tuple(names) for path, names in known.items()}


def _changes(
    tree: Path, environment: Mapping[str, str], commits: Iterable[str], folders: set[str]
) -> Iterator[tuple[int, str, str, str]]:  # fmt: skip
    """(when (ms), status, path, old path) of files that were added, renamed or removed in folders, the latest first."""
    if not folders:
        return
    words = (
        "log", "-z", "--no-merges", "--raw", "--no-abbrev", "-M", "--diff-filter=ARD", "--format=tformat:%x01%ct",
        "--end-of-options", *commits, "--", *(f":(top,glob){_plain(folder)}*" for folder in sorted(folders)),
    )  # fmt: skip
    at = 0
    with closing(stream(tree, environment, *words)) as parts:  # type: ignore[type-var]
        for part in parts:
            said = part.strip(b"\n")
            if said[:1] == b"\x01":
                at = min(int(said[1:]), LATEST_SECOND) * 1_000 if said[1:].isdigit() else 0
            elif said[:1] == b":":
                status = said.rpartition(b" ")[2][:1].decode("ascii", "replace")
                names = [_path(name) for name in islice(parts, 2 if status in "RC" else 1)]
                if names:
                    yield at, status, names[-1], names[0] if len(names) > 1 else ""


def _plain(folder: str) -> str:
    """A folder in a pattern of git's, its own signs taken as they are."""
    return re.sub(r"([\\*?\[\]])", r"\\\1", f"{folder}/") if folder else ""


def _path(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
