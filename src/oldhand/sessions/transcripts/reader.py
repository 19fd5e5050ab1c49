"""What a reader of transcripts is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.sessions.record import Event, Session
from oldhand.sessions.transcripts.reading import Reading, as_object

Sessions = Iterator[tuple[Session, Iterator[Event]]]
MOST_RECORDS = 60  # records at the start of a file by which it is recognised


class Head(NamedTuple):
    """The beginning of a file, by which it is recognised: its name and its first bytes, unpacked."""

    path: Path
    raw: bytes

    def records(self) -> Iterator[dict[str, Any]]:
        """The first JSON objects of a file that has one a line."""
        for raw in self.raw.split(b"\n")[:MOST_RECORDS]:
            said = as_object(raw)
            if isinstance(said, dict):
                yield said


class Reader(NamedTuple):
    """What reads the transcripts of one host.

    host: one of HOSTS; name: the host as people call it; recognises: whether a file is one of its; read: the sessions
    of a file; goes_on: whether a file that has grown can be read from where it ended.
    """

    host: str
    name: str
    recognises: Callable[[Head], bool]
    read: Callable[[Path, Reading], Sessions]
    goes_on: bool = False

    def sessions(self, path: Path, reading: Reading | None = None) -> Sessions:
        """The sessions of a file, each with its events in the order in which they stand there.

        The events of a session must be taken before the next session is asked for. reading: where to begin, and what
        is learnt on the way. Raises OSError when the file cannot be opened, BadExport when it is a database that
        cannot be read, and MissingExtra when what unpacks it is not installed.
        """
        return self.read(path, reading or Reading())
