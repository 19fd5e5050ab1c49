"""What was added and later removed: folders and files of code that lived for a while, and why they went.

Commits are added newest first. A file that was renamed, or whose namesake stands elsewhere today, was moved
and not removed.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from oldhand.code.history import Commit
from oldhand.exchange.prose import shorten
from oldhand.knowledge.history_findings import (
    DAY_MS,
    LONGEST_HYPOTHESIS,
    SHORT,
    YEAR_MS,
    Finding,
    did_not_work,
    freshness,
    is_code,
    span,
)
from oldhand.knowledge.history_messages import reason_of, routine, subject_of
from oldhand.model.moment import day

MOST_FILES = 200_000  # paths whose fate is held, about 60 MB: the largest public projects had as many
SHORTEST_LIFE_MS = 7 * DAY_MS  # what went within a week belonged to one piece of work
FEWEST_LINES = 60  # removed lines from which on a thing was worth building
MANY_MOVED = 0.3  # share of a folder's files that live on elsewhere from which on the folder was renamed
HALF_LIFE_MS = 3 * YEAR_MS  # what went three years ago is worth half as much to know
LIFETIME_MS = 2 * HALF_LIFE_MS  # then a quarter is left of it, and it is told to nobody unasked
REASON = 2.0  # what a reason is worth, compared with 2 for any removal

REPLACED = 0.4  # lines added in other files, beside those removed, from which on a thing was replaced
_REMOVES = re.compile(r"\b(?:remov|drop|delet|kill|get rid|obsolete|unused|убра|удал|выпил)", re.IGNORECASE)
SHOWN = 4  # folders and files that one finding names
_MOVES = re.compile(
    r"\b(?:mv\b|mov(?:e|ed|ing)|renam|split|reorgani|restructur|relocat|extract|flatten|monorepo|merge|consolidat|convert|port"
    r"|migrat|rewrite|rewrote|refactor|clean ?up|reformat|combine|unify|revert|перен[оё]с|перемещ|переимен)",
    re.IGNORECASE,
)
_COMMON = frozenset((
    "__init__", "index", "main", "mod", "lib", "utils", "util", "helpers", "types", "constants", "setup", "config",
    "base", "common", "errors", "models", "views", "tests", "app", "client", "server", "api", "core",
))  # fmt: skip

_Fate = list[Any]  # [what happened last: A M(oved) D, its time, its commit, lines removed, earliest addition]


class _Gone(NamedTuple):
    """A folder or file that is gone: how many files and lines, when it was first there and when it went (ms)."""

    unit: str
    folder: bool
    files: int
    lines: int
    born: int
    removed: int


class Removals:
    """How every file of code came and went."""

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        saved = saved or {}
        self.fates: dict[str, _Fate] = saved.get("fates", {})
        # commits that removed anything -> subject, reason, lines of the files they added
        self.commits: dict[str, list[Any]] = saved.get("commits", {})
        self.moved: dict[str, str] = saved.get("moved", {})  # present name -> the name before

    def saved(self) -> dict[str, Any]:
        """What `Removals` is made from again."""
        return {"fates": self.fates, "commits": self.commits, "moved": self.moved}

    def add(self, commit: Commit) -> None:
        """Take one commit in."""
        added, removed = 0, False
        for change in commit.changes:
            if change.status == "R":
                if is_code(change.old_path):
                    self._note(change.old_path, "M", commit, 0)
                    self._note(change.path, "A", commit, 0, born=False)
                    self.moved.setdefault(change.path, change.old_path)
            elif change.status in "AD" and is_code(change.path):
                self._note(change.path, change.status, commit, max(0, change.deleted))
                added += max(0, change.added)
                removed = removed or change.status == "D"
        if removed:
            reason = reason_of(commit) if len(commit.body) > 20 else None
            self.commits[commit.sha[:SHORT]] = [subject_of(commit), reason.text if reason else "", added]

    def _note(self, path: str, what: str, commit: Commit, lines: int, *, born: bool = True) -> None:
        fate = self.fates.get(path)
        if fate is None:
            if len(self.fates) >= MOST_FILES:
                return
            fate = self.fates[path] = [what, commit.time, commit.sha[:SHORT], lines, 0]
        if what == "A" and born:
            fate[4] = commit.time  # the earliest so far: later ones were read before

    def merge(self, older: "Removals") -> None:
        """Join what was read earlier; what happened since outdoes it."""
        for path, fate in older.fates.items():
            mine = self.fates.get(path)
            if mine is None:
                self.fates[path] = fate
            else:
                mine[4] = fate[4] or mine[4]
        self.commits = older.commits | self.commits
        self.moved = older.moved | self.moved

    def tidy(self) -> None:
        """Forget the commits that no removal names any more."""
        named = {fate[2] for fate in self.fates.values() if fate[0] == "D"}
        self.commits = {name: said for name, said in self.commits.items() if name in named}

    def findings(self, latest: int, present: set[str]) -> list[Finding]:
        """What lived for a while and is gone, one finding for each commit that removed something."""
        folders = {folder for path in present for folder in _above(path)}
        names = {_name(path) for path in present}
        gone: dict[str, list[str]] = defaultdict(list)
        moved: Counter[str] = Counter()
        for path, fate in self.fates.items():
            if path in present or fate[0] == "A":
                continue
            unit = next((folder for folder in _above(path) if folder not in folders), path)
            if fate[0] == "M" or (_name(path) in names and not _common(path)):
                moved[unit] += 1
            else:
                gone[unit].append(path)
        by_commit: dict[str, list[_Gone]] = defaultdict(list)
        for unit, paths in gone.items():
            if moved[unit] <= MANY_MOVED * (moved[unit] + len(paths)):
                commit, _ = Counter(self.fates[path][2] for path in paths).most_common(1)[0]
                by_commit[commit].append(self._gone(unit, paths, commit))
        found = (self._finding(commit, units, latest) for commit, units in by_commit.items())
        return [finding for finding in found if finding is not None]

    def _gone(self, unit: str, paths: list[str], commit: str) -> "_Gone":
        removed = max(self.fates[path][1] for path in paths if self.fates[path][2] == commit)
        born = min((time for path in paths if (time := self._born(path))), default=0)
        return _Gone(unit, unit not in paths, len(paths), sum(self.fates[path][3] for path in paths), born, removed)

    def _finding(self, commit: str, units: list["_Gone"], latest: int) -> Finding | None:
        subject, reason, added = self.commits.get(commit, ["", "", 0])
        lasted = [one for one in units if one.born and one.removed - one.born >= SHORTEST_LIFE_MS]
        lines = sum(one.lines for one in lasted)
        if not lasted or lines < FEWEST_LINES or routine(subject) or _MOVES.search(subject):
            return None
        if added > REPLACED * lines and not _REMOVES.search(subject):
            return None  # it was written anew in other files
        lasted.sort(key=lambda one: (-one.lines, one.unit))
        born, removed = min(one.born for one in lasted), max(one.removed for one in lasted)
        told = ", ".join(
            f"{one.unit}/ ({one.files} file{'s' * (one.files != 1)})" if one.folder else one.unit
            for one in lasted[:SHOWN]
        )
        more = f" and {len(lasted) - SHOWN} more" if len(lasted) > SHOWN else ""
        text = (
            f"REMOVED {told}{more} ({lines:,} lines): added {day(born)}, removed {day(removed)} after"
            f" {span(removed - born)}"
        )
        text += f' by "{shorten(subject, 120)}" ({commit[:7]})' if subject else f" ({commit[:7]})"
        rank = 2 + (REASON if reason else 0) + min(2.0, lines / 1000) + (1.0 if lasted[0].folder else 0.0)
        rank -= min(1.0, (removed - born) / YEAR_MS / 8)  # what served for years did not fail
        rank *= freshness(removed, latest, HALF_LIFE_MS)
        soon = removed - born if _REMOVES.search(subject) else YEAR_MS * 100  # else it became something else
        if not did_not_work(soon, subject, reason):
            return Finding(
                "removal", "gotcha", "history", f"history/removed/{commit}", told, text, reason, (), commit, removed,
                rank, False,
            )  # fmt: skip
        return Finding(
            "removal", "negative", "history", f"history/removed/{commit}", told, text, reason, (), commit, removed,
            rank, False, _fields(lasted, told, removed, commit, subject, reason), LIFETIME_MS,
        )  # fmt: skip

    def _born(self, path: str) -> int:
        """When a file was first added, under whatever name; 0 when the history does not say."""
        seen = set()
        while path and path not in seen:
            seen.add(path)
            before = self.moved.get(path)
            if before is None:
                return int(self.fates[path][4]) if path in self.fates else 0
            path = before
        return 0


def _fields(
    lasted: list[_Gone], told: str, removed: int, commit: str, subject: str, reason: str
) -> dict[str, Any]:  # fmt: skip
    """What was there apart from what came of it, what shows it and where it was."""
    born = min(one.born for one in lasted)
    said = f": {shorten(subject, 120)}" if subject else ""
    return {
        "hypothesis": shorten(told, LONGEST_HYPOTHESIS),
        "conclusion": f"it was removed after {span(removed - born)}" + (f": {reason}" if reason else ""),
        "evidence": [f"added {day(born)}", f"commit {commit} of {day(removed)} removed it{said}"],
        "severity": "info", "applies": shorten(", ".join(one.unit for one in lasted[:SHOWN]), LONGEST_HYPOTHESIS),
    }  # fmt: skip


def _above(path: str) -> Iterable[str]:
    """The folders a file lies in, from the top."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def _name(path: str) -> str:
    """A file's name as far as it tells files apart: making `_thing.py` public is no removal."""
    return path.rpartition("/")[2].casefold().lstrip("_")


def _common(path: str) -> bool:
    """Whether a file's name is one that many folders have, so that a namesake elsewhere means nothing."""
    return path.rpartition("/")[2].partition(".")[0].casefold() in _COMMON
