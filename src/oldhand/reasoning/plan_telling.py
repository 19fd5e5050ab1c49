"""Plans as replies tell them."""

from typing import NamedTuple

from oldhand.model.moment import iso
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.plan_comparing import Compared, trailer
from oldhand.reasoning.plan_validating import Warned
from oldhand.reasoning.plans import Plan


class StepTold(NamedTuple):
    """One step. paths: files or folders it is about; state: kept, reworked, dropped or unclear, empty before anything
    was compared; shown: what shows it, mostly commits."""

    number: int
    paths: list[str]
    text: str
    state: str
    shown: str


class WarningTold(NamedTuple):
    """Something that stands against a plan. step: its number, 0 for the whole; grave: high, medium or note; what:
    tried, failed, contested, bites, blocked, replaced, missing, effort or confidence; memory: the id it comes of."""

    step: int
    grave: str
    what: str
    text: str
    memory: str


class PlanTold(NamedTuple):
    """A plan. state: open, done or dropped; estimate, took, span: minutes, -1 where nobody knows (took: effort, span:
    from the plan to its last commit); confidence: from 0 to 1, -1 where nobody stated any; trailer: the line by which a
    commit says that it carries it out; since, ended: times; ended, reason: empty while it is open; named: whether
    commits name it."""

    id: str
    name: str
    text: str
    state: str
    steps: list[StepTold]
    estimate: int
    took: int
    span: int
    confidence: float
    stated_by: str
    agent: str
    model: str
    decisions: list[str]
    commits: list[str]
    named: bool
    added: list[str]
    warned: list[str]
    notes: list[str]
    reason: str
    trust: str
    said_by: str
    since: str
    ended: str
    trailer: str


def told(plan: Plan, compared: Compared | None = None) -> PlanTold:
    """A plan as a reply tells it. compared: what became of it by now; without it, what was kept at its end."""
    became = {one.number: one for one in (compared.became if compared else plan.became)}
    steps = [
        StepTold(
            one.number, list(one.paths), one.text, became[one.number].state if one.number in became else "",
            became[one.number].shown if one.number in became else "",
        )
        for one in plan.steps
    ]  # fmt: skip
    took = plan.took if plan.took is not None or compared is None else compared.took
    span = compared.span if compared else plan.span
    return PlanTold(
        plan.id, plan.name, plan.text, plan.state, steps, _minutes(plan.estimate), _minutes(took), _minutes(span),
        -1.0 if plan.confidence is None else plan.confidence / WHOLE, plan.stated_by, plan.agent, plan.model,
        list(plan.decisions), list(compared.commits if compared else plan.commits), bool(compared and compared.named),
        list(compared.added if compared else plan.added), list(plan.warned), list(compared.notes) if compared else [],
        plan.reason, plan.trust, plan.said_by, iso(plan.at), iso(plan.over) if plan.over else "",
        trailer(plan.id) if plan.id else "",
    )  # fmt: skip


def warning(one: Warned) -> WarningTold:
    """A warning as a reply tells it."""
    return WarningTold(*one)


def _minutes(value: int | None) -> int:
    return -1 if value is None else value
