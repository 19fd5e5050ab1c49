"""Twins: other memories that say the same value, and what becomes of those that a merge brings.

What is rejected or erased here stays so however it is named elsewhere: an imported memory of another id that says
the same is rejected, or erased, as soon as it is in, and so is one here whose value the import rejects.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import apsw

from oldhand.model.identity import short
from oldhand.model.terms import index_terms
from oldhand.model.trust import Voice, least
from oldhand.model.value import digests_at, speaks_for_itself, spellings
from oldhand.store.fold import Record, registers, rejected_values, standing
from oldhand.store.rows import record_of
from oldhand.store.staging import Staging
from oldhand.store.transaction import Transaction

TERMS_ASKED = 24  # different terms of a text that a twin must have, before it is read
LOOKED_AT = 200  # memories with all these terms that are read, for one spelling
WAITING_LOOKED_AT = 2000  # memories in quarantine, which the search index does not hold, that are read
AT_ONCE = 2000  # events held before they are written
PUT_AWAY = ("erased", "rejected", "awaited")  # nothing in these comes up again by itself


def values_said(connection: apsw.Connection, memory: str, record: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(text, digests) of each current wording of a memory whose bytes are there."""
    slot = memory if registers(record).get("key") else ""
    for head in record.get("heads", ()):
        name = bytes.fromhex(head["revision"])
        row: Any = connection.execute("SELECT body FROM objects WHERE address=?", (name,)).fetchone()
        if row and row[0] is not None:
            content = json.loads(row[0])["content"]
            yield content["text"], digests_at(content, slot)


def twins(connection: apsw.Connection, memory: str, texts: Iterable[str], values: Iterable[str]) -> list[str]:
    """The other memories that now say one of `values`, found by the words of `texts`; in id order.

    A text that speaks only in its slot has no twin: its slot is one memory.
    """
    wanted, found = frozenset(values), set()
    for spelling in {one for text in texts for one in (text, *spellings(text))}:
        if speaks_for_itself(spellings(spelling)[0]):
            found |= {name for name, record in _alike(connection, spelling) if _says(connection, name, record, wanted)}
    for name, record in _quarantined(connection):
        if _says(connection, name, record, wanted):
            found.add(name)
    return sorted(found - {memory})


def _says(connection: apsw.Connection, memory: str, record: Record, wanted: frozenset[str]) -> bool:
    return any(wanted & set(values) for _, values in values_said(connection, memory, record))


def _alike(connection: apsw.Connection, text: str) -> Iterator[tuple[str, Record]]:
    """The memories that have the terms of a text, as the search index finds them; none while that is broken."""
    terms = list(dict.fromkeys(index_terms(text)))[:TERMS_ASKED]
    query = " AND ".join('"' + term.replace('"', '""') + '"' for term in terms)
    try:
        numbers: Any = connection.execute(
            "SELECT rowid FROM search WHERE search MATCH ? LIMIT ?", (query, LOOKED_AT)
        ).fetchall()
    except (apsw.SQLError, apsw.CorruptError):
        numbers = []  # `health` says so, and recall too
    for (number,) in numbers:
        row: Any = connection.execute("SELECT id, record FROM memories WHERE number=?", (number,)).fetchone()
        if row:
            yield row[0].hex(), record_of(row[1])


def _quarantined(connection: apsw.Connection) -> Iterator[tuple[str, Record]]:
    rows: Any = connection.execute(
        "SELECT id, record FROM memories WHERE standing='quarantined' ORDER BY priority DESC, updated DESC, id LIMIT ?",
        (WAITING_LOOKED_AT,),
    ).fetchall()
    for name, packed in rows:
        yield name.hex(), record_of(packed)


