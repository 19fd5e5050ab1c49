"""Files that are mended again and again, and who knows which folder: counted from what commits did.

Commits are added newest first, so that older ones speak of a renamed file by a name that is known by then.
"""

from typing import Any

from oldhand.code.history import Commit
from oldhand.knowledge.history_findings import DAY_MS, SHORT, WIDE, YEAR_MS, Finding, is_code, named
from oldhand.knowledge.history_messages import author_of, repairs, subject_of
from oldhand.model.moment import day

EPOCH_MS = 1_577_836_800_000  # 2020-01-01: weights are relative to it, so that those read years apart can be added
HALF_LIFE_MS = 1 * YEAR_MS  # a fix or a change of a year ago counts half
KEPT_FIXES = 12  # latest fixes of one file that are held: enough to see a series
SERIES_MS = 21 * DAY_MS  # fixes that follow within three weeks are one trouble
SERIES = 3  # fixes in a row from which on the first ones did not help
FEWEST_FIXES = 4  # fixes of a file before it is called fragile
RECENT_MS = 2 * YEAR_MS  # the last fix must be this young
SERIES_TOLD_MS = 4 * YEAR_MS  # older series are past
TIMES_USUAL = 1.4  # the share of fixes among a file's changes, compared with the project's own share
FEWEST_COMMITS = 12  # commits to a folder before anyone is said to know it
SHOWN_OWNERS = 3  # people named for one folder
LEAST_SHARE = 0.15  # share of a folder's recent work from which on a person is named
SAME_AS_ABOVE = 0.85  # share of the commits of the folder above from which on a folder is the same place
LINES_FULL = 400  # lines of one commit from which on more tell nothing more about who knows the code
MOST_FOLDERS, MOST_FILES = 4_000, 100_000  # held; beyond that the oldest are not looked at


