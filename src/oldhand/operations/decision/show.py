"""The operation `decision show`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.reasoning.decision_telling import DecisionTold, told_of
from oldhand.reasoning.decisions import named
from oldhand.reasoning.outcomes_behind import told as outcomes_behind


class ShownDecision(NamedTuple):
    """One decision whole. behind: that outcomes are older than the history, in words, empty where they are not."""

    decision: DecisionTold
    behind: str
    root: str


@operation(READ)
def show(memory: Memory, name: str) -> ShownDecision:
    """Show a decision whole: its options, what was expected, how it ended, and what has changed since

    Parameters
    name: at least 6 characters of its id, or its name
    """
    with memory.reading() as reader:
        one = named(reader, name)
        memory.trace_detail = {"memory": short(one.id)}
        late = outcomes_behind(memory, reader)
        return ShownDecision(told_of(memory, reader, one), late, reader.root().root.hex())
