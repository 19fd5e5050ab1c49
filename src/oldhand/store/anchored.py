"""Which current memories are tied to a path, to what is below it or to the folders above it."""

import json
from collections.abc import Sequence
from typing import Any

from oldhand.store.fold import registers
from oldhand.store.reader import Reader
from oldhand.store.rows import record_of

MOST_ORDERED = 2_000  # ties below one folder that are put in order (4 ms); of more, memories are looked through instead
_CURRENT = ("active", "contested")
_IMPORTANT = "ORDER BY m.priority DESC, m.updated DESC, m.id LIMIT ?"


def tied(reader: Reader, path: str, most: int) -> list[str]:
    """The current memories tied to exactly this path or to a part of the file, the most important first."""
    return _ordered(reader, "path = ?", (path,), most)


def tied_of_kind(reader: Reader, paths: Sequence[str], kind: str, most: int) -> list[str]:
    """The current memories of a kind that are tied to one of these paths, or to a part of the file, the most important
    first."""
    where = f"path IN ({','.join('?' * len(paths))})"
    rows = reader._connection.execute(
        f"SELECT m.id FROM (SELECT DISTINCT memory FROM anchors WHERE {where}) a JOIN memories m ON m.id = a.memory"
        f" WHERE m.kind = ? AND m.standing IN ('active', 'contested') {_IMPORTANT}", (*paths, kind, most),
    )  # fmt: skip
    return [name.hex() for (name,) in rows]


def tied_below(reader: Reader, folder: str, most: int) -> tuple[list[str], int]:
    """The current memories tied to a folder or to what lies below it, the most important first, and how many there are.

    Beyond MOST_ORDERED the number is that of the ties, and so an upper bound.
    """
    where, arguments = "(path = ? OR (path >= ? AND path < ?))", (folder, f"{folder}/", f"{folder}0")
    row: Any = reader._connection.execute(f"SELECT count(*) FROM anchors WHERE {where}", arguments).fetchone()
    if row[0] <= MOST_ORDERED:
        found = _ordered(reader, where, arguments, MOST_ORDERED)
        return found[:most], len(found)
    return _looked_through(reader, folder, most), int(row[0])


def _looked_through(reader: Reader, folder: str, most: int) -> list[str]:
    """The most important memories tied below a folder, found among all memories in the order of their importance.

    Where a folder has thousands of ties this is soon done, while to put all of them in order takes long.
    """
    begins = f'"anchor/{json.dumps(folder, ensure_ascii=False)[1:-1]}'.encode()  # how a record names an anchor
    found: list[str] = []
    for standing in _CURRENT:
        rows = reader._connection.execute(
            "SELECT m.id, m.record FROM memories m WHERE m.standing = ? AND (instr(m.record, ?) OR instr(m.record, ?)"
            f" OR instr(m.record, ?)) {_IMPORTANT}", (standing, begins + b"/", begins + b'"', begins + b":", -1)
        )  # fmt: skip
        for name, packed in rows:
            if len(found) >= most:
                break
            places = (
                key[7:]
                for key, value in registers(record_of(packed)).items()
                if key[:7] == "anchor/" and value is not False
            )
            if any(place == folder or place.startswith((f"{folder}/", f"{folder}:")) for place in places):
                found.append(name.hex())
    return found


def _ordered(reader: Reader, where: str, arguments: tuple[Any, ...], most: int) -> list[str]:
    rows = reader._connection.execute(
        f"SELECT m.id FROM (SELECT DISTINCT memory FROM anchors WHERE {where}) a JOIN memories m ON m.id = a.memory"
        f" WHERE m.standing IN {_CURRENT} {_IMPORTANT}", (*arguments, most)
    )  # fmt: skip
    return [name.hex() for (name,) in rows]


def count_below(reader: Reader, folder: str, bound: int) -> int:
    """How many current memories are tied to a folder or to what lies below it, counting no further than `bound`."""
    row: Any = reader._connection.execute(
        "SELECT count(*) FROM (SELECT DISTINCT a.memory FROM anchors a"
        " WHERE (path = ? OR (path >= ? AND path < ?)) AND EXISTS"
        f" (SELECT 1 FROM memories m WHERE m.id = a.memory AND m.standing IN {_CURRENT}) LIMIT ?)",
        (folder, f"{folder}/", f"{folder}0", bound),
    ).fetchone()
    return int(row[0])
