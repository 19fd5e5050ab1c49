"""The operation `model status`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.recall.dense.installing import installed


class ModelFileShown(NamedTuple):
    """A file of the model. state: ok, missing or damaged (its SHA-256 is another)."""

    file: str
    state: str
    bytes: int


class ModelStatus(NamedTuple):
    """How the model is on this machine.

    state: ok, missing or damaged; vectors: the name of the vectors it makes here, empty when it makes
    none; runtime: what runs it (onnxruntime int8, numpy fp32, none); note: what stands in the way of
    the best, with the next step.
    """

    model: str
    state: str
    folder: str
    bytes: int
    runtime: str
    vectors: str
    note: str
    files: list[ModelFileShown]


@operation(READ)
def status(memory: Memory) -> ModelStatus:
    """Tell whether the model is on this machine, whole, and what runs it

    Every byte of it is checked, which takes about half a second. It needs no memory in the folder.
    """
    found = installed(memory.home, thorough=True)
    return ModelStatus(
        found.model, found.state, found.folder, found.bytes, found.runtime, found.encoder, found.note,
        [ModelFileShown(*one) for one in found.files] if found.state != "missing" else [],
    )  # fmt: skip
