"""The operation `history`."""

from typing import Literal, NamedTuple

from oldhand.knowledge.events import Happened, happened
from oldhand.memory import Memory
from oldhand.operation import READ, operation


class History(NamedTuple):
    """Everything that happened to a memory, oldest first, and how it stands now."""

    id: str
    standing: str
    events: list[Happened]
    root: str
    scope: str


@operation(READ)
def history(
    memory: Memory, name: str, *, as_of: str = "", scope: Literal["project", "global"] = "project"
) -> History:  # fmt: skip
    """Tell the history of one memory: every wording, confirmation, dispute and tie

    Parameters
    name: at least 6 characters of its id or of the address of one of its wordings
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    with memory.reading(as_of, scope) as reader:
        identity = reader.resolve(name)
        told = [happened(reader, position, event) for position, event in reader.history(identity)]
        return History(identity, reader.standing(identity), told, reader.root().root.hex(), scope)
