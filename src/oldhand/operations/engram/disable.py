"""The operation `engram disable`."""

from oldhand.errors import FileNotWritable, Refused
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.engram.enable import HooksSet
from oldhand.sessions import engram_hooks

BY_PERSON = "user"  # the trust of who may end that commits are told of


@operation(WRITE)
def disable(memory: Memory, *, dry_run: bool = False) -> HooksSet:
    """Take our section out of git's hooks again; every other byte stays as it is

    The engrams that were made stay, and so do the trailers in commits. Only a person takes the hooks out: an agent
    does not end what tells of its own doing.

    Parameters
    dry_run: tell which hooks are there and change nothing
    """
    tree, environment = memory.project.tree, memory.environment
    script = engram_hooks.script_of(memory.home)
    place = engram_hooks.where(tree, environment)
    if dry_run:
        present = engram_hooks.hooks(tree, environment, script)
        return HooksSet(place.way, str(place.folder), present, str(script), memory.setting("engrams.strategy"))
    if memory.trust != BY_PERSON:
        raise Refused("Only a person takes git's hooks out. Ask them to: `oldhand engram disable`.")
    try:
        left = engram_hooks.take_out(tree, environment, script)
    except OSError as error:
        raise FileNotWritable(error.filename or place.folder, error.strerror or str(error)) from None
    return HooksSet(place.way, str(place.folder), left, str(script), memory.setting("engrams.strategy"))
