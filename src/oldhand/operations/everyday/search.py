"""The operation `search`."""

from contextlib import ExitStack
from typing import Literal, NamedTuple

from oldhand.errors import BadArgument
from oldhand.knowledge.anchoring import checker
from oldhand.knowledge.naming import moment_asked, moment_elsewhere
from oldhand.knowledge.telling import Told, told
from oldhand.memory import Memory
from oldhand.model.domain import wanted
from oldhand.model.kinds import known
from oldhand.operation import READ, operation
from oldhand.recall.scan import matching
from oldhand.store.shelf import Shelf

ANY_STANDING = ("active", "contested", "superseded", "retired")


class SearchHit(NamedTuple):
    """A memory that holds the words, with its match: the share of the cue's weight that it covers."""

    match: float
    memory: Told


class Searched(NamedTuple):
    """Everything that holds any of the words, best match first, whatever its standing."""

    hits: list[SearchHit]
    left_out: int
    degraded: str
    root: str


@operation(READ)
def search(
    memory: Memory, words: str, *, limit: int = 20, domain: str = "", kind: str = "", standing: str = "",
    scope: Literal["project", "global", "all"] = "project", project: str = "", as_of: str = "",
) -> Searched:  # fmt: skip
    """Search generously: everything that holds any of the words, superseded and retired ones too

    Parameters
    words: what to look for
    limit: at most so many
    domain: only this room
    kind: only this kind
    standing: only this standing: active, contested, superseded or retired
    scope: project, global, or all known projects
    project: another known project, by name
    as_of: as known at a root, a date or a time
    """
    if standing and standing not in ANY_STANDING:
        raise BadArgument("standing", standing, f"it is one of {', '.join(ANY_STANDING)}")
    shelf = Shelf((standing,) if standing else ANY_STANDING, wanted(domain), known(kind))
    hits: list[SearchHit] = []
    faults, root, left_out = [], "", 0
    with ExitStack() as stack:
        for place, where, name in _places(stack, memory, scope, project):
            reader = stack.enter_context(place.reading(as_of, where))
            as_of = as_of if root else moment_elsewhere(reader, as_of)
            root = root or reader.root().root.hex()
            found, degraded = matching(reader, words, shelf)
            faults.append(degraded)
            files = checker(place, as_of) if where == "project" else None
            for held, match in found[:limit]:
                moment = moment_asked(reader, as_of, memory.now())
                item = told(reader, held, files, moment, scope=where, project=name)
                hits.append(SearchHit(round(match, 4), item))
            left_out += max(len(found) - limit, 0)
        hits.sort(key=lambda hit: (-hit.match, hit.memory.project, hit.memory.id))
        left_out += max(len(hits) - limit, 0)
        return Searched(hits[:limit], left_out, "; ".join(dict.fromkeys(filter(None, faults))), root)


def _places(stack: ExitStack, memory: Memory, scope: str, project: str) -> list[tuple[Memory, str, str]]:
    """(memory, scope, project's name when it is another) of each store to be searched."""
    if project:
        return [(stack.enter_context(memory.other(project)), "project", project)]
    places = [] if scope == "global" else [(memory, "project", "")]
    if scope in ("global", "all") and memory.has_global():
        places.append((memory, "global", ""))
    if scope == "all":
        for name, folder in memory.known_projects().items():
            other = stack.enter_context(memory.other(name))
            if folder != memory.project.root and other.project.remembered:
                places.append((other, "project", name))
    return places
