"""The operation `decision list`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.decision_listing import Wanted, listed
from oldhand.reasoning.decision_telling import DecisionLine
from oldhand.reasoning.outcomes_behind import told as outcomes_behind


class Decisions(NamedTuple):
    """Decisions in a list, the latest first. total: how many fit; left_out: of these, how many are not told; states:
    how many of those that fit ended how; behind: that outcomes are older than the history, in words, empty where they
    are not."""

    items: list[DecisionLine]
    total: int
    left_out: int
    states: dict[str, int]
    behind: str
    root: str


@operation(READ)
def list_(
    memory: Memory, *,
    state: Literal["any", "open", "survived", "confirmed", "reworked", "reverted", "failed", "abandoned"] = "any",
    module: str = "", agent: str = "", every: bool = False, limit: int = 20,
) -> Decisions:  # fmt: skip
    """List decisions and how they ended, the latest first

    All that are known are listed: recorded, remembered, read from decision records, and found in the history.

    Parameters
    state: only those that ended so; open are those of which nothing is known yet
    module: only those of a part of the project: a module as it was named, or a file or folder they are tied to
    agent: only those of an agent, a model or a person, by name
    every: also those that were superseded or retired
    limit: at most so many
    """
    wanted = Wanted("" if state == "any" else state, module, agent, every)
    with memory.reading() as reader:
        items, states = listed(reader, wanted, limit)
        total = sum(states.values())
        late = outcomes_behind(memory, reader)
        return Decisions(items, total, max(total - len(items), 0), states, late, reader.root().root.hex())
