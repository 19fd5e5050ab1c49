"""The operation `config set`."""

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

from oldhand.errors import BadArgument, Refused
from oldhand.exchange.whole_file import write_whole
from oldhand.memory import SETTINGS_FILE, Memory, read_settings
from oldhand.model.settings import Setting, checked, known
from oldhand.operation import WRITE, operation
from oldhand.recall.dense.choosing import destination

Scope = Literal["project", "person"]
CAP = "tokens.daily_cap"
BY_PERSON = "user"  # the trust of who may decide where texts are sent


class SettingChanged(NamedTuple):
    """A changed setting. before: the value that was in force; in_force: the one that is now, and its source.

    The value in force differs from the one set when a project's setting hides the person's. note: how such a one is
    taken back, and where texts are sent from now on; empty when there is neither: most changes say nothing of this.
    """

    name: str
    value: int | str
    before: int | str
    in_force: int | str
    source: str
    file: str
    note: str = ""


@operation(WRITE)
def set_(memory: Memory, name: str, value: str, *, scope: Scope = "project") -> SettingChanged:
    """Change a setting, for this project or for all of your projects

    The file is replaced whole; what else it says is kept, also names this version does not know.
    What decides where texts are sent is set by you, on the command line, for all of your projects. What guards you
    (recall.global, capture.*, secrets.*, review.*, sessions.*, hooks.*, engrams.*, tokens.*, files.write,
    traces.keep, backup.keep) no agent sets.

    Parameters
    name: the setting (`config show` lists them)
    value: its new value
    scope: project, or person for every project that does not say otherwise
    """
    new = checked(name, value)
    _permitted(memory, known(name), new, scope)
    before, _ = _in_force(memory, name)
    file = settings_file(memory, scope)
    write_settings(file, read_settings(file) | {name: new})
    memory.forget_settings()
    tell_hooks(memory, [name])
    in_force, source = _in_force(memory, name)
    hides = in_force != new and source == "project"
    note = f"this project says {in_force}; {_take_back(name)}" if hides else _note(memory, name)
    return SettingChanged(name, new, before, in_force, source, str(file), note)


def tell_hooks(memory: Memory, names: list[str]) -> None:
    """Put the day's standing anew where hooks find it, when the cap on tokens is another: it holds from now on."""
    if CAP in names and memory.project.remembered:
        from oldhand.sessions.tokens import write_day

        write_day(memory, memory.now())


def _permitted(memory: Memory, setting: Setting, value: Any, scope: Scope) -> None:
    """Refuse what a person alone decides, from a project's file or at the word of an agent."""
    if setting.guards:
        persons_alone(memory, setting, value)  # which place it may stand in is no matter then
    if not setting.counts(value, scope):
        may = " or ".join(setting.project_may or ())
        said = f"a project may only say {may}; " if may else ""
        present = read_settings(settings_file(memory, scope)).get(setting.name)
        if setting.counts(present, scope) and present is not None:  # it would go on hiding what the person says
            said += f"this one says {present}; {_take_back(setting.name)}, so that your own settings count again"
            mine = read_settings(memory.home / SETTINGS_FILE).get(setting.name, setting.default)
            said += "" if mine == value else f"; these say {mine}: `--scope person` then changes it"
        else:
            said += f"only your own settings decide {setting.decides}. For all of your projects: `--scope person`"
        raise BadArgument(setting.name, value, said)
    persons_alone(memory, setting, value)


def _take_back(name: str) -> str:
    """The step that takes back what a project's file says."""
    return f"`oldhand config reset {name}` takes that back"


def persons_alone(memory: Memory, setting: Setting, value: Any) -> None:
    """Raise Refused when an agent would decide what is the person's to decide: it may be talked into it."""
    if memory.trust != BY_PERSON and (setting.guards or setting.adds or not setting.counts(value, "project")):
        whose = "" if setting.guards and setting.project_may is None else " --scope person"
        raise Refused(
            f"'{setting.name}' decides {setting.decides}, so a person sets it, on the command line: "
            f"`oldhand config set {setting.name} VALUE{whose}`."
        )


def _note(memory: Memory, name: str) -> str:
    """Where texts are sent after a change of what decides it, so that nobody sends them without knowing."""
    about_texts = name.startswith("embeddings.") and known(name).project_may is not None
    if not about_texts or not (place := destination(memory.setting)):
        return ""
    return (
        f"what you remember and ask in your projects is sent to {place}; "
        "`oldhand config set embeddings.provider off` in a project keeps its texts here"
    )


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
        raise memory.absent()
    return memory.project.store / SETTINGS_FILE


def write_settings(file: Path, values: dict[str, Any]) -> None:
    """Replace a settings file whole."""
    write_whole(file, [(json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()])
