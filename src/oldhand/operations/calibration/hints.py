"""The operation `calibration hints`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.calibrating import DIVISIONS, LATEST, cases_of, hint_line, hints_of, part_name
from oldhand.reasoning.calibration import FEWEST
from oldhand.reasoning.calibration_hint import Hint


class HintTold(NamedTuple):
    """A hint. line: as agents read it; numbers: what it rests on; decisions: ids behind it."""

    line: str
    numbers: Hint
    decisions: list[str]


class Hints(NamedTuple):
    """What agents are told of their confidence. looked: how many parts have enough outcomes to be looked at; outcomes:
    how many forecasts there are."""

    hints: list[HintTold]
    looked: int
    outcomes: int
    root: str


@operation(READ)
def hints(memory: Memory) -> Hints:
    """Tell what agents are told of their confidence, and from which decisions that comes

    A part (an agent, a model, a domain) is told only when the interval excludes that its confidence fits,
    also when it is looked at after every outcome. So mostly nothing is told. The latest 400 outcomes count,
    without evidence on decisions that are younger than half a year: what fails shows sooner than what holds.
    """
    with memory.reading() as reader:
        cases, told = cases_of(reader, LATEST).ripe, hints_of(reader)
        root = reader.root().root.hex()
    members: dict[str, list[str]] = {}
    trials: dict[str, float] = {}
    for case in cases:
        for by in DIVISIONS:
            if value := str(getattr(case.forecast, by)):
                members.setdefault(part_name(by, value), []).append(case.decision)
                trials[part_name(by, value)] = trials.get(part_name(by, value), 0.0) + case.forecast.trials
    found = [HintTold(hint_line(hint), hint, members[name]) for name, hint in told.items()]
    return Hints(found, sum(many >= FEWEST for many in trials.values()), len(cases), root)
