"""The kind `question`."""

from typing import NamedTuple


class Question(NamedTuple):
    """Something asked and not yet answered; `asked_of` names who might know."""

    text: str
    title: str = ""
    asked_of: str = ""
