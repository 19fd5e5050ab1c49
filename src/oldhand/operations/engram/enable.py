"""The operation `engram enable`."""

from typing import NamedTuple

from oldhand.errors import FileNotWritable, NeedsConsent
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.sessions import engram_hooks
from oldhand.sessions.engram_hooks import Hook


class HooksSet(NamedTuple):
    """Our hooks in git now. way: config (git's settings, from 2.54 on) or file; folder: where; script: what they call;
    strategy: when engrams are made."""

    way: str
    folder: str
    hooks: list[Hook]
    script: str
    strategy: str


@operation(WRITE)
def enable(memory: Memory, *, dry_run: bool = False, yes: bool = False) -> HooksSet:
    """Have git make an engram of every commit that an agent makes

    Puts a short section into git's hooks, beside whatever is there; other hooks and hook managers run as before, and
    a commit never fails or waits because of it. Where the hooks lie in the project's own files or serve other
    projects too, it asks first. `engram disable` takes it out again.

    Parameters
    dry_run: tell where the hooks would be put and change nothing
    yes: also where the hooks are part of the project's files, or of other projects
    """
    tree, environment = memory.project.tree, memory.environment
    if not memory.project.remembered:
        raise memory.absent()
    script = engram_hooks.script_of(memory.home)
    place = engram_hooks.where(tree, environment)
    present = engram_hooks.hooks(tree, environment, script)
    if not dry_run and any(map(engram_hooks.to_be_put, present)):
        if place.tracked and not yes:
            raise NeedsConsent(
                f"git takes its hooks from {place.folder} (core.hooksPath, or a link), which is not this"
                " repository's own folder: what is written there may be tracked, belong to a hook manager, or serve"
                " other projects."
            )
        try:
            engram_hooks.write_script(memory.home)
            present = engram_hooks.put(tree, environment, script)
        except OSError as error:
            raise FileNotWritable(error.filename or place.folder, error.strerror or str(error)) from None
    elif not dry_run:
        try:
            engram_hooks.write_script(memory.home)  # this program may have moved
        except OSError as error:
            raise FileNotWritable(error.filename or script, error.strerror or str(error)) from None
    return HooksSet(place.way, str(place.folder), present, str(script), memory.setting("engrams.strategy"))
