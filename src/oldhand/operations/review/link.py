"""The operation `review link`."""

from typing import Literal

from oldhand.knowledge.naming import Present, present
from oldhand.knowledge.review_steps import Step, done
from oldhand.knowledge.settling import Item, linked
from oldhand.memory import Memory
from oldhand.model.relation import known
from oldhand.operation import WRITE, operation


@operation(WRITE)
def link(
    memory: Memory, name: str, relation: str, target: str, *, scope: Literal["project", "global"] = "project"
) -> Step:
    """Settle what waits for review by saying how it stands to another memory

    Two that contradict each other do so no longer when one supersedes the other or is tied to it otherwise. What is
    quarantined leaves quarantine, which takes a person. Anything else goes on waiting until its cause is gone.

    Parameters
    name: the memory the tie starts from: at least 6 characters of its id
    relation: supersedes, answers, relates_to, caused_by, depends_on, blocks, enables, derived_from or part_of
    target: the memory it points to
    scope: project, or global for your own memory of all projects
    """
    rel = known(relation)
    with memory.writing(scope, make=False) as transaction:
        start: Present = present(transaction, name)
        settled = linked(transaction, Item(start, None), rel, target, memory.voice)
    return done(memory, transaction, [settled], scope)
