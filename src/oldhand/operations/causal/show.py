"""The operation `causal show`."""

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.reasoning.causal_trail import Trail, trail
from oldhand.reasoning.decisions import named
from oldhand.reasoning.outcomes_behind import told as outcomes_behind


@operation(READ)
def show(memory: Memory, name: str) -> Trail:
    """Show what a decision led to, in order of time: commits, sessions, actions, outcomes, each to be opened

    What was assumed and expected stands beside what came of it.

    Parameters
    name: the decision: at least 6 characters of its id, or its name
    """
    with memory.reading() as reader:
        decision = named(reader, name)
        memory.trace_detail = {"memory": short(decision.id)}
        return trail(memory, reader, decision)._replace(behind=outcomes_behind(memory, reader))
