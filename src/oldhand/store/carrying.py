"""What a restored backup takes over from the store it replaces: what was rejected and erased since stays so.

An older backup knows nothing of it. Its own journal goes on: a replica of its own says anew what was decided, with the
trust it was decided with.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from oldhand.model.trust import Voice
from oldhand.model.value import digests_at
from oldhand.store import connection as recipe
from oldhand.store.copies import Gone
from oldhand.store.fold import Record, registers, rejected_values
from oldhand.store.rows import record_of
from oldhand.store.store import own_replica
from oldhand.store.transaction import Transaction
from oldhand.store.twins import put_away_sayers

TAKEN_OVER = ("kind", "key", "domain", "priority", "confidence", "valid_from", "valid_until")  # of its metadata
MANY = 500  # changes held before they are written


class Rejected(NamedTuple):
    """A memory with rejections that hold. marks: (replica, sequence number, trust, values, reason) of each;
    fields: its metadata; wordings: (trust, address, bytes) of what it says, as far as the bytes are there."""

    memory: str
    marks: tuple[tuple[str, int, str, tuple[str, ...], str], ...]
    fields: dict[str, Any]
    wordings: tuple[tuple[str, str, bytes], ...]


class Verdicts(NamedTuple):
    """What a store holds down: erased memories with the digests of what they said, and rejected ones."""

    erased: tuple[tuple[str, frozenset[str]], ...] = ()
    rejected: tuple[Rejected, ...] = ()

    @property
    def gone(self) -> Gone:
        """The erased ones as `erase_where` takes them."""
        values = frozenset(value for _, several in self.erased for value in several)
        return Gone(frozenset(memory for memory, _ in self.erased), values)


def verdicts_of(path: Path) -> Verdicts:
    """The verdicts of a database file. Raises UnusableStore and its kin."""
    connection = recipe.connect(path, writable=False)
    try:
        with recipe.translated(path):
            rows: Any = connection.execute("SELECT id, record FROM memories WHERE standing='erased'").fetchall()
            erased = tuple((name.hex(), rejected_values(record_of(packed))) for name, packed in rows)
            rows = connection.execute(
                "SELECT id, record FROM memories WHERE id IN (SELECT memory FROM rejections) AND standing<>'erased'"
            ).fetchall()
            return Verdicts(erased, tuple(_rejected(connection, name.hex(), record_of(raw)) for name, raw in rows))
    finally:
        connection.close()


def _rejected(connection: apsw.Connection, memory: str, record: Record) -> Rejected:
    marks = []
    for mark in record.get("marks", ()):
        if mark["op"] == "reject":
            row: Any = connection.execute(
                "SELECT coalesce(json_extract(CAST(j.fields AS TEXT), '$.reason'), '') FROM journal j"
                " JOIN replicas r ON r.number = j.replica WHERE r.id=? AND j.seq=?", (mark["replica"], mark["seq"])
            ).fetchone()  # fmt: skip
            values = tuple(mark.get("values", ()))
            marks.append((mark["replica"], mark["seq"], mark["trust"], values, row[0] if row else ""))
    wordings = []
    for head in record.get("heads", ()):
        query = "SELECT body FROM objects WHERE address=?"
        found: Any = connection.execute(query, (bytes.fromhex(head["revision"]),)).fetchone()
        if found and found[0] is not None:
            wordings.append((head["trust"], head["revision"], found[0]))
    fields = {name: value for name, value in registers(record).items() if name in TAKEN_OVER}
    return Rejected(memory, tuple(marks), fields, tuple(wordings))


def carry(connection: apsw.Connection, path: Path, held: Verdicts, voice: Voice, now_ms: int) -> list[str]:
    """Take verdicts over into a database that is prepared for writing; the memories that were rejected in it.

    What it knows of them already stays as it is, also where a rejection was taken back in it. path: its file.
    """
    if not held.erased and not held.rejected:
        return []
    known = _known(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        transaction = Transaction(connection, own_replica(connection, path.stat().st_ino), now_ms)
        _erase_anew(transaction, held.erased, voice)
        fresh = [one for one in held.rejected if any(seq > known.get(replica, 0) for replica, seq, *_ in one.marks)]
        for one in fresh:
            _reject_anew(transaction, one, known, voice)
            if len(transaction.emitted) >= MANY:
                transaction.settle()
        transaction.settle()
        values = {value for one in fresh for mark in one.marks for value in mark[3]}
        twins = put_away_sayers(transaction, values, voice)
        transaction.finish()
        connection.execute("COMMIT")
    except BaseException:  # an interruption too: raised on, with nothing half done
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return [*(one.memory for one in fresh), *twins]


def _known(connection: apsw.Connection) -> dict[str, int]:
    """The highest sequence number of each replica's events."""
    rows: Any = connection.execute(
        "SELECT r.id, max(j.seq) FROM journal j JOIN replicas r ON r.number = j.replica GROUP BY r.id"
    )
    return dict(rows.fetchall())


def _erase_anew(transaction: Transaction, erased: Iterable[tuple[str, frozenset[str]]], voice: Voice) -> None:
    """A tombstone for what the backup never had, and the digests of what was said after it was made."""
    for memory, values in erased:
        record = transaction.record(memory)
        if record.get("erased") and values <= rejected_values(record):
            continue
        fields = {"values": sorted(values)} if values else {}
        transaction.emit("erase", memory, voice.actor, voice.origin, fields)
        if len(transaction.emitted) >= MANY:
            transaction.settle()


def _reject_anew(transaction: Transaction, one: Rejected, known: dict[str, int], voice: Voice) -> None:
    """Reject a memory as it was; one that the backup never had comes with its words, so that it can be looked at."""
    record = transaction.record(one.memory)
    if record.get("erased"):
        return
    if not record.get("heads"):
        slot = one.memory if one.fields.get("key") else ""
        for trust, revision, body in one.wordings:
            said = json.loads(body)
            holder = transaction.rejected(digests_at(said["content"], slot))
            if holder and transaction.record(holder).get("erased"):
                continue  # the backup knows of an erasure that the other store did not: its words stay away
            transaction.put(body, revision)
            fields = {"kind": said["kind"], **one.fields, "trust": trust}
            transaction.emit("assert", one.memory, voice.actor, voice.origin, fields, revision)
    for replica, seq, trust, values, reason in one.marks:
        if seq > known.get(replica, 0):
            fields = {"trust": trust} | ({"values": list(values)} if values else {})
            fields |= {"reason": reason} if reason else {}
            transaction.emit("reject", one.memory, voice.actor, voice.origin, fields)
