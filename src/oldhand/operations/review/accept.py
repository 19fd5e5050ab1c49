"""The operation `review accept`."""

from typing import Literal

from oldhand.knowledge.review_steps import Step, done
from oldhand.knowledge.settling import Choice, accepted
from oldhand.memory import Memory
from oldhand.model.moment import parse
from oldhand.operation import WRITE, operation


@operation(WRITE)
def accept(
    memory: Memory, names: list[str], *, holds: str = "", both: bool = False, until: str = "",
    scope: Literal["project", "global"] = "project",
) -> Step:  # fmt: skip
    """Accept what waits for review: it holds

    What was quarantined may be recalled from now on; what is disputed, untrusted, stale or unconfirmed is confirmed,
    its places noted as they are now; what ends or ended holds for as long again. What is quarantined or came from
    outside takes a person. All of the names are settled, or none.

    Parameters
    names: items as `oldhand review` names them: ID, or ID+ID for two that contradict each other
    holds: of two that contradict each other the memory that holds (the other yields to it), of several wordings the
        one that holds
    both: both hold, and the pair is not asked about again
    until: the day until which it holds
    scope: project, or global for your own memory of all projects
    """
    choice = Choice(holds, both, parse(until, memory.now(), end=True) if until else None)
    with memory.writing(scope, make=False) as transaction:
        settled = [accepted(memory, transaction, name, choice, scope) for name in dict.fromkeys(names)]
    return done(memory, transaction, settled, scope)
