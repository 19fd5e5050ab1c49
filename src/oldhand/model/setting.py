"""One setting: its type, default, limits and meaning."""

from collections.abc import Callable
from typing import Any, NamedTuple

LONGEST_PATTERNS = 4000  # characters: 50 patterns of 80


class Setting(NamedTuple):
    """One setting: a whole number between `low` and `high`, one of `choices`, or free text.

    longest: the most characters of free text (0: it is no free text); form: puts free text into its
    one form, or raises ValueError with what is accepted; example: what free text may look like.
    project_may: the values that a project's file may give, where it may not give any. Everything else
    counts only in the person's own file, because a project's folder may come from anybody. decides: what
    such a setting decides, in words. adds: what a project's file gives is added to the person's own and cannot
    take its place. guards: it guards the person, so that no agent changes it, not even to be stricter: nobody would
    know what the person had chosen.
    """

    name: str
    default: Any
    help: str
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    longest: int = 0
    form: Callable[[str], str] = str
    example: str = ""
    project_may: tuple[str, ...] | None = None
    decides: str = "where texts are sent"
    adds: bool = False
    guards: bool = False

    @property
    def accepts(self) -> str:
        """What values the setting takes, in words."""
        if self.choices:
            return " or ".join(self.choices)
        if self.longest:
            return f"nothing or up to {self.longest} characters such as {self.example}"
        return f"{self.low} to {self.high}"

    def counts(self, value: Any, place: str) -> bool:
        """Whether a value that a file of `place` (project or person) gives is honoured."""
        return place == "person" or self.project_may is None or value in self.project_may


def switch(name: str, help: str, decides: str) -> Setting:  # noqa: A002 - the field's name
    """A switch that is on, that a project may only switch off, and that no agent changes."""
    choices = ("yes", "no")
    return Setting(name, "yes", help, choices=choices, project_may=("no",), decides=decides, guards=True)
