"""The operation `config set`."""

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

from oldhand.errors import BadArgument, NoStore
from oldhand.exchange.whole_file import write_whole
from oldhand.memory import SETTINGS_FILE, Memory, read_settings
from oldhand.model.settings import checked, known
from oldhand.operation import WRITE, operation

Scope = Literal["project", "person"]


class SettingChanged(NamedTuple):
    """A changed setting. before: the value that was in force; in_force: the one that is now, and its source.

    The value in force differs from the one set when a project's setting hides the person's.
    """

    name: str
    value: int | str
    before: int | str
    in_force: int | str
    source: str
    file: str


@operation(WRITE)
def set_(memory: Memory, name: str, value: str, *, scope: Scope = "project") -> SettingChanged:
    """Change a setting, for this project or for all of your projects

    The file is replaced whole; what else it says is kept, also names this version does not know.

    Parameters
    name: the setting (`config show` lists them)
    value: its new value
    scope: project, or person for every project that does not say otherwise
    """
    new = checked(name, value)
    before, _ = _in_force(memory, name)
    file = settings_file(memory, scope)
    write_settings(file, read_settings(file) | {name: new})
    memory.forget_settings()
    return SettingChanged(name, new, before, *_in_force(memory, name), str(file))


def _in_force(memory: Memory, name: str) -> tuple[int | str, str]:
    """A setting's value and source; its default while a bad value stands in a file, which setting it anew mends."""
    try:
        return memory.settings()[name]
    except BadArgument:
        return known(name).default, "default"


def settings_file(memory: Memory, scope: str) -> Path:
    """The settings file of the project or the person. Raises NoStore when the project has no memory."""
    if scope == "person":
        return memory.home / SETTINGS_FILE
    if not memory.project.remembered:
        raise NoStore(memory.project.root)
    return memory.project.store / SETTINGS_FILE


def write_settings(file: Path, values: dict[str, Any]) -> None:
    """Replace a settings file whole."""
    write_whole(file, [(json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()])
