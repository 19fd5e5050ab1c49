"""The operation `plan validate`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.plan_keeping import drafted
from oldhand.reasoning.plan_telling import PlanTold, WarningTold, told, warning
from oldhand.reasoning.plan_validating import may_proceed
from oldhand.reasoning.plan_validating import validate as against
from oldhand.reasoning.plans import named


class Validated(NamedTuple):
    """What stands against a plan, the gravest first. proceed: whether nothing grave does; nothing is stopped by it."""

    plan: PlanTold
    warnings: list[WarningTold]
    proceed: bool
    root: str


@operation(READ)
def validate(
    memory: Memory, text: str, *, steps: list[str] = [], document: str = "", estimate: str = "", confidence: str = "",
    decisions: list[str] = [],
) -> Validated:  # fmt: skip
    """Tell what stands against a plan: what was tried, failed, is contested, bites or is missing

    Parameters
    text: what the plan is for, in a sentence; without steps, a plan that was recorded, by its name or id
    steps: what will be done, in order, one each: TEXT, or PATH, PATH | TEXT with the files it is about
    document: a file of the project with the plan in Markdown instead, or its lines (`-`: from standard input); the
        outermost list items are the steps
    estimate: the effort it will take: 90m, 2h, 1.5d (days of eight hours)
    confidence: how likely it is to go as planned: 0.8 or 80%
    decisions: the decisions it carries out, by their ids
    """
    with memory.reading() as reader:
        if steps or document.strip():
            plan = drafted(
                memory, reader, text, steps=steps, document=document, estimated=estimate, sure=confidence,
                carried=decisions,
            )  # fmt: skip
        else:
            plan = named(reader, text)
        warned = against(memory, reader, plan)
        memory.trace_detail = {"negative": [one.memory for one in warned if one.what == "tried"]}
        return Validated(told(plan), [warning(one) for one in warned], may_proceed(warned), reader.root().root.hex())
