"""Taking in a staged journal: into an empty store as it is, into another by union, so that nothing is lost.

Everything happens inside the caller's write transaction. A merge writes journal and objects in the
order in which the other side learned of them, then brings the states of the memories concerned up to
date in the order of their ids; memory use does not grow with the journal.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import apsw

from oldhand.errors import ForkedReplica, Refused, TrustTooHigh
from oldhand.model.clock import Clock
from oldhand.model.event import Event
from oldhand.model.trust import RANK
from oldhand.store import projection
from oldhand.store.by_source import KEPT_AT
from oldhand.store.erasure import erase_bytes, purge_index
from oldhand.store.faults import known_faults
from oldhand.store.fold import Record, apply
from oldhand.store.projection import Change, Row, row_of
from oldhand.store.rebuild import BATCH, intact_body, rebuild
from oldhand.store.roots import current_root
from oldhand.store.rows import record_of
from oldhand.store.staging import Staging, fields_of
from oldhand.store.transaction import Transaction

INSERT_EVENT = (
    "INSERT INTO journal(position,replica,seq,wall,counter,actor,origin,op,memory,revision,fields,erased,id)"
    " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
PERSON = "user"  # trust of what only a person may do
PUT_AWAY = ("erased", "rejected")  # standings that outrank whatever else is said
_ROWS = (
    "SELECT j.position, r.id, j.seq, j.wall, j.counter, a.name, o.name, j.op, j.memory, j.revision, j.fields, j.erased,"
    " j.id FROM {} journal j {} JOIN replicas r ON r.number = j.replica JOIN names a ON a.number = j.actor"
    " JOIN names o ON o.number = j.origin ORDER BY j.position"
)
_ALL_EVENTS = _ROWS.format("", "")
_TAKEN_EVENTS = _ROWS.format("taken k CROSS JOIN", "ON j.position = k.position")


class Brought(NamedTuple):
    """What a merge brought: events and objects that are new here, whether the store was empty and is now the same."""

    events: int
    objects: int
    restored: bool


def is_empty(transaction: Transaction) -> bool:
    """Whether the store has no history yet."""
    return transaction.connection.execute("SELECT 1 FROM journal LIMIT 1").fetchone() is None


def restore(transaction: Transaction, staging: Staging, trust: str) -> Brought:
    """Take a staged journal into an empty store: the same events, positions, recorded roots and losses."""
    connection = transaction.connection
    check_trust(_said(staging, _ALL_EVENTS), trust)
    numbers = _Numbers(connection)
    events = _insert(connection, INSERT_EVENT, (_numbered(numbers, row, row[0]) for row in staging.rows(_ALL_EVENTS)))
    objects = 0
    for table, columns in (("objects", 2), ("losses", 5), ("roots", 7)):
        statement = f"INSERT OR REPLACE INTO {table} VALUES({','.join('?' * columns)})"
        count = _insert(connection, statement, staging.rows(f"SELECT * FROM {table}"))
        objects = count if table == "objects" else objects
    transaction.absorbed(rebuild(connection), _latest_clock(staging.rows(_ALL_EVENTS)))
    return Brought(events, objects, True)


def merge(transaction: Transaction, staging: Staging, trust: str) -> Brought:
    """Take the events that `chosen` found into a store with a history of its own. Raises Refused, TrustTooHigh."""
    connection = transaction.connection
    if fault := known_faults(connection):
        raise Refused(f"The {' and the '.join(fault)} of this store must be mended first: `oldhand rebuild`.")
    check_trust(_said(staging, _TAKEN_EVENTS), trust)
    numbers = _Numbers(connection)
    position = _number(connection, "SELECT coalesce(max(position), 0) FROM journal")
    rows = enumerate(staging.rows(_TAKEN_EVENTS), position + 1)
    events = _insert(connection, INSERT_EVENT, (_numbered(numbers, row, place) for place, row in rows))
    objects = _take_objects(connection, staging)
    root = _bring_up_to_date(connection, staging)
    for (memory,) in staging.rows("SELECT memory FROM gone"):
        erase_bytes(connection, memory)
        transaction.erasing = True
    if transaction.erasing:
        purge_index(connection)
    _revive_objects(connection, staging)
    _take_losses(connection, staging)
    if events:
        transaction.absorbed(root or current_root(connection).root, _latest_clock(staging.rows(_TAKEN_EVENTS)))
    return Brought(events, objects, False)


class Counts(NamedTuple):
    """What became of the staged memories.

    new: not here before; same: here, and unchanged; changed: here, and changed; contested: said
    differently on both sides and now contested; refused: erased or rejected here, and so they stay;
    skipped: here, and left as they are because that was asked for.
    """

    new: int
    same: int
    changed: int
    contested: int
    refused: int
    skipped: int


def counted(connection: apsw.Connection, staging: Staging, *, keep_existing: bool) -> Counts:
    """Compare every staged memory with what the store has of it now and had before."""
    counts = dict.fromkeys(Counts._fields, 0)
    query = (
        "SELECT m.id, m.standing, h.standing, h.digest FROM memories m LEFT JOIN here h ON h.memory = m.id"
        " WHERE m.standing <> 'awaited' OR h.memory IS NOT NULL"
    )
    for memory, staged, before, digest in staging.rows(query):
        row = connection.execute("SELECT standing, digest FROM memories WHERE id=?", (memory,)).fetchone()
        after, fresh = row or ("", b"")
        if after in PUT_AWAY and staged not in PUT_AWAY and staged != "awaited":
            outcome = "refused"
        elif before is None:
            outcome = "new"
        elif fresh == digest:
            outcome = "skipped" if keep_existing else "same"
        else:
            outcome = "contested" if after == "contested" != before else "changed"
        counts[outcome] += 1
    return Counts(**counts)


def note_what_is_here(connection: apsw.Connection, staging: Staging) -> None:
    """Note which of the staged memories the store has, and how they stand."""
    staging.connection.execute("DELETE FROM here")
    for batch in _batched(staging.rows("SELECT id FROM memories ORDER BY id")):
        found = []
        for (memory,) in batch:
            row = connection.execute("SELECT id, standing, digest FROM memories WHERE id=?", (memory,)).fetchone()
            if row and row[1] != "awaited":
                found.append(row)
        staging.connection.executemany("INSERT INTO here VALUES(?,?,?)", found)


def choose(connection: apsw.Connection, staging: Staging, *, keep_existing: bool) -> bool:
    """Choose the staged events that the store has not; with `keep_existing`, only of memories it has not.

    Returns whether any were passed over for `keep_existing`. Raises ForkedReplica when the store and
    the staged journal have different events in the same place.
    """
    seqs = "SELECT r.id, coalesce((SELECT max(seq) FROM journal j WHERE j.replica = r.number), 0) FROM replicas r"
    rows: Iterator[tuple[Any, ...]] = connection.execute(seqs)
    latest: dict[str, int] = dict(rows)
    staging.connection.execute("DELETE FROM taken")
    query = (
        "SELECT j.position, r.id, j.seq, j.id, h.memory IS NOT NULL FROM journal j"
        " JOIN replicas r ON r.number = j.replica LEFT JOIN here h ON h.memory = j.memory ORDER BY j.position"
    )
    passed_over = False
    for batch in _batched(staging.rows(query)):
        chosen = []
        for position, replica, seq, name, existing in batch:
            if seq <= latest.get(replica, 0):
                _same(connection, replica, seq, name)
            elif keep_existing and existing:
                passed_over = True
            else:
                chosen.append((position,))
        staging.connection.executemany("INSERT INTO taken VALUES(?)", chosen)
    return passed_over


def _same(connection: apsw.Connection, replica: str, seq: int, name: bytes) -> None:
    row = connection.execute(
        "SELECT j.id FROM journal j JOIN replicas r ON r.number = j.replica WHERE r.id=? AND j.seq=?", (replica, seq)
    ).fetchone()
    if row and row[0] != name:
        raise ForkedReplica(replica, seq, f"{row[0].hex()[:12]} here", f"{name.hex()[:12]} in the export")


def _said(staging: Staging, query: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(operation, fields) of staged events; `lift` for what takes a rejection back or changes which sources count."""
    sources = bytes.fromhex(KEPT_AT)
    rejected = {memory for (memory,) in staging.rows("SELECT DISTINCT memory FROM journal WHERE op='reject'")}
    for row in staging.rows(query):
        op, memory = row[7], row[8]
        lifting = (op == "restore" and memory in rejected) or (op == "set" and memory == sources)
        yield "lift" if lifting else op, fields_of(row[10])


