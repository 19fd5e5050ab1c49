"""The kind `arc`."""

from typing import NamedTuple


class Arc(NamedTuple):
    """A goal that takes many sessions, or a step of one.

    `of` is the id of the arc that a step belongs to, empty for the goal itself.
    """

    text: str
    title: str = ""
    of: str = ""
