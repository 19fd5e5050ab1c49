"""The operation `plan show`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.reasoning.plan_comparing import compare
from oldhand.reasoning.plan_telling import PlanTold, told
from oldhand.reasoning.plans import OPEN, named


class PlanShown(NamedTuple):
    """A plan beside what became of its steps: by now while it is open, at its end when it is over."""

    plan: PlanTold
    root: str


@operation(READ)
def show(memory: Memory, name: str) -> PlanShown:
    """Show a plan beside what was done: steps kept, reworked and dropped, files beside them, time against its estimate

    Parameters
    name: the plan, by its title, words of it, or at least 6 characters of its id
    """
    with memory.reading() as reader:
        plan = named(reader, name)
        compared = compare(memory, reader, plan) if plan.state == OPEN else None
        memory.trace_detail = {"memory": short(plan.id)}
        return PlanShown(told(plan, compared), reader.root().root.hex())
