"""The operation `init`."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from oldhand.code.git import tracked_files
from oldhand.code.project import keep_out_of_git
from oldhand.errors import AlreadyThere
from oldhand.knowledge.day_one import read_project
from oldhand.knowledge.history_learning import FromHistory, learn_history
from oldhand.knowledge.history_reading import Read, read_history
from oldhand.knowledge.learning import Learned, learn
from oldhand.knowledge.vouching import unvouched
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


class Initialized(NamedTuple):
    """What `init` made and learned. by_kind and by_file: memories learned; left_out: path and reason.

    created: whether the store is new; accepted: whether one lay there and is used from now on;
    added, changed, retired, unchanged: what this reading did to
    what was known from the project's documents and history before. history: memories that the history
    accounts for, by category (decision, revert, removal, dependency, fragile, owners); history_found: how many
    it held of each before the best were chosen; commits: read so far, of which commits_read by this
    reading; cut_off: whether the history begins in the middle, as in a shallow clone;
    redacted: where secrets stood that were left out, FILE:LINE or a commit; waiting: texts that give orders
    rather than facts, which wait in `oldhand review`.
    """

    folder: str
    created: bool
    accepted: bool
    added: int
    changed: int
    retired: int
    unchanged: int
    superseded: int
    by_kind: dict[str, int]
    by_file: dict[str, int]
    left_out: list[list[str]]
    history: dict[str, int]
    history_found: dict[str, int]
    commits: int
    commits_read: int
    cut_off: bool
    redacted: list[str]
    waiting: int
    root: str


@operation(WRITE)
def init(memory: Memory, *, empty: bool = False, no_history: bool = False, yes: bool = False) -> Initialized:
    """Make this project's memory and read in what the project says about itself

    Reads CLAUDE.md, AGENTS.md, README, the docs and the decision records into attributed memories,
    each tied to the lines it comes from, then git's history: decisions with their reasons, what was
    tried and reverted, what was removed, what breaks often, who knows what. Nothing leaves the machine.
    Run again, it reads what changed and overwrites nothing; what people and agents said stays as it is.
    When interrupted, it goes on there the next time. Where a memory lies that you did not make, it
    tells what is in it and asks whether to use it.

    Parameters
    empty: make the store only, read nothing
    no_history: read the documents only, not git's history
    yes: use a memory that lies here and that you did not make, without asking
    """
    project = memory.stay_here()
    taken = False
    if project.refusal:
        from oldhand.knowledge.accepting import accepted

        taken = accepted(memory, yes=yes)
    created = not project.remembered
    if created:
        memory.make_store()
    if created or taken:
        keep_out_of_git(project)
    elif empty:
        raise AlreadyThere(f"A memory of {project.root}", "`oldhand status` shows it.")
    memory.store()
    if empty:
        with memory.reading() as reader:
            root = reader.root().root.hex()
        folder = str(project.root)
        return Initialized(folder, created, taken, 0, 0, 0, 0, 0, {}, {}, [], {}, {}, 0, 0, False, [], 0, root)
    tracked = tracked_files(project.root, memory.environment) if project.git else None
    learned = _read(memory, project.root, tracked)
    if tracked is None or no_history:
        nothing = FromHistory(0, 0, 0, 0, {}, {}, [])
        return _told(str(project.root), created, learned, None, nothing, learned.root)._replace(accepted=taken)
    read, gathered, after = _read_history(memory, project.root, tracked)
    said = _told(str(project.root), created, learned, read, gathered, after or learned.root)
    return said._replace(accepted=taken)


def _told(
    folder: str, created: bool, learned: Learned, read: Read | None, gathered: FromHistory, root: str
) -> Initialized:  # fmt: skip
    kinds = Counter(learned.by_kind) + Counter(gathered.by_kind)
    left_out = [list(pair) for pair in (*learned.left_out, *gathered.left_out)]
    return Initialized(
        folder, created, False, learned.added + gathered.added, learned.changed + gathered.changed,
        learned.retired + gathered.retired, learned.unchanged + gathered.unchanged, learned.superseded,
        dict(kinds.most_common()), learned.by_file, left_out, gathered.kept,
        read.mined.found if read else {}, read.commits if read else 0, read.fresh if read else 0,
        bool(read and read.cut_off), [*learned.redacted, *gathered.redacted], learned.waiting + gathered.waiting, root,
    )  # fmt: skip


def _read(memory: Memory, root: Path, tracked: list[str] | None) -> Learned:
    def progress(done: int, total: int) -> None:
        memory.progress(done, total, "Reading this project's own words")

    screening = memory.screening()
    reading = read_project(root, tracked, progress, screening)
    with memory.reading() as reader:
        doubtful = unvouched(memory, reader, reading.files)
    with memory.writing() as transaction:
        learned = learn(transaction, root, reading, screening, doubtful)
    return learned._replace(root=transaction.root.hex())


def _read_history(memory: Memory, root: Path, tracked: list[str]) -> tuple[Read | None, FromHistory, str]:
    """What the history held, what was made of it, and the root after that (empty when there is no history)."""

    def progress(done: int, total: int) -> None:
        memory.progress(done, total, "Reading this project's history")

    read = read_history(root, memory.environment, memory.project.store, tracked, memory.now(), progress)
    if read is None:
        return None, FromHistory(0, 0, 0, 0, {}, {}, []), ""
    with memory.writing() as transaction:
        gathered = learn_history(transaction, root, read.mined, memory.screening())
    return read, gathered, transaction.root.hex()
