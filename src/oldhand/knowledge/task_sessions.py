"""Earlier work on a like task: the files somebody turned to soon after such a question, as the local log tells."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.overview import Remembered
from oldhand.errors import BadAnchor, UnusableStore
from oldhand.knowledge.recalling import RecalledItem
from oldhand.knowledge.task_memory import files_remembered
from oldhand.model.anchor import parse
from oldhand.model.moment import iso
from oldhand.model.terms import index_terms
from oldhand.store.trace_log import Wanted, entries
from oldhand.store.traces import Trace

if TYPE_CHECKING:
    from oldhand.memory import Memory

NEWEST = 500  # entries of the log that are read, some days of work: more cost more than what they are worth
SOON_MS = 1_800_000  # half an hour after a question, what is turned to is taken for work on it
ALIKE = 0.5  # of all terms of two questions this much is common when they are taken for one
LONGEST_TASK = 2_000  # characters of a task that are kept in the log, as ranking reads no more
# How much each way of turning to a file says that it belongs to the work, 0 to 1: changing it says most, and less than
# a memory does, since nobody said it.
WORTH = {"edit": 0.6, "write": 0.6, "read": 0.4, "look": 0.3, "blame": 0.3}
TASK, PLACE = "task", "place"  # what operations note in their traces


class _Question(NamedTuple):
    """A question like the task: when it was asked, over which surface, and how alike it is, ALIKE to 1."""

    at: int
    surface: str
    alike: float


def on_files(memory: "Memory", task: str, items: Iterable[RecalledItem]) -> dict[str, Remembered]:
    """What memories on a task and earlier work on like ones say of files; where both speak of one, the stronger."""
    said = files_remembered(items)
    for path, seen in files_of_sessions(memory, task).items():
        if path not in said or seen.strength > said[path].strength:
            said[path] = seen
    return said


def asked_about(task: str) -> dict[str, str]:
    """What the trace of a question about a task notes of it, so that later ones find what was done after it."""
    return {TASK: task[:LONGEST_TASK]}


def files_of_sessions(memory: "Memory", text: str) -> dict[str, Remembered]:
    """The files that were turned to after questions like this one, with how much that says. None without a log."""
    terms = set(index_terms(text[:LONGEST_TASK]))
    if not terms:
        return {}
    try:
        logged = entries(memory.traces(), Wanted(outcome="ok"), NEWEST)
    except UnusableStore:
        return {}  # `health` and `logs` tell of a damaged log; the other signals are there
    return dict(_attended([trace for _, trace in logged], terms))


def _attended(logged: Iterable[Trace], terms: set[str]) -> Iterator[tuple[str, Remembered]]:
    """Each file that was turned to soon after a question like the task; the log oldest first."""
    asked: list[_Question] = []
    found: dict[str, Remembered] = {}
    for trace in logged:
        if question := _question(trace):
            alike = _alike(terms, set(index_terms(question[:LONGEST_TASK])))
            if alike >= ALIKE:
                asked.append(_Question(trace.at, trace.surface, alike))
        elif trace.operation in WORTH and (path := _path(trace.detail.get(PLACE))):
            near = [one.alike for one in asked if one.surface == trace.surface and 0 <= trace.at - one.at <= SOON_MS]
            strength = WORTH[trace.operation] * max(near, default=0.0)
            if strength > found.get(path, Remembered(0.0, "")).strength:
                done = "changed" if trace.operation in ("edit", "write") else "looked at"
                found[path] = Remembered(strength, f"{done} after a like question on {iso(trace.at)[:10]}")
    yield from found.items()


def _question(trace: Trace) -> str:
    """What was asked, empty for what is no question."""
    asked: Any = trace.detail.get("asked")
    said = asked.get("cue") if isinstance(asked, dict) else trace.detail.get(TASK)
    return said if isinstance(said, str) else ""


def _alike(some: set[str], others: set[str]) -> float:
    return len(some & others) / len(some | others) if others else 0.0


def _path(place: Any) -> str:
    try:
        return parse(place).path if isinstance(place, str) else ""
    except BadAnchor:
        return ""
