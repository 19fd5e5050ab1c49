"""The operation `causal assumptions`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.causal_assumptions import all_assumptions, assumption
from oldhand.reasoning.causal_telling import AssumptionTold, Told

State = Literal["every", "unknown", "validated", "falsified", "contested"]


class Assumptions(NamedTuple):
    """Assumptions, those found not to hold first, then those with most decisions resting on them. counts: how many
    there are of each state; left_out: more than the limit."""

    items: list[AssumptionTold]
    counts: dict[str, int]
    left_out: int
    root: str


@operation(READ)
def assumptions(memory: Memory, name: str = "", *, state: State = "every", limit: int = 20) -> Assumptions:
    """List what decisions take for granted, whether it was found to hold, and which decisions rest on it

    What is found not to hold names the decisions that rest on it. `causal validate` and `causal falsify`
    say so with evidence.

    Parameters
    name: only this one: at least 6 characters of its id, or its words
    state: only those found so
    limit: at most so many
    """
    with memory.reading() as reader:
        known = [assumption(reader, name)] if name else all_assumptions(reader)
        telling = Told(memory, reader)
        # The places of all of them are looked at only where one is asked for: that can take a while.
        told = [telling.of(one, places=bool(name)) for one in known]
        counts = {state: sum(one.state == state for one in told) for state in sorted({one.state for one in told})}
        chosen = telling.sorted([one for one in told if state in ("every", one.state)])
        shown = [telling.with_places(one) for one in chosen[:limit]]
        return Assumptions(shown, counts, max(len(chosen) - limit, 0), reader.root().root.hex())
