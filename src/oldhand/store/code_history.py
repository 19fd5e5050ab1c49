"""What the code index knows of the history: which commits changed which paths."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from oldhand.store.code_records import Activity, IndexedCommit, PastCommit, PathChange

AT_ONCE = 400  # numbers in one query: the statement is prepared once and stays small
WIDEST_COMMIT = 50  # files; a commit that changes more of them says nothing of what belongs together
MOST_RENAMES = 32  # steps followed from an old name to the present one
DAY_MS = 86_400_000

Rows = Callable[[str, tuple[Any, ...]], list[Any]]


def commits(rows: Rows, numbers: Iterable[int]) -> dict[int, IndexedCommit]:
    """The commits with these numbers and what each of them changed."""
    wanted = list(dict.fromkeys(numbers))
    changed: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    found: list[Any] = []
    for start in range(0, len(wanted), AT_ONCE):
        part = tuple(wanted[start : start + AT_ONCE])
        marks = ",".join("?" * len(part))
        found += rows(
            f"SELECT number, sha, time, author, email, subject, body FROM commits WHERE number IN ({marks})", part
        )
        for number, path, added, deleted in rows(
            f"SELECT changes.number, path, added, deleted FROM changes WHERE changes.number IN ({marks})", part
        ):
            changed[number].append((path, added, deleted))
    names = present_names(rows, {path for group in changed.values() for path, _, _ in group})
    told = {
        number: tuple(sorted((names[path], added, deleted) for path, added, deleted in group))
        for number, group in changed.items()
    }
    return {row[0]: IndexedCommit._make((*row, told.get(row[0], ()))) for row in found}


def present_names(rows: Rows, numbers: Iterable[int]) -> dict[int, str]:
    """What paths are called now: the names they were renamed to, unless a file has the old name again."""
    names: dict[int, str] = {}
    steps: dict[int, int] = {}
    asked = set(numbers)
    for _ in range(MOST_RENAMES):
        if not asked:
            break
        wanted, asked = list(asked), set()
        for start in range(0, len(wanted), AT_ONCE):
            part = tuple(wanted[start : start + AT_ONCE])
            for number, path, successor in rows(
                "SELECT number, paths.path, CASE WHEN EXISTS (SELECT 1 FROM files WHERE files.path = number) THEN 0"
                f" ELSE successor END FROM paths WHERE number IN ({','.join('?' * len(part))})", part
            ):  # fmt: skip
                names[number] = path
                if successor:
                    steps[number] = successor
                    if successor not in names:
                        asked.add(successor)
    return {number: names[_last(number, steps, names)] for number in names}


def _last(number: int, steps: dict[int, int], names: dict[int, str]) -> int:
    """The end of a chain of renames; a chain that runs in a circle ends where it began."""
    seen = {number}
    while (following := steps.get(number)) and following in names and following not in seen:
        seen.add(following)
        number = following
    return number


def _with_earlier_names(rows: Rows, path: str) -> dict[int, str]:
    """The numbers and names of a path and of those that were renamed to it."""
    found = dict(rows("SELECT number, path FROM paths WHERE path = ?", (path,)))
    asked = list(found)
    for _ in range(MOST_RENAMES):
        earlier: dict[int, str] = {}
        for number in asked:
            earlier |= rows(
                "SELECT number, path FROM paths WHERE successor = ?"
                " AND NOT EXISTS (SELECT 1 FROM files WHERE files.path = number)", (number,)
            )  # fmt: skip
        asked = [number for number in earlier if number not in found]
        if not asked:
            break
        found |= earlier
    return found


def changes_of(rows: Rows, path: str, limit: int) -> list[PathChange]:
    """The commits that changed a path or what it was called before, newest first."""
    names = _with_earlier_names(rows, path)
    found = []
    for number, name in names.items():
        found += [
            PathChange._make((*row[:6], name, *row[6:]))
            for row in rows(
                "SELECT sha, time, author, email, subject, status, added, deleted"
                " FROM changes JOIN commits ON commits.number = changes.number WHERE changes.path = ?"
                " ORDER BY time DESC, sha LIMIT ?",
                (number, limit or -1),
            )
        ]
    found.sort(key=lambda change: (-change.time, change.sha))
    return found[: limit or None]


def changed_together(rows: Rows, path: str, limit: int) -> list[tuple[str, float]]:
    """(other path, weight) of what changed in the same commits, heaviest first."""
    own = _with_earlier_names(rows, path)
    weights: dict[int, float] = defaultdict(float)
    for number in own:
        for other, size in rows(
            "SELECT other.path, (SELECT count(*) FROM changes every WHERE every.number = own.number) FROM changes own"
            " JOIN changes other ON other.number = own.number AND other.path <> own.path WHERE own.path = ?", (number,)
        ):  # fmt: skip
            if size <= WIDEST_COMMIT and other not in own:
                weights[other] += 1 / (size - 1)
    named: dict[str, float] = defaultdict(float)
    for number, name in present_names(rows, weights).items():
        if number in weights:
            named[name] += weights[number]
    named.pop(path, None)
    return sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))[: limit or None]


def newest(rows: Rows, limit: int) -> list[PastCommit]:
    """The newest commits and the present files that each of them changed, newest first."""
    present = dict(rows("SELECT path, document FROM files", ()))
    old = {number for (number,) in rows("SELECT number FROM paths WHERE successor <> 0", ())} - present.keys()
    by_name = dict(rows("SELECT paths.path, document FROM files JOIN paths ON number = files.path", ()))
    documents = present | {number: by_name.get(name, 0) for number, name in present_names(rows, old).items()}
    changed: dict[int, set[int]] = defaultdict(set)
    width: dict[int, int] = defaultdict(int)
    span = rows("SELECT number, time FROM commits ORDER BY time DESC, sha LIMIT ?", (limit or -1,))
    numbers = {number for number, _ in span}
    low, high = min(numbers, default=0), max(numbers, default=0)
    for path, number in rows("SELECT path, number FROM changes WHERE number BETWEEN ? AND ?", (low, high)):
        if number in numbers:
            width[number] += 1
            if document := documents.get(path, 0):
                changed[number].add(document)
    return [
        PastCommit(number, time, array("I", sorted(changed[number])), width[number])
        for number, time in span
        if number in changed
    ]


def activity(rows: Rows, now: int, half_life_days: float) -> dict[str, Activity]:
    """How much history changed each of the present files."""
    present = dict(rows("SELECT number, paths.path FROM files JOIN paths ON number = files.path", ()))
    old = [number for (number,) in rows("SELECT number FROM paths WHERE successor <> 0", ())]
    names = present_names(rows, old)
    here = set(present.values())
    found: dict[str, list[Any]] = {}
    half_life = half_life_days * DAY_MS
    people: dict[str, set[str]] = defaultdict(set)
    for number, time, email in rows(
        "SELECT changes.path, time, email FROM changes JOIN commits ON commits.number = changes.number", ()
    ):
        name = present.get(number) or names.get(number)
        if name is None or name not in here:
            continue
        sums = found.setdefault(name, [0, 0.0, 0])
        sums[0] += 1
        sums[1] += 0.5 ** (max(0, now - time) / half_life)
        sums[2] = max(sums[2], time)
        people[name].add(email)
    return {name: Activity._make((*sums, len(people[name]))) for name, sums in found.items()}
