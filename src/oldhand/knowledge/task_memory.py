"""What memory says of a task: the memories on it, and the files they speak of."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from oldhand.code.overview import Remembered
from oldhand.knowledge.recalling import Asked, RecalledItem, in_force, recalled_now
from oldhand.knowledge.scanning import PRIORITY as ASKED_FOR
from oldhand.model.anchor import parse
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.store.anchored import tied
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_MEMORIES = 12  # on one task: more say of it what is far from it
MOST_SCANNED = 3  # of them what a scan took from the code: the files say that themselves
LOOKED_AT = 4  # times as many answers are looked at as are wanted, to find people's words behind those of a scan
CURRENT = Shelf(standings=("active", "contested"))


def memories_on(memory: "Memory", text: str, *, kind: str = "", limit: int = MOST_MEMORIES) -> list[RecalledItem]:
    """The memories that answer to a task, best first. Words alone decide, so that nobody waits for a model."""
    looked_at = limit * LOOKED_AT
    settings = in_force(memory)._replace(limit=looked_at, deep="asked")
    asked = Asked(text[:_LONGEST_CUE], limit=looked_at, budget_tokens=_ALL, kind=kind, scope="project")
    found = recalled_now(memory, asked, settings, memory.now()).reply.items
    scanned = [item.id for item in found if item.priority <= ASKED_FOR][MOST_SCANNED:]
    return [item for item in found if item.id not in scanned][:limit]


_LONGEST_CUE = 2000  # characters of a task that recall is asked with, as ranking is
_ALL = 100_000  # tokens: the caller fits what it shows into its own budget


def files_remembered(items: Iterable[RecalledItem]) -> dict[str, Remembered]:
    """What memories on a task say of files: each file that one of them is tied to, with the strongest as reason."""
    found: dict[str, Remembered] = {}
    for item in items:
        for place in item.anchors:
            path = parse(place.now if place.state == "moved" and place.now else place.anchor).path
            told = Remembered(item.match, f"{item.id[:SHORTEST_PREFIX]} {item.kind.upper()} speaks of it")
            if path and told.strength > found.get(path, Remembered(0.0, "")).strength:
                found[path] = told
    return found


def tied_to(reader: Reader, paths: Sequence[str], most: int) -> list[Held]:
    """The current memories tied to any of these files, those of the first file first."""
    names = dict.fromkeys(name for path in paths for name in tied(reader, path, most))
    return reader.several(list(names)[:most], CURRENT)
