"""The operation `confirm`."""

from oldhand.knowledge.anchoring import noted_anew
from oldhand.knowledge.standing import Stood, confirmed
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def confirm(memory: Memory, name: str) -> Stood:
    """Confirm that a memory still holds

    Counts once more for it and settles the disputes that are open. One that was retired comes back
    with all it had. Places it is tied to that changed or moved are noted as they are now.

    Parameters
    name: the memory: at least 6 characters of its id
    """
    with memory.writing() as transaction:
        stood = confirmed(transaction, name, memory.voice)
        places = noted_anew(memory, transaction, stood.id)
    return stood._replace(root=transaction.root.hex(), noted=places)
