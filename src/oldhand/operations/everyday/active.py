"""The operation `active`."""

from typing import Literal, NamedTuple

from oldhand.errors import BadArgument
from oldhand.knowledge.anchoring import checker
from oldhand.knowledge.assertion import checked_tag
from oldhand.knowledge.naming import moment_asked
from oldhand.knowledge.telling import Told, told
from oldhand.memory import Memory
from oldhand.model.domain import wanted
from oldhand.model.kinds import known
from oldhand.operation import READ, operation
from oldhand.store.shelf import Shelf

CURRENT = ("active", "contested")
STANDINGS = (*CURRENT, "superseded", "retired", "quarantined")  # what is put away for good is not listed


class Active(NamedTuple):
    """Memories of a shelf, most important first, and how many there are in all.

    degraded: what had to be left out because it is damaged, empty when nothing was.
    """

    items: list[Told]
    total: int
    degraded: str
    root: str


@operation(READ)
def active(
    memory: Memory, *, domain: str = "", kind: str = "", tag: str = "", standing: str = "", limit: int = 20,
    offset: int = 0, scope: Literal["project", "global"] = "project", as_of: str = "",
) -> Active:  # fmt: skip
    """List what is current, most important and latest first

    Parameters
    domain: only this room
    kind: only this kind
    tag: only what has this tag
    standing: another standing instead: superseded, contested, retired, quarantined
    limit: at most so many
    offset: pass over so many first
    scope: project or global
    as_of: as known at a root, a date or a time
    """
    if standing and standing not in STANDINGS:
        raise BadArgument("standing", standing, f"it is one of {', '.join(STANDINGS)}")
    looked_for = checked_tag(tag) if tag else ""
    shelf = Shelf((standing,) if standing else CURRENT, wanted(domain), known(kind), looked_for)
    with memory.reading(as_of, scope) as reader:
        files = checker(memory, as_of) if scope == "project" else None
        moment = moment_asked(reader, as_of, memory.now())
        items = [
            told(reader, held, files, moment, scope=scope)
            for held in reader.memories(shelf, limit=limit, offset=offset)
        ]
        return Active(items, reader.count(shelf), reader.degradation(), reader.root().root.hex())
