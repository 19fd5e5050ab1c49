"""The operation `logs`."""

import json
from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import iso, parse
from oldhand.operation import READ, named, operation
from oldhand.store.trace_log import Wanted, entries


class LogEntry(NamedTuple):
    """One call. ms: how long it took; outcome: ok, or the name of the error; detail: JSON of counts and ids."""

    number: int
    at: str
    surface: str
    operation: str
    effect: str
    ms: float
    outcome: str
    detail: str


class Logs(NamedTuple):
    """Entries of the local log, oldest first. last: the number to give as `after` for what comes next."""

    entries: list[LogEntry]
    last: int


@operation(READ)
def logs(
    memory: Memory, text: str = "", *, operation: str = "", outcome: str = "", surface: str = "", since: str = "",
    until: str = "", limit: int = 50, after: int = 0,
) -> Logs:  # fmt: skip
    """Show what was called, how it went and how long it took

    The log is local, is never synchronized, and holds no texts of memories, cues or secrets: only
    times, names, counts and ids.

    Parameters
    text: only entries with this in the operation's name, the outcome or the detail
    operation: only this operation
    outcome: ok, error (any but ok), or the name of an error
    surface: only this way in: cli, mcp, http, python
    since: only from this date or time on
    until: only up to this date or time
    limit: at most so many, the latest ones (0: all)
    after: only entries with a greater number than this
    """
    now = memory.now()
    wanted = Wanted(
        named(operation) if operation else "", outcome, surface, parse(since, now) if since else None,
        parse(until, now, end=True) if until else None, text, after,
    )  # fmt: skip
    memory.store()
    found = [
        LogEntry(
            number, iso(one.at), one.surface, one.operation, one.effect, one.micros / 1000, one.outcome,
            json.dumps(one.detail, ensure_ascii=False, sort_keys=True) if one.detail else "",
        )
        for number, one in entries(memory.traces(), wanted, limit or -1)
    ]  # fmt: skip
    return Logs(found, found[-1].number if found else after)
