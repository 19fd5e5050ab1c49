"""How arcs are told: how far they have come, and the way there, by session and commit."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.history import commits, head
from oldhand.knowledge.goals import PART_OF, Step, last_done, name_of, steps_of, tied_in_order
from oldhand.model.moment import iso
from oldhand.sessions.handed import KIND, handed
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory

OPEN, DONE, DROPPED = "open", "done", "dropped"  # how a goal stands; `done` is also the reason it was retired for
MOST_COMMITS = 20  # of one arc whose files are told: each is one git process of some milliseconds
MOST_FILES = 12  # of one commit that are named


class ArcTold(NamedTuple):
    """A goal in a listing. Times are ISO 8601 in UTC, empty when there is none.

    id: of its memory; name: its title, or its first words; text: the goal in full; state: open, done or dropped;
    done, steps: how many; last: the step that was done last; last_commit: by which commit, empty when none is
    named; last_at: when; since: when it was started; ended: when it ended; reason: why it was dropped; sessions: in
    how many steps of it were done; trust: how far it may be believed.
    """

    id: str
    name: str
    text: str
    state: str
    done: int
    steps: int
    last: str
    last_commit: str
    last_at: str
    since: str
    ended: str
    reason: str
    sessions: int
    trust: str


class Moved(NamedTuple):
    """A file that a commit of a step changed. path: it; action: A added, M changed, D removed, R renamed, T of
    another type; added, deleted: lines, -1 in a binary file."""

    path: str
    action: str
    added: int
    deleted: int


class StepTold(NamedTuple):
    """A step. id: of its memory; text: its words; trust: how far who said it may be believed; done: whether it is; at:
    when it was done, or noted; sessions, commits: in which, by which it was done; moved: what its commits changed;
    files: how many files that is; gone: commits that are not here any more, as after a rebase."""

    id: str
    text: str
    trust: str
    done: bool
    at: str
    sessions: list[str]
    commits: list[str]
    moved: list[Moved]
    files: int
    gone: list[str]


class Along(NamedTuple):
    """A checkpoint that was made along the way. id: of its memory; session: whose it is; at: when it was made;
    text: what the session was about."""

    id: str
    session: str
    at: str
    text: str


def told(reader: Reader, goal: Held, steps: list[Step] | None = None) -> ArcTold:
    """A goal as listings tell it."""
    steps = steps_of(reader, goal) if steps is None else steps
    last = last_done(steps)
    ended, reason = _ended(reader, goal)
    state = OPEN if goal.standing != "retired" else DONE if reason == DONE else DROPPED
    return ArcTold(
        goal.id, name_of(goal), goal.text, state, sum(one.done for one in steps), len(steps),
        last.text if last else "", last.commits[-1] if last and last.commits else "", iso(last.at) if last else "",
        iso(goal.created), ended, reason if state == DROPPED else "", len({s for one in steps for s in one.sessions}),
        goal.trust,
    )  # fmt: skip


def _ended(reader: Reader, goal: Held) -> tuple[str, str]:
    """When and why a goal ended; empty for one that is open."""
    if goal.standing != "retired":
        return "", ""
    events = [event for _, event in reader.history(goal.id) if event.op == "retire"]
    latest = max(events, key=lambda event: event.stamp, default=None)
    return (iso(latest.clock[0]), str(latest.fields.get("reason", ""))) if latest else ("", "")


def way(memory: "Memory", reader: Reader, goal: Held) -> tuple[list[StepTold], list[Along]]:
    """The way of a goal: its steps, those that are done in the order they were done, then the others; and the
    checkpoints along it. What commits changed is read from git, not kept."""
    steps = steps_of(reader, goal)
    ordered = sorted((one for one in steps if one.done), key=lambda one: one.stamp)
    ordered += [one for one in steps if not one.done]
    asked = list(dict.fromkeys(name for one in ordered for name in one.commits))[-MOST_COMMITS:]
    there = memory.project.git is not None
    changed = {name: _changes(memory.project.tree, memory.environment, name) for name in asked} if there else {}
    found = []
    for one in ordered:
        moved = [file for name in one.commits for file in changed.get(name) or ()]
        gone = [name for name in one.commits if there and name in changed and changed[name] is None]
        where = (list(one.sessions), list(one.commits), moved[:MOST_FILES], len(moved), gone)
        found.append(StepTold(one.id, one.text, one.held.trust, one.done, iso(one.at), *where))
    return found, _along(reader, goal)


def _changes(root: Path, environment: Mapping[str, str], name: str) -> list[Moved] | None:
    """What a commit changed; None when it is not here."""
    sha = head(root, environment, name)
    if not sha:
        return None
    for commit in commits(root, environment, until=sha, limit=1):
        return [Moved(one.path, one.status, one.added, one.deleted) for one in commit.changes]
    return None


def _along(reader: Reader, goal: Held) -> list[Along]:
    names = tied_in_order(goal.record, PART_OF)
    held = [one for one in reader.several(names, Shelf(("active", "contested"))) if one.kind == KIND and one.wordings]
    told_ = [handed(one) for one in held]
    return [Along(one.id, one.session, one.at, one.text) for one in told_]
