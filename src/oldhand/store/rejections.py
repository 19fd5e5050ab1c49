"""Rejected values: which memory holds a value down, asked of the store and of a change that is not written yet."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import apsw

from oldhand.model.clock import stamp_wall
from oldhand.store.fold import Record, fold, rejected_values
from oldhand.store.rows import about, record_of

CHANGING = frozenset({"reject", "restore", "erase"})  # operations that change which values are rejected


class Rejection(NamedTuple):
    """A rejection that holds. memory: which one; at: when (milliseconds), by whom, with which trust and reason;
    standing: of the memory now, which may say something else meanwhile; values: the digests it holds down."""

    memory: str
    at: int
    actor: str
    trust: str
    reason: str
    standing: str
    values: tuple[str, ...]


def latest_rejections(connection: apsw.Connection, limit: int) -> list[Rejection]:
    """The rejections that are not taken back, latest first; those of erased memories are not among them."""
    rows: Any = connection.execute(
        "SELECT m.id, m.standing, m.record FROM memories m WHERE m.id IN (SELECT memory FROM rejections)"
        " AND m.standing <> 'erased'"
    )
    found = []
    for name, standing, packed in rows:
        marks = [mark for mark in record_of(packed).get("marks", ()) if mark["op"] == "reject"]
        found += [(mark["stamp"], name, standing, mark) for mark in marks if mark.get("values")]
    found.sort(key=lambda one: one[0], reverse=True)
    return [_told(connection, name, standing, mark) for _, name, standing, mark in found[:limit]]


def rejected_wordings(connection: apsw.Connection, limit: int) -> list[tuple[str, bytes]]:
    """(memory, bytes) of the wordings of memories that stand rejected, the newest of each priority first.

    The bytes are as they are stored, not checked against their address. limit: memories looked at.
    """
    if not connection.execute("SELECT 1 FROM memories WHERE standing='rejected' LIMIT 1").fetchone():
        return []  # asked first, as the query below costs ten times as much even where nothing is rejected
    rows: Any = connection.execute(
        "SELECT lower(hex(m.id)), o.body FROM (SELECT id, record FROM memories WHERE standing='rejected'"
        " ORDER BY priority DESC, updated DESC, id LIMIT ?) m, json_each(CAST(m.record AS TEXT), '$.heads') h"
        " JOIN objects o ON o.address = unhex(json_extract(h.value, '$.revision')) WHERE o.body IS NOT NULL", (limit,)
    )  # fmt: skip
    return list(rows)


def _told(connection: apsw.Connection, name: bytes, standing: str, mark: dict[str, Any]) -> Rejection:
    row: Any = connection.execute(
        "SELECT a.name, coalesce(json_extract(CAST(j.fields AS TEXT), '$.reason'), '') FROM journal j"
        " JOIN names a ON a.number = j.actor JOIN replicas r ON r.number = j.replica"
        " WHERE r.id=? AND j.seq=?", (mark["replica"], mark["seq"])
    ).fetchone()  # fmt: skip
    actor, reason = row or ("", "")
    values = tuple(mark["values"])
    return Rejection(name.hex(), stamp_wall(mark["stamp"]), actor, mark["trust"], reason, standing, values)


def expiring(connection: apsw.Connection, until_ms: int, limit: int) -> list[str]:
    """The current memories that have expired by a moment or expire by then, those that expire first before others."""
    rows: Any = connection.execute(
        "SELECT memory FROM expiries WHERE until <= ? ORDER BY until, memory LIMIT ?", (until_ms, limit)
    )
    return [name.hex() for (name,) in rows]


class Rejections:
    """The rejected values as one write transaction sees them: those in the table, with what it has changed so far."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._changed: dict[str, frozenset[str]] = {}  # memory -> its rejected values now
        self._folded = False
        self._any: bool | None = None  # whether the table has any rows; None: not looked yet

    def any(self) -> bool:
        """Whether any value may be rejected, in the table or by a change noted, in constant time."""
        if self._any is None:
            self._any = self._connection.execute("SELECT 1 FROM rejections LIMIT 1").fetchone() is not None
        return self._any or bool(self._changed)

    def note(self, memory: str, record: Record) -> None:
        """Take in how a memory stands after an event of CHANGING."""
        self._changed[memory] = rejected_values(record)

    def written(self) -> None:
        """The table is up to date with every change noted."""
        self._changed.clear()
        self._any = None

    def holder(self, values: Iterable[str], *, broken: bool) -> str:
        """The memory that rejects one of these values, of several one that can be restored; empty when none does.

        broken: the table cannot be trusted, so the events are asked.
        """
        wanted = frozenset(values)
        if not wanted:
            return ""
        if broken:
            self._fold_everything()
        found = {memory for memory, held in self._changed.items() if held & wanted}
        if not broken:
            found |= {memory for memory in self._in_table(wanted) if memory not in self._changed}
        return min(found, key=lambda memory: (self._is_erased(memory), memory)) if found else ""

    def _in_table(self, wanted: frozenset[str]) -> list[str]:
        rows: Any = self._connection.execute(
            f"SELECT memory FROM rejections WHERE value IN ({','.join('?' * len(wanted))})",
            [bytes.fromhex(value) for value in sorted(wanted)],
        )
        return [memory.hex() for (memory,) in rows]

    def _is_erased(self, memory: str) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM journal WHERE memory=? AND op='erase' LIMIT 1", (bytes.fromhex(memory),)
        ).fetchone()
        return row is not None

    def _fold_everything(self) -> None:
        """Fold each memory that was ever rejected or erased, once in a transaction."""
        if self._folded:
            return
        self._folded = True
        rows: Any = self._connection.execute("SELECT DISTINCT memory FROM journal WHERE op IN ('reject', 'erase')")
        for (name,) in rows.fetchall():
            memory = name.hex()
            if memory not in self._changed:
                self.note(memory, fold(memory, [event for _, event in about(self._connection, memory)]))
