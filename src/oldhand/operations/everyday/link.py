"""The operation `link`."""

from typing import Literal

from oldhand.knowledge.tying import Tied, tied
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation


@operation(WRITE)
def link(
    memory: Memory, source: str, relation: str, target: str, *, scope: Literal["project", "global"] = "project"
) -> Tied:  # fmt: skip
    """Tie one memory to another

    Ties stand until `unlink`. What is superseded yields to what supersedes it in every answer.

    Parameters
    source: the memory the tie starts from: at least 6 characters of its id
    relation: relates_to, caused_by, depends_on, blocks, enables, contradicts, derived_from, supersedes,
        answers or part_of
    target: the memory it points to
    scope: project, or global for your own memory of all projects; both memories are in it
    """
    with memory.writing(scope, make=False) as transaction:
        done = tied(transaction, memory.voice, "link", source, relation, target)
    memory.trace_detail = {"memory": [short(done.source), short(done.target)]}  # that they were used, for `utility`
    return done._replace(root=transaction.root.hex(), scope=scope)
