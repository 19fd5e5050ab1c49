"""The operation `metrics`."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import iso, parse
from oldhand.operation import READ, operation
from oldhand.recall.gate import VERDICTS
from oldhand.store.trace_log import Wanted, entries
from oldhand.store.traces import Trace

ESCAPES = ("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")  # what Prometheus wants escaped in a label


class OperationMetric(NamedTuple):
    """Calls of one operation: how many, how many failed, and the times within which half and 95 % were done."""

    operation: str
    calls: int
    errors: int
    p50_ms: float
    p95_ms: float


class VerdictMetric(NamedTuple):
    """How often recall answered so, and the share of all its answers (0 to 1)."""

    verdict: str
    answers: int
    share: float


class Metrics(NamedTuple):
    """Figures of this store. basis: how they were got; since: the first call they cover, empty when there was none.

    dropped: calls this process could not log; text: the same figures for Prometheus, with --format.
    """

    basis: str
    since: str
    calls: int
    errors: int
    writes: int
    dropped: int
    operations: list[OperationMetric]
    verdicts: list[VerdictMetric]
    standings: dict[str, int]
    events: int
    store_bytes: int
    text: str


@operation(READ)
def metrics(memory: Memory, *, since: str = "", format: Literal["record", "prometheus"] = "record") -> Metrics:  # noqa: A002
    """Show figures: calls, errors, times, answers, size

    Everything is measured: times and counts from the local log, sizes from the store. Calls that the
    log no longer holds are not counted.

    Parameters
    since: only calls from this date or time on
    format: record, or prometheus for its text form as well
    """
    start = parse(since, memory.now()) if since else None
    with memory.reading() as reader:
        standings, events = reader.counts(), reader.root().position
    standings.pop("awaited", None)
    traces = [one for _, one in entries(memory.traces(), Wanted(since=start))]
    figures = Metrics(
        "measured", iso(min((one.at for one in traces), default=None)), len(traces),
        sum(one.outcome != "ok" for one in traces),
        sum(one.effect != READ and one.outcome == "ok" for one in traces), memory.traces().dropped,
        _by_operation(traces), _by_verdict(traces), standings, events, _size(memory), "",
    )  # fmt: skip
    return figures._replace(text="\n".join(_prometheus(figures)) + "\n") if format == "prometheus" else figures


def _by_operation(traces: Iterable[Trace]) -> list[OperationMetric]:
    grouped: dict[str, list[Trace]] = {}
    for one in traces:
        grouped.setdefault(one.operation, []).append(one)
    found = []
    for name, calls in sorted(grouped.items()):
        times = sorted(one.micros for one in calls)
        errors = sum(one.outcome != "ok" for one in calls)
        found.append(OperationMetric(name, len(calls), errors, _at(times, 50) / 1000, _at(times, 95) / 1000))
    return found


def _at(times: list[int], percent: int) -> int:
    """The smallest of the sorted times within which so many percent of the calls were done."""
    return times[max(0, -(-len(times) * percent // 100) - 1)]


def _by_verdict(traces: Iterable[Trace]) -> list[VerdictMetric]:
    said = [one.detail["verdict"] for one in traces if one.operation == "recall" and "verdict" in one.detail]
    return [
        VerdictMetric(verdict, said.count(verdict), round(said.count(verdict) / len(said), 4))
        for verdict in VERDICTS
        if said
    ]


def _size(memory: Memory) -> int:
    """Bytes of the store's files that are there: the database and its log."""
    path = memory.store().path
    return sum(file.stat().st_size for file in (path, path.with_name(path.name + "-wal")) if file.exists())


def _prometheus(figures: Metrics) -> Iterator[str]:
    """The figures in Prometheus' text format, version 0.0.4. All are gauges: the log forgets its oldest entries."""
    by = figures.operations
    for name, label, about, rows in (
        ("calls", "operation", "calls in the local log", [(one.operation, one.calls) for one in by]),
        ("errors", "operation", "calls that failed", [(one.operation, one.errors) for one in by]),
        ("p50_ms", "operation", "half of the calls were done within", [(one.operation, one.p50_ms) for one in by]),
        ("p95_ms", "operation", "95 % of the calls were done within", [(one.operation, one.p95_ms) for one in by]),
        ("answers", "verdict", "answers of recall", [(one.verdict, one.answers) for one in figures.verdicts]),
        ("memories", "standing", "memories", sorted(figures.standings.items())),
    ):
        yield from _head(name, f"{about}, by {label}")
        yield from (f'oldhand_{name}{{{label}="{_label(said)}"}} {value}' for said, value in rows)
    for name, about, value in (
        ("writes", "changes that were made, in the local log", figures.writes),
        ("traces_dropped", "calls this process could not log", figures.dropped),
        ("events", "events in the journal", figures.events),
        ("store_bytes", "size of the store", figures.store_bytes),
    ):
        yield from (*_head(name, about), f"oldhand_{name} {value}")


def _head(name: str, about: str) -> tuple[str, str]:
    return f"# HELP oldhand_{name} {about} (measured)", f"# TYPE oldhand_{name} gauge"


def _label(said: str) -> str:
    for character, written in ESCAPES:
        said = said.replace(character, written)
    return said
