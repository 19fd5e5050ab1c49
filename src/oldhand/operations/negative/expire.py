"""The operation `negative expire`."""

from oldhand.memory import Memory
from oldhand.model.moment import parse
from oldhand.operation import WRITE, operation
from oldhand.operations.negative.record import NegativeChanged, changed
from oldhand.reasoning.negative_keeping import expire as end
from oldhand.reasoning.negative_telling import named


@operation(WRITE)
def expire(memory: Memory, name: str, *, until: str = "", reason: str = "") -> NegativeChanged:
    """Say until when something that was tried counts, or that it counts no longer

    What expired is told to nobody unasked; `negative list --state expired` and `recall` still know it. A day to
    come lets it count until then, also when it had expired.

    Parameters
    name: at least 6 characters of its id, or words that only it has
    until: the day; without one it counts no longer
    reason: why
    """
    now = memory.now()
    moment = parse(until, now, end=True) if until else now - 1
    with memory.reading() as reader:
        known = named(reader, name).id
    with memory.writing(make=False) as transaction:
        held = end(transaction, known, memory.voice, moment, reason)
    return changed(memory, held, "expired" if moment < now else "changed")
