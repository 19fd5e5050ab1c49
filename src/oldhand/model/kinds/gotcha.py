"""The kind `gotcha`."""

from typing import NamedTuple


class Gotcha(NamedTuple):
    """Something that bites: what sets it off (`trigger`, `triggers`), what helps (`resolution`), how bad it is.

    `severity` is critical, warning or info; `triggers` are occasions that a program can tell, such as
    `on-command:git push`; `evidence` is what was seen when it was found.
    """

    text: str
    title: str = ""
    trigger: str = ""
    resolution: str = ""
    severity: str = ""
    triggers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
