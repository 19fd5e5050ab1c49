"""The operation `look`."""

from oldhand.knowledge.looking import Looked, looked
from oldhand.memory import Memory
from oldhand.operation import READ, operation


@operation(READ)
def look(memory: Memory, place: str, *, limit: int = 10, budget_tokens: int = 0, as_of: str = "") -> Looked:
    """Look at what is known about a file, lines or a symbol of it, or a folder

    Parameters
    place: FILE, FOLDER, FILE:LINE, FILE:FIRST-LAST or FILE::SYMBOL, relative to the project
    limit: at most so many memories
    budget_tokens: at most so many tokens (0: the setting recall.budget_tokens; fewer than 140 count as 140)
    as_of: as known at a root, a date or a time
    """
    reply = looked(memory, place, limit, budget_tokens or memory.setting("recall.budget_tokens"), as_of)
    memory.trace_detail = {"place": reply.place}  # `heatmap --by attention` counts it
    return reply
