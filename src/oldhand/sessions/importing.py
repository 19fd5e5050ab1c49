"""Taking in the transcripts that are already on the disk, so that memory starts with history.

Each file is read from where its last reading ended. Its events and how far it was read go into the log in one change:
what is interrupted goes on where it was, and reading again changes nothing.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import AmbiguousSession, BadExport, MissingExtra, UnknownSession
from oldhand.sessions.record import CALL, PROMPT, RESULT, USAGE, Event, Session
from oldhand.sessions.transcripts import Place, Reader, Reading, recognise
from oldhand.store.regular_files import open_regular

if TYPE_CHECKING:
    from oldhand.store.session_log import SessionLog
    from oldhand.store.session_rows import Row

SLICE = 400  # events written in one change: some 150 ms, most of it the screening for secrets
MOST_TEXT = 4 << 20  # characters of text in one change
MARK = "transcript"  # before the path in the name of the mark that tells how far a file was read
COMPARED = 512  # bytes at the start of a file by which one that was written anew is told from one that has grown
MOST_NOTES = 20  # of one import
SHORTEST = 4  # characters of an id by which the log finds a session
COPIED = "specstory"  # saves a second time what other hosts keep themselves
DATABASE = ".sqlite"  # holds the sessions of all projects
_TOKENS = ("input", "output", "cache_read", "cache_written")


class Counts(NamedTuple):
    """What is in sessions. events: all of them; tokens: of every kind, as hosts recorded them; first, last: the time
    (ms) of the first and last event."""

    sessions: int = 0
    events: int = 0
    prompts: int = 0
    calls: int = 0
    failures: int = 0
    tokens: int = 0
    first: int = 0
    last: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(
            self.sessions + other.sessions, self.events + other.events, self.prompts + other.prompts,
            self.calls + other.calls, self.failures + other.failures, self.tokens + other.tokens,
            min(filter(None, (self.first, other.first)), default=0), max(self.last, other.last),
        )  # fmt: skip


class Job(NamedTuple):
    """What to take in, and how.

    log: where to; wanted: whether a session of this folder is wanted; since: only what ended from this time (ms) on;
    hosts: only these, empty for all; dry: count and write nothing; believed: whether the files are the hosts' own or
    were named by a person, so that what stands there as typed was typed; seen: told of every byte read; only: this
    session and what it started, empty for all.
    """

    log: "SessionLog"
    wanted: Callable[[str], bool]
    since: int
    hosts: frozenset[str]
    dry: bool
    believed: bool
    seen: Callable[[int], None]
    only: str = ""


class Taken(NamedTuple):
    """What an import did. by_host: what is in the sessions that were read; new: events that the log did not have;
    files: that were read; known: that had nothing new; older: sessions that ended before `since`; elsewhere: sessions
    of other projects; copies: of sessions that another file tells more of; unread: files and records that could not
    be read; notes: why."""

    by_host: dict[str, Counts]
    new: int
    files: int
    known: int
    older: int
    elsewhere: int
    copies: int
    unread: int
    notes: list[str]


class _Mark(NamedTuple):
    """How far a file was read: what file it was, its first bytes, the place, and a session that came of it."""

    inode: int
    size: int
    start: str
    place: Place
    session: str = ""


def take_in(files: Iterable[Path], job: Job) -> Taken:
    """Read files and put what is new in them into the log. Raises the errors of the log; a file never fails it."""
    work = _Work(job)
    for path in files:
        try:
            work.file(path)
        except MissingExtra as error:
            work.lack(str(error))
        except BadExport as error:
            work.note(path, str(error))
        except OSError as error:
            work.note(path, f"it cannot be read ({error.strerror or type(error).__name__})")
    return work.taken()


class _Work:
    """One import under way."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._by_host: dict[str, Counts] = {}
        self._known_here: set[str] = set()  # sessions that came from their own host in this import
        self._counted: set[tuple[str, str]] = set()
        self._there: dict[str, bool] = {}  # whether a session was in the log before this import put it there
        self._older: set[str] = set()
        self._elsewhere: set[str] = set()
        self._new = self._files = self._same = self._copies = self._unread = 0
        self._notes: list[str] = []

    def taken(self) -> Taken:
        """What was done."""
        return Taken(
            self._by_host, self._new, self._files, self._same, len(self._older), len(self._elsewhere), self._copies,
            self._unread, self._notes,
        )  # fmt: skip

    def note(self, path: Path, why: str, count: int = 1) -> None:
        """Note what could not be read."""
        self._unread += count
        if len(self._notes) < MOST_NOTES:
            self._notes.append(f"{path.name}: {why}")

    def lack(self, what: str) -> None:
        """Note a file that needs what is not installed; the reason is told once for all of them."""
        self._unread += 1
        if what not in self._notes:
            self._notes.append(what)

    def file(self, path: Path) -> None:
        """Read one file. Raises OSError and the errors of its reader."""
        mark = _mark_of(path)
        before = _read_mark(self._job.log.mark(f"{MARK} {path}"))
        if before and before.session and self._removed(before.session):
            before = None  # who imports wants it back
        if before and before[:3] == mark[:3]:
            self._same += 1
            self._job.seen(mark.size)
            return
        reader = recognise(path)
        if reader is None:
            return
        if self._job.hosts and reader.host not in self._job.hosts:
            return
        grown = before and reader.goes_on and before.inode == mark.inode and before.size < mark.size
        begun = before.place if before and grown and before.start == _start(path, before.size) else Place()
        self._job.seen(begun.offset)
        reading = Reading(begun, self._job.seen)
        self._files += 1
        whole = True
        for session, events in reader.sessions(path, reading):
            taken = self._session(path, reader, session, events, reading, mark)
            mark = mark._replace(session=taken or mark.session)
            whole = whole and taken is not None
        if whole and not self._job.dry:
            self._job.log.set_mark(f"{MARK} {path}", self._written(mark._replace(place=reading.place)))
        if reading.skipped:
            self.note(path, "; ".join(reading.notes[:3]), reading.skipped)

    def _session(
        self, path: Path, reader: Reader, session: Session, events: Iterator[Event], reading: Reading, mark: _Mark
    ) -> str | None:  # fmt: skip
        """Take in one session: its id, empty when it is not for this log, None when it may be at another time."""
        last = session.ended or _modified(path)
        told = session.folder or path.suffix == DATABASE  # else the file was found where only this project's are
        other = self._job.only and self._job.only not in (session.id, session.parent)
        if other or (told and not self._job.wanted(session.folder)):
            self._elsewhere.add(session.id)
            return ""
        if last < self._job.since:
            self._older.add(session.id)
            return None
        if (reader.host == COPIED or path.suffix == DATABASE) and self._kept_otherwise(session.id, reader.host):
            self._copies += 1
            return ""
        self._known_here.add(session.id)
        counts = Counts(int((reader.host, session.id) not in self._counted))
        self._counted.add((reader.host, session.id))
        for slice_ in _slices(_timed(events if self._job.believed else _doubted(events), last)):
            counts = _counted(counts, slice_)
            if not self._job.dry:
                self._write(path, reader, session, slice_, reading, mark)
        self._by_host[reader.host] = self._by_host.get(reader.host, Counts()).plus(counts)
        return session.id

    def _write(
        self, path: Path, reader: Reader, session: Session, events: list[Event], reading: Reading, mark: _Mark
    ) -> None:  # fmt: skip
        from oldhand.store.session_log import Noted

        # The size of a reading that is not at its end is that of what was read: the next one goes on from there.
        end = reading.place.offset
        part = mark._replace(size=end, start=_start(path, end), place=reading.place, session=session.id)
        marks = ((f"{MARK} {path}", self._written(part)),) if reader.goes_on and end else ()
        self._new += self._job.log.note(Noted((session,), tuple((session.id, event) for event in events), marks=marks))

    def _written(self, mark: _Mark) -> str:
        """A mark as it is kept: what it says of calls under way passes the screening too, as everything in the log."""
        state = _each_text(mark.place.state, self._job.log.screened)
        said = [mark.inode, mark.size, mark.start, mark.place.offset, state, mark.session]
        return json.dumps(said, ensure_ascii=False)

    def _kept_otherwise(self, session: str, host: str) -> bool:
        """Whether the session came from a file that tells more of it: its own host's, or its rollout."""
        if session in self._known_here:
            return True
        row = self._logged(session)
        return row is not None and (row.session.host != host or not row.session.source.endswith((DATABASE, ".md")))

    def _removed(self, session: str) -> bool:
        """Whether a session that was taken in before was not in the log any more when this import came to it."""
        if session not in self._there:
            self._there[session] = self._logged(session) is not None
        return not self._there[session]

    def _logged(self, session: str) -> "Row | None":
        """The session of this id in the log."""
        try:
            row = self._job.log.session(session) if len(session) >= SHORTEST else None
        except (UnknownSession, AmbiguousSession):
            return None
        return row if row and row.session.id == session else None


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """A value of JSON with each text of it changed; names of members are ids and stay."""
    if isinstance(value, dict):
        return {name: _each_text(one, change) for name, one in value.items()}
    if isinstance(value, list):
        return [_each_text(one, change) for one in value]
    return change(value) if isinstance(value, str) and value else value


