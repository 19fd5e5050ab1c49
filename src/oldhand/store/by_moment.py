"""When the memories of a kind were made, without their words: for listings that show a page of very many."""

from collections.abc import Sequence
from typing import Any

from oldhand.model.clock import stamp_wall
from oldhand.store.fold import registers
from oldhand.store.reader import Reader
from oldhand.store.rows import record_of


def moments(reader: Reader, kind: str, standings: Sequence[str]) -> list[tuple[int, str]]:
    """(since when it holds, else when it was first said (ms), memory) of each memory of a kind that stands so.

    Some 5 µs each: only records that say since when they hold are read as a whole.
    """
    rooms: Any = reader._connection.execute("SELECT DISTINCT domain FROM tallies WHERE kind = ?", (kind,)).fetchall()
    rows: Any = reader._connection.execute(
        "SELECT id, json_extract(CAST(record AS TEXT), '$.first'),"
        " CASE WHEN instr(record, CAST('\"valid_from\":' AS BLOB)) THEN record END FROM memories"
        f" INDEXED BY memories_shelf WHERE domain IN ({','.join('?' * len(rooms))}) AND kind = ?"
        f" AND standing IN ({','.join('?' * len(standings))})",
        (*(room for (room,) in rooms), kind, *standings),
    )
    found = []
    for name, first, record in rows:
        since = registers(record_of(record)).get("valid_from") if record else None
        found.append((stamp_wall(first or "0" * 12) if since is None else int(since), name.hex()))
    return found
