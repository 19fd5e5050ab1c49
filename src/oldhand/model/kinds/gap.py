"""The kind `gap`."""

from typing import NamedTuple


class Gap(NamedTuple):
    """Something the project does not know, or does not have, and should."""

    text: str
    title: str = ""
