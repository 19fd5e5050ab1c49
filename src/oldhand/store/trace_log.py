"""Asking the traces: what was called, how it went, how long it took."""

from collections.abc import Iterable
from typing import NamedTuple

import apsw

from oldhand.errors import AmbiguousId, UnusableStore
from oldhand.model.identity import checked_prefix
from oldhand.store.traces import RECALL_NAMES, Trace, Traces

CANDIDATES_SHOWN = 8  # names listed when a prefix is ambiguous


class Wanted(NamedTuple):
    """Which traces are wanted; an empty part means any.

    operation, outcome (ok, or the name of an error; `error` means any but ok), surface; since and
    until: milliseconds since 1970; text: somewhere in the operation's name, the outcome or the
    detail; after: only numbers greater than this.
    """

    operation: str = ""
    outcome: str = ""
    surface: str = ""
    since: int | None = None
    until: int | None = None
    text: str = ""
    after: int = 0


def entries(traces: Traces, wanted: Wanted, newest: int = -1) -> list[tuple[int, Trace]]:
    """(number, trace) of the wanted traces, oldest first; with `newest`, only that many of the latest.

    Raises UnusableStore when the trace file cannot be read; memory itself is in another file.
    """
    parts: list[str] = ["number > ?"]
    arguments: list[str | int] = [wanted.after]
    for column in ("operation", "surface"):
        if value := getattr(wanted, column):
            parts.append(f"{column} = ?")
            arguments.append(value)
    if wanted.outcome == "error":
        parts.append("outcome <> 'ok'")
    elif wanted.outcome:
        parts.append("outcome = ?")
        arguments.append(wanted.outcome)
    for comparison, moment in (("at >= ?", wanted.since), ("at <= ?", wanted.until)):
        if moment is not None:
            parts.append(comparison)
            arguments.append(moment)
    if wanted.text:
        parts.append("instr(lower(operation || ' ' || outcome || ' ' || detail), lower(?))")
        arguments.append(wanted.text)
    return _read(traces, " AND ".join(parts), tuple(arguments), newest)


def recall_named(traces: Traces, prefix: str) -> tuple[int, Trace] | None:
    """The (number, trace) of the latest recall whose trace's name starts so; None when none is kept.

    Raises TooShortId, UnknownId for what cannot be a name, AmbiguousId and UnusableStore.
    """
    low = checked_prefix(prefix)
    name = RECALL_NAMES.name
    latest = (
        f"number IN (SELECT max(number) FROM traces INDEXED BY {RECALL_NAMES.indexed_by}"
        f" WHERE {RECALL_NAMES.within} AND {name} BETWEEN ? AND ? GROUP BY {name} LIMIT {CANDIDATES_SHOWN + 1})"
    )
    found = _read(traces, latest, (low, low + "g"), -1)  # "g" comes after every hexadecimal digit
    if len(found) > 1:
        names = sorted(trace.detail["trace"] for _, trace in found)
        raise AmbiguousId(prefix, ", ".join(names[:CANDIDATES_SHOWN]) + (" …" if len(names) > CANDIDATES_SHOWN else ""))
    return found[0] if found else None


def entry(traces: Traces, number: int) -> tuple[int, Trace] | None:
    """The entry of the log with this number, or None. Raises UnusableStore."""
    found = _read(traces, "number = ?", (number,), -1)
    return found[0] if found else None


def earliest(traces: Traces) -> int:
    """When the earliest entry that is kept was made, in milliseconds; 0 without any. Raises UnusableStore."""
    found = _read(traces, "number = (SELECT min(number) FROM traces)", (), -1)
    return found[0][1].at if found else 0


def followed(traces: Traces, operations: Iterable[str], since: int, newest: int, within: int) -> list[Trace]:
    """The calls of some operations that went well since a time (ms), oldest first: the `newest` of the latest `within`
    entries of the log, so that reading them takes a time that is bounded. Raises UnusableStore."""
    names = tuple(operations)
    condition = (
        "number > (SELECT max(number) FROM traces) - ? AND at >= ? AND outcome = 'ok'"
        f" AND operation IN ({','.join('?' * len(names))})"
    )
    return [trace for _, trace in _read(traces, condition, (within, since, *names), newest)]


def recalls_shown(traces: Traces, newest: int) -> list[tuple[int, str, list[object]]]:
    """When (ms) and over which surface each of the newest recalls was asked, and what it showed, oldest first.

    Raises UnusableStore.
    """
    try:
        return traces.shown(newest)
    except (apsw.Error, OSError, ValueError) as error:
        raise _unreadable(traces, error) from None


def _unreadable(traces: Traces, error: Exception) -> UnusableStore:
    why = str(error).split(": ", 1)[-1]
    return UnusableStore(traces._path, f"the local log cannot be read ({why}); removing the file starts a new one")


def _read(traces: Traces, condition: str, arguments: tuple[str | int, ...], newest: int) -> list[tuple[int, Trace]]:
    try:
        return traces.read(condition, arguments, newest=newest)
    except (apsw.Error, OSError, ValueError) as error:
        raise _unreadable(traces, error) from None
