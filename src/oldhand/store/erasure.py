"""Erasing: the bytes of a memory are removed, the chain of its events stays whole."""

import json
from typing import Any

import apsw

from oldhand.model.canonical import address

KEPT_FIELDS = frozenset({"rel", "target"})  # of links: they name memories only, and the other end's state needs them


def erase_bytes(connection: apsw.Connection, memory: bytes) -> None:
    """Remove an erased memory's wordings, unless a living memory shares them, and its events' fields."""
    rows = connection.execute("SELECT DISTINCT revision FROM journal WHERE memory=?", (memory,)).fetchall()
    for row in rows:
        revision: Any = row[0]
        if revision and not _shared(connection, revision, memory):
            connection.execute("UPDATE objects SET body=NULL WHERE address=?", (revision,))
    with_fields: list[Any] = connection.execute(
        "SELECT position, fields FROM journal WHERE memory=? AND fields IS NOT NULL", (memory,)
    ).fetchall()
    for position, packed in with_fields:
        if not KEPT_FIELDS & set(json.loads(packed)):
            connection.execute("UPDATE journal SET fields=NULL, erased=? WHERE position=?", (address(packed), position))


def _shared(connection: apsw.Connection, revision: bytes, memory: bytes) -> bool:
    """Whether another memory that is not erased has had this wording."""
    return bool(connection.execute(
        "SELECT 1 FROM journal j JOIN memories m ON m.id = j.memory"
        " WHERE j.revision=? AND j.memory<>? AND m.standing<>'erased' LIMIT 1", (revision, memory)
    ).fetchone())  # fmt: skip
