"""Finding memories by where their statements came from: the actors, origins and replicas of the journal."""

from collections.abc import Callable

import apsw

from oldhand.model.identity import memory_of_slot

# The memory, never worded, whose tags are the sources that are withdrawn (oldhand.knowledge.withdrawing). No statement
# can be given its domain, which has a slash.
KEPT_AT = memory_of_slot("sources/withdrawn", "all")
AT_ONCE = 400  # numbers bound in one query
STATING = "('assert','revise','confirm','set')"  # what says something that a source may be asked to answer for


def touched(connection: apsw.Connection, is_meant: Callable[[str], bool]) -> list[str]:
    """The memories about which an actor, origin or replica that is meant has said anything, in id order."""
    names = [number for number, name in connection.execute("SELECT number, name FROM names") if is_meant(str(name))]
    copies = [number for number, name in connection.execute("SELECT number, id FROM replicas") if is_meant(str(name))]
    found: set[str] = set()
    for column, numbers in (("actor", names), ("origin", names), ("replica", copies)):
        for start in range(0, len(numbers), AT_ONCE):
            part = numbers[start : start + AT_ONCE]
            rows = connection.execute(
                f"SELECT DISTINCT memory FROM journal WHERE op IN {STATING} AND {column} IN ({_places(len(part))})",
                part,
            )
            found.update(bytes(memory).hex() for (memory,) in rows)
    return sorted(found)


def speakers(connection: apsw.Connection) -> list[str]:
    """Every name under which anything was said: actors, origins and replicas, in order."""
    said = {str(name) for (name,) in connection.execute("SELECT name FROM names")}
    return sorted(said | {str(name) for (name,) in connection.execute("SELECT id FROM replicas")})


def _places(count: int) -> str:
    return ",".join("?" * count)
