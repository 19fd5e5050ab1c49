"""The kind `reminder`."""

from typing import NamedTuple


class Reminder(NamedTuple):
    """Something to bring up later; `when` says on what occasion, `triggers` say it so that a program can tell.

    `every` says how it comes back once it was acknowledged (`time`, `3 days`); without it, it is done then.
    """

    text: str
    title: str = ""
    when: str = ""
    triggers: tuple[str, ...] = ()
    every: str = ""
