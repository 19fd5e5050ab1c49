"""The operation `plan list`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.plan_telling import PlanTold, told
from oldhand.reasoning.plans import every


class Plans(NamedTuple):
    """Plans, the latest first, with what was kept of each at its end. left_out: how many more there are."""

    items: list[PlanTold]
    left_out: int
    root: str


@operation(READ)
def list_(memory: Memory, *, state: Literal["any", "open", "done", "dropped"] = "any", limit: int = 20) -> Plans:
    """List plans, the latest first

    Parameters
    state: only those that are open, done or dropped
    limit: at most so many
    """
    with memory.reading() as reader:
        found = [one for one in every(reader) if state in ("any", one.state)]
        most = max(limit, 0)
        return Plans([told(one) for one in found[:most]], max(len(found) - most, 0), reader.root().root.hex())
