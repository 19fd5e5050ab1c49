"""The operation `arc done`."""

from oldhand.knowledge.standing import retired
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.operations.arc.start import ArcChanged, told_of
from oldhand.sessions.arc_telling import DONE
from oldhand.sessions.arcs import OPEN, named


@operation(WRITE)
def done(memory: Memory, name: str) -> ArcChanged:
    """Say that an arc has reached its goal: it is told no more, and nothing of it is lost

    Parameters
    name: the arc, by its name, words of it, or at least 6 characters of its id
    """
    return ended(memory, name, DONE, DONE)


def ended(memory: Memory, name: str, outcome: str, reason: str) -> ArcChanged:
    """End an arc for a reason. Ending one that is over already changes nothing."""
    with memory.reading() as reader:
        goal = named(reader, name)
    changed = goal.standing in OPEN
    if changed:
        with memory.writing() as transaction:
            retired(transaction, goal.id, memory.voice, reason)
    with memory.reading() as reader:
        arc = told_of(reader, goal.id)
        root = reader.root().root.hex()
    memory.trace_detail = {"memory": short(goal.id), "root": root}
    return ArcChanged(outcome if changed else "unchanged", arc, "", "", root)
