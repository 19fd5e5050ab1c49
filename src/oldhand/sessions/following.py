"""Reading on in the transcript of a session whose hooks named it: what no hook is told is there (tokens, exit codes).

Only a session that hooks told of is read so, and only from where the last reading ended. A line of the spool may name
any file: what stands there of another session, or of another project, is left alone. What is already on the disk of
other sessions comes in by `oldhand session import` alone.
"""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.errors import UnknownSession
from oldhand.sessions.importing import MARK as READ_SO_FAR
from oldhand.sessions.importing import Job, take_in
from oldhand.sessions.progress import Progress
from oldhand.sessions.transcripts.finding import places_of

if TYPE_CHECKING:
    from oldhand.memory import Memory

LARGEST = 8 << 20  # bytes of a transcript that is read on by itself: some 2 s; a larger one waits for `session import`
MOST_SUBAGENTS = 100  # files of subagents beside one transcript
SUBAGENTS = "subagents"  # the folder beside a transcript of Claude Code that holds those of its subagents
MOST_RECENT = 20  # sessions that are looked at again: their hosts may write on after the last hook
RECENT_MS = 86_400_000
MARK = "followed"  # in the log: how far the sessions were gone through
AGAIN = "again "  # before a session's name: its transcript told something new, so it is to be learned from again


def follow(memory: "Memory", until: float) -> int:
    """Read on in the transcripts of sessions that hooks told of, until a time of `time.monotonic`; the new events.

    Raises the errors of the log. A transcript that cannot be read is passed over: what hooks told stays.
    """
    if memory.setting("sessions.follow") != "yes":
        return 0
    log, new = memory.session_log(), 0
    progress = Progress(log, MARK)
    for session, last, _ in progress.due():
        if time.monotonic() > until:
            return new
        new += _read_on(memory, session)
        progress.done(session, last)
    progress.finish()
    seen = {session for session, _ in progress.sessions}
    for row in log.sessions(MOST_RECENT, memory.now() - RECENT_MS):
        if time.monotonic() > until:
            break
        if row.session.id not in seen:
            new += _read_on(memory, row.session.id)
    return new


def follow_session(memory: "Memory", session: str) -> int:
    """Read on in the transcript of one session, which made a commit; the new events. Raises the errors of the log."""
    return _read_on(memory, session) if memory.setting("sessions.follow") == "yes" else 0


def _read_on(memory: "Memory", session: str) -> int:
    """Read on in the transcripts of one session; the new events."""
    log, new = memory.session_log(), 0
    try:
        source = log.session(session).session.source
    except UnknownSession:
        return 0
    if not source:
        return 0
    job = Job(
        log=log, wanted=places_of(memory.project, memory.environment).holds, since=0, hosts=frozenset(), dry=False,
        believed=True, seen=lambda offset: None, only=session,
    )  # fmt: skip
    for path in _files(source):
        before = log.mark(f"{READ_SO_FAR} {path}")
        new += take_in([path], job).new
        if log.mark(f"{READ_SO_FAR} {path}") != before:
            log.set_mark(AGAIN + session, "1")
    return new


def _files(source: str) -> Iterator[Path]:
    """The transcript of a session and those of its subagents, as far as they may be read by themselves."""
    path = Path(source)
    if not source or not path.is_absolute():
        return
    if _readable(path):
        yield path
    folder = path.with_suffix("") / SUBAGENTS
    try:
        names = sorted(entry.name for entry in os.scandir(folder))[:MOST_SUBAGENTS]
    except OSError:
        return
    yield from (folder / name for name in names if _readable(folder / name))


def _readable(path: Path) -> bool:
    """Whether this is a regular file of the person's own, and not too large. A line of the spool may name anything."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and found.st_size <= LARGEST
