"""Checking the canonical tables: every object, event, chain and recorded root is recomputed from its bytes."""

from typing import NamedTuple

import apsw

from oldhand.model.canonical import address
from oldhand.model.event import Event
from oldhand.store import merkle, scan
from oldhand.store.evidence import ADDRESS_BYTES, RAW_EVENTS, Prover, RawEvent, names_read, rows_until_damage
from oldhand.store.findings import REBUILD, Findings, Progress
from oldhand.store.scan import Gap

OBJECTS = "SELECT address, body FROM objects WHERE address BETWEEN ? AND ? ORDER BY address"
ROOTS = (
    "SELECT number, position, root, chain, learned, wall, counter FROM roots NOT INDEXED"
    " WHERE number BETWEEN ? AND ? ORDER BY number"
)
STEP = 2000  # rows between two calls of the progress callback
SUSPECTS = 100_000  # damaged events and objects remembered, so that their memories are not called damaged too


class Known(NamedTuple):
    """What earlier repairs could not save."""

    events: dict[tuple[str, int], str]  # (replica, seq) -> id, empty when that is unknown too
    objects: frozenset[bytes]
    roots: dict[int, bytes]  # number -> chain value, empty when unknown


class Seen(NamedTuple):
    """What the check of the canonical tables learned that the checks after it need."""

    objects: int
    events: int
    last_position: int
    suspects: set[int]  # positions of events that are damaged
    damaged: set[bytes]  # addresses whose bytes are damaged


def known_losses(connection: apsw.Connection) -> Known:
    """The losses that earlier repairs recorded."""
    query = "SELECT CAST(part AS BLOB), CAST(replica AS BLOB), number, name FROM losses"
    events, objects, roots = {}, set(), {}
    for part, replica, number, name in rows_until_damage(connection, query):
        if not isinstance(number, int) or not isinstance(name, bytes) or not isinstance(replica, bytes):
            continue  # a damaged row: what it said is then found to be missing
        if part == b"event":
            events[replica.decode("ascii", "replace"), number] = name.hex()
        elif part == b"wording":
            objects.add(name)
        elif part == b"root":
            roots[number] = name
    return Known(events, frozenset(objects), roots)


def warn_of_losses(known: Known, findings: Findings) -> None:
    """Say what earlier repairs could not save: known, and so no fresh damage."""
    advice = "the databases that repairs replaced are kept beside this one"
    for replica, seq in known.events:
        findings.warn("losses", "an event was lost before a repair", f"{replica}:{seq}", advice=advice)
    for name in sorted(known.objects):
        findings.warn("losses", "a wording was lost before a repair", name.hex(), advice=advice)
    for number in known.roots:
        findings.warn("losses", "a recorded root was lost before a repair", str(number), advice=advice)


def check_objects(connection: apsw.Connection, known: Known, findings: Findings, progress: Progress) -> set[bytes]:
    """Re-hash every object; the addresses of those that are damaged."""
    gaps: list[Gap] = []
    damaged: set[bytes] = set()
    done = 0
    for name, body in scan.rows(connection, OBJECTS, scan.ADDRESSES, gaps):
        done += 1
        if done % STEP == 0:
            progress("objects", done, 0)
        if not isinstance(name, bytes) or len(name) != ADDRESS_BYTES:
            findings.add("objects", "an address is damaged", str(name)[:64])
        elif body is not None and (not isinstance(body, bytes) or address(body) != name):
            findings.add("objects", "its bytes do not match its address", name.hex())
            if len(damaged) < SUSPECTS:
                damaged.add(name)
    for gap in gaps:
        findings.add("objects", f"a stretch of objects cannot be read ({gap.reason})", f"{gap.first:064x}"[:12] + " …")
    progress("objects", done, done)
    return damaged


def count_of(connection: apsw.Connection, table: str) -> int:
    """How many rows a table has; 0 when damage forbids counting."""
    try:
        return int(scan.one(connection, f"SELECT count(*) FROM {table}"))
    except scan.UNREADABLE:
        return 0  # the scan of the same table names what is wrong


class Chains:
    """The chains of all replicas, followed while their events pass by in the order they were learned."""

    def __init__(self, connection: apsw.Connection, known: Known) -> None:
        self._connection, self._known = connection, known
        self._replicas = names_read(connection, "replicas", "id")
        self.prover = Prover(self._replicas, names_read(connection, "names", "name"))
        self._last: dict[int, tuple[int, set[str]]] = {}  # replica -> (seq, what the id of that event may be)
        self.counts: dict[int, int] = {}
        self.highest: dict[int, int] = {}

    def replica(self, number: object) -> str:
        """A replica's id, or its number when the id cannot be read."""
        copies = self._replicas.of(number)
        return copies[0] if copies else f"#{number}"

    def before(self, raw: RawEvent) -> set[str]:
        """What the id of the event before this one, of the same replica, may be."""
        if raw.seq == 1:
            return {""}
        seq, ids = self._last.get(raw.replica, (0, set()))
        if seq == raw.seq - 1:
            return ids
        lost = {self._known.events.get((name, raw.seq - 1), "") for name in self._replicas.of(raw.replica)}
        query = f"SELECT id FROM journal WHERE replica={int(raw.replica)} AND seq={int(raw.seq) - 1}"
        found = {row[0].hex() for row in rows_until_damage(self._connection, query) if isinstance(row[0], bytes)}
        return {name for name in lost | found if name}

    def passed(self, raw: RawEvent, event: Event | None, before: set[str]) -> None:
        """Go on to the next event of this replica."""
        if not isinstance(raw.replica, int) or not isinstance(raw.seq, int):
            return
        ids = {event.id} if event else {raw.id.hex()} if isinstance(raw.id, bytes) else set()
        if event is None:
            ids |= self.prover.guess(raw, before)
        self._last[raw.replica] = (raw.seq, ids)
        self.counts[raw.replica] = self.counts.get(raw.replica, 0) + 1
        self.highest[raw.replica] = max(self.highest.get(raw.replica, 0), raw.seq)


