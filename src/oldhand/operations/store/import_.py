"""The operation `import`."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from oldhand.exchange.native_reading import is_native
from oldhand.exchange.taking_in import take_in
from oldhand.knowledge.facts import take_in_facts
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.store.store import Store
from oldhand.store.transaction import Transaction


class Imported(NamedTuple):
    """What the import did, or with dry_run would do, to memories.

    new: not here before; same: unchanged; changed; contested: said differently on both sides, both
    stand; refused: erased or rejected here, and so they stay; skipped: left as they are. events and
    objects: what was new here. restored: the store was empty and is now the same as the exported one.
    """

    file: str
    format: str
    strategy: str
    dry_run: bool
    new: int
    same: int
    changed: int
    contested: int
    refused: int
    skipped: int
    events: int
    objects: int
    restored: bool
    before: str
    root: str


@operation(WRITE)
def import_(
    memory: Memory, file: str, *, strategy: Literal["append", "skip-existing", "replace"] = "append",
    dry_run: bool = False, scope: Literal["project", "global"] = "project",
) -> Imported:  # fmt: skip
    """Import an export, checked whole before anything is written

    An empty memory becomes the same as the exported one, recorded roots included. Another is merged
    with it: importing twice changes nothing. What is imported keeps its trust, which must not exceed
    that of the one who imports.

    Parameters
    file: a file that `export` wrote, native or facts; a relative name starts at the project's root
    strategy: append (union: nothing is lost, what was said differently stands contested), skip-existing
        (only memories that are not here), replace (union, and the imported wording wins)
    dry_run: tell what would happen and change nothing
    scope: into the project's memory, or the global one
    """
    path = named_file(memory, "file", file)

    def progress(done: int, total: int) -> None:
        memory.progress(done, total, "Checking the export")

    def writing() -> AbstractContextManager[Transaction]:
        if dry_run and scope == "global" and not memory.has_global():
            return _nowhere(memory.now())
        return memory.writing(scope)

    native = is_native(path)
    if native:
        done = take_in(writing, path, strategy, memory.voice, progress, dry_run=dry_run)
    else:
        root, now = memory.project.tree, memory.now()
        done = take_in_facts(writing, path, root, strategy, memory.voice, now, dry_run=dry_run)
    memory.trace_detail = {**done.counts._asdict(), "events": done.brought.events, "root": done.root}
    said = "native" if native else "facts"
    return Imported(str(path), said, strategy, dry_run, *done.counts, *done.brought, done.before, done.root)


@contextmanager
def _nowhere(now_ms: int) -> Iterator[Transaction]:
    """A change of an empty store that vanishes: what a dry run into a memory that is not there yet changes."""
    with (
        tempfile.TemporaryDirectory(prefix="oldhand-import-") as folder,
        Store.create(Path(folder), now_ms) as store,
        store.write(now_ms) as transaction,
    ):
        yield transaction