def check_trust(said: Iterable[tuple[str, dict[str, Any]]], trust: str) -> None:
    """Raise TrustTooHigh when any of the events speaks with more trust than the one who takes them in has.

    What lifts a quarantine or a rejection, or withdraws a source, without saying with which trust was done by a person.
    """
    bound = RANK[trust]
    for op, fields in said:
        lifting = op == "lift" or (op == "set" and fields.get("quarantined") is False)
        level = fields.get("trust", PERSON if lifting else None)
        if level is not None and RANK[level] > bound:
            raise TrustTooHigh(level, trust)


class _Numbers:
    """The numbers that replicas, actors and origins have in the store, given when they are new."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {}

    def replica(self, name: str) -> int:
        """A replica's number."""
        return self._number("replicas", "id", name, "INSERT OR IGNORE INTO replicas(id, own, place) VALUES(?,0,'')")

    def name(self, name: str) -> int:
        """An actor's or origin's number."""
        return self._number("names", "name", name, "INSERT OR IGNORE INTO names(name) VALUES(?)")

    def _number(self, table: str, column: str, name: str, insert: str) -> int:
        if (table, name) not in self._known:
            self._connection.execute(insert, (name,))
            if len(self._known) > BATCH:
                self._known.clear()
            found = _number(self._connection, f"SELECT number FROM {table} WHERE {column}=?", name)
            self._known[table, name] = found
        return self._known[table, name]


