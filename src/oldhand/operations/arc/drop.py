"""The operation `arc drop`."""

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.arc.done import ended
from oldhand.operations.arc.start import ArcChanged
from oldhand.sessions.arc_telling import DROPPED


@operation(WRITE)
def drop(memory: Memory, name: str, *, reason: str = "") -> ArcChanged:
    """Give an arc up: it is told no more, and `arc start` with the same words takes it up again

    Parameters
    name: the arc, by its name, words of it, or at least 6 characters of its id
    reason: why it is given up
    """
    return ended(memory, name, DROPPED, reason or DROPPED)
