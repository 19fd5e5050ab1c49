"""Erasing: the bytes of a memory are removed, the chain of its events stays whole."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import apsw

from oldhand.model.canonical import address
from oldhand.model.value import put_away_with
from oldhand.store.fold import Record, registers, rejected_values

if TYPE_CHECKING:
    from oldhand.model.trust import Voice
    from oldhand.store.transaction import Transaction

# Of links, which name memories only and which the other end's state needs, and of `erase`, which names digests.
KEPT_OPERATIONS = ("link", "unlink", "erase")


def erase(
    transaction: "Transaction", memories: Iterable[str], voice: "Voice",
    spared: Mapping[str, frozenset[str]] | None = None,
) -> list[str]:  # fmt: skip
    """Erase memories for good, each with the digests of all it ever said, which then does not come back.

    spared: of a memory, the digests of what its successor goes on saying, which so may come back. Returns those that
    were not erased before. Their bytes go when the change is written.
    """
    erased = []
    for memory in sorted(set(memories)):
        record = transaction.record(memory)
        if record and not record.get("erased"):
            said = values_ever(transaction.connection, memory, record)
            values = sorted(said - (spared or {}).get(memory, frozenset()))
            fields = {"values": values} if values else {}
            transaction.emit("erase", memory, voice.actor, voice.origin, fields)
            erased.append(memory)
    return erased


def values_ever(connection: apsw.Connection, memory: str, record: Record) -> set[str]:
    """The digests of every wording a memory has had whose bytes are there, and of the values it rejects: of all that
    goes with it when it is erased."""
    values = registers(record)
    slot, kind = memory if values.get("key") else "", str(values.get("kind", ""))
    found = set(rejected_values(record))
    for text in texts_ever(connection, memory):
        found.update(put_away_with(kind, {"text": text}, slot))
    return found


def texts_ever(connection: apsw.Connection, memory: str) -> list[str]:
    """The text of every wording a memory has had whose bytes are there."""
    rows: Any = connection.execute(
        "SELECT o.body FROM wordings w JOIN objects o ON o.address = w.revision"
        " WHERE w.memory=? AND o.body IS NOT NULL ORDER BY o.address", (bytes.fromhex(memory),)
    )  # fmt: skip
    return [json.loads(body)["content"]["text"] for (body,) in rows.fetchall()]


def erase_bytes(connection: apsw.Connection, memory: bytes) -> None:
    """Remove an erased memory's wordings, unless a living memory shares them, and its events' fields."""
    rows = connection.execute("SELECT DISTINCT revision FROM journal WHERE memory=?", (memory,)).fetchall()
    for row in rows:
        revision: Any = row[0]
        if revision and not _shared(connection, revision, memory):
            connection.execute("UPDATE objects SET body=NULL WHERE address=?", (revision,))
    with_fields: list[Any] = connection.execute(
        "SELECT position, fields FROM journal WHERE memory=? AND fields IS NOT NULL"
        f" AND op NOT IN ({','.join('?' * len(KEPT_OPERATIONS))})", (memory, *KEPT_OPERATIONS)
    ).fetchall()  # fmt: skip
    for position, packed in with_fields:
        connection.execute("UPDATE journal SET fields=NULL, erased=? WHERE position=?", (address(packed), position))


def purge_index(connection: apsw.Connection) -> None:
    """Remove from the search index the terms of what is no longer in it.

    An index without contents only marks what is deleted; merging its segments leaves it out (sqlite.org/fts5.html,
    "The optimize command"). Takes some seconds for 100,000 memories. Raises apsw.Error when the index is broken.
    """
    connection.execute("INSERT INTO search(search) VALUES('optimize')")


def _shared(connection: apsw.Connection, revision: bytes, memory: bytes) -> bool:
    """Whether another memory that is not erased has had this wording."""
    return bool(connection.execute(
        "SELECT 1 FROM journal j JOIN memories m ON m.id = j.memory"
        " WHERE j.revision=? AND j.memory<>? AND m.standing<>'erased' LIMIT 1", (revision, memory)
    ).fetchone())  # fmt: skip
