"""The report: tables of figures, budgets beside them, as Markdown."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.measuring import Series


class Verdict(NamedTuple):
    """A budget and what was measured against it. met: None where it could not be measured in this run."""

    what: str
    budget: str
    measured: str
    met: bool | None


class Section(NamedTuple):
    """One benchmark's part of the report: a title, how it was measured, tables, and verdicts on budgets."""

    title: str
    prose: str
    tables: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; numbers are set to the right."""
    written = [[_cell(value) for value in row] for row in rows]
    numeric = [all(_looks_numeric(row[at]) for row in written) for at in range(len(head))]
    rule = "|".join("--:" if right else "---" for right in numeric)
    return "\n".join([f"| {' | '.join(head)} |", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in written)])


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return amount(value) if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _looks_numeric(text: str) -> bool:
    return text[:1].isdigit() or text in ("–", "") or text[:1] in "-~"


def amount(value: float) -> str:
    """A measured value with as many digits as mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


TIMES_HEAD = ("median ms", "p95 ms", "best ms", "spread", "processor: median ms", "p95 ms", "runs")


def times(found: Series) -> tuple[object, ...]:
    """A series as the cells of TIMES_HEAD."""
    spread = f"{found.spread:.0%}"
    return found.median, found.p95, found.best, spread, found.processor_median, found.processor_p95, found.runs


def verdicts(found: Iterable[Verdict]) -> str:
    """The table of budgets."""
    said = {True: "met", False: "**missed**", None: "not measured"}
    return table(
        ("what", "budget", "measured", ""), [(one.what, one.budget, one.measured, said[one.met]) for one in found]
    )


def section(one: Section) -> str:
    """A section as Markdown."""
    return "\n\n".join([f"## {one.title}", one.prose, *one.tables])
