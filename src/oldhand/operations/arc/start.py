"""The operation `arc start`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.sessions.arc_telling import ArcTold, told
from oldhand.sessions.arcs import begin
from oldhand.store.reader import Reader


class ArcChanged(NamedTuple):
    """An arc after a change.

    outcome: remembered (it is new), confirmed (it was there), restored (it was over and goes on), done, dropped,
    step (a step was added or done), unchanged, or quarantined; arc: it; step: that was meant, empty otherwise; why:
    it waits, empty otherwise.
    """

    outcome: str
    arc: ArcTold
    step: str
    why: str
    root: str


@operation(WRITE)
def start(memory: Memory, text: str, *, title: str = "", steps: list[str] = []) -> ArcChanged:
    """Start an arc: a goal that takes many sessions

    Open arcs are told at the opening of every session, with how far they have come. Checkpoints and commits
    that name one, by its name, its id or the words of a step, move it on. Starting one that is over goes on with it.

    Parameters
    text: the goal, in a sentence
    title: its short name, by which commits and checkpoints name it
    steps: what has to be done, as far as it is known, in order
    """
    with memory.writing() as transaction:
        done = begin(memory, transaction, text, title, steps)
    with memory.reading() as reader:
        arc = told_of(reader, done.memory)
        root = reader.root().root.hex()
    memory.trace_detail = {"memory": short(done.memory), "root": root}
    return ArcChanged(done.outcome, arc, "", done.reason, root)


def told_of(reader: Reader, memory: str) -> ArcTold:
    """The arc with this id as replies tell it."""
    return told(reader, reader.get(memory))
