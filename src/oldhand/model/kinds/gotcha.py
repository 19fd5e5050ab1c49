"""The kind `gotcha`."""

from typing import NamedTuple


class Gotcha(NamedTuple):
    """Something that bites: what sets it off (`trigger`) and what helps (`resolution`)."""

    text: str
    title: str = ""
    trigger: str = ""
    resolution: str = ""
    severity: str = ""