class Upkeep:
    """Changes and fixes by file, and work by folder and person."""

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        saved = saved or {}
        self.files: dict[str, list[Any]] = saved.get("files", {})  # changes, fixes, their weights, latest fixes
        self.work: dict[str, dict[str, list[Any]]] = saved.get("work", {})  # folder -> person -> weight, commits, last
        self.names: dict[str, str] = saved.get("names", {})  # a name of a file once -> its name now

    def saved(self) -> dict[str, Any]:
        """What `Upkeep` is made from again."""
        return {"files": self.files, "work": self.work, "names": self.names}

    def add(self, commit: Commit) -> None:
        """Take one commit in that a person made and that is no merge."""
        changes = [change for change in commit.changes[:400] if is_code(change.path)]
        subject = subject_of(commit)
        fix = repairs(subject)
        weight = 2.0 ** ((commit.time - EPOCH_MS) / HALF_LIFE_MS)
        if len(changes) <= WIDE:
            for change in changes:
                self._count(self.now(change.path), commit, subject, weight, fix=fix)
        person = author_of(commit)
        lines: dict[str, int] = {}
        for change in changes:
            for folder in _folders(self.now(change.path)):
                lines[folder] = lines.get(folder, 0) + max(0, change.added) + max(0, change.deleted)
        for folder, count in lines.items() if person else ():
            self._credit(folder, person, weight * (1 + min(count, LINES_FULL) / LINES_FULL * 3), commit.time)

    def rename(self, commit: Commit) -> None:
        """Note the names that files had before a commit, for those before it. After the commit was added."""
        for change in commit.changes:
            if change.status == "R" and len(self.names) < MOST_FILES:
                self.names.setdefault(change.old_path, self.now(change.path))

    def now(self, path: str) -> str:
        """The present name of a file that had the name `path` when the commit was made that is read."""
        return self.names.get(path, path)

    def _count(self, path: str, commit: Commit, subject: str, weight: float, *, fix: bool) -> None:
        one = self.files.get(path)
        if one is None:
            if len(self.files) >= MOST_FILES:
                return
            one = self.files[path] = [0, 0, 0.0, 0.0, []]
        one[0] += 1
        one[2] += weight
        if fix:
            one[1] += 1
            one[3] += weight
            if len(one[4]) < KEPT_FIXES:
                one[4].append([commit.time, commit.sha[:SHORT], subject[:90]])

    def _credit(self, folder: str, person: str, weight: float, time: int) -> None:
        if folder not in self.work and len(self.work) >= MOST_FOLDERS:
            return
        one = self.work.setdefault(folder, {}).setdefault(person, [0.0, 0, 0])
        one[0] += weight
        one[1] += 1
        one[2] = max(one[2], time)

    def merge(self, older: "Upkeep") -> None:
        """Join what was read earlier, under the names that files have now."""
        for path, one in older.files.items():
            mine = self.files.setdefault(self.now(path), [0, 0, 0.0, 0.0, []])
            for number in range(4):
                mine[number] += one[number]
            mine[4] = sorted([*mine[4], *one[4]], reverse=True)[:KEPT_FIXES]
        for folder, people in older.work.items():
            for person, (weight, commits, last) in people.items():
                one = self.work.setdefault(folder, {}).setdefault(person, [0.0, 0, 0])
                self.work[folder][person] = [one[0] + weight, one[1] + commits, max(one[2], last)]

    def fragile(self, latest: int, present: set[str]) -> list[Finding]:
        """The files of today that are mended more often than the others, or again soon after they were mended."""
        changes = sum(one[2] for one in self.files.values())
        usual = sum(one[3] for one in self.files.values()) / changes if changes else 0.0
        found = []
        for path, (count, fixes, weighed, weighed_fixes, latest_fixes) in self.files.items():
            if path not in present or fixes < FEWEST_FIXES or not weighed or latest - latest_fixes[0][0] > RECENT_MS:
                continue
            share = (weighed_fixes + usual) / (weighed + 1)  # drawn towards the usual where little is known
            recent = [one for one in latest_fixes if latest - one[0] <= RECENT_MS]
            series = _series([one for one in latest_fixes if latest - one[0] <= SERIES_TOLD_MS])
            if len(recent) < 2 or (share < TIMES_USUAL * usual and not series):
                continue
            now = 2.0 ** ((latest - EPOCH_MS) / HALF_LIFE_MS)
            rank = weighed_fixes / now * share / max(usual, 0.01) + len(series)
            time, commit, subject = latest_fixes[0]
            often = f"{len(recent)}{' or more' * (len(recent) == KEPT_FIXES)} of them in the last two years"
            text = (
                f"{path} needs care: {fixes} of its {count} changes mended something, {often};"
                f' the last on {day(time)}: "{subject}" ({commit[:7]})'
            )
            if series:
                quoted = "; ".join(f'"{one[2]}"' for one in reversed(series[:4]))
                text += f". Mended {len(series)} times from {day(series[-1][0])} to {day(series[0][0])}: {quoted}"
            found.append(Finding(
                "fragile", "gotcha", "history", f"history/fragile/{named(path)}", path, text, "", (path,), commit, time,
                rank, False,
            ))  # fmt: skip
        return found

    def owners(self, latest: int, present: set[str]) -> list[Finding]:
        """Who has lately worked most on each folder of today."""
        inhabited = {folder for path in present for folder in _folders(path)}
        now = 2.0 ** ((latest - EPOCH_MS) / HALF_LIFE_MS)
        found = []
        for folder, people in self.work.items():
            commits = sum(one[1] for one in people.values())
            total = sum(one[0] for one in people.values())
            above = self.work.get(folder.rpartition("/")[0], {}) if folder else {}
            if sum(one[1] for one in above.values()) * SAME_AS_ABOVE <= commits and above:
                continue  # nearly all of the folder above lies here: it has been told
            if folder not in inhabited or commits < FEWEST_COMMITS or not total:
                continue
            ranked = sorted(people.items(), key=lambda pair: (-pair[1][0], pair[0]))[:SHOWN_OWNERS]
            known = [(name, one) for name, one in ranked if one[0] / total >= LEAST_SHARE]
            if not known:
                continue  # many hands, and none that stands out
            told = ", ".join(f"{name} ({_percent(one[0] / total)}, last {day(one[2])})" for name, one in known)
            time = max(one[2] for _, one in known)
            place = f"{folder}/" if folder else "this project"
            text = f"Who knows {place} best, by recent work ({commits} commits of {len(people)} people): {told}"
            found.append(Finding(
                "owners", "claim", "history", f"history/owners/{named(folder or '.')}", place, text, "", (), "", time,
                total / now, False,
            ))  # fmt: skip
        return found


def _series(fixes: list[list[Any]]) -> list[list[Any]]:
    """The longest run of fixes that followed one another closely; empty when it is short. Latest first."""
    best: list[list[Any]] = []
    run: list[list[Any]] = []
    for one in fixes:
        run = [*run, one] if run and run[-1][0] - one[0] <= SERIES_MS and run[0][0] - one[0] <= 2 * SERIES_MS else [one]
        if len(run) > len(best):
            best = run
    return best if len(best) >= SERIES else []


def _folders(path: str) -> list[str]:
    """The folders whose keepers are counted: the whole, the top folder and the one below it."""
    parts = path.split("/")[:-1]
    return ["", *("/".join(parts[:depth]) for depth in range(1, min(len(parts), 3) + 1))]


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"
