"""The operation `outcomes show`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.reasoning.decisions import named
from oldhand.reasoning.outcome_state import first_line
from oldhand.reasoning.outcome_telling import CarrierTold, OutcomeTold, carriers, told
from oldhand.reasoning.outcomes_behind import not_looked_up
from oldhand.reasoning.outcomes_behind import told as outcomes_behind


class OutcomeShown(NamedTuple):
    """How a decision ended. carriers: the commits that carry it, as of the last `oldhand outcomes update` here; head:
    the commit to which that looked through the history, empty when there was none or it had no history; waiting: those
    it was tied to since, which nothing has looked up yet; behind: that outcomes are older than the history, in words,
    empty where they are not."""

    ended: OutcomeTold
    carriers: list[CarrierTold]
    head: str
    waiting: list[str]
    behind: str
    root: str


@operation(READ)
def show(memory: Memory, name: str) -> OutcomeShown:
    """Show how a decision ended: every piece of evidence with its commit, and what somebody said

    Parameters
    name: the decision, by at least 6 characters of its id, its title, or words that only it has
    """
    with memory.reading() as reader:
        decision = named(reader, name)
        memory.trace_detail = {"memory": short(decision.id)}
        found = carriers(memory.project.store, decision.id)
        head = first_line(memory.project.store).head
        waiting, late = not_looked_up(memory, reader, decision), outcomes_behind(memory, reader)
        return OutcomeShown(told(reader, decision), found, head, waiting, late, reader.root().root.hex())
