"""Holding memories back from an import: those whose wordings or events hold what must not come in.

A wording's address is the hash of its text, so a secret cannot be taken out of it: the memory would be another one.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import apsw

from oldhand.errors import ForkedReplica
from oldhand.store.staging import Staging, fields_of


def withheld(staging: Staging, unwanted: Callable[[str], bool]) -> list[str]:
    """The staged memories, in id order, of which a wording, or a text of an event, is unwanted."""
    found: set[bytes] = set()
    wordings = (
        "SELECT o.body, j.memory FROM objects o JOIN journal j ON j.revision = o.address"
        " WHERE o.body IS NOT NULL ORDER BY o.address"
    )
    last: bytes | None = None
    bad = False
    for body, memory in staging.rows(wordings):
        if body != last:
            last, bad = body, any(map(unwanted, _texts(json.loads(body))))
        if bad:
            found.add(memory)
    events = (
        "SELECT j.memory, j.fields, a.name, o.name FROM journal j JOIN names a ON a.number = j.actor"
        " JOIN names o ON o.number = j.origin"
    )
    for memory, packed, actor, origin in staging.rows(events):
        if any(map(unwanted, (actor, origin))) or any(map(unwanted, _texts(fields_of(packed)))):
            found.add(memory)
    return sorted(memory.hex() for memory in found)


def withhold(staging: Staging, memories: list[str]) -> None:
    """Leave the events of some memories, and the links of others to them, out of what is taken."""
    names = {bytes.fromhex(memory) for memory in memories}
    left_out = []
    query = "SELECT k.position, j.memory, j.op, j.fields FROM taken k JOIN journal j ON j.position = k.position"
    for position, memory, op, packed in staging.rows(query):
        target = fields_of(packed).get("target") if op in ("link", "unlink") else None
        if memory in names or (target and bytes.fromhex(target) in names):
            left_out.append((position,))
    staging.connection.executemany("DELETE FROM taken WHERE position=?", left_out)
    staging.connection.executemany("DELETE FROM memories WHERE id=?", [(name,) for name in names])


def selection_without(memories: list[str]) -> str:
    """What names everything but these memories: the same for an export that has grown since."""
    return "without " + " ".join(memories)


def drop_known(connection: apsw.Connection, staging: Staging) -> None:
    """Take nothing that the store has from an import before. Raises ForkedReplica where it has something else there."""
    known = []
    query = (
        "SELECT k.position, r.id, j.seq, j.id FROM taken k JOIN journal j ON j.position = k.position"
        " JOIN replicas r ON r.number = j.replica"
    )
    for position, replica, seq, name in staging.rows(query):
        row: Any = connection.execute(
            "SELECT j.id FROM journal j JOIN replicas r ON r.number = j.replica WHERE r.id=? AND j.seq=?",
            (replica, seq),
        ).fetchone()
        if row and row[0] != name:
            raise ForkedReplica(replica, seq, row[0].hex()[:12], name.hex()[:12])
        known += [(position,)] if row else []
    staging.connection.executemany("DELETE FROM taken WHERE position=?", known)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item)
