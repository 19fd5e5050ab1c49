"""The operation `session drain`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.sessions.draining import broken
from oldhand.sessions.draining import drain as drained


class SpoolDrained(NamedTuple):
    """What was read of what hooks had left.

    lines: read; events: new ones; broken: lines that could not be used, and broken_ever: so far; captured, confirmed:
    memories that sessions taught, new and known; candidates: of decisions; left: whether some waits still, because
    another process reads it; trouble: what was in the way, empty for nothing.
    """

    lines: int
    events: int
    broken: int
    broken_ever: int
    captured: int
    confirmed: int
    candidates: int
    left: bool
    trouble: str


@operation(WRITE)
def drain(memory: Memory) -> SpoolDrained:
    """Read what hooks have left, and take in what sessions teach

    The MCP server does it by itself while it runs. What could not be read stays in the file broken.jsonl of
    the spool. What sessions teach comes in at low trust, as `capture` takes it.
    """
    done = drained(memory, 0, learning=True)
    learned = done.learned
    ever = broken(memory.session_log()) if not done.trouble else done.broken
    return SpoolDrained(
        done.lines, done.events, done.broken, ever, learned.captured if learned else 0,
        learned.confirmed if learned else 0, learned.candidates if learned else 0, done.left, done.trouble,
    )  # fmt: skip
