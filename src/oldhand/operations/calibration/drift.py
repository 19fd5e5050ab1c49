"""The operation `calibration drift`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import day
from oldhand.operation import READ, operation
from oldhand.reasoning.calibrating import DAY_MS, cases_of
from oldhand.reasoning.calibration import FEWEST
from oldhand.reasoning.calibration_drift import Drift
from oldhand.reasoning.calibration_drift import drift as compared
from oldhand.reasoning.calibration_parts import Wanted, chosen, line_named
from oldhand.reasoning.forecasts import PERIOD, Forecast, divided


class Period(NamedTuple):
    """A period. first: its first day; trials: sum of the weights; gap: what happened less what was stated, on average,
    null below 10 trials."""

    first: str
    number: int
    trials: float
    gap: float | None


class DriftShown(NamedTuple):
    """Whether confidence fits otherwise than it did. periods: of 90 days, the oldest first; drift: the last two that
    have 10 trials or more, compared, null when there are no two; before, after: their first days; look: which look of
    so many this is; decisions: ids behind both, the ones before first."""

    about: str
    periods: list[Period]
    drift: Drift | None
    before: str
    after: str
    look: int
    decisions: list[list[str]]
    root: str


@operation(READ)
def drift(
    memory: Memory, domain: str = "", *, agent: str = "", model: str = "",
    stated_by: Literal["any", "person", "agent", "model"] = "any",
) -> DriftShown:  # fmt: skip
    """Tell whether stated confidence fits otherwise than in the period before

    Periods have 90 days, and each pair that follows one another is looked at once: the more looks there
    were, the more it takes to say that something changed.

    Parameters
    domain: only decisions of this room
    agent: only what this agent stated
    model: only what this model stated
    stated_by: only what persons, agents or models stated
    """
    wanted = Wanted(domain, agent, model, "" if stated_by == "any" else stated_by)
    with memory.reading() as reader:
        cases = chosen(cases_of(reader).cases, wanted)
        root = reader.root().root.hex()
    by_period = {int(name): part for name, part in divided((c.forecast for c in cases), "period").items()}
    periods = [_period(first, by_period[first]) for first in sorted(by_period)]
    large = [first for first in sorted(by_period) if sum(f.trials for f in by_period[first]) >= FEWEST]
    if len(large) < 2:
        return DriftShown(line_named(wanted), periods, None, "", "", 0, [], root)
    before, after = large[-2:]
    look = len(large) - 1
    found = compared(by_period[before], by_period[after], look)
    members = [[c.decision for c in cases if c.forecast.day // PERIOD * PERIOD == first] for first in (before, after)]
    return DriftShown(line_named(wanted), periods, found, _day(before), _day(after), look, members, root)


def _period(first: int, forecasts: list[Forecast]) -> Period:
    trials = sum(f.trials for f in forecasts)
    gap = sum(f.trials * (f.went - f.share) for f in forecasts) / trials if trials >= FEWEST else None
    return Period(_day(first), len(forecasts), trials, gap)


def _day(number: int) -> str:
    return day(number * DAY_MS)
