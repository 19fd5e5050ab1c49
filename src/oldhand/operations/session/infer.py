"""The operation `session infer`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.sessions.draining import drain
from oldhand.sessions.inferring import Finding, Share, Span, corrections_layer, recall_layer


class InferredTold(NamedTuple):
    """What a layer of the local logs tells.

    basis: how many answers, stretches of work or sessions it rests on; needed: how many it takes to say anything:
    below that nothing is said; shares: of them; findings: of single memories or steps; left_out: findings beyond the
    limit; trouble: what was in the way of reading what hooks left, empty for nothing; spans: how long calls took.
    """

    layer: str
    basis: int
    needed: int
    shares: list[Share]
    findings: list[Finding]
    left_out: int
    trouble: str
    spans: list[Span]


@operation(READ)
def infer(
    memory: Memory, *, layer: Literal["recall", "together", "corrections", "sequences", "workflow"] = "recall",
    limit: int = 20,
) -> InferredTold:  # fmt: skip
    """Tell what the local logs say of memories and of work: what is noise, what trouble follows, what fails

    Layer recall: what came of recall's answers, memories that are used less often than others in them, and those
    that nothing ever showed. Layer together: memories used in the same stretch of work. Layer corrections: memories
    after which a person corrected the agent, or work was taken back, more or less often than in sessions without
    them. Layer sequences: which two to four steps come one after another more often than in any other order, and
    how often the last comes next. Layer workflow: what calls are there for, how long they take, how often each tool
    fails, which steps fail more than the rest, and after changes of which files checks fail more. Of what is said
    of single things at most a tenth is chance. It proves no cause, and nothing is changed by it.

    Parameters
    layer: recall or together (the log of operations), or corrections, sequences or workflow (the log of sessions)
    limit: at most so many memories or steps
    """
    drained = drain(memory)
    if layer == "recall":
        told = recall_layer(memory, limit)
    elif layer == "together":
        from oldhand.sessions.inferring_together import together_layer

        told = together_layer(memory, limit)
    elif layer == "corrections":
        told = corrections_layer(memory, limit)
    else:
        from oldhand.sessions.inferring_work import work_layer

        told = work_layer(memory, layer, limit)
    return InferredTold(
        layer, told.basis, told.needed, told.shares, told.findings, told.left_out, drained.trouble,
        list(told.spans),
    )  # fmt: skip
