"""What may become of an anchor, in words that every part of the checking uses."""

from typing import NamedTuple

HOLDS, MOVED, CHANGED, GONE, CANNOT_TELL = "holds", "moved", "changed", "gone", "cannot tell"
STATES = (HOLDS, MOVED, CHANGED, GONE, CANNOT_TELL)


class Outcome(NamedTuple):
    """A state, the place where it is now when that is another one, and what differs, in one line."""

    state: str
    now: str = ""
    detail: str = ""


class Checked(NamedTuple):
    """An anchor and what became of it.

    state: holds, moved, changed, gone, or cannot tell; now: its place now, when that is another one;
    detail: what differs, or why it cannot be told, in one line.
    """

    anchor: str
    state: str
    now: str
    detail: str = ""
