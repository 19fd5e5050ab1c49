"""The operation `calibration show`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import day, parse
from oldhand.operation import READ, operation
from oldhand.reasoning.calibrating import Case, cases_of, hints_of
from oldhand.reasoning.calibration_parts import Part, Wanted, chosen, line_named, parts_of
from oldhand.reasoning.forecasts import Division
from oldhand.reasoning.outcomes_behind import told as outcomes_behind

By = Literal["whole", "agent", "model", "domain", "stater", "period"]
DIVISIONS: dict[str, Division] = {
    "agent": "agent", "model": "model", "domain": "domain", "stater": "stated_by", "period": "period",
}  # fmt: skip


class CaseTold(NamedTuple):
    """A decision behind the numbers. stated, outcome, weight: ten-thousandths; by_word: a person's word decides how it
    ended; refs: commits and files by which that can be checked."""

    id: str
    title: str
    stated: int
    stated_by: str
    stated_on: str
    agent: str
    model: str
    domain: str
    state: str
    outcome: int
    weight: int
    by_word: bool
    refs: list[str]


class CalibrationShown(NamedTuple):
    """How well confidence fits. about: what was asked for; parts: the numbers; cases: the decisions behind them, the
    latest outcome first, when they were asked for; left_out: how many more there are; unstated: how many decisions
    ended whose confidence nobody stated; hindsight: those whose confidence was stated when the outcome was known; open:
    those of whose end too little is known; young: how many of the numbers' decisions are younger than half a year and
    ended by evidence alone, which agents are not told by: what fails shows sooner than what holds; behind: that
    outcomes are older than the history, in words, empty where they are not."""

    about: str
    parts: list[Part]
    cases: list[CaseTold]
    left_out: int
    unstated: int
    hindsight: list[str]
    open: list[str]
    young: int
    behind: str
    root: str


@operation(READ)
def show(
    memory: Memory, domain: str = "", *, by: By = "whole", agent: str = "", model: str = "",
    stated_by: Literal["any", "person", "agent", "model"] = "any", since: str = "", until: str = "",
    cases: bool = False, limit: int = 20,
) -> CalibrationShown:  # fmt: skip
    """Show how well stated confidence fits what happened: scores, curve, intervals

    A decision counts when its confidence was stated before its outcome was known. With fewer than 10
    outcomes only their number is told.

    Parameters
    domain: only decisions of this room
    by: each agent, model, domain, kind of stater or period of 90 days for itself
    agent: only what this agent stated
    model: only what this model stated
    stated_by: only what persons, agents or models stated
    since: only outcomes seen from this date on
    until: only outcomes seen up to this date
    cases: also the decisions behind the numbers, with what each number comes from
    limit: at most so many of these
    """
    now = memory.now()
    wanted = Wanted(
        domain, agent, model, "" if stated_by == "any" else stated_by, parse(since, now) if since else 0,
        parse(until, now, end=True) if until else 0,
    )  # fmt: skip
    with memory.reading() as reader:
        known = cases_of(reader)
        own = chosen(known.cases, wanted)
        parts = parts_of(own, DIVISIONS.get(by), hints_of(reader))
        late = outcomes_behind(memory, reader)
        root = reader.root().root.hex()
    listed = sorted(own, key=lambda one: (-one.forecast.day, one.decision)) if cases else []
    told = [_told(one) for one in listed[:limit]]
    left_out = max(len(listed) - limit, 0)
    return CalibrationShown(
        line_named(wanted), parts, told, left_out, known.unstated, list(known.hindsight), list(known.open),
        len({case.decision for case in own} & set(known.young)), late, root,
    )  # fmt: skip


def _told(case: Case) -> CaseTold:
    one = case.forecast
    return CaseTold(
        case.decision, case.title, one.stated, one.stated_by, day(case.stated_at), one.agent,
        one.model, one.domain, case.state, one.outcome, one.weight, case.by_word, list(case.refs),
    )  # fmt: skip
