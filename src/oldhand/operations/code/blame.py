"""The operation `blame`."""

from oldhand.knowledge.blaming import Blamed, blamed_memory, blamed_place
from oldhand.knowledge.places import means_memory
from oldhand.memory import Memory
from oldhand.operation import READ, operation


@operation(READ)
def blame(memory: Memory, target: str, *, limit: int = 20) -> Blamed:
    """Tell who changed some lines and who said what about them, when and from what evidence

    For a file, lines or a symbol: the commits that wrote its lines last, the memories that speak of it
    with who said, confirmed or disputed them, and both as one timeline. For a memory: everything that
    happened to it, and the commits that changed the lines it speaks of since it was said.

    Parameters
    target: FILE, FILE:LINE, FILE:FIRST-LAST or FILE::SYMBOL, or at least 6 characters of a memory's id
    limit: at most so many entries of the timeline, and as many memories
    """
    if means_memory(memory, target):
        return blamed_memory(memory, target, limit)
    reply = blamed_place(memory, target, limit)
    memory.trace_detail = {"place": reply.place}  # `heatmap --by attention` counts it
    return reply
