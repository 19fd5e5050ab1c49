"""The kind `decision`."""

from typing import NamedTuple


class Decision(NamedTuple):
    """A choice that was made: why (`reason`), and what else was considered (`alternatives`)."""

    text: str
    title: str = ""
    reason: str = ""
    alternatives: tuple[str, ...] = ()
