"""The operation `confirm`."""

from typing import Literal

from oldhand.knowledge.anchoring import noted_anew
from oldhand.knowledge.standing import Stood, confirmed
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation


@operation(WRITE)
def confirm(memory: Memory, name: str, *, scope: Literal["project", "global"] = "project") -> Stood:
    """Confirm that a memory still holds

    Counts once more for it and settles the disputes that are open. One that was retired comes back
    with all it had. Places it is tied to that changed or moved are noted as they are now.

    Parameters
    name: the memory: at least 6 characters of its id
    scope: project, or global for your own memory of all projects
    """
    with memory.writing(scope, make=False) as transaction:
        stood = confirmed(transaction, name, memory.voice)
        places = noted_anew(memory, transaction, stood.id) if scope == "project" else []
    memory.trace_detail = {"memory": short(stood.id)}  # that it was used, for `utility`
    return stood._replace(root=transaction.root.hex(), noted=places, scope=scope)
