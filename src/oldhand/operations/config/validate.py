"""The operation `config validate`."""

from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from oldhand.errors import BadArgument, DamagedStore
from oldhand.memory import SETTINGS_FILE, Memory, read_settings
from oldhand.model.settings import BY_NAME, checked
from oldhand.operation import READ, operation

IGNORED = "it is ignored"  # how a fault ends that stops nothing


class SettingFault(NamedTuple):
    """Something wrong in a settings file: the name (empty: the whole file), what is wrong and what to do."""

    file: str
    scope: str
    name: str
    fault: str
    next_step: str


class SettingsValidated(NamedTuple):
    """What the settings files say wrong. overall: ok, warn (something is ignored) or bad (memory refuses to start)."""

    overall: str
    files: list[str]
    faults: list[SettingFault]


@operation(READ)
def validate(memory: Memory) -> SettingsValidated:
    """Check both settings files: unreadable, unknown names, values out of range or in a file that may not give them"""
    places = {"project": memory.project.store / SETTINGS_FILE, "person": memory.home / SETTINGS_FILE}
    faults = [fault for scope, file in places.items() for fault in faults_of(file, scope)]
    grave = any(not fault.fault.endswith(IGNORED) for fault in faults)
    return SettingsValidated(
        "bad" if grave else "warn" if faults else "ok", [str(file) for file in places.values() if file.exists()], faults
    )


def faults_of(file: Path, scope: str) -> list[SettingFault]:
    """What is wrong in one settings file; nothing when it does not exist."""
    try:
        said = read_settings(file)
    except DamagedStore as error:
        step = f"`oldhand config reset --scope {scope} --yes` keeps it aside and starts anew"
        return [SettingFault(str(file), scope, "", str(error.args[1]).partition(";")[0], step)]
    found = []
    for name, value in said.items():
        if name not in BY_NAME:
            close = get_close_matches(name, BY_NAME, 1)
            step = f"is '{close[0]}' meant?" if close else "take it out, or upgrade Oldhand"
            found.append(SettingFault(str(file), scope, name, f"there is no such setting; {IGNORED}", step))
            continue
        reset = f"`oldhand config reset {name} --scope {scope}`"
        if not BY_NAME[name].counts(value, scope):
            fault = f"only your own settings decide {BY_NAME[name].decides}; {IGNORED}"
            found.append(SettingFault(str(file), scope, name, fault, reset))
            continue
        try:
            checked(name, value)
        except BadArgument as error:
            found.append(
                SettingFault(str(file), scope, name, f"'{error.args[1]}' cannot be used: {error.args[2]}", reset)
            )
    return found
