"""The operation `brief`."""

from contextlib import ExitStack
from typing import NamedTuple

from oldhand.knowledge.briefing import Item, whole
from oldhand.knowledge.naming import moment_elsewhere
from oldhand.memory import Memory
from oldhand.model.domain import wanted
from oldhand.model.identity import short
from oldhand.model.tokens import estimate
from oldhand.operation import READ, operation
from oldhand.store.by_kind import how_many
from oldhand.store.reader import Reader

SHARE_OF_CALIBRATION = 4  # what an agent is told of its confidence takes at most one part in so many of the budget


class Briefed(NamedTuple):
    """A briefing: lines ready for an agent, how many memories they tell of, and of how many that is a sample.

    items: the same one by one, for those who show them otherwise; degraded: what had to be left out because it is
    damaged, empty when nothing was; needed: the budget in tokens that tells something, when this one is too small to
    tell anything, else 0.
    """

    lines: list[str]
    items: list[Item]
    shown: int
    memories: int
    tokens: int
    root: str
    as_of: str
    degraded: str
    needed: int


@operation(READ)
def brief(memory: Memory, *, budget_tokens: int = 0, domain: str = "", as_of: str = "") -> Briefed:
    """Tell the most trusted current knowledge within a token budget

    The same memory gives the same bytes. What people said and confirmed comes first; the stars, 1 to 5,
    say who said it and how often it was confirmed. What your own memory of all projects holds follows,
    in a fifth of the budget at most (the setting recall.global).

    Parameters
    budget_tokens: at most so many tokens (0: the setting brief.budget_tokens)
    domain: only this room of the project's memory
    as_of: as known at a root, a date or a time
    """
    budget = budget_tokens or memory.setting("brief.budget_tokens")
    with ExitStack() as stack:
        reader = stack.enter_context(memory.reading(as_of))
        mine = not domain and memory.setting("recall.global") == "yes" and memory.has_global()
        personal = None
        if mine and memory.project.store != memory.home / "global":
            personal = stack.enter_context(memory.reading(moment_elsewhere(reader, as_of), "global"))
        said = _calibration(memory, reader) if not as_of else ""
        cost = estimate(f"{said}\n") if said else 0
        if cost * SHARE_OF_CALIBRATION > budget:
            said, cost = "", 0
        told, degraded = whole(reader, budget - cost, wanted(domain), personal)
        if said and told.lines:
            told = told._replace(lines=[*told.lines, said], tokens=told.tokens + cost)
        root = reader.root().root.hex()
    memory.trace_detail = {"shown": [short(one.id) for one in told.items], "root": root}
    return Briefed(told.lines, told.items, len(told.items), told.total, told.tokens, root, as_of, degraded, told.needed)


def _calibration(memory: Memory, reader: Reader) -> str:
    """What the agent or model that speaks is told of its confidence, in a line; nearly always nothing.

    A hook tells it by itself, as it knows who its host and model are.
    """
    if memory.surface == "hook" or not how_many(reader, ("outcome",), ("active", "contested")):
        return ""
    from oldhand.reasoning.calibrating import lines_told  # only where decisions have outcomes

    if not (lines := lines_told(reader)):
        return ""
    from oldhand.reasoning.deciding import stater

    _, agent, model = stater(memory)
    return lines.get(f"model {model}") or lines.get(f"agent {agent}") or ""
