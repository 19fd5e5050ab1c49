"""The operation `causal calibrate`."""

from typing import NamedTuple

from oldhand.errors import BadArgument
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.causal_due import DueAssumption, Prediction, due_assumptions, predictions

DAY_MS = 86_400_000
LONGEST_DAYS = 36_500  # a hundred years
UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}


class Calibrated(NamedTuple):
    """What nobody checked for long, and what of predictions can be compared. assumptions: that are due, the longest
    unchecked first; predictions: with each criterion and the estimate beside what happened; those that are due first;
    days: after how many something is due; met, not_met, cannot_tell: criteria of all decisions; left_out: assumptions
    and predictions beyond the limit."""

    assumptions: list[DueAssumption]
    predictions: list[Prediction]
    days: int
    met: int
    not_met: int
    cannot_tell: int
    left_out: int
    root: str


@operation(READ)
def calibrate(memory: Memory, *, stale: str = "90d", limit: int = 20) -> Calibrated:
    """Name assumptions and predictions that nobody checked for long, with what would check them

    Where it can be done without judging, what was expected is compared with what happened: tests that
    ran, reverts, incidents, files, and the time that its sessions worked.

    Parameters
    stale: unchecked for so long: days (90d), weeks (12w), months (3m) or years (1y)
    limit: at most so many of each
    """
    days = _days(stale)
    with memory.reading() as reader:
        before = memory.now() - days * DAY_MS
        assumed = due_assumptions(memory, reader, before)
        predicted = predictions(memory, reader, before)
        root = reader.root().root.hex()
    verdicts = [each.verdict for one in predicted for each in one.compared]
    met, not_met, cannot = (verdicts.count(one) for one in ("met", "not met", "cannot tell"))
    left_out = max(len(assumed) - limit, 0) + max(len(predicted) - limit, 0)
    return Calibrated(assumed[:limit], predicted[:limit], days, met, not_met, cannot, left_out, root)


def _days(said: str) -> int:
    text = said.strip().casefold()
    number, unit = (text[:-1], text[-1:]) if text[-1:] in UNITS else (text, "d")
    days = int(number) * UNITS[unit] if number.isascii() and number.isdecimal() and len(number) < 6 else -1
    if not 0 <= days <= LONGEST_DAYS:
        raise BadArgument("stale", said, "give days, such as 90d, or weeks, months or years: 12w, 3m, 1y")
    return days
