"""What became of a plan: its steps held against the commits since it was made, mechanically and repeatably.

A commit belongs to a plan when it names it (`Oldhand-Plan: ID`, or the first digits of its id), or, when none does,
when it changes a file that a step is about. What only looks like a step is not counted: a step without files is clear
only when a commit says most of its words.
"""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.history import Commit, commits, follows
from oldhand.model.identity import short
from oldhand.model.terms import index_terms
from oldhand.reasoning.deriving_outcomes import Derived, derive_many
from oldhand.reasoning.evidence_reverts import taking
from oldhand.reasoning.plans import DROPPED, KEPT, LEFT, OPEN, UNCLEAR, Became, Plan, Step
from oldhand.reasoning.plans import REWORKED as DONE_AGAIN
from oldhand.reasoning.weighing_outcomes import REMOVAL, REVERT, REVERTED, REWORK, REWORKED
from oldhand.sessions.working_tree import tree_now

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader

MOST_COMMITS = 1_000  # since a plan was made that are read: what takes more is no plan
MOST_ADDED = 30  # files beside the steps that are named
SAID = 0.6  # of the words of a step that a commit without its files has to say: with less, half of them are chance
FEWEST_WORDS = 2  # words of a step that are looked for: one word means anything
SHORTEST_NAME = 8  # digits of a plan's id in a message: six are often those of a commit
TRAILER = "Oldhand-Plan"
MINUTE_MS = 60_000
SHOWN_COMMIT = 9
MOST_SHOWN = 3  # commits of a step that are named, the latest
AGAINST = (REVERT, REMOVAL, REWORK)  # evidence that a step did not stay as it was made


class Compared(NamedTuple):
    """A plan beside what was done. commits: ids of those that carried it out, the earliest first; named: whether they
    name it; took: minutes that agents worked on them, None when no engram tells it; span: minutes from the plan to the
    last commit of it, None without any; added: files changed beside its steps; notes: what could not be told."""

    became: tuple[Became, ...]
    commits: tuple[str, ...]
    named: bool
    took: int | None
    span: int | None
    added: tuple[str, ...]
    notes: tuple[str, ...]


def compare(memory: "Memory", reader: "Reader", plan: Plan) -> Compared:
    """What became of a plan so far, or until it ended.

    A plan whose state says that it is over is compared as one: a step none of whose files was changed was dropped.
    """
    notes: list[str] = []
    since = _since(memory, plan, notes)
    of_it, named = _of_plan(plan, since)
    dirty = set() if plan.over else set(tree_now(memory).dirty)
    carriers = {step.number: _carriers(step, of_it) for step in plan.steps}
    cases = {str(number): [one.sha for one in found] for number, found in carriers.items() if found}
    held = derive_many(memory.project.tree, memory.environment, cases) if cases else {}
    became = tuple(_became(plan, step, carriers[step.number], held.get(str(step.number)), dirty) for step in plan.steps)
    steps = [path for step in plan.steps for path in step.paths]
    added = dict.fromkeys(
        change.path for commit in of_it for change in commit.changes if not _touches(change.path, steps)
    )
    span = max(0, of_it[-1].time - plan.at) // MINUTE_MS if of_it else None
    if len(added) > MOST_ADDED:
        notes.append(f"{len(added) - MOST_ADDED} more files were changed beside the steps")
    return Compared(
        became, tuple(one.sha for one in of_it), named, _worked(reader, of_it), span, tuple(added)[:MOST_ADDED],
        tuple(notes),
    )  # fmt: skip


def trailer(plan: str) -> str:
    """The line by which the message of a commit says that it carries a plan out."""
    return f"{TRAILER}: {short(plan)}"


