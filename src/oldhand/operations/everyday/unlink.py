"""The operation `unlink`."""

from typing import Literal

from oldhand.knowledge.tying import Tied, tied
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def unlink(
    memory: Memory, source: str, relation: str, target: str, *, scope: Literal["project", "global"] = "project"
) -> Tied:  # fmt: skip
    """Untie one memory from another

    The tie stays in the history of both.

    Parameters
    source: the memory the tie starts from: at least 6 characters of its id
    relation: relates_to, caused_by, depends_on, blocks, enables, contradicts, derived_from, supersedes,
        answers or part_of
    target: the memory it points to
    scope: project, or global for your own memory of all projects; both memories are in it
    """
    with memory.writing(scope, make=False) as transaction:
        done = tied(transaction, memory.voice, "unlink", source, relation, target)
    return done._replace(root=transaction.root.hex(), scope=scope)
