"""The operation `review defer`."""

from typing import Literal, NamedTuple

from oldhand.errors import BadArgument
from oldhand.knowledge.reviewing import DAY_MS, put_off
from oldhand.memory import Memory
from oldhand.model.moment import iso
from oldhand.operation import WRITE, operation

LONGEST_DAYS = 365  # what is to rest for longer is better accepted, rejected or retired


class Deferred(NamedTuple):
    """What was put off, each as a list of its memories' ids; until: ISO 8601, empty when it waits again; undo: the
    command that has it wait again."""

    items: list[str]
    until: str
    undo: str
    scope: str


@operation(WRITE)
def defer(
    memory: Memory, names: list[str], *, days: int = 7, scope: Literal["project", "global"] = "project"
) -> Deferred:
    """Put off what waits for review: you are not shown it for some days

    It counts for you alone and on this machine; others go on seeing it. When a new reason comes up it waits again.

    Parameters
    names: items as `oldhand review` names them: ID, or ID+ID for two that contradict each other
    days: for how many days, from 1 to 365; 0 has it wait again at once
    scope: project, or global for your own memory of all projects
    """
    if not 0 <= days <= LONGEST_DAYS:
        raise BadArgument("days", days, f"it is a number of days from 0 to {LONGEST_DAYS}")
    now = memory.now()
    until = now + days * DAY_MS if days else 0
    items = put_off(memory, list(dict.fromkeys(names)), until, scope)
    undo = f"oldhand review defer {' '.join(items)} --days 0" + (" --scope global" if scope == "global" else "")
    return Deferred(items, iso(until) if until else "", undo if until else "", scope)
