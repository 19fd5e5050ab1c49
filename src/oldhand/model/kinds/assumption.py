"""The kind `assumption`."""

from typing import NamedTuple


class Assumption(NamedTuple):
    """What decisions take for granted; they are tied to it by `depends_on`.

    `state` is empty while nobody knows, else validated or falsified; `evidence` is what showed it, one piece an entry.
    """

    text: str
    title: str = ""
    state: str = ""
    evidence: tuple[str, ...] = ()
