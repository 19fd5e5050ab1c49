"""The operation `plan record`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.reasoning.plan_keeping import drafted, keep
from oldhand.reasoning.plan_telling import PlanTold, WarningTold, told, warning
from oldhand.reasoning.plan_validating import validate, worded
from oldhand.reasoning.plans import plan_of


class PlanRecorded(NamedTuple):
    """A plan after it was recorded. outcome: remembered, confirmed (it was recorded before) or quarantined (it waits in
    review, and `why` says why); warnings: what stands against it, which is kept with it."""

    outcome: str
    plan: PlanTold
    warnings: list[WarningTold]
    why: str
    root: str


@operation(WRITE)
def record(
    memory: Memory, text: str, *, title: str = "", steps: list[str] = [], document: str = "", estimate: str = "",
    confidence: str = "", decisions: list[str] = [], agent: str = "", model: str = "",
) -> PlanRecorded:  # fmt: skip
    """Record a plan before it is carried out, to be compared with what was done

    It is validated first, and what stands against it is told and kept with it. A commit that carries it out says
    so with the line `Oldhand-Plan: ID` in its message; without that, commits that change files of its steps count.

    Parameters
    text: what it is for, in a sentence
    title: a short name for it
    steps: what will be done, in order, one each: TEXT, or PATH, PATH | TEXT with the files it is about
    document: a file of the project with the plan in Markdown instead, or its lines (`-`: from standard input); the
        outermost list items are the steps
    estimate: the effort it will take: 90m, 2h, 1.5d (days of eight hours)
    confidence: how likely it is to go as planned: 0.8 or 80%
    decisions: the decisions it carries out, by their ids
    agent: the agent that made it, when it is not known who speaks
    model: the model that made it, likewise
    """
    with memory.reading() as reader:
        plan = drafted(
            memory, reader, text, title=title, steps=steps, document=document, estimated=estimate, sure=confidence,
            carried=decisions, agent=agent, model=model,
        )  # fmt: skip
        warned = validate(memory, reader, plan)
    with memory.writing() as transaction:
        done = keep(memory, transaction, plan, [worded(one) for one in warned])
    with memory.reading() as reader:
        kept = plan_of(reader.get(done.memory))
        root = reader.root().root.hex()
    memory.trace_detail = {"memory": short(done.memory), "root": root}
    return PlanRecorded(done.outcome, told(kept), [warning(one) for one in warned], done.reason, root)
