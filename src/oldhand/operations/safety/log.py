"""The operation `safety log`."""

from typing import NamedTuple

from oldhand.errors import BadArgument
from oldhand.memory import Memory
from oldhand.model.moment import day
from oldhand.model.safety_policy import CHECKS
from oldhand.operation import READ, operation
from oldhand.reasoning import safety_scoring as scoring
from oldhand.reasoning.decisions import Decision, several
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.safety_scoring import Firing


class FiringTold(NamedTuple):
    """A check that spoke on a decision. on: the day of the decision; told: whether it was told then; heeded: whether
    the decision was changed so that it speaks no more; override: the reason for which it was passed by; state: how the
    decision ended; went: how well, 0 to 1, -1 while nothing is known."""

    check: str
    decision: str
    text: str
    on: str
    told: bool
    heeded: bool
    override: str
    state: str
    went: float


class FiringsTold(NamedTuple):
    """Firings, the latest decision first; left_out: how many more there are."""

    items: list[FiringTold]
    left_out: int
    root: str


@operation(READ)
def log(memory: Memory, *, check: str = "", limit: int = 20) -> FiringsTold:
    """List what the checks saw in decisions, and how those ended

    Parameters
    check: only this check, by its name in `oldhand safety checks`
    limit: at most so many
    """
    if check and check not in CHECKS:
        raise BadArgument("check", check, f"the checks are {', '.join(CHECKS)}")
    with memory.reading() as reader:
        found = [one for one in scoring.firings(scoring.looked(reader)) if check in ("", one.check)]
        shown = found[:limit]
        known = {one.id: one for one in several(reader, list(dict.fromkeys(one.decision for one in shown)))}
        items = [_told(one, known[one.decision]) for one in shown if one.decision in known]
        return FiringsTold(items, max(len(found) - limit, 0), reader.root().root.hex())


def _told(one: Firing, decision: Decision) -> FiringTold:
    start = f"{one.check} "
    why = next((said[len(start) :] for said in decision.overrides if said.startswith(start)), "")
    went = round(one.ended.value / WHOLE, 4) if one.ended.weight else -1.0
    return FiringTold(
        one.check, decision.id, decision.name, day(decision.at), one.told, one.heeded, why, one.ended.state, went
    )
