"""What is told of each agent, model, domain, kind of stater or period: every measure, and the decisions behind it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from oldhand.model.moment import day
from oldhand.reasoning.calibrating import DAY_MS, Case, hint_line, part_name
from oldhand.reasoning.calibration import Bin, Parts, Posterior, calibrate
from oldhand.reasoning.calibration_hint import Hint
from oldhand.reasoning.forecasts import Division, divided
from oldhand.reasoning.shrinking import Shrunk, shrunk

WHOLE_NAME = "everything"  # what the part is called that nothing divides


class Part(NamedTuple):
    """One part and how well its confidence fits. by: what divided, empty for the whole; name: of a
    period its first day; number: of forecasts; trials:
    the sum of their weights. From `stated` on null where there are too few (docs/REASONING.md says how many): stated
    and went are means, gap what happened less what was stated; drawn: its share drawn to the whole; told: the line that
    agents are told, empty when nothing is; decisions: ids of all that is behind these numbers."""

    by: str
    name: str
    number: int
    trials: float
    stated: float | None
    went: float | None
    gap: float | None
    posterior: Posterior | None
    drawn: Shrunk | None
    brier: float | None
    parts: Parts | None
    log_score: float | None
    sharpness: float | None
    expected_error: float | None
    maximum_error: float | None
    curve: list[Bin]
    told: str
    decisions: list[str]


class Wanted(NamedTuple):
    """Which cases are asked for: an empty text or 0 means any. since, until: ms, of when the outcome was seen."""

    domain: str = ""
    agent: str = ""
    model: str = ""
    stated_by: str = ""
    since: int = 0
    until: int = 0


def chosen(cases: Iterable[Case], wanted: Wanted) -> list[Case]:
    """The cases that are asked for."""
    return [
        case for case in cases
        if all(
            said in ("", getattr(case.forecast, name))
            for name, said in zip(("domain", "agent", "model", "stated_by"), wanted[:4], strict=True)
        )
        and case.forecast.day >= wanted.since // DAY_MS
        and (not wanted.until or case.forecast.day <= wanted.until // DAY_MS)
    ]  # fmt: skip


def parts_of(cases: Sequence[Case], by: Division | None, told: Mapping[str, Hint]) -> list[Part]:
    """The parts of some cases, the one with most trials first; without a division one part for all of them.

    told: what agents are told (`hints_of`).
    """
    if by is None:
        return [_part("", WHOLE_NAME, cases, None, "")]
    divisions = divided((case.forecast for case in cases), by)
    drawn = shrunk(divisions)
    found = []
    for name, forecasts in divisions.items():
        members = set(forecasts)
        own = [case for case in cases if case.forecast in members]
        hint = told.get(part_name(by, name))
        shown = day(int(name) * DAY_MS) if by == "period" else name
        found.append(_part(by, shown, own, drawn[name], hint_line(hint) if hint else ""))
    return sorted(found, key=lambda part: (-part.trials, part.name))


def _part(by: str, name: str, cases: Sequence[Case], drawn: Shrunk | None, told: str) -> Part:
    known = calibrate(case.forecast for case in cases)
    gap = None if known.went is None or known.stated is None else known.went - known.stated
    return Part(
        by, name, known.number, known.trials, known.stated, known.went, gap, known.posterior, drawn, known.brier,
        known.parts, known.log_score, known.sharpness, known.expected_error, known.maximum_error, list(known.curve),
        told, sorted(case.decision for case in cases),
    )  # fmt: skip


def line_named(wanted: Wanted) -> str:
    """What is asked for, in words: "agent claude, domain storage"; `everything` without any."""
    names = [(name.replace("_", " "), value) for name, value in zip(Wanted._fields[:4], wanted[:4], strict=True)]
    return ", ".join(f"{name} {value}" for name, value in names if value) or WHOLE_NAME
