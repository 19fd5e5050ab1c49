"""The operation `repair`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.store import shown, store_folder
from oldhand.store.repair import repair as repaired


class Repaired(NamedTuple):
    """What was saved. done: False when nothing was damaged and nothing was changed; path: the database in use;
    kept: the damaged one; mended: how many texts and events were whole again once a flipped bit was
    turned back; revived: memories whose events were lost and whose state was not; lost_events
    (replica:seq), lost_wordings (addresses), lost_roots (numbers): what could not be saved."""

    done: bool
    path: str
    kept: str
    memories: int
    events: int
    objects: int
    mended: int
    revived: list[str]
    lost_events: list[str]
    lost_wordings: list[str]
    lost_roots: list[int]
    root: str


@operation(WRITE)
def repair(memory: Memory, *, scope: Literal["project", "global"] = "project") -> Repaired:
    """Save every intact part of a damaged store into a new database, and keep the damaged one

    The new database is made beside the old one, checked, and only then used. Interrupted, it leaves
    the store as it was. A sound store is left alone. What is lost is named, here and by `verify`.

    Parameters
    scope: project, or global for the person's own memory
    """
    folder = store_folder(memory, scope)
    done = repaired(folder, memory.now(), actor=memory.actor, progress=shown(memory, "Repairing"))
    memory.trace_detail = {"done": done.done, "mended": done.mended, "root": done.root}
    return Repaired(
        done.done, done.path, done.kept, done.memories, done.events, done.objects, done.mended, list(done.revived),
        list(done.lost_events), list(done.lost_wordings), list(done.lost_roots), done.root,
    )  # fmt: skip
