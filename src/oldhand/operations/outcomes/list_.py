"""The operation `outcomes list`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.decisions import EVER, every, several
from oldhand.reasoning.outcome_telling import OutcomeTold, telling
from oldhand.reasoning.outcomes import all_ended, put_together
from oldhand.reasoning.outcomes_behind import told as outcomes_behind
from oldhand.reasoning.weighing_outcomes import (
    ABANDONED,
    CONFIRMED,
    FAILED,
    OPEN,
    REVERTED,
    REWORKED,
    SURVIVED,
)

WORST = (FAILED, REVERTED, REWORKED, ABANDONED, OPEN, SURVIVED, CONFIRMED)  # what most is to be learned from, first


class Outcomes(NamedTuple):
    """How decisions ended. items: the worst first, of those the latest seen; states: how many ended how, of all of
    them; left_out: how many more fit; without: decisions of which nothing is known yet; behind: that outcomes are older
    than the history, in words, empty where they are not."""

    items: list[OutcomeTold]
    states: dict[str, int]
    left_out: int
    without: int
    behind: str
    root: str


@operation(READ)
def list_(
    memory: Memory, *,
    state: Literal["any", "open", "survived", "confirmed", "reworked", "reverted", "failed", "abandoned"] = "any",
    domain: str = "", limit: int = 20,
) -> Outcomes:  # fmt: skip
    """List how decisions ended, the worst first

    Parameters
    state: only those that ended so; open are those of which nothing is known yet
    domain: only decisions of this room
    limit: at most so many
    """
    with memory.reading() as reader:
        ended = all_ended(reader)
        if state in ("any", OPEN):
            decisions = list(every(reader, EVER, domain))
        else:
            decisions = [one for one in several(reader, list(ended), EVER) if domain in ("", one.domain)]
        pairs = [(one, ended.get(one.id) or put_together(one.id, (), None)) for one in decisions]
        states: dict[str, int] = {}
        for _, end in pairs:
            states[end.state] = states.get(end.state, 0) + 1
        fit = [pair for pair in pairs if pair[1].state == state or (state == "any" and pair[0].id in ended)]
        fit.sort(key=lambda pair: (WORST.index(pair[1].state), -pair[1].at, -pair[0].at, pair[0].id))
        items = [telling(one, end) for one, end in fit[: max(limit, 0)]]
        without = sum(one.id not in ended for one, _ in pairs)
        late, root = outcomes_behind(memory, reader), reader.root().root.hex()
        return Outcomes(items, dict(sorted(states.items())), len(fit) - len(items), without, late, root)
