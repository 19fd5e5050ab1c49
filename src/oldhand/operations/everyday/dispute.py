"""The operation `dispute`."""

from oldhand.knowledge.standing import Stood, disputed
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def dispute(memory: Memory, name: str, *, reason: str = "") -> Stood:
    """Dispute a memory: it stays, marked as contested

    Recall shows it as contested until someone confirms or revises it.

    Parameters
    name: the memory: at least 6 characters of its id
    reason: why it may be wrong
    """
    with memory.writing() as transaction:
        stood = disputed(transaction, name, memory.voice, reason)
    return stood._replace(root=transaction.root.hex())
