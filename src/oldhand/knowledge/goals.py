"""Goals over many sessions (arcs): their steps in order, how far they have come, and their line in a briefing.

A step is a memory of the same kind, tied to its goal by `part_of`. It is done when it has the tag `done`; the tags
`session:…` and `commit:…` say where. Tags and ties are joined event by event, so two who go on with one goal at once
lose nothing. Nothing here asks the clock.
"""

from collections.abc import Iterable
from typing import NamedTuple

from oldhand.model.clock import stamp_wall
from oldhand.model.trust import RANK
from oldhand.recall.render import clipped
from oldhand.store.fold import Record
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

ARC, PART_OF = "arc", "part_of"
DONE, SESSION, COMMIT = "done", "session:", "commit:"  # tags of steps
STANDING = ("active", "contested")
MOST_STEPS = 500  # of one goal that are read: nobody follows more
LONGEST_NAME = 60  # characters of a goal's name in one line
LONGEST_STEP = 80  # characters of its last step there
COMMIT_DIGITS = 7  # of a commit's id, as git shows it


class Step(NamedTuple):
    """A step of a goal. done: whether it is; at: when it was done, or else noted (ms since 1970); sessions, commits:
    where it was done, by name; text: of its leading wording; stamp: orders what happened in one millisecond."""

    id: str
    text: str
    done: bool
    at: int
    sessions: tuple[str, ...]
    commits: tuple[str, ...]
    held: Held
    stamp: str


def tied_in_order(record: Record, relation: str) -> list[str]:
    """The ids of the memories that are tied to one by a relation, in the order in which they were tied.

    The order is that of the ties' own clocks, so that every replica has the same one.
    """
    start = f"from/{relation}/"
    groups = sorted(record.get("registers", {}).items())
    return [
        name[len(start) :] for _, group in groups for name, stands in group.items() if stands and name.startswith(start)
    ]


def moment_of(record: Record, register: str) -> int:
    """When a register got its value (ms since 1970); 0 when it has none."""
    stamp = _stamp_of(record, register)
    return stamp_wall(stamp) if stamp else 0


def _stamp_of(record: Record, register: str) -> str:
    return next((stamp for stamp, group in record.get("registers", {}).items() if register in group), "")


def tagged(held: Held, start: str) -> tuple[str, ...]:
    """What the tags that begin so say, in the order in which they were given."""
    found = [tag for tag in held.tags if tag.startswith(start)]
    found.sort(key=lambda tag: (moment_of(held.record, f"tag/{tag}"), tag))
    return tuple(tag[len(start) :] for tag in found)


def steps_of(reader: Reader, goal: Held) -> list[Step]:
    """The steps of a goal that stand, in the order in which they were tied to it."""
    names = tied_in_order(goal.record, PART_OF)[:MOST_STEPS]
    return [step(held) for held in reader.several(names, Shelf(STANDING)) if held.kind == ARC] if names else []


def step(held: Held) -> Step:
    """A memory as a step."""
    done = DONE in held.tags
    at = moment_of(held.record, f"tag/{DONE}") if done else held.created
    stamp = _stamp_of(held.record, f"tag/{DONE}") if done else str(held.record.get("first", ""))
    return Step(held.id, held.text, done, at, tagged(held, SESSION), tagged(held, COMMIT), held, stamp)


def name_of(held: Held) -> str:
    """What a goal is called in one line: its title, else its first words."""
    return clipped(" ".join((held.title or held.text).split()), LONGEST_NAME)


def is_goal(held: Held) -> bool:
    """Whether a memory is a goal and no step of one."""
    return held.kind == ARC and bool(held.wordings) and not held.wordings[-1].content.get("of")


def last_done(steps: Iterable[Step]) -> Step | None:
    """The step that was done last."""
    return max((one for one in steps if one.done), key=lambda one: one.stamp, default=None)


def whose(goal: Held, one: Step) -> str:
    """Whose a step is, in brackets, where that is somebody who is believed less than who set the goal; else nothing."""
    return f" ({one.held.trust})" if RANK.get(one.held.trust, 0) < RANK.get(goal.trust, 0) else ""


def _attributed(text: str, held: Held) -> str:
    """Words of a goal or a step as an opening tells them: those of who is no person are neither a person's leave nor a
    line of ours."""
    from oldhand.knowledge.claims_of_agents import marked, unlabelled
    from oldhand.knowledge.trusting import VOUCHING

    return text if held.trust in VOUCHING else marked(unlabelled(text))


def in_brief(reader: Reader, goal: Held) -> str:
    """A goal as a briefing tells it: `arc "checkout rewrite" 3/5 done, last: moved cart to src/cart (a1b2c3d)`."""
    from oldhand.knowledge.trusting import orders_unvouched

    steps = steps_of(reader, goal)
    said = f'arc "{_attributed(name_of(goal), goal)}"'
    if not steps:
        return f"{said} no steps yet"
    said += f" {sum(one.done for one in steps)}/{len(steps)} done"
    last = last_done(steps)
    if last is None or orders_unvouched(last.held):
        return said
    text = clipped(" ".join(last.text.split()), LONGEST_STEP)
    commit = f" ({last.commits[-1][:COMMIT_DIGITS]})" if last.commits else ""
    return f"{said}, last{whose(goal, last)}: {_attributed(text, last.held)}{commit}"
