"""The operation `store restore`."""

from typing import Literal, NamedTuple

from oldhand.code.project import keep_out_of_git
from oldhand.errors import BadArgument, ForeignStore, NoStore
from oldhand.memory import GLOBAL_STORE, Memory
from oldhand.operation import DESTRUCTIVE, operation
from oldhand.operations.store import named_file, shown
from oldhand.store.backup import backups
from oldhand.store.restore import Restored as RestoredStore
from oldhand.store.restore import restore as restored


class Restored(NamedTuple):
    """A store that was brought back. kept: the database it replaced; put_aside: events that only that one holds,
    -1 when it cannot be read; erased: memories of the backup that had been erased since, and were erased again;
    rejected: how many memories had been rejected since, and are rejected in it too."""

    path: str
    kept: str
    events: int
    root: str
    put_aside: int
    erased: int
    rejected: int


@operation(DESTRUCTIVE)
def restore(
    memory: Memory, file: str = "", *, yes: bool = False, scope: Literal["project", "global"] = "project"
) -> Restored:
    """Make a backup the store again, and keep the database it replaces

    The backup is checked first. When the present store holds events that the backup does not, it
    says how many and needs consent. What was rejected or erased since stays so.

    Parameters
    file: the backup; without it the newest in the store's own folder `backups`
    yes: go on although events newer than the backup are put aside
    scope: project, or global for the person's own memory
    """
    folder = memory.home / GLOBAL_STORE if scope == "global" else memory.project.store
    newest = next(iter(backups(folder)), None)
    path = named_file(memory, "file", file) if file else newest
    if path is None:
        raise NoStore(folder)
    if not path.is_file():
        why = "it is a folder; name the backup in it" if path.is_dir() else "there is no such file"
        raise BadArgument("file", file, why)
    if scope == "project":
        keep_out_of_git(memory.project)
    try:
        done = restored(
            folder, path, yes=yes, progress=shown(memory, "Restoring"),
            home=memory.project.home if scope == "project" else None,
        )  # fmt: skip
    except ForeignStore as error:
        if error.args[0] != path:
            raise  # the present one
        raise BadArgument("file", file, f"it is no backup of a memory ({error.args[1]})") from None
    done = _unsettled(memory, scope, done)
    memory.trace_detail = {"put_aside": done.put_aside, "root": done.root}
    return Restored(done.path, done.kept, done.events, done.root, done.put_aside, done.erased, len(done.rejected))


def _unsettled(memory: Memory, scope: str, done: RestoredStore) -> RestoredStore:
    """Bring in line what the backup has of memories made from those that were rejected or erased; the store as it is
    then."""
    from oldhand.knowledge.deriving import unsettle
    from oldhand.knowledge.put_away_before import follow
    from oldhand.knowledge.standing import settle_contradictions

    with memory.writing(scope, make=False) as transaction:
        for one in done.rejected:
            settle_contradictions(transaction, one, memory.voice)
        if done.rejected:
            unsettle(transaction, done.rejected, memory.voice, "what it was made from was rejected")
        follow(transaction, memory.voice)
    if not transaction.emitted:
        return done
    return done._replace(events=done.events + len(transaction.emitted), root=transaction.root.hex())