def _number(connection: apsw.Connection, query: str, *arguments: Any) -> int:
    """The one number that a query gives."""
    row = connection.execute(query, arguments).fetchone()
    return int(row[0]) if row else 0


def _numbered(numbers: _Numbers, row: tuple[Any, ...], position: int) -> tuple[Any, ...]:
    """A staged event's row as the store's journal takes it."""
    _, replica, seq, wall, counter, actor, origin, *rest = row
    return (position, numbers.replica(replica), seq, wall, counter, numbers.name(actor), numbers.name(origin), *rest)


def _insert(connection: apsw.Connection, statement: str, rows: Iterator[tuple[Any, ...]]) -> int:
    count = 0
    for batch in _batched(rows):
        connection.executemany(statement, batch)
        count += len(batch)
    return count


def _batched(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while batch := list(islice(rows, 500)):  # rows held at once: large wordings come together too
        yield batch


def _latest_clock(rows: Iterator[tuple[Any, ...]]) -> Clock:
    return max((Clock(row[3], row[4]) for row in rows), default=Clock(0, 0))


_TAKEN_OBJECTS = (
    "SELECT o.address, o.body FROM (SELECT DISTINCT j.revision FROM taken k"
    " CROSS JOIN journal j ON j.position = k.position WHERE j.revision <> x'') t"
    " CROSS JOIN objects o ON o.address = t.revision"
)


def _take_objects(connection: apsw.Connection, staging: Staging) -> int:
    """Take in the wordings of the chosen events; what is here stays as it is."""
    before = connection.total_changes()
    _insert(connection, "INSERT OR IGNORE INTO objects VALUES(?,?)", staging.rows(_TAKEN_OBJECTS))
    taken = connection.total_changes() - before
    connection.execute(
        "DELETE FROM losses WHERE part='wording' AND EXISTS (SELECT 1 FROM objects WHERE address=losses.name)"
    )
    return taken


def _take_losses(connection: apsw.Connection, staging: Staging) -> None:
    """Note what repairs lost elsewhere and is not here either, of replicas and wordings that are known here."""
    said = "SELECT part, replica, number, name, since FROM losses WHERE part=?"
    for loss in staging.rows(said, ("wording",)):
        connection.execute(
            "INSERT OR IGNORE INTO losses SELECT ?1, ?2, ?3, ?4, ?5"
            " WHERE EXISTS (SELECT 1 FROM wordings WHERE revision=?4)"
            " AND NOT EXISTS (SELECT 1 FROM objects WHERE address=?4)", loss
        )  # fmt: skip
    for loss in staging.rows(said, ("event",)):
        connection.execute(
            "INSERT OR IGNORE INTO losses SELECT ?1, ?2, ?3, ?4, ?5 FROM replicas r WHERE r.id=?2"
            " AND EXISTS (SELECT 1 FROM journal j WHERE j.replica=r.number AND j.seq > ?3)"
            " AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.replica=r.number AND j.seq=?3)", loss
        )  # fmt: skip


def _revive_objects(connection: apsw.Connection, staging: Staging) -> None:
    """Give wordings that were erased here their bytes again where a memory that is not erased has them now."""
    if not connection.execute("SELECT 1 FROM tallies WHERE standing='erased' LIMIT 1").fetchone():
        return
    for address, body in staging.rows(_TAKEN_OBJECTS):
        if body is not None:
            connection.execute(
                "UPDATE objects SET body=?2 WHERE address=?1 AND body IS NULL AND EXISTS (SELECT 1 FROM wordings w"
                " JOIN memories m ON m.id = w.memory WHERE w.revision=?1 AND m.standing <> 'erased')", (address, body)
            )  # fmt: skip


def _bring_up_to_date(connection: apsw.Connection, staging: Staging) -> bytes:
    """Apply the chosen events to the states they concern, in id order, and return the new root; empty without any."""
    number = _number(connection, "SELECT coalesce(max(number), 0) FROM memories")
    batch: list[Change] = []
    worded: set[tuple[str, str]] = set()
    root = b""
    for memory, events in staging.events_by_memory(taken=True):
        held, before, record = _state(connection, memory)
        if not held:
            number += 1
            held = number
        worded |= _applied(record, memory, events)
        batch.append(Change(memory, held, before, row_of(record), record))
        if len(batch) == BATCH:
            root = _write(connection, staging, batch, worded)
            batch, worded = [], set()
    return _write(connection, staging, batch, worded) if batch else root


def _state(connection: apsw.Connection, memory: str) -> tuple[int, Row | None, Record]:
    """The number, row and record of a memory; 0, None and an empty record when it is unknown."""
    row = connection.execute("SELECT number, record FROM memories WHERE id=?", (bytes.fromhex(memory),)).fetchone()
    if row is None:
        return 0, None, {}
    record = record_of(row[1])
    return row[0], row_of(record), record


def _applied(record: Record, memory: str, events: Iterator[Event]) -> set[tuple[str, str]]:
    """Apply events to a record; the (revision, memory) pairs they brought."""
    worded = set()
    for event in events:
        apply(record, event, memory)
        if event.revision:
            worded.add((event.revision, event.memory))
    return worded


def _body(connection: apsw.Connection, staging: Staging, revision: str) -> bytes | None:
    """The bytes of a wording here, or those that `_revive_objects` will give it; None when there are none."""
    return intact_body(connection, revision) or intact_body(staging.connection, revision)


def _write(connection: apsw.Connection, staging: Staging, batch: list[Change], worded: set[tuple[str, str]]) -> bytes:
    """Write changed states, and note those that are erased now."""
    bodies = {revision: _body(connection, staging, revision) for change in batch for revision in change.after.revisions}
    try:
        root = projection.write(connection, batch, bodies)
    except projection.IndexFault as error:
        raise Refused(f"The search index of this store is broken ({error}); `oldhand rebuild` mends it.") from error
    projection.write_wordings(connection, worded)
    gone = [(bytes.fromhex(change.id),) for change in batch if change.after.standing == "erased"]
    staging.connection.executemany("INSERT OR IGNORE INTO gone VALUES(?)", gone)
    return root
