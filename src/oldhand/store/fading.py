"""What may have had its time: memories by age, standing and trust, without reading their texts."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import apsw

from oldhand.store.fold import registers
from oldhand.store.rows import record_of

BELOW_REPO = ("web", "tool", "agent")  # trusts of what nobody vouches for: neither people nor the project's files


def older(connection: apsw.Connection, standing: str, before_ms: int, trusts: Sequence[str] = ()) -> Iterator[str]:
    """The memories of a standing whose current wording is older than a moment, the oldest first."""
    among = f" AND trust IN ({','.join('?' * len(trusts))})" if trusts else ""
    rows: Any = connection.execute(
        f"SELECT id FROM memories WHERE standing = ? AND updated < ?{among} ORDER BY updated, id",
        (standing, before_ms, *trusts),
    )
    for (name,) in rows.fetchall():
        yield bytes(name).hex()


def said_twice(connection: apsw.Connection) -> list[tuple[str, str]]:
    """(memory, another that says the same words) among active ones below the trust of files, the later one first.

    The same words: but for case, spacing and a full stop. Only memories of one kind and room are compared, and none
    that has a key, whose slot it answers.
    """
    rows: Any = connection.execute(
        "SELECT id, kind, domain, trust, record FROM memories WHERE standing = 'active' ORDER BY number"
    )
    first: dict[tuple[str, str, bytes], str] = {}
    found = []
    for row in rows:
        name, record = bytes(row[0]).hex(), record_of(row[4])
        body = _body(connection, record["heads"][0]["revision"])
        if not body:
            continue
        text = " ".join(str(json.loads(body)["content"].get("text", "")).casefold().split()).rstrip(".! ")
        known = first.setdefault((str(row[1]), str(row[2]), sha256(text.encode()).digest()), name)
        if known != name and row[3] in BELOW_REPO and not registers(record).get("key"):
            found.append((name, known))
    return found


def _body(connection: apsw.Connection, revision: str) -> bytes:
    """The bytes of a wording, unchecked: what is done about a duplicate reads it again. Empty when they are gone."""
    row: Any = connection.execute("SELECT body FROM objects WHERE address = ?", (bytes.fromhex(revision),)).fetchone()
    return bytes(row[0]) if row and row[0] else b""


def tied_places(connection: apsw.Connection) -> Iterator[str]:
    """Every path that an active memory is tied to."""
    rows: Any = connection.execute("SELECT DISTINCT path FROM anchors WHERE path <> '' ORDER BY path")
    for (path,) in rows.fetchall():
        yield str(path)
