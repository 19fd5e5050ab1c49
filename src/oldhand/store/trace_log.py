"""Asking the traces: what was called, how it went, how long it took."""

from typing import NamedTuple

import apsw

from oldhand.errors import UnusableStore
from oldhand.store.traces import Trace, Traces


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


def _read(traces: Traces, condition: str, arguments: tuple[str | int, ...], newest: int) -> list[tuple[int, Trace]]:
    try:
        return traces.read(condition, arguments, newest=newest)
    except (apsw.Error, OSError, ValueError) as error:
        why = str(error).split(": ", 1)[-1]
        said = f"the local log cannot be read ({why}); removing the file starts a new one"
        raise UnusableStore(traces._path, said) from None
