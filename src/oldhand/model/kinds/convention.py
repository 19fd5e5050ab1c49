"""The kind `convention`."""

from typing import NamedTuple


class Convention(NamedTuple):
    """How things are done here; `example` shows it done right, `counter_example` wrong; `area` is what it is of."""

    text: str
    title: str = ""
    example: str = ""
    counter_example: str = ""
    area: str = ""
