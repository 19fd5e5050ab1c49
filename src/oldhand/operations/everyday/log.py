"""The operation `log`."""

from typing import NamedTuple

from oldhand.errors import BadArgument
from oldhand.knowledge.events import Happened, happened
from oldhand.memory import Memory
from oldhand.model.event import OPERATIONS
from oldhand.operation import READ, operation


class Log(NamedTuple):
    """What happened in the journal, latest first."""

    events: list[Happened]
    total: int
    root: str


@operation(READ)
def log(memory: Memory, *, limit: int = 20, op: str = "", actor: str = "", as_of: str = "") -> Log:
    """Tell what happened lately: the journal, superseded and retired ones included

    Parameters
    limit: at most so many events
    op: only this operation: assert, revise, confirm, dispute, reject, retire, restore, erase, link,
        unlink, set or root
    actor: only what this one did
    as_of: as known at a root, a date or a time
    """
    if op and op not in OPERATIONS:
        raise BadArgument("op", op, f"it is one of {', '.join(OPERATIONS)}")
    with memory.reading(as_of) as reader:
        events = list(reader.journal_latest(limit, op=op, actor=actor))
        return Log(
            [happened(reader, position, event, listed=True) for position, event in events], reader.root().position,
            reader.root().root.hex(),
        )  # fmt: skip
