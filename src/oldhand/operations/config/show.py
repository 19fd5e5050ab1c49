"""The operation `config show`."""

from typing import NamedTuple

from oldhand.memory import SETTINGS_FILE, Memory
from oldhand.model.settings import SETTINGS, known
from oldhand.operation import READ, operation


class SettingShown(NamedTuple):
    """A setting: its value in force, where that comes from (project, person, default), its default and meaning."""

    name: str
    value: int | str
    source: str
    default: int | str
    accepts: str
    meaning: str


class SettingsShown(NamedTuple):
    """Settings with their values in force, and the two files they are kept in, which need not exist."""

    settings: list[SettingShown]
    project_file: str
    person_file: str


@operation(READ)
def show(memory: Memory, name: str = "") -> SettingsShown:
    """Show the settings: values in force, where they come from, defaults and meaning

    A project's value wins over the person's, and the person's over the default. Settings that decide
    where texts are sent count from the person's file alone.

    Parameters
    name: only this setting
    """
    wanted = (known(name),) if name else SETTINGS
    values = memory.settings()
    return SettingsShown(
        [SettingShown(one.name, *values[one.name], one.default, one.accepts, one.help) for one in wanted],
        str(memory.project.store / SETTINGS_FILE),
        str(memory.home / SETTINGS_FILE),
    )
