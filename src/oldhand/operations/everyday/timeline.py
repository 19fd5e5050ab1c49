"""The operation `timeline`."""

from typing import Literal, NamedTuple

from oldhand.errors import BadArgument, MissingArgument, UnknownId
from oldhand.knowledge.naming import moment_asked
from oldhand.knowledge.versions import Version, succession, versions
from oldhand.memory import Memory
from oldhand.model import domain as domains
from oldhand.model.identity import checked_key, memory_of_slot
from oldhand.operation import READ, operation
from oldhand.store.reader import Reader
from oldhand.store.shelf import Shelf

# What a room's timeline tells of: everything that was ever accepted. What waits in review is named by its id only.
TOLD = ("active", "contested", "superseded", "retired", "rejected", "erased")
MOST_IN_ROOM = 500  # memories of a room that are looked at, the latest of each standing


class Timeline(NamedTuple):
    """Every version, in the order in which they were said.

    about: what was asked for: a slot, a memory or a room; left_out: versions that did not fit the limit, the oldest;
    backwards: how many have dates that run backwards; as_of: the moment it tells of, empty for now.
    """

    about: str
    versions: list[Version]
    left_out: int
    backwards: int
    as_of: str
    scope: str
    root: str


@operation(READ)
def timeline(
    memory: Memory, name: str = "", *, key: str = "", domain: str = "", limit: int = 50, as_of: str = "",
    scope: Literal["project", "global"] = "project",
) -> Timeline:  # fmt: skip
    """Tell how the answer to a question changed: every version, when it held, who said it, how it ended

    Of a memory it also tells what it superseded and what superseded it. What was retired, rejected,
    expired or erased is told too. Dates that run backwards are told as they are, and said to.

    Parameters
    name: a memory: at least 6 characters of its id or of the address of one of its wordings
    key: a question (its slot is domain and key); the domain is `context` unless it is given
    domain: alone, every memory of a room
    limit: at most so many versions, the latest
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    if bool(name) == bool(key or domain):
        raise MissingArgument("timeline", "name", "give a memory, a --key, or a --domain alone")
    if limit < 1:
        raise BadArgument("limit", limit, "it is at least 1")
    with memory.reading(as_of, scope) as reader:
        about, memories = _asked(reader, name, key, domain)
        told = versions(reader, memories, moment_asked(reader, as_of, memory.now()))
        kept = told[-limit:]
        backwards = sum(bool(version.backwards) for version in kept)
        root = reader.root().root.hex()
    return Timeline(about, kept, len(told) - len(kept), backwards, as_of, scope, root)


def _asked(reader: Reader, name: str, key: str, domain: str) -> tuple[str, list[str]]:
    """What a timeline is about, in words, and the memories that it tells of. Raises UnknownId."""
    if name:
        found = reader.resolve(name)
        return found[:12], succession(reader, found)
    room = domains.checked(domain) if domain else domains.DEFAULT_DOMAIN
    if not key:
        return room, [held.id for held in reader.memories(Shelf(TOLD, domain=room), limit=MOST_IN_ROOM)]
    slot = memory_of_slot(room, checked_key(key))
    if reader.find(slot) is None:
        raise UnknownId(f"{room}/{key}")
    return f"{room}/{key}", succession(reader, slot)
