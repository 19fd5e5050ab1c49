"""The operation `engram list`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import parse
from oldhand.operation import READ, operation
from oldhand.sessions.engram_checking import commits_waiting
from oldhand.sessions.engram_keeping import every, fields_of
from oldhand.sessions.engram_telling import EngramLine, line_of, number
from oldhand.store.by_kind import how_many
from oldhand.store.engram_index import KIND, latest


class Engrams(NamedTuple):
    """The engrams there are, the latest first. total: how many there are in all; strategy: when they are made;
    waiting: commits of agents that are no engrams yet: `session drain` makes them, or the MCP server when it idles."""

    engrams: list[EngramLine]
    total: int
    strategy: str
    waiting: int = 0


@operation(READ)
def list_(
    memory: Memory, *, limit: int = 20, session: str = "", branch: str = "", since: str = ""
) -> Engrams:  # fmt: skip
    """List what sessions did, the latest first

    An engram belongs to a commit: who made it and how, what it cost, what was tried and given up.

    Parameters
    limit: how many are listed at most
    session: only those of the session whose id begins so
    branch: only those made on this branch
    since: only those of commits since this date or time
    """
    oldest = parse(since, memory.now()) if since else 0
    with memory.reading() as reader:
        total = how_many(reader, (KIND,))
        if session or branch or oldest:
            ids = [
                identity for identity, fields in every(reader)
                if str(fields.get("session", "")).startswith(session) and branch in ("", fields.get("branch", ""))
                and number(fields.get("at", "")) >= oldest
            ]  # fmt: skip
            total = len(ids)
        else:
            ids = list(latest(reader, limit))
        held = [reader.get(identity) for identity in ids[:limit]]
        lines = [line_of(one) for one in held if fields_of(one)["name"]]
    return Engrams(lines, total, memory.setting("engrams.strategy"), commits_waiting(memory)[0])
