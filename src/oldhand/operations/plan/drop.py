"""The operation `plan drop`."""

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.plan.done import PlanEnded, ended
from oldhand.reasoning.plans import DROPPED


@operation(WRITE)
def drop(memory: Memory, name: str, *, reason: str = "") -> PlanEnded:
    """Say that a plan is given up: what was done of it is kept, the other steps count as dropped

    Parameters
    name: the plan, by its title, words of it, or at least 6 characters of its id
    reason: why it is given up
    """
    return ended(memory, name, DROPPED, "", [], reason)
