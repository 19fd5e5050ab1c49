"""Dependencies that were taken in and later given up: read from every state of every manifest."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from oldhand.code.declared_names import is_manifest, names
from oldhand.code.history import Commit
from oldhand.exchange.prose import shorten
from oldhand.knowledge.history_findings import DAY_MS, SHORT, YEAR_MS, Finding, did_not_work, freshness, span
from oldhand.knowledge.history_messages import reason_of, subject_of
from oldhand.model.moment import day

MOST_STATES = 12_000  # changes of manifests that are compared, the latest: some ten a week over twenty years
SHORTEST_LIFE_MS = 14 * DAY_MS  # what went within two weeks was tried in one piece of work
MANY_AT_ONCE = 6  # names that one commit gives up from which on a package went, and no choice about each was made
HALF_LIFE_MS = 3 * YEAR_MS  # giving up a dependency three years ago is worth half as much to know
LIFETIME_MS = 2 * HALF_LIFE_MS  # then a quarter is left of it, and it is told to nobody unasked
MOST_TRIGGERS = 16  # commands before which one finding is told (knowledge.occasions.MOST_TRIGGERS)
_TAKING_IN = {
    "package.json": ("npm install", "npm i", "npm add", "yarn add", "pnpm add", "bun add"), "go.mod": ("go get",),
    "cargo.toml": ("cargo add",),
}  # fmt: skip
_TAKING_IN_PYTHON = ("pip install", "uv add", "poetry add")
"""The commands that take a dependency into a manifest: before them it is told what became of it the last time."""
_TOOLS = (
    "@types/",
    "types-",
    "eslint",
    "prettier",
    "flake8",
    "pylint",
    "black",
    "isort",
    "husky",
    "lint-staged",
    "coverage",
    "pytest",
)

_RENAMES = re.compile(r"\brenam|->|→|переимен", re.IGNORECASE)  # the same package under another name
_SWAPS = re.compile(r"\b(?:replac|instead|switch|migrat|renam|swap|замен|вместо)", re.IGNORECASE)

Contents = Callable[[Sequence[str]], Iterable[tuple[str, bytes]]]


class Dependencies:
    """Which names every commit took into a manifest and which it gave up."""

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        saved = saved or {}
        self.states: list[list[Any]] = saved.get("states", [])  # not compared yet: time, commit, path, before, after
        self.steps: list[list[Any]] = saved.get("steps", [])  # time, commit, path, added, removed
        self.commits: dict[str, list[str]] = saved.get("commits", {})

    def saved(self) -> dict[str, Any]:
        """What `Dependencies` is made from again."""
        return {"states": self.states, "steps": self.steps, "commits": self.commits}

    def add(self, commit: Commit) -> None:
        """Take one commit in."""
        for change in commit.changes[:2000]:
            if is_manifest(change.path) and len(self.states) < MOST_STATES:
                self.states.append([commit.time, commit.sha[:SHORT], change.path, change.before, change.after])
                if commit.sha[:SHORT] not in self.commits:
                    reason = reason_of(commit)
                    self.commits[commit.sha[:SHORT]] = [subject_of(commit), reason.text if reason else ""]

    def compare(self, contents: Contents) -> None:
        """Compare the states of manifests that were seen, whose contents `contents` gives by id."""
        paths = {blob: path for _, _, path, before, after in self.states for blob in (before, after) if blob.strip("0")}
        known = {blob: names(paths[blob], content) for blob, content in contents(sorted(paths))}
        nothing: frozenset[str] = frozenset()
        for time, commit, path, before, after in self.states:
            old, new = (known.get(blob) if blob.strip("0") else nothing for blob in (before, after))
            if old is not None and new is not None and old != new:
                self.steps.append([time, commit, path, sorted(new - old), sorted(old - new)])
        self.states = []
        named = {step[1] for step in self.steps}
        self.commits = {name: said for name, said in self.commits.items() if name in named}

    def merge(self, older: "Dependencies") -> None:
        """Join what was read earlier."""
        self.steps += older.steps
        self.states += older.states
        self.commits = older.commits | self.commits

    def findings(self, latest: int, declared: set[str]) -> list[Finding]:
        """What was given up. declared: the names that the manifests of today declare."""
        first: dict[str, int] = {}
        gone: dict[str, list[Any]] = {}
        at_once: dict[str, set[str]] = defaultdict(set)
        taken: dict[str, set[str]] = defaultdict(set)
        for step in sorted(self.steps, key=lambda step: (step[0], step[1])):
            time, commit, _, added, removed = step
            for name in added:
                first.setdefault(name, time)
                taken[commit].add(name)
            for name in removed:
                if name not in declared:
                    gone[name] = step
                    at_once[commit].add(name)
        found = []
        for commit in sorted({step[1] for step in gone.values()}):
            given_up = sorted(name for name in at_once[commit] if gone.get(name, [0, ""])[1] == commit)
            if len(given_up) < MANY_AT_ONCE:
                lasted = {
                    name: gone[name] for name in given_up
                    if first.get(name) and gone[name][0] - first[name] >= SHORTEST_LIFE_MS
                }  # fmt: skip
                if lasted:
                    found.append(self._finding(commit, lasted, first, taken[commit] & declared, latest))
        return found

    def _finding(
        self, commit: str, gone: dict[str, list[Any]], first: dict[str, int], taken: set[str], latest: int
    ) -> Finding:
        subject, reason = self.commits.get(commit, ["", ""])
        time, _, path, _, _ = next(iter(gone.values()))
        began = min(first[name] for name in gone)
        names = _listed(gone)
        instead = taken and len(taken) <= len(gone) + 1 and (_speaks(subject, taken) or _SWAPS.search(subject))
        swapped = f", {_listed(sorted(taken))} taken in instead" if instead else ""
        text = (
            f"REMOVED {'dependency' if len(gone) == 1 else 'dependencies'} {names} ({path}): added {day(began)},"
            f" removed {day(time)} after {span(time - began)}{swapped}"
        )
        text += f' by "{shorten(subject, 120)}" ({commit[:7]})' if subject else f" ({commit[:7]})"
        named = any(_last(name) in subject.casefold() for name in gone)
        instead_of = _listed(sorted(taken)) if swapped else ""
        tools = all(any(tool in name for tool in _TOOLS) for name in gone)
        renamed = bool(_RENAMES.search(subject))
        failed = not (tools or renamed) and (bool(instead_of) or did_not_work(time - began, subject, reason))
        rank = 3 * freshness(time, latest, HALF_LIFE_MS) + 2 * bool(reason) + bool(swapped) + 1.5 * named
        rank -= 2 * tools + (0 if named or reason or swapped else 1)
        if not failed:
            return Finding(
                "dependency", "gotcha", "dependencies", f"history/dependency/{commit}", names, text, reason, (), commit,
                time, rank, False,
            )  # fmt: skip
        return Finding(
            "dependency", "negative", "dependencies", f"history/dependency/{commit}", names, text, reason, (), commit,
            time, rank, named, _fields(list(gone), path, began, time, commit, subject, reason, instead_of), LIFETIME_MS,
        )  # fmt: skip


def _fields(
    gone: Sequence[str], path: str, began: int, time: int, commit: str, subject: str, reason: str, instead: str
) -> dict[str, Any]:  # fmt: skip
    """What was taken in apart from what came of it, what shows it, and before which commands it is to be told."""
    said = f": {shorten(subject, 120)}" if subject else ""
    commands = _TAKING_IN.get(path.rpartition("/")[2].lower(), _TAKING_IN_PYTHON)
    triggers = [f"on-command:{command} {name}" for name in gone for command in commands]
    return {
        "hypothesis": f"depend on {_listed(gone)}",
        "conclusion": f"it was given up after {span(time - began)}" + (f": {reason}" if reason else ""),
        "evidence": [f"taken in {day(began)}", f"commit {commit} of {day(time)} gave it up{said}"],
        "severity": "info", "advice": instead, "applies": path,
        "reopens": [f"dep:{name}" for name in gone], "triggers": triggers[:MOST_TRIGGERS],
    }  # fmt: skip


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def declared_in(files: Iterable[tuple[str, bytes]]) -> set[str]:
    """The names that manifests declare. files: path and content."""
    return set().union(*_sets(files))


def _sets(files: Iterable[tuple[str, bytes]]) -> Iterator[frozenset[str]]:
    for path, content in files:
        yield names(path, content) or frozenset()


def _speaks(subject: str, names: set[str]) -> bool:
    """Whether a subject speaks of one of the names, or of a word in one."""
    words = {word for name in names for word in re.findall(r"[a-z0-9]{4,}", name.casefold())}
    return any(word in subject.casefold() for word in words)


def _last(name: str) -> str:
    return name.rpartition("/")[2].casefold()
