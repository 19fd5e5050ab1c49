"""The operation `session resume`."""

from typing import NamedTuple

from oldhand.errors import UnknownHandoff
from oldhand.knowledge.briefing import FENCE_TOKENS
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.sessions.checkpoints import voice_for
from oldhand.sessions.handed import SAID, Handed
from oldhand.sessions.handing_over import (
    BUDGET,
    FileNow,
    MemoryNow,
    checked,
    left_over,
    lines_of,
    named,
    take_up,
)
from oldhand.sessions.orienting import latest
from oldhand.sessions.whose import whose
from oldhand.sessions.working_tree import tree_now


class SessionResumed(NamedTuple):
    """A checkpoint to go on from, checked against the working tree and the memory of now.

    lines: for an agent, within the budget; handed: the checkpoint itself; moved: what is to be said about branch
    and commit, empty when both are as they were; commits: how many there are since; latest: the newest of them;
    files: that it touched, as they are now; same: how many of them are as they were; memories: told or decided
    then, and not now what they were; others: sessions that go on from it too; beside: where a person worded it, what
    an agent or the log says of the same session; taken: whether this noted that the present session does; session:
    the present one, empty when it is not known.
    """

    lines: list[str]
    handed: Handed
    moved: str
    commits: int
    latest: list[str]
    files: list[FileNow]
    same: int
    memories: list[MemoryNow]
    others: list[str]
    beside: list[Handed]
    taken: bool
    session: str
    root: str


@operation(WRITE)
def resume(
    memory: Memory, name: str = "", *, session: str = "", budget_tokens: int = BUDGET, dry_run: bool = False
) -> SessionResumed:  # fmt: skip
    """Tell where to go on: the latest checkpoint, and what of it does not hold any more

    Without a name it is this session's own checkpoint, else the latest of this branch, else the latest of all.
    Files are compared with what they held then, and the memories it had with what they say now. That this
    session goes on from it is noted, so that a second one is told of the first.

    Parameters
    name: a session by the beginning of its name, or the id of a checkpoint
    session: the session that goes on, when it is not the one that speaks
    budget_tokens: at most so many tokens for an agent
    dry_run: tell it, and do not note that this session goes on from it
    """
    mine = whose(memory, session)
    if not dry_run:
        left_over(memory, 1)  # the session before may have ended a moment ago
    tree = tree_now(memory)
    with memory.reading() as reader:
        held = named(reader, name) if name else latest(reader, tree.branch, mine=mine.id)
        if held is None:
            raise UnknownHandoff("any session here")
        told = checked(memory, reader, held, tree, mine.id)
        root = reader.root().root.hex()
    taken = False
    if mine.id and not dry_run:
        with memory.writing() as transaction:
            taken = take_up(transaction, held, mine.id, voice_for(memory, mine, SAID))
        root = transaction.root.hex()
    memory.trace_detail = {"memory": short(held.id), "root": root}
    return SessionResumed(
        lines_of(told, mine.id, tree.branch, budget_tokens - FENCE_TOKENS), *told, taken, mine.id, root
    )  # fmt: skip
