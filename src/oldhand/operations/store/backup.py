"""The operation `backup`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file, shown, store_folder
from oldhand.store.backup import backup as backed_up
from oldhand.store.written_out import note


class BackedUp(NamedTuple):
    """A backup that was made and checked. path: its file; removed: older backups that made room for it."""

    path: str
    bytes: int
    events: int
    root: str
    removed: list[str]


@operation(WRITE)
def backup(memory: Memory, *, to: str = "", scope: Literal["project", "global"] = "project") -> BackedUp:
    """Copy the store into one file, while it is in use, and check the copy

    Without a name it goes to the store's own folder `backups`, dated, where the newest stay (the
    setting backup.keep). A copy on another disk survives the loss of this one.

    Parameters
    to: the file to make; it must not exist
    scope: project, or global for the person's own memory
    """
    target = named_file(memory, "to", to, written=True) if to else None
    keep = memory.setting("backup.keep")
    folder = store_folder(memory, scope)
    done = backed_up(folder, memory.now(), to=target, keep=keep, progress=shown(memory, "Copying"))
    if target is not None:
        note(folder, target)
    memory.trace_detail = {"bytes": done.bytes, "root": done.root}
    return BackedUp(done.path, done.bytes, done.events, done.root, list(done.removed))
