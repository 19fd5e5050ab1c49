"""The operation `config reset`."""

import os
from pathlib import Path
from typing import NamedTuple

from oldhand.errors import DamagedStore, NeedsConsent
from oldhand.memory import SETTINGS_FILE, Memory, read_settings
from oldhand.model.settings import BY_NAME, known
from oldhand.operation import DESTRUCTIVE, operation
from oldhand.operations.config.set_ import Scope, persons_alone, settings_file, tell_hooks, write_settings


class SettingsReset(NamedTuple):
    """What was taken back. removed: names that are no longer set in the file; kept_aside: an unreadable file, moved."""

    removed: list[str]
    file: str
    kept_aside: str


@operation(DESTRUCTIVE)
def reset(memory: Memory, name: str = "", *, scope: Scope = "project", yes: bool = False) -> SettingsReset:
    """Take back a setting, or all of them, so that the default (or the person's value) counts again

    A settings file that cannot be read is kept beside the new one, never overwritten.

    Parameters
    name: the setting; without one, all of them
    scope: project, or person
    yes: go on without asking, which taking back all of them needs
    """
    file = settings_file(memory, scope)
    if name:
        present = read_settings(file)
        removed = [known(name).name] if name in present else []
        if removed:
            _permitted(memory, removed, scope)
            del present[name]
            write_settings(file, present)
        memory.forget_settings()
        tell_hooks(memory, removed)
        return SettingsReset(removed, str(file), "")
    aside = ""
    try:
        present = read_settings(file)
    except DamagedStore:
        present, aside = {}, str(_free_name(file))
    if not yes:
        what = f"{len(present)} settings in {file}" if not aside else f"the unreadable {file}"
        raise NeedsConsent(f"This takes back {what}.")
    _permitted(memory, list(present), scope)
    if aside:
        os.replace(file, aside)
    if present or aside:
        write_settings(file, {})
    memory.forget_settings()
    tell_hooks(memory, list(present))
    return SettingsReset(sorted(present), str(file), aside)


def _permitted(memory: Memory, names: list[str], scope: Scope) -> None:
    """Refuse an agent what guards the person or would send texts elsewhere: a project's `off` gone, or an address."""
    person = read_settings(memory.home / SETTINGS_FILE) if scope == "project" else {}
    for setting in (BY_NAME[name] for name in names if name in BY_NAME):
        persons_alone(memory, setting, person.get(setting.name, setting.default))


def _free_name(file: Path) -> Path:
    """A name beside an unreadable file under which nothing is kept yet."""
    number = 1
    while (aside := file.with_name(f"{file.name}.unreadable-{number}")).exists():
        number += 1
    return aside
