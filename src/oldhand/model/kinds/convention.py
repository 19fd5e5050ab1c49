"""The kind `convention`."""

from typing import NamedTuple


class Convention(NamedTuple):
    """How things are done here; `example` shows it done right."""

    text: str
    title: str = ""
    example: str = ""
