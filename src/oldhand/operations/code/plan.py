"""The operation `plan`."""

from typing import NamedTuple

from oldhand.code.checkout import checkout
from oldhand.code.indexing import indexed
from oldhand.code.overview import ranked
from oldhand.knowledge.planning import architecture, blockers, history_risks, lines_of, tests_of
from oldhand.knowledge.reading_list import CRITICAL, ToRead, reading_list
from oldhand.knowledge.task_memory import memories_on, tied_to
from oldhand.knowledge.task_sessions import asked_about, on_files
from oldhand.memory import Memory
from oldhand.operation import READ, operation

READING = 20_000  # tokens: as much as `overview` recommends to read
MOST_TIED = 20  # memories tied to the critical files that are looked at
CONSTRAINTS, RISKS = ("decision", "convention"), ("gotcha", "negative")


class Planned(NamedTuple):
    """What to know before a task is begun, each as lines.

    architecture: where the affected files lie and what is said of their design; constraints: decisions and
    conventions that hold there; risks: gotchas, and what history reverted or mended again and again; state: what
    is checked out; affected: the files; tests: those that cover them; blockers: what must be done or settled before.
    """

    task: str
    architecture: list[str]
    constraints: list[str]
    risks: list[str]
    state: list[str]
    affected: list[ToRead]
    tests: list[str]
    blockers: list[str]
    notes: list[str]
    root: str


@operation(READ)
def plan(memory: Memory, task: str, *, limit: int = 10) -> Planned:
    """Gather what a plan for a task must respect: architecture, constraints, risks, state, files, blockers

    Parameters
    task: what is to be done, in any words
    limit: at most so many affected files
    """
    items = memories_on(memory, task)
    with indexed(memory) as index:
        ranking = ranked(index, task, remembered=on_files(memory, task, items), limit=max(limit, 1))
        known = ranking.found and not ranking.vague
        affected, _ = reading_list(index, ranking, READING, limit) if known else ([], 0)
        paths = [one.path for one in affected]
        tests = tests_of(index, paths)
        risks = history_risks(index, paths)
        shape = architecture(index, paths)
        notes = list(index.notes)
        read_to = index.history_head()
    if not known:
        notes.append("no file of the project speaks of this task clearly; name files or symbols to plan with them")
    with memory.reading() as reader:
        held = tied_to(reader, [one.path for one in affected if one.tier == CRITICAL], MOST_TIED)
        constraints = lines_of(items, held, CONSTRAINTS)
        risks = lines_of(items, held, RISKS) + risks
        told = lines_of([item for item in items if item.domain == "architecture"], [], ())
        stops = blockers(reader, [*(item.id for item in items), *(one.id for one in held)])
        root = reader.root().root.hex()
    memory.trace_detail = asked_about(task)
    return Planned(
        task, [*shape, *(line for line in told if line not in constraints)], constraints, risks,
        _state(memory, read_to), affected, tests, stops, notes, root,
    )  # fmt: skip


def _state(memory: Memory, read_to: str) -> list[str]:
    here = checkout(memory.project.tree)
    if not here.commit:
        return ["no commit is checked out" if memory.project.git else "the project is not in git"]
    branch = f"branch {here.branch}" if here.branch else "detached"
    return [f"{branch} at {here.commit[:9]}" + ("" if read_to == here.commit else ", newer than the history read")]