def sayers(connection: apsw.Connection, values: Iterable[str], beside: str = "") -> set[str]:
    """Every memory that says, or has ever said, one of these values in words that speak for themselves.

    Reads every wording there is: some seconds for 100,000. beside: the name by which a database is attached that
    was looked through already, so that only what it has not is read.
    """
    wanted = frozenset(values)
    found: set[str] = set()
    if not wanted:
        return found
    query = "SELECT address, body FROM main.objects o WHERE body IS NOT NULL"
    if beside:
        known = f"SELECT 1 FROM {beside}.objects k WHERE k.address = o.address AND k.body IS NOT NULL"
        query += f" AND NOT EXISTS ({known})"
    for name, body in connection.execute(query):
        if wanted.isdisjoint(digests_at(json.loads(body)["content"], "")):
            continue
        rows: Any = connection.execute("SELECT memory FROM main.wordings WHERE revision=?", (name,))
        found |= {memory.hex() for (memory,) in rows}
    return found


def hold_back(transaction: Transaction, staging: Staging, voice: Voice) -> int:
    """Put away what a merge made current although its value is rejected or erased; how many memories that were."""
    connection = transaction.connection
    if not connection.execute("SELECT 1 FROM rejections LIMIT 1").fetchone():
        return 0
    count = 0
    for (name,) in staging.rows("SELECT id FROM memories WHERE standing <> 'awaited' ORDER BY id"):
        memory = name.hex()
        said = list(values_said(connection, memory, transaction.record(memory)))
        if standing(transaction.record(memory)) in PUT_AWAY:
            count += _put_twins_away(transaction, staging, memory, voice)
        elif any(_put_away(transaction, memory, values, voice) for _, values in said):
            count += 1
        if len(transaction.emitted) >= AT_ONCE:
            transaction.settle()
    transaction.settle()
    return count


def put_away_sayers(transaction: Transaction, values: Iterable[str], voice: Voice) -> list[str]:
    """Put away whatever now says one of these values, which are rejected or erased; the memories that were."""
    done = []
    for memory in sorted(sayers(transaction.connection, values)):
        if standing(transaction.record(memory)) in PUT_AWAY:
            continue
        said = list(values_said(transaction.connection, memory, transaction.record(memory)))
        if any(_put_away(transaction, memory, spoken, voice) for _, spoken in said):
            done.append(memory)
    return done


def _put_away(transaction: Transaction, memory: str, values: tuple[str, ...], voice: Voice) -> bool:
    """Reject a memory that says a rejected value, or erase one that says an erased one; whether there was a reason."""
    holder = transaction.rejected(values)
    if not holder:
        return False
    record = transaction.record(holder)
    if record.get("erased"):
        transaction.emit("erase", memory, voice.actor, voice.origin, {"values": sorted(values)})
        return True
    trust = least(voice.trust, *(mark["trust"] for mark in record["marks"] if mark["op"] == "reject"))
    reason = f"it says what {short(holder)} says, which was rejected"
    fields = {"trust": trust, "values": sorted(values), "reason": reason}
    transaction.emit("reject", memory, voice.actor, voice.origin, fields)
    return True


def _put_twins_away(transaction: Transaction, staging: Staging, memory: str, voice: Voice) -> int:
    """Put away what was here already and says what the merge has rejected or erased."""
    row = next(staging.rows("SELECT standing FROM here WHERE memory=?", (bytes.fromhex(memory),)), None)
    record = transaction.record(memory)
    if (row and row[0] in PUT_AWAY) or standing(record) == "awaited":
        return 0
    if record.get("erased"):
        found = sayers(transaction.connection, rejected_values(record)) - {memory}
    else:
        texts = [text for text, _ in values_said(transaction.connection, memory, record)]
        found = set(twins(transaction.connection, memory, texts, rejected_values(record)))
    done = 0
    for twin in sorted(found):
        if standing(transaction.record(twin)) in PUT_AWAY:
            continue
        said = list(values_said(transaction.connection, twin, transaction.record(twin)))
        done += any(_put_away(transaction, twin, values, voice) for _, values in said)
    return done
