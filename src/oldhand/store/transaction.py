"""A write transaction: events in, journal and every projection out, all or nothing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import apsw

from oldhand.errors import DamagedObject
from oldhand.model.canonical import address, encoded
from oldhand.model.clock import Clock, tick
from oldhand.model.event import Event, make
from oldhand.model.identity import short
from oldhand.store import merkle, projection
from oldhand.store.erasure import erase_bytes, purge_index
from oldhand.store.faults import known_faults, note_fault
from oldhand.store.fold import Record, apply, fold
from oldhand.store.projection import Change, Row, row_of
from oldhand.store.rejections import CHANGING, Rejections
from oldhand.store.roots import current_root
from oldhand.store.rows import about, among, events, hashes_to, record_of

if TYPE_CHECKING:
    from oldhand.store.term_rows import TermRows

PROJECTION_FAULTS = (apsw.SQLError, apsw.CorruptError, apsw.ConstraintError, ValueError)


class Transaction:
    """One atomic change of the store, open between BEGIN IMMEDIATE and COMMIT.

    `emit` makes a new event of this replica; `take` takes one that another replica made. Nothing is
    visible to anyone before `finish`, which the store calls before COMMIT.
    """

    def __init__(self, connection: apsw.Connection, replica: tuple[int, str], now_ms: int) -> None:
        self.connection = connection
        self.now_ms = now_ms
        self.emitted: list[Event] = []
        self.root = b""
        self._replica_number, self.replica = replica
        self._records: dict[str, Record] = {}
        self._before: dict[str, tuple[int, Row | None]] = {}
        self._events: list[tuple[Any, ...]] = []
        self._bodies: dict[str, bytes | None] = {}
        self._fresh: dict[bytes, bytes] = {}
        self._names: dict[str, int] = {}
        self._replicas: dict[str, int] = {self.replica: self._replica_number}
        self._erased: set[str] = set()
        self.erasing = False  # whether a memory is erased by this change, so that its vectors must go too
        self._fresh_wordings: dict[str, str] = {}
        self._worded: set[tuple[str, str]] = set()
        self._unheard: set[str] = set()
        self._learn_faults()
        self._seq, self._prev = self._latest_own()
        self._last = current_root(connection)
        self._clock = self._last.clock
        self._pending: set[str] = set()
        self._rejections = Rejections(connection)
        self.terms: TermRows | None = None  # what was asked of the search index for this change, so far

    def _learn_faults(self) -> None:
        """See which projections are known to be broken, so that they are left alone."""
        faults = known_faults(self.connection)
        self._no_index = "search" in faults
        self._fault: tuple[str, str] | None = ("state", faults["state"]) if "state" in faults else None

    def _latest_own(self) -> tuple[int, str]:
        """The sequence number and id of this replica's latest event; 0 and empty before its first."""
        row = self.connection.execute(
            "SELECT seq, id FROM journal WHERE replica=? ORDER BY seq DESC LIMIT 1", (self._replica_number,)
        ).fetchone()
        return (row[0], row[1].hex()) if row else (0, "")

    def record(self, memory: str) -> Record:
        """The present state of `memory`, with the changes of this transaction; empty when it is unknown."""
        known = self._records.get(memory)
        return known if known is not None else self._load(memory)

    def foresee(self, memories: Iterable[str], revisions: Iterable[str]) -> None:
        """Look up many memories and wordings at once, before a bulk asks for each: the answers are the same, sooner."""
        if self._fault:
            return
        wanted = [name for name in memories if name not in self._records]
        known: dict[str, tuple[int, bytes | None]] = {}
        query = (
            "SELECT i.id, m.id, m.number, m.record, m.digest FROM memories i"
            " CROSS JOIN memories m NOT INDEXED ON m.number = i.number WHERE i.id IN"
        )
        damaged = set()
        for name, id_, number, packed, digest in among(self.connection, query, wanted):
            known[name.hex()] = (number, packed)
            if id_ != name or not hashes_to(packed, digest):
                damaged.add(name.hex())  # found out again, and dealt with, when it is asked for
        for name in wanted:
            if name in damaged:
                continue
            number, packed = known.get(name, (0, None))
            record = record_of(packed) if packed else {}
            self._records[name] = record
            self._before[name] = (number, row_of(record)) if packed else (0, None)
        asked = list(revisions)
        found = {
            row[0].hex() for row in among(self.connection, "SELECT revision FROM wordings WHERE revision IN", asked)
        }
        self._unheard.update(name for name in asked if name not in found)

    def _row(self, name: bytes) -> tuple[int, bytes] | None:
        """The (number, record) of a memory; None when it is unknown. Raises ValueError when they are damaged."""
        row: Any = self.connection.execute(
            "SELECT id, number, record, digest FROM memories NOT INDEXED"
            " WHERE number=(SELECT number FROM memories WHERE id=?)", (name,)
        ).fetchone()  # fmt: skip
        if row and not (row[0] == name and hashes_to(row[2], row[3])):
            raise ValueError(f"the stored state of {short(name.hex())} is damaged")
        return row[1:3] if row else None

    def _load(self, memory: str) -> Record:
        try:
            row = self._row(bytes.fromhex(memory))
        except PROJECTION_FAULTS as error:
            self._fault = self._fault or ("state", str(error))
            row = None
        if self._fault:
            record = fold(memory, [event for _, event in about(self.connection, memory)])
            self._records[memory], self._before[memory] = record, (0, None)
            return record
        record = record_of(row[1]) if row else {}
        self._records[memory] = record
        self._before[memory] = (row[0], row_of(record)) if row else (0, None)
        return record

    def body(self, revision: str) -> bytes | None:
        """The bytes of a wording, checked against their address; None when erased. Raises DamagedObject."""
        if revision not in self._bodies:
            row = self.connection.execute(
                "SELECT body FROM objects WHERE address=?", (bytes.fromhex(revision),)
            ).fetchone()
            if row is None or (row[0] is not None and not hashes_to(row[0], bytes.fromhex(revision))):
                raise DamagedObject(revision[:12])
            self._bodies[revision] = row[0]
        return self._bodies[revision]

    def holder_of(self, revision: str) -> str:
        """The memory whose current wording is `revision`, or empty."""
        if revision in self._fresh_wordings:
            return self._fresh_wordings[revision]
        if revision in self._unheard:
            return ""
        rows: Any = self.connection.execute(
            "SELECT memory FROM wordings WHERE revision=?", (bytes.fromhex(revision),)
        ).fetchall()
        for (name,) in rows:
            memory = name.hex()
            if any(head["revision"] == revision for head in self.record(memory).get("heads", ())):
                return str(memory)
        return ""

    def had_wording(self, memory: str, revision: str) -> bool:
        """Whether a memory has, or has had, a wording."""
        if (revision, memory) in self._worded:
            return True
        row = self.connection.execute(
            "SELECT 1 FROM wordings WHERE revision=? AND memory=?", (bytes.fromhex(revision), bytes.fromhex(memory))
        )
        return row.fetchone() is not None

    @property
    def broken(self) -> bool:
        """Whether a projection cannot be written, so that what is erased would keep its bytes until a rebuild."""
        return self._fault is not None or self._no_index

    def number_of(self, memory: str) -> int:
        """The row of a memory in the tables; 0 for one that is not written yet."""
        self.record(memory)
        return self._before[memory][0]

    def may_reject(self) -> bool:
        """Whether any value at all may be rejected or erased here: else nothing need be worked out to be asked for."""
        try:
            return self._fault is not None or self._rejections.any()
        except PROJECTION_FAULTS:
            return True  # `rejected` finds it out again, and deals with it

    def rejected(self, values: Iterable[str]) -> str:
        """The memory whose rejection, or erasure, holds for one of these values (oldhand.model.value); else empty."""
        asked = list(values)
        try:
            return self._rejections.holder(asked, broken=self._fault is not None)
        except PROJECTION_FAULTS as error:
            self._fault = self._fault or ("state", str(error))
            return self._rejections.holder(asked, broken=True)

    def latest(self, memory: str, op: str) -> Event | None:
        """The latest event of an operation about a memory that was committed before, or None."""
        found = [event for _, event in events(self.connection, "j.memory=? AND j.op=?", (bytes.fromhex(memory), op))]
        return max(found, key=lambda event: event.stamp, default=None)

    def brought_by(self, actor: str) -> list[str]:
        """The memories that an actor asserted before, in id order."""
        rows: Any = self.connection.execute(
            "SELECT DISTINCT j.memory FROM journal j JOIN names a ON a.number = j.actor"
            " WHERE a.name=? AND j.op='assert' ORDER BY 1", (actor,)
        )  # fmt: skip
        return [row[0].hex() for row in rows.fetchall()]

    def put(self, body: bytes, revision: str = "") -> str:
        """Store a wording's bytes and return their address; storing the same bytes again is harmless.

        revision: the address, where the caller has computed it from these very bytes already.
        """
        revision = revision or address(body).hex()
        self._fresh[bytes.fromhex(revision)] = body
        self._bodies[revision] = body
        return revision

    def emit(self, op: str, memory: str, actor: str, origin: str, fields: dict[str, Any], revision: str = "") -> Event:
        """A new event of this replica, applied to the state at once."""
        self._clock = tick(self._clock, self.now_ms)
        self._seq += 1
        event = make(self.replica, self._seq, self._clock, actor, origin, op, memory, revision, fields, self._prev)
        self._prev = event.id
        if revision:
            self._fresh_wordings[revision] = memory
        self.emitted.append(event)
        self._accept(event)
        return event

    def take(self, event: Event) -> bool:
        """Take in an event made elsewhere; False when it is here already. Its id must have been checked."""
        name = bytes.fromhex(event.id)
        if event.id in self._pending or self.connection.execute("SELECT 1 FROM journal WHERE id=?", (name,)).fetchone():
            return False
        self._pending.add(event.id)
        if event.clock > self._clock:
            self._clock = event.clock
        self._accept(event)
        return True

    def _accept(self, event: Event) -> None:
        self._events.append((
            self._replica_of(event.replica), event.seq, event.clock[0], event.clock[1],
            self._name(event.actor), self._name(event.origin), event.op, bytes.fromhex(event.memory),
            bytes.fromhex(event.revision), event.packed or (encoded(event.fields) if event.fields else None),
            bytes.fromhex(event.fields_digest) if event.fields_digest and not event.fields else None,
            bytes.fromhex(event.id),
        ))  # fmt: skip
        if not event.memory:
            return
        if event.revision:
            self._worded.add((event.revision, event.memory))
        apply(self.record(event.memory), event, event.memory)
        if event.op in CHANGING:
            self._rejections.note(event.memory, self._records[event.memory])
        if event.op in ("link", "unlink"):
            target = event.fields["target"]
            if target != event.memory:
                apply(self.record(target), event, target)
        elif event.op == "erase" or self._records[event.memory].get("erased"):
            self._erased.add(event.memory)
            self.erasing = True

    def _name(self, name: str) -> int:
        if name not in self._names:
            number: Any = self.connection.execute("SELECT number FROM names WHERE name=?", (name,)).fetchone()
            if number is None:
                self.connection.execute("INSERT INTO names(name) VALUES(?)", (name,))
                number = (self.connection.last_insert_rowid(),)
            self._names[name] = number[0]
        return self._names[name]

    def _replica_of(self, replica: str) -> int:
        if replica not in self._replicas:
            self.connection.execute("INSERT OR IGNORE INTO replicas(id, own, place) VALUES(?,0,'')", (replica,))
            row: Any = self.connection.execute("SELECT number FROM replicas WHERE id=?", (replica,)).fetchone()
            self._replicas[replica] = row[0]
        return self._replicas[replica]

    def absorbed(self, root: bytes, clock: Clock) -> None:
        """Go on from what a merge has written straight into the tables: the root it gave, the latest clock it brought.

        Nothing may have been emitted or taken in this transaction before.
        """
        self.root, self._last = root, current_root(self.connection)
        self._clock = max(self._clock, self._last.clock, clock)
        self._seq, self._prev = self._latest_own()
        self._learn_faults()

    def settle(self) -> None:
        """Write out what has been said so far and forget it, so that very many changes need little memory.

        To everyone else it is still one change, which comes with `finish`.
        """
        self._flush_journal()
        self.terms = None
        if not self._fault:
            self._project()
        if not self._fault:
            self._rejections.written()
        for held in (
            self._records, self._before, self._bodies, self._erased, self._fresh_wordings, self._worded, self.emitted,
        ):  # fmt: skip
            held.clear()

    def finish(self) -> bytes:
        """Write everything and return the new root; the present root when nothing happened."""
        self._flush_journal()
        if not self._fault:
            self._project()
        if self._fault:
            note_fault(self.connection, *self._fault, self.now_ms)
            return self._last.root
        self._chain()
        return self.root

    def _project(self) -> None:
        """Bring the projections up to date; when one is broken, leave them all and remember the fault.

        The journal and the objects, which cannot be recomputed, are written either way.
        """
        self.connection.execute("SAVEPOINT projections")
        try:
            changes = self._changes()
            if changes:
                self.root = projection.write(self.connection, changes, self._bodies, indexing=not self._no_index)
                projection.write_wordings(self.connection, self._worded)
                for memory in self._erased:
                    erase_bytes(self.connection, bytes.fromhex(memory))
                if self._erased and not self._no_index:
                    self._purge_index()
            else:
                self.root = self.root or self._last.root
            self.connection.execute("RELEASE projections")
        except projection.IndexFault as error:
            self.connection.execute("ROLLBACK TO projections; RELEASE projections")
            note_fault(self.connection, "search", str(error), self.now_ms)
            self._no_index = True
            self._project()
        except PROJECTION_FAULTS as error:
            self.connection.execute("ROLLBACK TO projections; RELEASE projections")
            self._fault = ("state", str(error))

    def _purge_index(self) -> None:
        try:
            purge_index(self.connection)
        except (apsw.SQLError, apsw.CorruptError) as error:
            raise projection.IndexFault(str(error)) from error

    def _flush_journal(self) -> None:
        if self._fresh:
            self.connection.executemany(
                "INSERT INTO objects VALUES(?,?) ON CONFLICT(address) DO UPDATE SET body=excluded.body"
                " WHERE body IS NOT excluded.body",
                sorted(self._fresh.items()),
            )
            self._fresh.clear()
        if self._events:
            self.connection.executemany(
                "INSERT INTO journal(replica,seq,wall,counter,actor,origin,op,memory,revision,fields,erased,id)"
                " VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                self._events,
            )
            self._events.clear()

    def _changes(self) -> list[Change]:
        row: Any = self.connection.execute("SELECT coalesce(max(number), 0) FROM memories").fetchone()
        next_number = row[0]
        changes = []
        for memory, record in sorted(self._records.items()):  # rows in id order: neighbours share pages
            number, before = self._before[memory]
            if not record:
                continue
            after = row_of(record)
            if not number:
                next_number += 1
                number = next_number
            for revision in after.revisions:
                self._body_if_known(revision)
            changes.append(Change(memory, number, before, after, record))
        return changes

    def _body_if_known(self, revision: str) -> None:
        """Load a wording for the index; one that is damaged or has not arrived is left out, and `verify` names it."""
        try:
            self.body(revision)
        except DamagedObject:
            self._bodies[revision] = None

    def _chain(self) -> None:
        """Record the new root, chained to the one before."""
        row: Any = self.connection.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()
        position = row[0]
        last = self._last
        if position == last.position:
            return
        learned = max(last.learned, self.now_ms)
        chain = merkle.chained(last.chain, self.root, position, learned, self._clock)
        self.connection.execute(
            "INSERT INTO roots VALUES(?,?,?,?,?,?,?)",
            (last.number + 1, position, self.root, chain, learned, *self._clock),
        )
