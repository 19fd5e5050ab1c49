"""The operation `plan accuracy`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.plan_accuracy import FEWEST
from oldhand.reasoning.plan_accuracy import accuracy as measured
from oldhand.reasoning.plans import every


class AccuracyTold(NamedTuple):
    """How well some plans were kept. whose: all, or an agent; over, dropped: plans that ended, and were given up; kept,
    reworked, left, unclear: steps of those that were done; share: kept steps of all that are clear, with its 95 %
    interval; added: files changed beside the steps, in the mean plan; timed: plans with an estimate and an effort;
    factor: effort by estimate, the median with its interval, all -1 below `fewest` such plans."""

    whose: str
    over: int
    dropped: int
    kept: int
    reworked: int
    left: int
    unclear: int
    share: float
    share_low: float
    share_high: float
    added: float
    timed: int
    factor: float
    factor_low: float
    factor_high: float


class PlanAccuracy(NamedTuple):
    """How well plans are kept: all together first, then by who made them. fewest: as few plans tell of time."""

    parts: list[AccuracyTold]
    fewest: int
    root: str


@operation(READ)
def accuracy(memory: Memory) -> PlanAccuracy:
    """Tell how well plans are kept: steps kept, reworked and dropped, and effort against its estimate"""
    with memory.reading() as reader:
        parts = [
            AccuracyTold(
                one.whose, one.over, one.dropped, one.steps.kept, one.steps.reworked, one.steps.dropped,
                one.steps.unclear, one.steps.share, one.steps.low, one.steps.high, one.added, one.measured,
                *((one.factor.ratio, one.factor.low, one.factor.high) if one.factor else (-1.0, -1.0, -1.0)),
            )
            for one in measured(every(reader))
        ]  # fmt: skip
        return PlanAccuracy(parts, FEWEST, reader.root().root.hex())
