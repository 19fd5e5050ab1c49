"""Going through the sessions that something came in for, and noting in the log how far one has come.

Work that stops in the middle goes on where it was: each session that is done is noted by itself, and all of them at
once when the last one is.
"""

from collections.abc import Iterator

from oldhand.store.session_log import Noted, SessionLog


class Progress:
    """One going through. name: of the work, in the log's marks; sessions: what something came in for since."""

    def __init__(self, log: SessionLog, name: str) -> None:
        self._log, self._name = log, name
        self._after = _number(log.mark(name))
        self.sessions: list[tuple[str, int]] = log.changed(self._after)

    def due(self) -> Iterator[tuple[str, int, int]]:
        """(session, number of its last event, number of the last one that was looked at) of those not done."""
        for session, last in self.sessions:
            since = max(self._after, _number(self._log.mark(f"{self._name} {session}")))
            if last > since:
                yield session, last, since

    def done(self, session: str, last: int) -> None:
        """Note that a session was looked at up to an event."""
        self._log.set_mark(f"{self._name} {session}", str(last))

    def finish(self) -> None:
        """Note that all were looked at."""
        if self.sessions:
            last = str(max(last for _, last in self.sessions))
            gone = tuple((f"{self._name} {session}", "") for session, _ in self.sessions)
            self._log.note(Noted(marks=(*gone, (self._name, last))))


def _number(said: str) -> int:
    return int(said) if said.isdecimal() else 0
