"""The operation `retire`."""

from typing import Literal

from oldhand.knowledge.standing import Stood, retired
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def retire(
    memory: Memory, name: str, *, reason: str = "", scope: Literal["project", "global"] = "project"
) -> Stood:  # fmt: skip
    """Retire a memory: recall passes it over, nothing is lost

    `restore` brings it back with all it had.

    Parameters
    name: the memory: at least 6 characters of its id
    reason: why it is put away
    scope: project, or global for your own memory of all projects
    """
    with memory.writing(scope, make=False) as transaction:
        stood = retired(transaction, name, memory.voice, reason)
    return stood._replace(root=transaction.root.hex(), scope=scope)
