"""The operation `brief`."""

from typing import NamedTuple

from oldhand.knowledge.briefing import briefing
from oldhand.memory import Memory
from oldhand.model.domain import wanted
from oldhand.operation import READ, operation


class Briefed(NamedTuple):
    """A briefing: lines ready for an agent, how many memories they tell of, and of how many that is a sample.

    degraded: what had to be left out because it is damaged, empty when nothing was.
    """

    lines: list[str]
    shown: int
    memories: int
    tokens: int
    root: str
    as_of: str
    degraded: str


@operation(READ)
def brief(memory: Memory, *, budget_tokens: int = 0, domain: str = "", as_of: str = "") -> Briefed:
    """Tell the most trusted current knowledge within a token budget

    The same memory gives the same bytes. What people said and confirmed comes first.

    Parameters
    budget_tokens: at most so many tokens (0: the setting brief.budget_tokens)
    domain: only this room
    as_of: as known at a root, a date or a time
    """
    budget = budget_tokens or memory.setting("brief.budget_tokens")
    with memory.reading(as_of) as reader:
        lines, shown, total, tokens = briefing(reader, budget, wanted(domain))
        root, degraded = reader.root().root.hex(), reader.degradation()
    memory.trace_detail = {"shown": shown, "root": root}
    return Briefed(lines, shown, total, tokens, root, as_of, degraded)
