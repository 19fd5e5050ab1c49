"""The operation `arc detect`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import parse
from oldhand.operation import READ, operation
from oldhand.sessions.arc_detecting import Candidate, candidates


class Detected(NamedTuple):
    """Goals that sessions seem to follow; nothing was made of them. candidates: those with most sessions first;
    sessions: how many that changed files were compared; left_out: how many were not read for want of time."""

    candidates: list[Candidate]
    sessions: int
    left_out: int


@operation(READ)
def detect(memory: Memory, *, since: str = "", limit: int = 5) -> Detected:
    """Find goals that nobody has named: sessions of several days that changed the same files

    It reads the local log of sessions, shows its figures, and makes nothing: `arc start` does.

    Parameters
    since: only sessions since this date or time
    limit: at most so many
    """
    found = candidates(memory, parse(since, memory.now()) if since else 0)
    memory.trace_detail = {"candidates": len(found.candidates)}
    return Detected(found.candidates[:limit], found.sessions, found.left_out)
