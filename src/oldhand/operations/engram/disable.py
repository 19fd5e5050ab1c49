"""The operation `engram disable`."""

from oldhand.errors import FileNotWritable
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.engram.enable import HooksSet
from oldhand.sessions import engram_hooks


@operation(WRITE)
def disable(memory: Memory) -> HooksSet:
    """Take our section out of git's hooks again; every other byte stays as it is

    The engrams that were made stay, and so do the trailers in commits.
    """
    tree, environment = memory.project.tree, memory.environment
    script = engram_hooks.script_of(memory.home)
    place = engram_hooks.where(tree, environment)
    try:
        left = engram_hooks.take_out(tree, environment, script)
    except OSError as error:
        raise FileNotWritable(error.filename or place.folder, error.strerror or str(error)) from None
    return HooksSet(place.way, str(place.folder), left, str(script), memory.setting("engrams.strategy"))
