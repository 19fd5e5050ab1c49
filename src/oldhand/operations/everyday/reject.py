"""The operation `reject`."""

from typing import Literal

from oldhand.knowledge.standing import Stood, rejected
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def reject(
    memory: Memory, name: str, *, reason: str = "", scope: Literal["project", "global"] = "project"
) -> Stood:  # fmt: skip
    """Reject a memory: what it says does not come back

    Whoever says the same again, in another spelling, under a key or in an import, is refused until
    `restore` takes the rejection back. With a key, something else may be said. An agent cannot reject
    what a person said or confirmed: that is noted as a dispute.

    Parameters
    name: the memory: at least 6 characters of its id
    reason: why it is wrong
    scope: project, or global for your own memory of all projects
    """
    with memory.writing(scope, make=False) as transaction:
        stood = rejected(transaction, name, memory.voice, reason)
    return stood._replace(root=transaction.root.hex(), scope=scope)
