"""The operation `retire`."""

from oldhand.knowledge.standing import Stood, retired
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def retire(memory: Memory, name: str, *, reason: str = "") -> Stood:
    """Retire a memory: recall passes it over, nothing is lost

    `restore` brings it back with all it had.

    Parameters
    name: the memory: at least 6 characters of its id
    reason: why it is put away
    """
    with memory.writing() as transaction:
        stood = retired(transaction, name, memory.voice, reason)
    return stood._replace(root=transaction.root.hex())
