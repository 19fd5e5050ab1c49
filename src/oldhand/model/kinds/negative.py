"""The kind `negative`."""

from typing import NamedTuple


class Negative(NamedTuple):
    """Something that was tried and did not work: what was hoped (`hypothesis`), what came of it (`conclusion`).

    `evidence` is what shows it, one piece an entry; `severity` is critical, warning or info; `advice` is what to do
    instead; `applies` says where it holds, `module` which part of the project it is of; `reopens` are what makes it
    worth trying again when it changes: `dep:NAME@VERSION` with the version it was tried with, or a place in the code;
    `triggers` are occasions that a program can tell, such as `on-command:pip install celery`. It is tied by
    `derived_from` to what failed.
    """

    text: str
    title: str = ""
    hypothesis: str = ""
    conclusion: str = ""
    evidence: tuple[str, ...] = ()
    severity: str = ""
    advice: str = ""
    applies: str = ""
    module: str = ""
    reopens: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
