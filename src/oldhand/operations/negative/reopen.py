"""The operation `negative reopen`."""

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.negative.record import NegativeChanged, changed
from oldhand.reasoning.negative_keeping import reopen as open_again
from oldhand.reasoning.negative_telling import named

OVER = "it counts no longer, so nothing warns of it; recording the same text again has it count again"


@operation(WRITE)
def reopen(memory: Memory, name: str, *, reason: str = "") -> NegativeChanged:
    """Say that something that did not work is worth another try

    It is still told, with that word. If it fails again, `negative record` with the same text closes it; if it works,
    `negative expire` ends it.

    Parameters
    name: at least 6 characters of its id, or words that only it has
    reason: what is different now
    """
    with memory.reading() as reader:
        held = named(reader, name).id
    with memory.writing(make=False) as transaction:
        done = open_again(transaction, held, memory.voice, reason)
    return changed(memory, held, "reopened" if done.fresh else "unchanged", OVER if done.over else "")
