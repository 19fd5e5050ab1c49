"""The operation `store restore`."""

from typing import Literal, NamedTuple

from oldhand.code.project import keep_out_of_git
from oldhand.errors import NoStore
from oldhand.memory import GLOBAL_STORE, Memory
from oldhand.operation import DESTRUCTIVE, operation
from oldhand.operations.store import named_file, shown
from oldhand.store.backup import backups
from oldhand.store.restore import restore as restored


class Restored(NamedTuple):
    """A store that was brought back. kept: the database it replaced; put_aside: events that only that one holds,
    -1 when it cannot be read; erased: memories of the backup that had been erased since, and were erased again."""

    path: str
    kept: str
    events: int
    root: str
    put_aside: int
    erased: int


@operation(DESTRUCTIVE)
def restore(
    memory: Memory, file: str = "", *, yes: bool = False, scope: Literal["project", "global"] = "project"
) -> Restored:
    """Make a backup the store again, and keep the database it replaces

    The backup is checked first. When the present store holds events that the backup does not, it
    says how many and needs consent.

    Parameters
    file: the backup; without it the newest in the store's own folder `backups`
    yes: go on although events newer than the backup are put aside
    scope: project, or global for the person's own memory
    """
    folder = memory.home / GLOBAL_STORE if scope == "global" else memory.project.store
    newest = next(iter(backups(folder)), None)
    path = named_file(memory, "file", file) if file else newest
    if path is None or not path.is_file():
        raise NoStore(path or folder)
    if scope == "project":
        keep_out_of_git(memory.project)
    done = restored(folder, path, yes=yes, progress=shown(memory, "Restoring"))
    memory.trace_detail = {"put_aside": done.put_aside, "root": done.root}
    return Restored(done.path, done.kept, done.events, done.root, done.put_aside, done.erased)
