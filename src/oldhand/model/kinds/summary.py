"""The kind `summary`."""

from typing import NamedTuple


class Summary(NamedTuple):
    """A shorter account of other memories, which stay reachable."""

    text: str
    title: str = ""
