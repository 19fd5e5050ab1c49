"""The operation `arc show`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.sessions.arc_telling import Along, ArcTold, StepTold, told, way
from oldhand.sessions.arcs import named


class ArcShown(NamedTuple):
    """An arc and its way. arc: it; text: the goal in full; steps: those that are done in the order they were done,
    then the others; checkpoints: made along the way."""

    arc: ArcTold
    text: str
    steps: list[StepTold]
    checkpoints: list[Along]
    root: str


@operation(READ)
def show(memory: Memory, name: str) -> ArcShown:
    """Show one arc with its way: what was done when, in which session, by which commit, and what moved

    Parameters
    name: the arc, by its name, words of it, or at least 6 characters of its id
    """
    with memory.reading() as reader:
        goal = named(reader, name)
        steps, along = way(memory, reader, goal)
        memory.trace_detail = {"memory": short(goal.id)}
        return ArcShown(told(reader, goal), goal.text, steps, along, reader.root().root.hex())
