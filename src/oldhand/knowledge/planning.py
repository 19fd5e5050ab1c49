"""Planning: what a change to some files must respect, and what it may break."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from oldhand.code.ranking_ground import stem_of
from oldhand.code.ranking_neighbours import subject_of
from oldhand.knowledge.recalling import RecalledItem
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.recall.render import clipped
from oldhand.store.reader import Held, Reader

if TYPE_CHECKING:
    from oldhand.store.code_index import CodeIndex

LONGEST_TEXT = 200  # characters of a memory in a line
COMMITS_READ = 60  # the latest of a file in which reverts and fixes are looked for
FRAGILE = 0.5  # share of fixes among a file's commits from which on it is called fragile
FEWEST_FIXES = 4  # fixes below which a share says nothing
MOST_RISKS = 8
MOST_TESTS = 10
MOST_FOLDERS = 4
_fix = re.compile(r"\b(?:fix(?:es|ed)?|bug|hotfix|regression|исправ\w*)\b", re.I).search
_revert = re.compile(r"\A\W{0,3}revert\b", re.I).search


def lines_of(items: Iterable[RecalledItem], held: Iterable[Held], kinds: Sequence[str]) -> list[str]:
    """Memories of some kinds (all, when none is named) as lines: those on the task, then those tied to its files."""
    found: dict[str, str] = {}
    everything: tuple[RecalledItem | Held, ...] = (*items, *held)
    for one in everything:
        if not kinds or one.kind in kinds:
            said = one.title if one.kind == "decision" and one.title else one.text
            found.setdefault(one.id, f"{one.id[:SHORTEST_PREFIX]} {one.kind.upper()} {clipped(said, LONGEST_TEXT)}")
    return list(found.values())


def architecture(index: "CodeIndex", paths: Sequence[str]) -> list[str]:
    """Where the files lie, and what of the project depends on them."""
    folders = Counter(path.rpartition("/")[0] or "." for path in paths)
    lines = [f"{folder}/: {count} of the files" for folder, count in folders.most_common(MOST_FOLDERS)]
    for path in paths[:MOST_FOLDERS]:
        importers = index.importers_of(path)
        if importers:
            more = f" and {len(importers) - 2} more" if len(importers) > 2 else ""
            lines.append(f"{path} is imported by {', '.join(importers[:2])}{more}")
    return lines


def tests_of(index: "CodeIndex", paths: Sequence[str]) -> list[str]:
    """The tests that are named after the files, import them, or are among them."""
    known = {file.path: file for file in index.files()}
    tests = [path for path, file in known.items() if file.role == "test" and file.language]
    of = {(known[path].language, subject_of(stem_of(path.rpartition("/")[2]))) for path in paths if path in known}
    found = dict.fromkeys(path for path in paths if path in tests)
    for path in paths:
        found |= dict.fromkeys(one for one in index.importers_of(path) if one in known and known[one].role == "test")
    for path in tests:
        if (known[path].language, subject_of(stem_of(path.rpartition("/")[2]))) in of:
            found[path] = None
    return list(found)[:MOST_TESTS]


def history_risks(index: "CodeIndex", paths: Sequence[str]) -> list[str]:
    """What history warns of: reverts of changes to the files, and files that are mended again and again."""
    lines: list[str] = []
    for path in paths:
        changes = index.changes_of(path, COMMITS_READ)
        lines += [
            f'{path}: "{clipped(change.subject, LONGEST_TEXT)}" ({change.sha[:9]})'
            for change in changes if _revert(change.subject)
        ][:2]  # fmt: skip
        fixes = sum(bool(_fix(change.subject)) for change in changes)
        if fixes >= FEWEST_FIXES and fixes >= FRAGILE * len(changes):
            lines.append(f"{path} is fragile: {fixes} of its last {len(changes)} commits are fixes")
    return lines[:MOST_RISKS]


def blockers(reader: Reader, memories: Iterable[str]) -> list[str]:
    """What must be done or settled first: what blocks one of these memories, and what one of them depends on."""
    found: dict[str, str] = {}
    for memory in dict.fromkeys(memories):
        for edge in reader.edges(memory):
            blocking = {("blocks", True): edge.source, ("depends_on", False): edge.target}.get(
                (edge.rel, edge.target == memory)
            )
            other = reader.find(blocking) if blocking and blocking != memory else None
            if other is not None and other.standing in ("active", "contested"):
                rel = "blocks" if edge.rel == "blocks" else "is needed by"
                name = f"{other.id[:SHORTEST_PREFIX]} {other.kind.upper()} {clipped(other.text, LONGEST_TEXT)}"
                found.setdefault(other.id, f"{name} ({rel} {memory[:SHORTEST_PREFIX]})")
    return list(found.values())
