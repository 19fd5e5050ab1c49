"""The operation `dispute`."""

from typing import Literal

from oldhand.knowledge.standing import Stood, disputed
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def dispute(
    memory: Memory, name: str, *, reason: str = "", scope: Literal["project", "global"] = "project"
) -> Stood:  # fmt: skip
    """Dispute a memory: it stays, marked as contested

    Recall shows it as contested until someone confirms or revises it.

    Parameters
    name: the memory: at least 6 characters of its id
    reason: why it may be wrong
    scope: project, or global for your own memory of all projects
    """
    with memory.writing(scope, make=False) as transaction:
        stood = disputed(transaction, name, memory.voice, reason)
    return stood._replace(root=transaction.root.hex(), scope=scope)
