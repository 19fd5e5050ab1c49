"""The operation `look`."""

from typing import NamedTuple

from oldhand.knowledge.naming import moment_asked
from oldhand.knowledge.telling import Told, told
from oldhand.memory import Memory
from oldhand.model.anchor import parse
from oldhand.operation import READ, operation
from oldhand.recall.render import agent_line, within

SHOWN_STANDINGS = ("active", "contested")


class Looked(NamedTuple):
    """What is known about a place: the memories tied to it, and the same as lines ready for an agent."""

    place: str
    items: list[Told]
    lines: list[str]
    left_out: int
    root: str


@operation(READ)
def look(memory: Memory, place: str, *, limit: int = 10, budget_tokens: int = 0, as_of: str = "") -> Looked:
    """Look at what is known about a file, a folder or lines of a file

    Parameters
    place: FILE, FOLDER, FILE:LINE or FILE:FIRST-LAST, relative to the project
    limit: at most so many memories
    budget_tokens: at most so many tokens (0: the setting recall.budget_tokens; fewer than 140 count as 140)
    as_of: as known at a root, a date or a time
    """
    anchor = parse(_relative(memory, place))
    budget = budget_tokens or memory.setting("recall.budget_tokens")
    with memory.reading(as_of) as reader:
        names = [
            name for first, last, name in reader.anchored(anchor.path)
            if not anchor.first or not first or (first <= anchor.last and anchor.first <= last)
        ]  # fmt: skip
        found = [reader.get(name) for name in dict.fromkeys(names)]
        found = [held for held in found if held.standing in SHOWN_STANDINGS]
        found.sort(key=lambda held: (-held.priority, -held.updated, held.id))
        root = memory.project.root if not as_of else None
        moment = moment_asked(reader, as_of, memory.now())
        items = within([told(reader, held, root, moment) for held in found[:limit]], budget)
        return Looked(
            str(anchor), items, [agent_line(item) for item in items], len(found) - len(items), reader.root().root.hex()
        )


def _relative(memory: Memory, place: str) -> str:
    """A place inside the project as a relative path; anything else is left for the anchor's own check to refuse."""
    root = str(memory.project.root)
    return place[len(root) + 1 :] if place.startswith(root + "/") else place
