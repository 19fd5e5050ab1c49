"""The files that the commits which carry a decision changed: before an edit of them, what it taught is told."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from oldhand.code.history import commits, head
from oldhand.code.sources import Sources
from oldhand.errors import BadInput
from oldhand.model.anchor import parse
from oldhand.reasoning.decisions import Decision
from oldhand.reasoning.outcome_case import Case
from oldhand.reasoning.outcome_state import load

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_FILES = 5  # of one decision, those most changed: it is about them, and only passes through others
MOST_COMMITS = 10  # of one decision that are asked of git: 5 ms each
LEAST_SURE = 5_000  # ten-thousandths from which on a commit is more likely to carry a decision than not
BINARY = 1  # lines that a changed file without lines counts as


def files_carried(memory: "Memory") -> Callable[[Decision], list[str]]:
    """What tells of a decision the files of the project, the most changed first, that its commits changed and that are
    there now; none without git. As the last update of outcomes found the commits, and as they are tied."""
    if memory.project.git is None:
        return lambda decision: []
    cases = load(memory.project.store).cases
    files = Sources(memory.project.tree)

    def found(decision: Decision) -> list[str]:
        saved = cases.get(decision.id)
        sure = Case({}, saved).carriers if saved else {}
        carrying = dict.fromkeys([*decision.commits, *(one for one, how in sorted(sure.items()) if how >= LEAST_SURE)])
        changed: Counter[str] = Counter()
        for one in list(carrying)[:MOST_COMMITS]:
            if not (whole := head(memory.project.tree, memory.environment, one)):
                continue  # of another repository, or gone after a rebase
            for commit in commits(memory.project.tree, memory.environment, until=whole, limit=1):
                for change in commit.changes:
                    changed[change.path] += max(change.added, 0) + max(change.deleted, 0) or BINARY
        there = [path for path in changed if files.content(path) is not None and _is_anchor(path)]
        return sorted(there, key=lambda path: (-changed[path], path))[:MOST_FILES]

    return found


def _is_anchor(path: str) -> bool:
    try:
        return parse(path).kind == "file"
    except BadInput:
        return False
