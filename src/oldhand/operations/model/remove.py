"""The operation `model remove`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import DESTRUCTIVE, operation
from oldhand.recall.dense import installing


class ModelRemoved(NamedTuple):
    """The model that was taken away. removed: False when it was not there; bytes: what became free."""

    model: str
    removed: bool
    folder: str
    bytes: int


@operation(DESTRUCTIVE)
def remove(memory: Memory) -> ModelRemoved:
    """Take the model off this machine again, with whatever an interrupted installation left

    Memories and the vectors that were made stay; recall goes on by words. `model install` brings it back.
    """
    status = installing.installed(memory.home)
    freed = installing.remove(memory.home)
    memory.trace_detail = {"bytes": freed}
    return ModelRemoved(status.model, freed > 0, status.folder, freed)
