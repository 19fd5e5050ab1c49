"""Finding engrams: by the commits they are tied to, and by the files of those commits.

The search index and the index of places leave them out (model.kinds.ASIDE), so that knowledge alone is found there.
"""

import json
from collections.abc import Iterator
from typing import Any

from oldhand.store.fold import registers
from oldhand.store.reader import Reader
from oldhand.store.rows import record_of

KIND = "engram"
COMMIT = "commit:"  # begins the tag that names a commit of an engram
ALIAS = "engram:"  # begins the tag that names an engram as another trailer does
SHOWN = ("active", "contested")
AT_ONCE = 500  # ids read from the database together


def tagged(reader: Reader, tag: str, most: int) -> list[str]:
    """The ids of the engrams with a tag that begins so, the latest first."""
    rows: Any = reader._connection.execute(
        "SELECT DISTINCT m.id, m.updated FROM tags t JOIN memories m ON m.id = t.memory WHERE t.tag >= ? AND t.tag < ?"
        f" AND m.kind = ? AND m.standing IN ({','.join('?' * len(SHOWN))}) ORDER BY m.updated DESC, m.id LIMIT ?",
        (tag, tag + "\U0010ffff", KIND, *SHOWN, most),
    )
    return [name.hex() for name, _ in rows]


def latest(reader: Reader, most: int = -1) -> Iterator[str]:
    """The ids of the engrams, the latest first, at most so many (-1: all)."""
    left, place = most, 0
    while left:
        wanted = AT_ONCE if left < 0 else min(AT_ONCE, left)
        rows: Any = reader._connection.execute(
            f"SELECT id FROM memories WHERE kind = ? AND standing IN ({','.join('?' * len(SHOWN))})"
            " ORDER BY updated DESC, id LIMIT ? OFFSET ?", (KIND, *SHOWN, wanted, place),
        ).fetchall()  # fmt: skip
        yield from (name.hex() for (name,) in rows)
        if len(rows) < wanted:
            return
        place += len(rows)
        left -= len(rows) if left > 0 else 0


def touching(reader: Reader, path: str, most: int) -> list[str]:
    """The ids of the engrams tied to a file or to what lies below a folder, the latest first.

    The anchors are in the engrams' own records, each of which is looked through: 2 ms for a thousand.
    """
    begins = f'"anchor/{json.dumps(path, ensure_ascii=False)[1:-1]}'.encode()
    rows: Any = reader._connection.execute(
        f"SELECT id, record FROM memories WHERE kind = ? AND standing IN ({','.join('?' * len(SHOWN))})"
        " AND instr(record, ?) ORDER BY updated DESC, id", (KIND, *SHOWN, begins),
    )  # fmt: skip
    found: list[str] = []
    for name, packed in rows:
        if len(found) >= most:
            break
        places = (
            key[7:]
            for key, value in registers(record_of(packed)).items()
            if key[:7] == "anchor/" and value is not False
        )
        if any(place == path or place.startswith(f"{path}/") for place in places):
            found.append(name.hex())
    return found


def bodies(reader: Reader) -> Iterator[tuple[str, bytes]]:
    """(id, bytes of its latest wording) of every engram, the latest first, unchecked: what is shown is read again."""
    rows: Any = reader._connection.execute(
        f"SELECT id, record FROM memories WHERE kind = ? AND standing IN ({','.join('?' * len(SHOWN))})"
        " ORDER BY updated DESC, id", (KIND, *SHOWN),
    )  # fmt: skip
    for name, packed in rows:
        heads = record_of(packed).get("heads", ())
        if not heads:
            continue
        found: Any = reader._connection.execute(
            "SELECT body FROM objects WHERE address = ?", (bytes.fromhex(heads[-1]["revision"]),)
        ).fetchone()
        if found and found[0]:
            yield name.hex(), bytes(found[0])