def _counted(counts: Counts, events: list[Event]) -> Counts:
    """The counts with some more events of the same session."""
    tokens = sum(event.detail.get(name, 0) for event in events if event.kind == USAGE for name in _TOKENS)
    times = [event.at for event in events if event.at]
    more = Counts(
        0, len(events),
        sum(event.kind == PROMPT for event in events),
        sum(event.kind == CALL for event in events),
        sum(event.kind == RESULT and event.ok is False for event in events),
        tokens, min(times, default=0), max(times, default=0),
    )  # fmt: skip
    return counts.plus(more)


def _timed(events: Iterator[Event], usual: int) -> Iterator[Event]:
    """The events with a time each: that of the one before where the host tells none, at first the session's."""
    at = 0
    for event in events:
        at = event.at or at or usual
        yield event if event.at else event._replace(at=at)


def _doubted(events: Iterator[Event]) -> Iterator[Event]:
    """The events of a file that anybody may have written: no prompt in it counts as a person's word."""
    for event in events:
        yield event._replace(detail={**event.detail, "automatic": True}) if event.kind == PROMPT else event


def _slices(events: Iterator[Event]) -> Iterator[list[Event]]:
    """Events in slices, each small enough for one change."""
    held: list[Event] = []
    size = 0
    for event in events:
        held.append(event)
        size += len(event.text)
        if len(held) >= SLICE or size >= MOST_TEXT:
            yield held
            held, size = [], 0
    if held:
        yield held


