"""The latest memories of a kind with a tag, and which tags they have; also where very many have them."""

import json
from collections.abc import Sequence
from typing import Any

from oldhand.store.by_kind import of_kind
from oldhand.store.reader import Reader

MANY = 2_000  # memories with a tag that are put in order (8 ms); of more, the latest of the kind are looked through


def with_tag(reader: Reader, kind: str, tag: str, most: int, standings: Sequence[str]) -> list[str]:
    """The ids of the memories of a kind that have a tag and stand so, the latest worded first; at most so many.

    Where more than MANY have the tag, it is asked of the first of the kind in its own order (`by_kind.of_kind`), which
    is nearly the same, and memories further behind are left out.
    """
    if how_many_with(reader, tag, MANY + 1) > MANY:
        names = of_kind(reader, kind, 2 * most, standings=standings)
        having = tags_of(reader, names, (tag,))
        return [name for name in names if having[name]][:most]
    rows: Any = reader._connection.execute(
        "SELECT m.id FROM tags t CROSS JOIN memories m ON m.id = t.memory WHERE t.tag = ? AND m.kind = ?"
        f" AND m.standing IN ({','.join('?' * len(standings))}) ORDER BY m.updated DESC, m.id LIMIT ?",
        (tag, kind, *standings, most),
    )
    return [name.hex() for (name,) in rows]


def how_many_with(reader: Reader, tag: str, most: int) -> int:
    """How many memories have a tag, counting no further than `most`."""
    row: Any = reader._connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM tags WHERE tag = ? LIMIT ?)", (tag, most)
    ).fetchone()
    return int(row[0])


def tags_of(reader: Reader, memories: Sequence[str], tags: Sequence[str]) -> dict[str, set[str]]:
    """Which of some tags each of some memories has, by its id; nothing else of the memories is read."""
    found: dict[str, set[str]] = {memory: set() for memory in memories}
    asked = json.dumps(list(memories))
    for tag in tags:
        if not how_many_with(reader, tag, 1):
            continue
        rows = reader._connection.execute(
            "SELECT t.memory FROM json_each(?) j CROSS JOIN tags t ON t.tag = ? AND t.memory = unhex(j.value)",
            (asked, tag),
        )
        for (name,) in rows:
            found[name.hex()].add(tag)
    return found
