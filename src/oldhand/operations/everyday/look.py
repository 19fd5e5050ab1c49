"""The operation `look`."""

from oldhand.errors import MissingArgument
from oldhand.knowledge.looking import Looked, looked
from oldhand.memory import Memory
from oldhand.operation import READ, operation


@operation(READ)
def look(
    memory: Memory, place: str = "", *, command: str = "", limit: int = 10, budget_tokens: int = 0, as_of: str = ""
) -> Looked:
    """Look at what is known about a file, lines or a symbol of it, a folder, or a command

    Parameters
    place: FILE, FOLDER, FILE:LINE, FILE:FIRST-LAST or FILE::SYMBOL, relative to the project
    command: instead of a place, a command line that is about to be run: the reminders and gotchas that concern it
    limit: at most so many memories
    budget_tokens: at most so many tokens (0: the setting recall.budget_tokens; fewer than 140 count as 140)
    as_of: as known at a root, a date or a time
    """
    budget = budget_tokens or memory.setting("recall.budget_tokens")
    if bool(place.strip()) == bool(command.strip()):
        raise MissingArgument("look", "place", "give either a place, such as FILE or FILE::SYMBOL, or --command")
    if command.strip():
        from oldhand.knowledge.looking_at_commands import looked_at_command

        return looked_at_command(memory, command, limit, budget, as_of)
    reply = looked(memory, place, limit, budget, as_of)
    memory.trace_detail = {"place": reply.place}  # `heatmap --by attention` counts it
    return reply
