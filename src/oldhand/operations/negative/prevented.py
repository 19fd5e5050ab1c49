"""The operation `negative prevented`."""

from typing import NamedTuple

from oldhand.knowledge.tying import tied
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.reasoning.negative_telling import NegativeTold, Target, named, one_of, targets, told


class Prevented(NamedTuple):
    """A word on what telling did. negative: what was tried; target: the decision or memory; outcome: prevented, ignored
    or taken back; changed: whether it was otherwise before."""

    negative: NegativeTold
    target: Target
    outcome: str
    changed: bool
    root: str


@operation(WRITE)
def prevented(memory: Memory, name: str, by: str, *, ignored: bool = False, undo: bool = False) -> Prevented:
    """Say that something that was tried was left alone because it was told, or done all the same

    Parameters
    name: what was tried: at least 6 characters of its id, or words that only it has
    by: the decision or other memory in which that shows: at least 6 characters of its id
    ignored: it was done all the same
    undo: take that word, or what was derived, back
    """
    with memory.reading() as reader:
        held = named(reader, name)
    rel = "warns_against" if ignored else "prevented"
    with memory.writing(make=False) as transaction:
        done = tied(transaction, memory.voice, "unlink" if undo else "link", held.id, rel, by)
    with memory.reading() as reader:
        one = told(one_of(memory, reader, reader.get(held.id), memory.now()))
        target = targets(reader, [done.target])[0]
        root = reader.root().root.hex()
    memory.trace_detail = {"memory": short(held.id), "root": root}
    outcome = "taken back" if undo else "ignored" if ignored else "prevented"
    return Prevented(one, target, outcome, done.changed, root)
