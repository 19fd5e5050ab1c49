"""The operation `review reject`."""

from typing import Literal

from oldhand.knowledge.review_steps import Step, done
from oldhand.knowledge.settling import rejected
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def reject(
    memory: Memory, names: list[str], *, reason: str = "", scope: Literal["project", "global"] = "project"
) -> Step:
    """Reject what waits for review: it is wrong and stays away

    Said again, imported or read again it is refused. Of two that contradict each other name the wrong one: the
    other holds then. All of the names are settled, or none.

    Parameters
    names: the memories: at least 6 characters of their ids
    reason: why it is wrong
    scope: project, or global for your own memory of all projects
    """
    with memory.writing(scope, make=False) as transaction:
        settled = [rejected(transaction, name, reason, memory.voice) for name in dict.fromkeys(names)]
    return done(memory, transaction, settled, scope)
