"""The kind `reminder`."""

from typing import NamedTuple


class Reminder(NamedTuple):
    """Something to bring up later; `when` says on what occasion."""

    text: str
    title: str = ""
    when: str = ""
