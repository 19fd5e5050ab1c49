"""The operation `init`."""

from pathlib import Path
from typing import NamedTuple

from oldhand.code.git import tracked_files
from oldhand.code.project import keep_out_of_git
from oldhand.errors import AlreadyThere
from oldhand.knowledge.day_one import read_project
from oldhand.knowledge.learning import Learned, learn
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.store.store import Store


class Initialized(NamedTuple):
    """What `init` made and learned. by_kind and by_file: memories learned; left_out: path and reason.

    created: whether the store is new; added, changed, retired, unchanged: what this reading did to
    what was known from the project's documents before.
    """

    folder: str
    created: bool
    added: int
    changed: int
    retired: int
    unchanged: int
    superseded: int
    by_kind: dict[str, int]
    by_file: dict[str, int]
    left_out: list[list[str]]
    root: str


@operation(WRITE)
def init(memory: Memory, *, empty: bool = False) -> Initialized:
    """Make this project's memory and read in what the project says about itself

    Reads CLAUDE.md, AGENTS.md, README, the docs and the decision records into attributed memories,
    each tied to the lines it comes from. Nothing leaves the machine. Run again, it reads what
    changed and overwrites nothing; what people and agents said stays as it is.

    Parameters
    empty: make the store only, read nothing
    """
    project = memory.stay_here()
    created = not project.remembered
    if created:
        memory.adopt(Store.create(project.store, memory.now()))
        keep_out_of_git(project)
    elif empty:
        raise AlreadyThere(f"A memory of {project.root}", "`oldhand status` shows it.")
    memory.store()
    if empty:
        with memory.reading() as reader:
            root = reader.root().root.hex()
        return Initialized(str(project.root), created, 0, 0, 0, 0, 0, {}, {}, [], root)
    learned = _read(memory, project.root)
    return Initialized(
        str(project.root), created, learned.added, learned.changed, learned.retired, learned.unchanged,
        learned.superseded, learned.by_kind, learned.by_file, [list(pair) for pair in learned.left_out], learned.root,
    )  # fmt: skip


def _read(memory: Memory, root: Path) -> Learned:
    def progress(done: int, total: int) -> None:
        memory.progress(done, total, "Reading this project's own words")

    tracked = tracked_files(root, memory.environment) if memory.project.git else None
    reading = read_project(root, tracked, progress)
    with memory.writing() as transaction:
        learned = learn(transaction, root, reading)
    return learned._replace(root=transaction.root.hex())
