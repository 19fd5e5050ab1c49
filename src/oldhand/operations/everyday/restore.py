"""The operation `restore`."""

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
    with memory.writing() as transaction:
        stood = restored(transaction, name, memory.voice)
    return stood._replace(root=transaction.root.hex())
