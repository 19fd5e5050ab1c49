"""The operation `session handoff`."""

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.session.checkpoint import Checkpointed, told
from oldhand.sessions.checkpoints import Said, keep
from oldhand.sessions.handed import HANDOFF
from oldhand.sessions.whose import whose


@operation(WRITE)
def handoff(
    memory: Memory, text: str = "", *, title: str = "", done: list[str] = [], next: list[str] = [],  # noqa: A002
    open: list[str] = [], arc: str = "", session: str = "",  # noqa: A002
) -> Checkpointed:  # fmt: skip
    """Hand a session over to the next one: a last checkpoint, which its successor is told of at its start

    Without words it is made from the session's last checkpoint, from git and from the local log. A session
    that ends without a handoff is handed over so by itself.

    Parameters
    text: what the session was about, in a sentence or two
    title: a short name for it
    done: what is done, one thing each
    next: what comes next, one thing each
    open: questions that nobody has answered yet
    arc: the arc that all of what is done belongs to, by its name or id
    session: the session, when it is not the one that speaks
    """
    said = Said(text, title, tuple(done), tuple(next), tuple(open))
    return told(memory, keep(memory, whose(memory, session), said, HANDOFF, arc=arc))