def check_journal(
    connection: apsw.Connection, known: Known, findings: Findings, progress: Progress
) -> tuple[int, int, set[int]]:
    """Recompute every event's id and follow every chain: (events, last position, positions of damaged events)."""
    chains = Chains(connection, known)
    gaps: list[Gap] = []
    suspects: set[int] = set()
    events = last = 0
    for row in scan.rows(connection, RAW_EVENTS, scan.ROWS, gaps):
        raw = RawEvent(*row)
        events, last = events + 1, max(last, raw.position if isinstance(raw.position, int) else 0)
        if events % STEP == 0:
            progress("events", events, 0)
        before = chains.before(raw) if raw.well_formed else set()
        event = chains.prover.prove(raw, before, {raw.id.hex()} if isinstance(raw.id, bytes) else ())
        if event is None:
            findings.add("journal", "an event does not match its id", f"{chains.replica(raw.replica)}:{raw.seq}")
            if len(suspects) < SUSPECTS:
                suspects.add(raw.position)
        chains.passed(raw, event, before)
    for gap in gaps:
        findings.add("journal", f"a stretch of events cannot be read ({gap.reason})", f"from position {gap.first}")
    _check_gaps(connection, chains, known, findings)
    progress("events", events, events)
    return events, last, suspects


def _check_gaps(connection: apsw.Connection, chains: Chains, known: Known, findings: Findings) -> None:
    """Name the events that are missing from each replica's chain."""
    for number, count in chains.counts.items():
        lost = {seq for name, seq in known.events if name in chains.prover.replicas.of(number)}
        if count + len(lost) == max([chains.highest[number], *lost]):
            continue
        expected = 1
        query = f"SELECT seq FROM journal NOT INDEXED WHERE replica={number} ORDER BY seq"
        for (seq,) in rows_until_damage(connection, query):
            if not isinstance(seq, int):
                continue  # its row is named as one that does not match its id
            for missing in range(expected, min(seq, expected + SUSPECTS)):
                if missing not in lost:
                    name = f"{chains.replica(number)}:{missing}"
                    findings.add("journal", "an event is missing from its replica's chain", name)
            expected = max(expected, seq + 1)


def check_roots(connection: apsw.Connection, known: Known, findings: Findings, last_position: int) -> tuple[int, bytes]:
    """Recompute the chain of recorded roots: (how many there are, the latest root)."""
    gaps: list[Gap] = []
    count, chain, root, position, learned, expected = 0, merkle.EMPTY, merkle.EMPTY, 0, 0, 1
    for row in scan.rows(connection, ROOTS, scan.ROWS, gaps):
        number, covers, found, stored, at, wall, counter = row
        count += 1
        if not isinstance(number, int):
            findings.add("roots", "a recorded root has no number")
            continue
        for missing in range(expected, min(number, expected + SUSPECTS)):
            if missing not in known.roots:
                findings.add("roots", "a recorded root is missing", str(missing))
        if number > expected and number - 1 in known.roots:
            chain = known.roots[number - 1]
        try:
            whole = merkle.chained(chain, found, covers, at, (wall, counter)) == stored and covers >= position
            whole = whole and at >= learned
        except (TypeError, OverflowError, AttributeError):
            whole = False
        if not whole and not (number - 1 in known.roots and not known.roots[number - 1]):
            findings.add("roots", "a recorded root does not match its chain", str(number))
        chain = stored if isinstance(stored, bytes) else b""
        root = found if isinstance(found, bytes) else b""
        position, learned = (covers, at) if isinstance(covers, int) and isinstance(at, int) else (position, learned)
        expected = number + 1
    for gap in gaps:
        findings.add("roots", f"recorded roots cannot be read ({gap.reason})", f"from number {gap.first}")
    if position != last_position and not _faulty(connection):
        findings.add("roots", "the last recorded root does not cover the last event", str(count), advice=REBUILD)
    return count, root


def _faulty(connection: apsw.Connection) -> bool:
    """Whether the state is known to be broken, so that no roots are recorded until it is rebuilt."""
    return any(part == b"state" for (part,) in rows_until_damage(connection, "SELECT CAST(part AS BLOB) FROM health"))
