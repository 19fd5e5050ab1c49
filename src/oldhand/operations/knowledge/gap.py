"""The operation `gap`."""

from typing import Literal, NamedTuple

from oldhand.knowledge.questions import GAP, Open, listed
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.everyday.remember import RememberedOne, remember


class Gaps(NamedTuple):
    """A gap that was taken in (`memories`), or all that are open (`items`)."""

    memories: list[RememberedOne]
    items: list[Open]
    left_out: int
    root: str
    scope: str


@operation(WRITE)
def gap(
    memory: Memory, text: str = "", *, anchors: list[str] = [], tags: list[str] = [], domain: str = "",
    limit: int = 20, scope: Literal["project", "global"] = "project",
) -> Gaps:  # fmt: skip
    """Say what the project does not know or have and should, or list what is missing

    Without a text it lists the gaps that nothing has closed. A memory closes one by a link:
    `oldhand link ID answers GAP`; `oldhand unlink` opens it again.

    Parameters
    text: what is missing
    anchors: what it speaks of, as in `remember`
    tags: words to find it by
    domain: its room
    limit: list at most so many
    scope: project, or global for all of your projects
    """
    if text:
        reply = remember(
            memory, text, kind=GAP, domain=domain or "issues", anchors=anchors, tags=tags, scope=scope
        )  # fmt: skip
        return Gaps(reply.memories, [], 0, reply.root, scope)
    with memory.reading(scope=scope) as reader:
        items, left_out = listed(reader, (GAP,), limit)
        return Gaps([], items, left_out, reader.root().root.hex(), scope)
