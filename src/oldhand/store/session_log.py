"""The local log of sessions: what happened in them, event by event, in a file that never leaves this machine.

Hooks leave lines in the spool and readers give transcripts; both end here, each event once, however often it is read.
Secrets are replaced and long texts are cut before anything is written. The file can be removed at any time: memory
itself is elsewhere, and transcripts can be read again.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw

from oldhand.errors import UnusableSessionLog
from oldhand.model.canonical import LARGEST_INTEGER
from oldhand.model.session import Event, Session
from oldhand.store import session_blanking, session_reading, session_rows
from oldhand.store.session_rows import Injection, Row, Usage
from oldhand.store.side_file import SideFile

if TYPE_CHECKING:
    from oldhand.model.excerpt import Finder

SESSIONS = "sessions.db"
SLICE = 500  # events written or looked through in one transaction: some 20 ms, so that hooks' readers never wait long
MEBIBYTE = 1 << 20
COMPACTED_PAGES = 4096  # free pages (16 MiB) from which on the file is written anew when it is trimmed
DAY_MS = 86_400_000

_SCHEMA = """
CREATE TABLE sessions (
  number  INTEGER PRIMARY KEY,
  id      TEXT NOT NULL UNIQUE,        -- the host's own
  host    TEXT NOT NULL,
  folder  TEXT NOT NULL,
  started INTEGER NOT NULL,            -- milliseconds since 1970, 0 where it is not known
  ended   INTEGER NOT NULL,
  title   TEXT NOT NULL,
  branch  TEXT NOT NULL,
  model   TEXT NOT NULL,
  version TEXT NOT NULL,
  parent  TEXT NOT NULL,               -- the session whose subagent this is
  source  TEXT NOT NULL,               -- the file it was read from
  last    INTEGER NOT NULL,            -- the time of its last event
  noted   INTEGER NOT NULL             -- when something of it last came in
) STRICT;
CREATE INDEX sessions_last ON sessions (last);
CREATE INDEX sessions_noted ON sessions (noted);
CREATE TABLE events (
  number  INTEGER PRIMARY KEY AUTOINCREMENT,  -- grows as events come in, never used twice
  session INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  key     TEXT NOT NULL,
  agent   TEXT NOT NULL,
  tool    TEXT NOT NULL,
  name    TEXT NOT NULL,
  call    TEXT NOT NULL,
  target  TEXT NOT NULL,
  ok      INTEGER,                     -- 1, 0, or NULL where it is not known
  tokens  INTEGER NOT NULL,            -- estimated, of the whole text
  same    BLOB,                        -- a digest of what was said, by which the same words are known
  text    TEXT NOT NULL,
  detail  TEXT NOT NULL                -- JSON
) STRICT;
CREATE UNIQUE INDEX events_key ON events (session, kind, key);
CREATE INDEX events_order ON events (session, at, number);
CREATE INDEX events_same ON events (session, same) WHERE same IS NOT NULL;
CREATE TABLE injections (
  number   INTEGER PRIMARY KEY AUTOINCREMENT,
  session  TEXT NOT NULL,
  at       INTEGER NOT NULL,
  key      TEXT NOT NULL,
  event    TEXT NOT NULL,
  action   TEXT NOT NULL,
  root     TEXT NOT NULL,
  memories TEXT NOT NULL,              -- ids, separated by spaces
  tokens   INTEGER NOT NULL,
  withheld INTEGER NOT NULL,
  agent    TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX injections_key ON injections (session, key);
CREATE INDEX injections_at ON injections (at);
CREATE TABLE usage (                   -- tokens of each answer of a model, as the host recorded them
  event        INTEGER PRIMARY KEY,    -- events.number
  session      INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  agent        TEXT NOT NULL,
  model        TEXT NOT NULL,
  input        INTEGER NOT NULL,
  output       INTEGER NOT NULL,
  cache_read   INTEGER NOT NULL,
  cache_written INTEGER NOT NULL,
  reasoning    INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_session ON usage (session);
CREATE INDEX usage_at ON usage (at);
CREATE TABLE marks (                   -- how far readers have come
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE candidates (              -- decisions that sessions seem to have taken, until a person settles them
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  key     TEXT NOT NULL UNIQUE,        -- a digest of its words: what was settled is not asked again
  session TEXT NOT NULL,
  at      INTEGER NOT NULL,
  who     TEXT NOT NULL,               -- person or agent
  text    TEXT NOT NULL,               -- empty once it was skipped
  source  TEXT NOT NULL,               -- the words around it
  state   TEXT NOT NULL,               -- waiting, confirmed or skipped
  memory  TEXT NOT NULL                -- what it became
) STRICT;
"""


class Noted(NamedTuple):
    """What is written in one change: sessions that are known (again), events by session, injections, and marks."""

    sessions: tuple[Session, ...] = ()
    events: tuple[tuple[str, Event], ...] = ()
    injections: tuple[Injection, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()


class SessionLog(SideFile):
    """The log of sessions of one store folder. Making one does nothing; the file is made when it is first written to.

    screen: replaces the secrets in a text; everything that is written passes it; now: the clock, ms; find: tells where
    the secrets of a text are, for what is cut (none: those of known form). Reading where there is no file gives
    nothing. Raises UnusableSessionLog, NotWritable, StorageFull and StoreBusy.
    """

    application_id = 0x4F4C4453  # "OLDS"
    format = 1
    schema = _SCHEMA
    unusable = UnusableSessionLog

    def __init__(
        self, folder: Path, screen: Callable[[str], str], now: Callable[[], int], find: "Finder | None" = None
    ) -> None:  # fmt: skip
        super().__init__(folder, SESSIONS, f"{SESSIONS}.lock")
        from oldhand.model.secrets import find as known

        self._screen, self._now = session_rows.Screen(screen, find or known), now

    # -- writing -------------------------------------------------------------------------------

    def begin(self, session: Session) -> None:
        """Note that a session is there: what was not known of it is filled in, its times are widened."""
        self.note(Noted(sessions=(session,)))

    def add(self, session: str, events: Iterable[Event]) -> int:
        """Add the events of a session; how many of them were new. They are written in slices of SLICE.

        The same event (session, kind and key) is known again; the longer of its texts is kept.
        """
        added, waiting = 0, []
        for event in events:
            waiting.append((session, event))
            if len(waiting) >= SLICE:
                added += self.note(Noted(events=tuple(waiting)))
                waiting = []
        return added + (self.note(Noted(events=tuple(waiting))) if waiting else 0)

    def note_injection(self, injection: Injection) -> bool:
        """Note what was put before an agent, or withheld from it; whether it was new."""
        return self.note(Noted(injections=(injection,))) > 0

    def set_mark(self, name: str, value: str) -> None:
        """Note how far a reader has come; an empty value removes the mark."""
        self.note(Noted(marks=((name, value),)))

    def note(self, noted: Noted) -> int:
        """Write all of this in one change; how many events and injections were new."""
        rows = session_rows.prepared(
            noted.events, self._screen
        )  # the screening takes most of the time: before the lock
        sessions = [session_rows.cleaned_session(one, self._screen) for one in noted.sessions]
        injections = [session_rows.cleaned_injection(one, self._screen) for one in noted.injections]
        with self._writing() as connection:
            for session in sessions:
                session_rows.put_session(connection, session, self._now())
            added = session_rows.put_events(connection, rows, self._now())
            added += sum(session_rows.put_injection(connection, one) for one in injections)
            for name, value in noted.marks:
                if value:
                    connection.execute("INSERT OR REPLACE INTO marks(name, value) VALUES(?,?)", (name, value))
                else:
                    connection.execute("DELETE FROM marks WHERE name=?", (name,))
        return added

    @contextmanager
    def changing(self) -> Iterator[apsw.Connection]:
        """One atomic change, for the modules of the store that keep something here."""
        with self._writing() as connection:
            yield connection

    def screened(self, text: str) -> str:
        """A text with its secrets replaced, as everything that is written here."""
        return session_rows.cleaned(text, self._screen)

    # -- reading -------------------------------------------------------------------------------

    def sessions(
        self, limit: int = 20, since: int = 0, host: str = "", branch: str = "", folder: str = ""
    ) -> list[Row]:  # fmt: skip
        """The sessions that had something happen since a time (ms), the latest first."""
        with self.reading() as connection:
            return session_reading.sessions(connection, limit, since, host, branch, folder) if connection else []

    def session(self, prefix: str = "") -> Row:
        """The session whose id begins so; without one, the latest. Raises UnknownSession and AmbiguousSession."""
        with self.reading() as connection:
            return session_reading.session(connection, prefix)

    def how_many(self) -> tuple[int, int]:
        """How many sessions and events are kept."""
        with self.reading() as connection:
            return session_reading.how_many(connection) if connection else (0, 0)

    def events(
        self, session: str, kinds: Iterable[str] = (), after: int = 0, limit: int = 0, agent: str | None = None,
        since: int = 0,
    ) -> Iterator[Event]:  # fmt: skip
        """The events of a session (its whole id) in order of time. See `entries`."""
        for _, event in self.entries(session, kinds, after, limit, agent, since):
            yield event

    def entries(
        self, session: str, kinds: Iterable[str] = (), after: int = 0, limit: int = 0, agent: str | None = None,
        since: int = 0,
    ) -> Iterator[tuple[int, Event]]:  # fmt: skip
        """(number, event) of a session in order of time, read in slices, so that no reading lasts long.

        kinds: only these (empty: all); after: only with a greater number, which is what came in later; limit: at most
        so many (0: all); agent: only this subagent's, or with an empty text only the session's own; since: only what
        happened from this time (ms) on.
        """
        asked, place, left = tuple(kinds), (since - 1, LARGEST_INTEGER), limit or -1
        while True:
            with self.reading() as connection:
                wanted = min(SLICE, left) if left > 0 else SLICE
                found = (
                    session_reading.slice_of(connection, session, asked, after, agent, place, wanted)
                    if connection else []
                )  # fmt: skip
            yield from ((number, event) for number, event, _ in found)
            if len(found) < wanted or left == len(found):
                return
            place = found[-1][2]
            left = left - len(found) if left > 0 else left

    def injections(self, session: str = "", since: int = 0, limit: int = 1000) -> list[Injection]:
        """What was put before agents or withheld from them: the latest `limit`, oldest first."""
        with self.reading() as connection:
            return session_reading.injections(connection, session, since, limit) if connection else []

    def usage(self, session: str = "", since: int = 0) -> list[Usage]:
        """The tokens that hosts recorded, summed by session, agent and model, in order of the sessions' times."""
        with self.reading() as connection:
            return session_reading.usage(connection, session, since) if connection else []

    def changed(self, after: int) -> list[tuple[str, int]]:
        """(id, number of its last event) of the sessions that had something come in with a greater number."""
        with self.reading() as connection:
            return session_reading.changed(connection, after) if connection else []

    def mark(self, name: str) -> str:
        """How far a reader has come; empty when it has not begun."""
        with self.reading() as connection:
            return session_reading.mark(connection, name) if connection else ""

    def marked(self, prefix: str) -> list[str]:
        """The names of the marks that begin so, without that beginning."""
        with self.reading() as connection:
            return session_reading.marked(connection, prefix) if connection else []

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection | None]:
        """One unchanging view, for the modules of the store that keep something here; None where there is no file."""
        connection = self._opened()
        if connection is None:
            yield None
            return
        if not connection.getautocommit():  # a reading inside another one sees what that one sees
            yield connection
            return
        with self._translated():
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    # -- keeping it small, and forgetting --------------------------------------------------------

    def trim(self, days: int, mib: int, now: int) -> int:
        """Remove sessions of which nothing came in for so many days, and the oldest until the file fits; how many went.

        What is old but was read only lately stays as long as what happened then. 0 days or 0 MiB: no limit. What was
        settled of decision candidates stays known.
        """
        gone = 0
        while self._opened() is not None:
            with self._writing() as connection:
                too_large = bool(mib) and session_reading.pages(connection)[0] > mib * MEBIBYTE
                until = now - days * DAY_MS if days else 0
                found = session_reading.oldest(connection, "last" if too_large else "noted")
                if found is None or not (too_large or found[2] < until):
                    break
                session_rows.remove_session(connection, *found[:2])
                gone += 1
        if gone and (open_now := self._opened()) is not None:
            with self._translated():
                if session_reading.pages(open_now)[1] > COMPACTED_PAGES:
                    open_now.execute("VACUUM").fetchall()
        return gone

    def remove_session(self, session: str) -> bool:
        """Remove a session (its whole id) with all that is kept of it; whether it was there."""
        if self._opened() is None:
            return False
        with self._writing() as connection:
            row: Any = connection.execute("SELECT number FROM sessions WHERE id=?", (session,)).fetchone()
            if row:
                session_rows.remove_session(connection, int(row[0]), session)
            session_blanking.remove_answers(connection, session)
        self._checkpoint()
        return bool(row)

    def blank(self, tells: Callable[[str], bool], memories: Iterable[str] = (), *, events: bool = True) -> int:
        """Take out what is forgotten: words of events, candidates and sessions that tell it, and ids of injections.

        tells: whether a text tells what is forgotten; memories: ids, of which injections keep the first digits at
        least; events: whether these are looked through too. The events stay, without their words. How many rows were
        changed; nothing is left in the file's log.
        """
        if self._opened() is None:
            return 0
        changed = 0
        after: int | None = 0 if events else None
        while after is not None:
            after, count = self.blank_events(tells, after)
            changed += count
        with self._writing() as connection:
            changed += session_blanking.blank_rest(connection, tells, tuple(memories))
        self._checkpoint()
        return changed

    def blank_events(self, tells: Callable[[str], bool], after: int) -> tuple[int | None, int]:
        """The same in the next SLICE events after a number: (the last one's number, None at the end; how many)."""
        if self._opened() is None:
            return None, 0
        with self._writing() as connection:
            return session_blanking.blank_events(connection, tells, after, SLICE)
