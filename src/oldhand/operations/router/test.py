"""The operation `router test`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.routing import Spoken, route


class Routed(NamedTuple):
    """Where a message belongs. kind: tactical, decision or learning; score: the evidence for it, in ten-thousandths;
    signs: what spoke, and in which words, the heaviest first; next: what to do about it, empty for a tactical one."""

    kind: str
    score: int
    signs: list[Spoken]
    next: str


NEXT = {
    "decision": "`oldhand decide TEXT` tells what is known before deciding",
    "learning": "`oldhand remember TEXT` keeps what was learned",
}


@operation(READ)
def test(memory: Memory, text: str) -> Routed:
    """Tell whether a message is a decision, looks back, or is tactical, and by which signs

    A decision chooses between ways of doing, or asks which to take; a learning message asks why something went as
    it did, or tells it; everything else is tactical. No model takes part, and nothing is kept of the text.

    Parameters
    text: the message
    """
    memory.trace_detail = {}
    found = route(text)
    return Routed(found.kind, found.score, list(found.signs), NEXT.get(found.kind, ""))
