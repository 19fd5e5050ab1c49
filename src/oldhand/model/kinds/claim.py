"""The kind `claim`."""

from typing import NamedTuple


class Claim(NamedTuple):
    """A statement about the project that holds until it is replaced."""

    text: str
    title: str = ""
