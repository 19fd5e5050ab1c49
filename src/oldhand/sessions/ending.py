"""Which sessions are over and were not handed over: their host said so, or nothing came of them for long."""

from typing import TYPE_CHECKING

from oldhand.errors import OldhandError
from oldhand.model.session import NOTE
from oldhand.sessions.handed import HANDOFF, held_of, made_at
from oldhand.sessions.whose import Whose

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader
    from oldhand.store.session_rows import Row

END = "end"  # the event of the host, in the detail of a note
SILENT_MS = 6 * 3_600_000  # of a session that never told its end: a killed host, a closed lid
LONG_AGO_MS = 7 * 86_400_000  # what ended before is not handed over any more: an import brings years of sessions
MOST_ASKED = 40  # latest sessions looked at
FEWEST_CALLS = 1  # of tools: a session that did nothing leaves nothing to hand over


def ended(memory: "Memory", most: int) -> list[Whose]:
    """The sessions that are over and have something that no checkpoint tells, the latest first, at most so many."""
    now, found = memory.now(), list[Whose]()
    try:
        rows = memory.session_log().sessions(MOST_ASKED, since=now - LONG_AGO_MS)
    except OldhandError:
        return []  # a log that cannot be read is told by `doctor`
    with memory.reading() as reader:
        for row in rows:
            if len(found) >= most:
                break
            if row.session.parent or row.calls < FEWEST_CALLS or not _over(memory, row, now):
                continue
            if not _told(reader, row):
                found.append(Whose(row.session.id, row.session.host, row))
    return found


def _over(memory: "Memory", row: "Row", now: int) -> bool:
    """Whether a session is over: its last note is its end, or it is silent for long."""
    if now - row.last > SILENT_MS:
        return True
    notes = [event for event in memory.session_log().events(row.session.id, (NOTE,)) if event.detail.get("event")]
    return bool(notes) and notes[-1].detail.get("event") == END


def _told(reader: "Reader", row: "Row") -> bool:
    """Whether a handoff tells what happened in a session to its end, or somebody put its handoff away."""
    held = held_of(reader, row.session.id)
    if held is None or held.standing == "awaited":
        return False
    if held.standing not in ("active", "contested", "retired"):
        return True
    said = held.wordings[-1].content
    return str(said.get("made", "")) == HANDOFF and made_at(held) >= row.last
