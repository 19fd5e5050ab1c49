"""The operation `review undo`."""

from typing import Literal, NamedTuple

from oldhand.knowledge.undoing import undone
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation


class Undone(NamedTuple):
    """The memories that were put back as they stood, the step that was undone, and the root after."""

    memories: list[str]
    step: str
    root: str
    scope: str


@operation(WRITE)
def undo(memory: Memory, root: str = "", *, scope: Literal["project", "global"] = "project") -> Undone:
    """Undo a step of a review: its memories stand again as they stood before

    The journal keeps both. What was changed again since is not undone, nor what somebody else did, unless a
    person asks.

    Parameters
    root: the root after the step, as the reply of the step names it; without one the latest change, if it is yours
    scope: project, or global for your own memory of all projects
    """
    with memory.writing(scope, make=False) as transaction:
        memories, step = undone(transaction, root, memory.voice)
    return Undone(memories, short(step), transaction.root.hex(), scope)
