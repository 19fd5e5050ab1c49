"""The operation `acknowledge`."""

from typing import Literal

from oldhand.knowledge.reminding import Acknowledged
from oldhand.knowledge.reminding import acknowledge as acknowledged
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.store.reader import Reader


@operation(WRITE)
def acknowledge(
    memory: Memory, name: str, *, until: str = "", scope: Literal["project", "global"] = "project"
) -> Acknowledged:
    """Take note of a reminder: it is done, or comes back when it said it would

    Without --until a reminder that comes back waits for its next time, any other is put away
    (`oldhand restore ID` brings it back). With --until it is quiet up to that day. An agent's word ends no reminder
    that a person set: it is noted that the agent has seen it.

    Parameters
    name: at least 6 characters of the reminder's id
    until: not before this day: a date, 'tomorrow' or 'in 3 days'
    scope: project, or global for your own memory of all projects
    """
    with memory.writing(scope, make=False) as transaction:
        done = acknowledged(transaction, Reader(transaction.connection), name, memory.voice, until)
    memory.trace_detail = {"root": transaction.root.hex()}
    return done._replace(root=transaction.root.hex(), scope=scope)
