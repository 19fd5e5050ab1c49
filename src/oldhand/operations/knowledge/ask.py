"""The operation `ask`."""

from typing import NamedTuple

from oldhand.knowledge.questions import KINDS, QUESTION, Open, listed
from oldhand.knowledge.recalling import Asked, RecalledItem, bounded, in_force, recalled_now
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.everyday.remember import RememberedOne, remember

REMINDER = "reminder"  # says what to do, not what is so
STRONG, NOTHING = "strong", "nothing known"


class Answered(NamedTuple):
    """What a question brought.

    verdict: strong, weak or nothing known; empty when questions were listed. answers: what memory knows, best first;
    memories: the question, where it was not answered for sure and is now remembered as open; items: open questions,
    listed when none was asked.
    """

    verdict: str
    answers: list[RecalledItem]
    memories: list[RememberedOne]
    items: list[Open]
    left_out: int
    root: str


@operation(WRITE)
def ask(
    memory: Memory, question: str = "", *, asked_of: str = "", anchors: list[str] = [], domain: str = "",
    limit: int = 0, keep: bool = False,
) -> Answered:  # fmt: skip
    """Ask the memory; what it cannot answer for sure is remembered as an open question, once

    Without a question it lists those that are open. An answer settles one by a link:
    `oldhand link ID answers QUESTION`; `oldhand unlink` opens it again.

    Parameters
    question: what one wants to know
    asked_of: who might know
    anchors: what it speaks of, as in `remember`
    domain: look for an answer only in this room, and put an open question there
    limit: at most so many answers or questions (0: the setting recall.limit, 20 for a list)
    keep: remember it as open although the memory has a strong answer
    """
    if not question:
        with memory.reading() as reader:
            items, left_out = listed(reader, (QUESTION,), limit or 20)
            return Answered("", [], [], items, left_out, reader.root().root.hex())
    asked = bounded(Asked(question, limit=limit, domain=domain))
    reply = recalled_now(memory, asked, in_force(memory), memory.now()).reply
    answers = [item for item in reply.items if item.kind not in (*KINDS, REMINDER) and not item.expired]
    verdict = reply.verdict if answers else NOTHING
    if verdict == STRONG and not keep:
        return Answered(verdict, answers, [], [], reply.left_out, reply.root)
    said = remember(
        memory, question, kind=QUESTION, domain=domain or "issues", anchors=anchors,
        fields=[f"asked_of={asked_of}"] if asked_of else [],
    )  # fmt: skip
    return Answered(verdict, answers, said.memories, [], reply.left_out, said.root)
