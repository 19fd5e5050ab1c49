"""The operation `negative show`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.reasoning.negative_telling import NegativeTold, Target, named, one_of, said_why, shown_of, targets, told
from oldhand.reasoning.outcomes_behind import told as outcomes_behind


class NegativeShown(NamedTuple):
    """What was tried, with all that is known of it.

    until_because: why it counts no longer, or until that day, as somebody said; came_of: the decisions that it was
    learned from; prevented: where it was shown and the path not taken; ignored: where it was shown and it was done all
    the same. The first twenty of each are told; `negative` counts all. behind: that outcomes are older than the
    history, in words, empty where they are not.
    """

    negative: NegativeTold
    until_because: str
    came_of: list[Target]
    prevented: list[Target]
    ignored: list[Target]
    behind: str
    root: str


@operation(READ)
def show(memory: Memory, name: str) -> NegativeShown:
    """Show one thing that was tried: what came of it, what shows that, where and until when it counts

    Parameters
    name: at least 6 characters of its id, or words that only it has
    """
    with memory.reading() as reader:
        held = named(reader, name)
        one = one_of(memory, reader, held, memory.now())
        memory.trace_detail = {"memory": short(held.id)}
        own = [edge for edge in reader.edges(held.id) if edge.source == held.id]
        came_of = [edge.target for edge in own if edge.rel in ("derived_from", "relates_to")]
        return NegativeShown(
            told(one, shown_of(memory)[held.id]), said_why(reader, held.id, "valid_until"), targets(reader, came_of),
            targets(reader, one.prevented, held.id, "prevented"),
            targets(reader, one.ignored, held.id, "warns_against"), outcomes_behind(memory, reader),
            reader.root().root.hex(),
        )  # fmt: skip
