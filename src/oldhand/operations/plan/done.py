"""The operation `plan done`."""

from typing import NamedTuple

from oldhand.errors import BadArgument
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.reasoning.deciding import estimate
from oldhand.reasoning.plan_comparing import compare
from oldhand.reasoning.plan_keeping import became_said, end
from oldhand.reasoning.plan_telling import PlanTold, told
from oldhand.reasoning.plans import DONE, OPEN, named, plan_of


class PlanEnded(NamedTuple):
    """A plan after it ended. outcome: changed, or unchanged: it was over before."""

    outcome: str
    plan: PlanTold
    root: str


@operation(WRITE)
def done(memory: Memory, name: str, *, took: str = "", became: list[str] = [], reason: str = "") -> PlanEnded:
    """Say that a plan is carried out, and keep what became of its steps

    What became of a step is read from the commits since; what somebody says of it counts before that.

    Parameters
    name: the plan, by its title, words of it, or at least 6 characters of its id
    took: the effort it took: 90m, 2h, 1.5d; without it, what engrams tell of the sessions that made its commits
    became: what became of a step: NUMBER=kept, NUMBER=reworked, NUMBER=dropped, and why: 2=dropped: not needed
    reason: what was learned from it
    """
    return ended(memory, name, DONE, took, became, reason)


def ended(memory: Memory, name: str, state: str, took: str, became: list[str], reason: str) -> PlanEnded:
    """End a plan. Ending one that is over in the same way changes nothing."""
    minutes = estimate(took) if took else None
    with memory.reading() as reader:
        plan = named(reader, name)
        if plan.state not in (OPEN, state):
            why = f"it was {plan.state} before; record what comes next as a plan of its own"
            raise BadArgument("plan", plan.name, why)
        said = became_said(plan, became)
        compared = compare(memory, reader, plan._replace(state=state)) if plan.state == OPEN else None
        held = reader.get(plan.id)
    if compared is not None:
        with memory.writing() as transaction:
            end(
                memory, transaction, held, plan, compared, state=state, said=said, took=minutes, reason=reason,
            )  # fmt: skip
    with memory.reading() as reader:
        after = plan_of(reader.get(plan.id))
        root = reader.root().root.hex()
    memory.trace_detail = {"memory": short(plan.id), "root": root}
    return PlanEnded("changed" if compared is not None else "unchanged", told(after), root)
