"""The operation `logs`."""

import json
from typing import NamedTuple

from oldhand.knowledge.recall_trace import FOR_REPLAY
from oldhand.memory import Memory
from oldhand.model.moment import iso, parse
from oldhand.operation import READ, named, operation
from oldhand.recall.render import clipped
from oldhand.store.trace_log import Wanted, entries
from oldhand.store.traces import Trace

CUE_CHARACTERS = 80  # of what was asked, in a list: enough to know it again; `replay` tells all of it


class LogEntry(NamedTuple):
    """One call. ms: how long it took; outcome: ok, or the name of the error; detail: JSON of counts and ids.

    trace, cue: of a recall, the name by which `replay` answers it again, and the start of what was asked.
    """

    number: int
    at: str
    surface: str
    operation: str
    effect: str
    ms: float
    outcome: str
    trace: str
    cue: str
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

    The log is local and never synchronized. It holds times, names, counts, ids and what was asked of
    recall, and no texts of memories. The setting traces.keep bounds it; 0 keeps nothing.

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
    found = [_told(number, one) for number, one in entries(memory.traces(), wanted, limit or -1)]
    return Logs(found, found[-1].number if found else after)


def _told(number: int, one: Trace) -> LogEntry:
    asked = one.detail.get("asked", {})
    shown = {name: value for name, value in one.detail.items() if name not in FOR_REPLAY and name != "trace"}
    return LogEntry(
        number, iso(one.at), one.surface, one.operation, one.effect, one.micros / 1000, one.outcome,
        str(one.detail.get("trace", "")), clipped(str(asked.get("cue", "")), CUE_CHARACTERS) if asked else "",
        json.dumps(shown, ensure_ascii=False, sort_keys=True) if shown else "",
    )  # fmt: skip