def _modified(path: Path) -> int:
    return int(path.stat().st_mtime * 1000)


def _mark_of(path: Path) -> _Mark:
    """What file this is now. Raises OSError."""
    entry = os.stat(path)
    if path.suffix == DATABASE:
        return _Mark(entry.st_ino, entry.st_size, _changed(path), Place())
    return _Mark(entry.st_ino, entry.st_size, _start(path, entry.st_size), Place())


def _changed(path: Path) -> str:
    """When a database and its log were changed last: its size need not change, and nothing in it stays in its place."""
    said = ""
    for one in (path, path.with_name(f"{path.name}-wal")):
        try:
            entry = os.stat(one)
        except OSError:
            continue
        said += f" {entry.st_mtime_ns} {entry.st_size}"
    return said.strip()


def _start(path: Path, size: int) -> str:
    """A digest of the first bytes of a file, of as many as there were when it had this size."""
    with open_regular(path) as file:
        return sha256(file.read(min(size, COMPARED))).hexdigest()[:16]


def _read_mark(said: str) -> _Mark | None:
    """A mark as it was written; None when there is none, or none that can be read."""
    try:
        inode, size, start, offset, state, session = json.loads(said) if said else (None,) * 6
    except (ValueError, TypeError):
        return None
    if not (isinstance(inode, int) and isinstance(size, int) and isinstance(offset, int) and isinstance(state, dict)):
        return None
    return _Mark(inode, size, str(start), Place(offset, state), str(session))