def _since(memory: "Memory", plan: Plan, notes: list[str]) -> list[Commit]:
    """The commits since a plan was made and until it ended, the earliest first."""
    if memory.project.git is None:
        notes.append("the project is not in git, so nothing shows what was done")
        return []
    root, environment = memory.project.tree, memory.environment
    known = plan.commit if plan.commit and follows(root, environment, plan.commit) else ""
    if plan.commit and not known:
        notes.append(f"{plan.commit[:SHOWN_COMMIT]}, on which it was made, is not behind the present commit")
    found: list[Commit] = []
    for one in commits(root, environment, since=known, limit=MOST_COMMITS, lines=False):
        early = one.time < plan.at // 1_000 * 1_000  # git keeps whole seconds
        if not early and not (plan.over and one.time > plan.over):
            found.append(one)
        if early and not known:
            break
    if len(found) == MOST_COMMITS:
        notes.append(f"only the latest {MOST_COMMITS:,} commits were read")
    return found[::-1]


def _of_plan(plan: Plan, since: Sequence[Commit]) -> tuple[list[Commit], bool]:
    """The commits that carry a plan out, and whether they say so themselves."""
    named = [one for one in since if _names(plan, one)]
    if named:
        return named, True
    paths = [path for step in plan.steps for path in step.paths]
    return [
        one for one in since
        if any(_touches(change.path, paths) for change in one.changes)
        or any(not step.paths and says(one, step) for step in plan.steps)
    ], False  # fmt: skip


def _carriers(step: Step, of_it: Sequence[Commit]) -> list[Commit]:
    """The commits of a plan that carry one step out."""
    made = [one for one in of_it if taking(one.subject, one.body) is None]  # what takes back carries nothing out
    if step.paths:
        return [one for one in made if any(_touches(change.path, step.paths) for change in one.changes)]
    return [one for one in made if says(one, step)]


def _names(plan: Plan, commit: Commit) -> bool:
    return plan.id[:SHORTEST_NAME] in f"{commit.subject}\n{commit.body}"


def _touches(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def says(commit: Commit, step: Step) -> bool:
    """Whether the message of a commit has most words of a step."""
    wanted = set(index_terms(step.text))
    if len(wanted) < FEWEST_WORDS:
        return False
    return len(wanted & set(index_terms(f"{commit.subject}\n{commit.body}"))) >= ceil(SAID * len(wanted))


def _became(plan: Plan, step: Step, carriers: Sequence[Commit], held: Derived | None, dirty: set[str]) -> Became:
    """What became of one step. carriers: the commits that carried it out; held: how they stood since."""
    if not carriers or held is None:
        if any(_touches(path, step.paths) for path in dirty):
            return Became(step.number, KEPT, "changed, not committed yet")
        if plan.state == OPEN or not step.paths:
            return Became(step.number, UNCLEAR, "nothing shows it" + " yet" * (plan.state == OPEN))
        return Became(step.number, LEFT, "none of its files was changed")
    shown = ", ".join(one.sha[:SHOWN_COMMIT] for one in carriers[-MOST_SHOWN:])
    because = next((one.ref[:SHOWN_COMMIT] for one in held.evidence if one.source in AGAINST and one.ref), "")
    if held.state == REVERTED:
        return Became(step.number, LEFT, f"{shown}, taken back" + f" by {because}" * bool(because))
    if held.state == REWORKED:
        return Became(step.number, DONE_AGAIN, shown + f", then {because}" * bool(because))
    return Became(step.number, KEPT, shown)


def _worked(reader: "Reader", of_it: Sequence[Commit]) -> int | None:
    """The minutes that agents worked on some commits, as engrams tell them; each session counts once."""
    from oldhand.sessions.engram_keeping import fields_of, of_commit

    active: dict[str, int] = {}
    for commit in of_it:
        for held in of_commit(reader, commit.sha):
            fields = fields_of(held)
            if str(fields["active"]).isdecimal():
                active[str(fields["name"])] = int(fields["active"])
    return ceil(sum(active.values()) / MINUTE_MS) if active else None


def closing(plan: Plan, compared: Compared, said: Sequence[Became], state: str) -> tuple[Became, ...]:
    """What is kept of each step when a plan ends: what somebody says of it before what commits show.

    Of a plan that is dropped whole, what nothing shows was dropped.
    """
    told = {one.number: one for one in said}
    found = []
    for one in compared.became:
        if one.number in told:
            found.append(told[one.number])
        elif state == DROPPED and one.state == UNCLEAR:
            found.append(one._replace(state=LEFT, shown="the plan was dropped"))
        else:
            found.append(one)
    return tuple(found)
