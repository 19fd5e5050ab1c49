"""The tier of what was captured by itself: its members by their tag, and what one session brought."""

from collections.abc import Iterator, Sequence
from typing import Any

import apsw

from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

READ_AT_ONCE = 400  # memories in one query: the statement stays small
SESSION_REACH = (
    20_000  # latest events among which what a session brought is looked for: a session is at the journal's end
)


def members(connection: apsw.Connection, tag: str, standings: Sequence[str]) -> list[str]:
    """The memories with a tag and one of these standings, in id order. Costs what the tag has, not the store."""
    places = ",".join("?" * len(standings))
    rows = connection.execute(
        "SELECT m.id FROM tags t CROSS JOIN memories m ON m.id = t.memory"
        f" WHERE t.tag = ? AND m.standing IN ({places}) ORDER BY m.id",
        (tag, *standings),
    )
    return [bytes(name).hex() for (name,) in rows]


def held(reader: Reader, names: Sequence[str], standings: Sequence[str]) -> Iterator[Held]:
    """Memories by id with one of these standings, some hundred at a time."""
    shelf = Shelf(tuple(standings))
    for start in range(0, len(names), READ_AT_ONCE):
        yield from reader.several(names[start : start + READ_AT_ONCE], shelf)


def brought_in(connection: apsw.Connection, session: str) -> int:
    """How many memories a session asserted lately, by the session that the events name."""
    row: Any = connection.execute(
        "SELECT count(DISTINCT memory) FROM journal WHERE op = 'assert'"
        " AND position > (SELECT coalesce(max(position), 0) FROM journal) - ?"
        " AND json_extract(CAST(fields AS TEXT), '$.session') = ?",
        (SESSION_REACH, session),
    ).fetchone()
    return int(row[0])


def sessions(connection: apsw.Connection, tag: str) -> dict[str, set[str]]:
    """The sessions that asserted or confirmed each memory with a tag, as the events name them."""
    rows = connection.execute(
        "SELECT j.memory, json_extract(CAST(j.fields AS TEXT), '$.session') FROM tags t"
        " CROSS JOIN journal j ON j.memory = t.memory WHERE t.tag = ? AND j.op IN ('assert', 'confirm')"
        " AND j.fields IS NOT NULL",
        (tag,),
    )
    found: dict[str, set[str]] = {}
    for memory, session in rows:
        named = found.setdefault(bytes(memory).hex(), set())
        if session:
            named.add(str(session))
    return found
