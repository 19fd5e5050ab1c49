"""The operation `restore`."""

from typing import Literal

from oldhand.errors import BadArgument
from oldhand.knowledge.standing import Stood, restored
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def restore(memory: Memory, name: str, *, scope: Literal["project", "global"] = "project") -> Stood:
    """Restore a memory that was retired or rejected

    It comes back with its history, dates, links and counts.

    Parameters
    name: the memory: at least 6 characters of its id
    scope: project, or global for your own memory of all projects
    """
    if "/" in name or name.endswith(".db"):
        raise BadArgument("name", name, "that is a file; `oldhand store restore FILE` restores a backup")
    with memory.writing(scope, make=False) as transaction:
        stood = restored(transaction, name, memory.voice)
    return stood._replace(root=transaction.root.hex(), scope=scope)
