"""The operation `restore`."""

from oldhand.errors import BadArgument
from oldhand.knowledge.standing import Stood, restored
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def restore(memory: Memory, name: str) -> Stood:
    """Restore a memory that was retired or rejected

    It comes back with its history, dates, links and counts.

    Parameters
    name: the memory: at least 6 characters of its id
    """
    if "/" in name or name.endswith(".db"):
        raise BadArgument("name", name, "that is a file; `oldhand store restore FILE` restores a backup")
    with memory.writing() as transaction:
        stood = restored(transaction, name, memory.voice)
    return stood._replace(root=transaction.root.hex())
