"""The operation `rebuild`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.store.rebuild import rebuild_in


class Rebuilt(NamedTuple):
    """What a rebuild gave. same: whether the root is the one that was recorded, as it must be when nothing was
    damaged; mended: the parts that were known to be broken."""

    memories: int
    same: bool
    before: str
    root: str
    mended: list[str]


@operation(WRITE)
def rebuild(memory: Memory, *, scope: Literal["project", "global"] = "project") -> Rebuilt:
    """Make everything that follows from the journal anew: states, links, tags, the search index

    Nothing that was said is touched, and the root comes out the same.

    Parameters
    scope: project, or global for the person's own memory
    """
    with memory.writing(scope) as transaction:
        done = rebuild_in(transaction, memory.actor, memory.origin)
    memory.trace_detail = {"same": done.before == done.root, "root": done.root.hex()}
    return Rebuilt(
        done.memories, done.before == done.root, done.before.hex(), transaction.root.hex(), list(done.mended)
    )
