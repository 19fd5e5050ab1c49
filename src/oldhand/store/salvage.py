"""Saving what a damaged store still holds into a new database: every object and event whose hash comes out.

First everything is read in order, past what cannot be read. What is missing then is looked for in the
indexes, which hold names, sequence numbers and ids a second time; in the raw pages of the file; and,
last, among the values that one flipped bit may have made of the damaged one. Only the hash decides.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import apsw

from oldhand.model.canonical import address
from oldhand.model.event import Event
from oldhand.store import flips, pages, scan
from oldhand.store.canonical_check import OBJECTS, STEP, Chains, known_losses
from oldhand.store.evidence import RAW_EVENTS, RawEvent, rows_until_damage
from oldhand.store.findings import Progress
from oldhand.store.scan import Gap

BATCH = 2000  # rows inserted at once
DAMAGED_KEPT = 64 * 1_048_576  # bytes of damaged objects held in memory, in case a flipped bit can be found
SEARCHED_BY_NAME = 1000  # missing objects that are looked for one by one, by their address, on every page

Place = tuple[int, int]  # (number of the replica, seq)


class Salvage:
    """Moves the intact events and objects of `source` into `new`, whose canonical tables are empty."""

    def __init__(self, source: apsw.Connection, raw: pages.Pages, new: apsw.Connection, progress: Progress) -> None:
        self._source, self._raw, self._new, self._progress = source, raw, new, progress
        self.known = known_losses(source)
        self._chains = Chains(source, self.known)
        self._unproven: dict[Place, list[RawEvent]] = {}
        self._true_ids: dict[Place, str] = {}  # of events that are missing, as the event after them says
        self._misplaced: list[RawEvent] = []  # rows that do not say whose event they are
        self._claims: dict[Place, set[int]] = {}  # missing events of which an index knows the position
        self._claimed_ids: dict[int, set[str]] = {}
        self._damaged: list[tuple[Any, bytes]] = []
        self._waiting: list[tuple[Any, ...]] = []
        self._numbers: set[tuple[str, int]] = set()
        self.mended = 0
        self.lost_events: dict[tuple[str, int], str] = {}
        self.lost_objects: list[bytes] = []

    def run(self) -> None:
        """Save everything; afterwards `lost_events` and `lost_objects` name what could not be."""
        self._objects()
        gaps = self._events()
        self._read_claims()
        if gaps or self._unproven or self._claims or self._holes():
            self._read_ids()
            self._carve_events()
            self._resolve()
        self._flush()
        self._missing_objects()
        self._name_losses()

    # -- events --------------------------------------------------------------------------------

    def _events(self) -> list[Gap]:
        gaps: list[Gap] = []
        last: dict[int, str] = {}
        for done, row in enumerate(scan.rows(self._source, RAW_EVENTS, scan.ROWS, gaps), 1):
            if done % STEP == 0:
                self._progress("events", done, 0)
            raw = RawEvent(*row)
            before = self._chains.before(raw) if raw.well_formed else set()
            event = self._chains.prover.prove(raw, before, {raw.id.hex()} if isinstance(raw.id, bytes) else ())
            self._chains.passed(raw, event, before)
            if event is None:
                self._set_aside(raw)
                continue
            if event.prev != last.get(raw.replica, ""):
                self._true_ids[raw.replica, event.seq - 1] = event.prev
            last[raw.replica] = event.id
            self._keep(raw, event)
        self._flush()
        return gaps

    def _set_aside(self, raw: RawEvent) -> None:
        if isinstance(raw.replica, int) and isinstance(raw.seq, int):
            rows = self._unproven.setdefault((raw.replica, raw.seq), [])
            if raw not in rows:
                rows.append(raw)
        else:
            self._misplaced.append(raw)

    def _keep(self, raw: RawEvent, event: Event) -> None:
        """Write a proven event, and its names when they are new."""
        prover = self._chains.prover
        for table, column, number, names in (
            ("replicas", "own, place, id", raw.replica, prover.replicas),
            ("names", "name", raw.actor, prover.names),
            ("names", "name", raw.origin, prover.names),
        ):
            if (table, number) not in self._numbers:
                self._numbers.add((table, number))
                values = "0, '', ?" if table == "replicas" else "?"
                query = f"INSERT OR IGNORE INTO {table}(number, {column}) VALUES(?, {values})"
                self._new.execute(query, (number, names.of(number)[0]))
        self._waiting.append((*raw[:7], event.op, *raw[8:12], bytes.fromhex(event.id)))
        if len(self._waiting) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        query = f"INSERT OR IGNORE INTO journal VALUES({','.join('?' * 13)})"
        for row in self._waiting:
            self._new.execute(query, row)
            if not self._new.changes() and not self._has((row[1], row[2])):  # its position was damaged and is taken
                self._new.execute(query, (None, *row[1:]))
        self._waiting = []

    def _has(self, place: Place) -> bool:
        return self._new.execute("SELECT 1 FROM journal WHERE replica=? AND seq=?", place).fetchone() is not None

    def _id_at(self, place: Place) -> str:
        row = self._new.execute("SELECT id FROM journal WHERE replica=? AND seq=?", place).fetchone()
        return row[0].hex() if row else ""

    def _holes(self) -> bool:
        """Whether a replica's events are not all of 1, 2, 3 … up to its last."""
        query = "SELECT 1 FROM journal GROUP BY replica HAVING count(*) < max(seq) LIMIT 1"
        return self._new.execute(query).fetchone() is not None

    def _read_claims(self) -> None:
        """Learn from the index of sequence numbers which events there were that have not been proven."""
        query = "SELECT replica, seq, position FROM journal INDEXED BY journal_sequence ORDER BY replica, seq"
        for replica, seq, position in rows_until_damage(self._source, query):
            if not all(isinstance(number, int) for number in (replica, seq, position)) or self._has((replica, seq)):
                continue
            if not self._new.execute("SELECT 1 FROM journal WHERE position=?", (position,)).fetchone():
                self._claims.setdefault((replica, seq), set()).add(position)

    def _read_ids(self) -> None:
        """Learn the ids of the missing events from the index of ids, and other parts of rows from the other indexes."""
        wanted = {position for positions in self._claims.values() for position in positions}
        rows = [*self._misplaced, *(raw for raws in self._unproven.values() for raw in raws)]
        wanted |= {raw.position for raw in rows}
        query = "SELECT id, position FROM journal INDEXED BY sqlite_autoindex_journal_1 ORDER BY id"
        for name, position in rows_until_damage(self._source, query):
            if position in wanted and isinstance(name, bytes):
                self._claimed_ids.setdefault(position, set()).add(name.hex())
        query = "SELECT memory, position FROM journal INDEXED BY journal_memory ORDER BY memory, position"
        listed = rows_until_damage(self._source, query)
        memories = {position: memory for memory, position in listed if position in wanted}
        places = {position: place for place, positions in self._claims.items() for position in positions}
        for raw in rows:
            told: dict[str, Any] = {}
            if raw.position in memories:
                told["memory"] = memories[raw.position]
            if raw.position in places:
                told["replica"], told["seq"] = places[raw.position]
            if len(names := self._claimed_ids.get(raw.position, set())) == 1:
                told["id"] = bytes.fromhex(min(names))
            for name, value in told.items():
                self._set_aside(raw._replace(**{name: value}))
            self._set_aside(raw._replace(**told))

    def _carve_events(self) -> None:
        """Take what the pages of the file hold of events that have not been proven."""
        for raw in pages.events(self._raw):
            if raw.well_formed and not self._has((raw.replica, raw.seq)):
                self._set_aside(raw)

    def _resolve(self) -> None:
        """Prove what was set aside, again while it helps: each event proven tells the id of the one before."""
        for with_flips in (False, True):
            again = True
            while again:
                again = False
                for place in sorted(self._unproven):
                    if self._prove(place, with_flips):
                        del self._unproven[place]
                        again = True
        self._flush()

    def _prove(self, place: Place, with_flips: bool) -> bool:
        before = self._ids_before(place)
        if not before:
            return False
        for raw in self._unproven[place]:
            claimed = {self._true_ids.get(place, "")} | self._claimed_ids.get(raw.position, set())
            claimed |= {raw.id.hex()} if isinstance(raw.id, bytes) else set()
            candidates: Iterable[RawEvent] = flips.of_event(raw) if with_flips else (raw,)
            for candidate in candidates:
                if event := self._chains.prover.prove(candidate, before, claimed):
                    self._true_ids.setdefault((place[0], place[1] - 1), event.prev)
                    self.mended += with_flips or raw.id.hex() != event.id
                    self._keep(candidate, event)
                    self._flush()
                    return True
        return False

    def _ids_before(self, place: Place) -> set[str]:
        """What the id of the event before may be."""
        replica, seq = place
        if seq == 1:
            return {""}
        earlier = (replica, seq - 1)
        if proven := self._id_at(earlier):
            return {proven}
        found = {self._true_ids.get(earlier, "")}
        found |= {self.known.events.get((name, seq - 1), "") for name in self._chains.prover.replicas.of(replica)}
        for position in self._claims.get(earlier, ()):
            found |= self._claimed_ids.get(position, set())
        for raw in self._unproven.get(earlier, ()):
            found |= {raw.id.hex()} | self._claimed_ids.get(raw.position, set())
            if earlier_still := self._id_at((replica, seq - 2)) or (seq == 2 and "start"):
                found |= self._chains.prover.guess(raw, {"" if seq == 2 else earlier_still})
        return found - {""}

    # -- objects -------------------------------------------------------------------------------

    def _objects(self) -> None:
        gaps: list[Gap] = []
        fresh: list[tuple[bytes, bytes]] = []
        held = 0
        for done, (name, body) in enumerate(scan.rows(self._source, OBJECTS, scan.ADDRESSES, gaps), 1):
            if done % STEP == 0:
                self._progress("objects", done, 0)
            if not isinstance(body, bytes):
                continue  # erased, or made to seem so: the events tell which
            if address(body) == name:
                fresh.append((name, body))
            elif held + len(body) <= DAMAGED_KEPT:
                held += len(body)
                self._damaged.append((name, body))
            if len(fresh) >= BATCH:
                self._save(fresh)
                fresh = []
        self._save(fresh)

    def _save(self, rows: list[tuple[bytes, bytes]]) -> None:
        self._new.executemany("INSERT OR IGNORE INTO objects VALUES(?,?)", rows)

    def _missing_objects(self) -> None:
        """Find the wordings that events name and that were not read; what is found nowhere is lost."""
        self._new.execute("CREATE TEMP TABLE erased AS SELECT DISTINCT memory FROM journal WHERE op = 'erase'")
        self._new.execute(
            "INSERT OR IGNORE INTO objects SELECT revision, NULL FROM journal WHERE length(revision) = 32"
            " GROUP BY revision HAVING sum(memory NOT IN temp.erased) = 0"
        )
        self._new.execute("DROP TABLE temp.erased")
        query = (
            "SELECT DISTINCT revision FROM journal j WHERE length(revision) = 32"
            " AND NOT EXISTS (SELECT 1 FROM objects o WHERE o.address = j.revision)"
        )
        missing = {row[0] for row in self._new.execute(query)}
        for found in (self._misnamed, self._carved, self._named_in_pages, self._with_a_bit_flipped):
            if missing:
                rows = [(address(body), body) for body in found(missing)]
                self._save(rows)
                missing -= {name for name, _ in rows}
        self.lost_objects = sorted(missing - self.known.objects)

    def _misnamed(self, missing: set[bytes]) -> Iterator[bytes]:
        """Bodies whose address was damaged, not they."""
        return (body for _, body in self._damaged if address(body) in missing)

    def _carved(self, missing: set[bytes]) -> Iterator[bytes]:
        """Bodies on pages that cannot be reached any more."""
        return (body for name, body in pages.objects(self._raw) if name in missing and address(body) == name)

    def _named_in_pages(self, missing: set[bytes]) -> Iterator[bytes]:
        """Bodies whose row is damaged around them: they follow their address and end where their JSON ends."""
        if len(missing) > SEARCHED_BY_NAME:
            return
        names = re.compile(b"|".join(re.escape(name) for name in missing))
        for page in self._raw.all():
            for match in names.finditer(page):
                body = flips.object_at(page[match.end() :])
                if address(body) == match.group():
                    yield body

    def _with_a_bit_flipped(self, missing: set[bytes]) -> Iterator[bytes]:
        """Bodies that are whole again when one bit is turned back."""
        done: set[bytes] = set()
        for name, body in [*self._damaged, *((n, b) for n, b in pages.objects(self._raw) if n in missing)]:
            mended = flips.of_body(body, name) if name in missing and name not in done else None
            if mended is not None:
                done.add(name)
                self.mended += 1
                yield mended

    # -- losses --------------------------------------------------------------------------------

    def _name_losses(self) -> None:
        """Name the events that are gone: the gaps in the chains, and those after the last that an index knows of."""
        highest: list[Any] = self._new.execute("SELECT replica, max(seq) FROM journal GROUP BY replica").fetchall()
        for number, last in highest:
            self._name_gaps(number, last)
        for number in {place[0] for place in (*self._claims, *self._unproven)}:
            last = scan.one(self._new, "SELECT coalesce(max(seq), 0) FROM journal WHERE replica=?", (number,))
            while (number, last + 1) in self._claims or self._was_there((number, last + 1)):
                last += 1
                self._lose((number, last))

    def _was_there(self, place: Place) -> bool:
        """Whether a damaged row is the only one that speaks of an event: its position holds no proven one."""
        query = "SELECT 1 FROM journal WHERE position=?"
        return any(not self._new.execute(query, (raw.position,)).fetchone() for raw in self._unproven.get(place, ()))

    def _name_gaps(self, number: int, last: int) -> None:
        expected = 1
        query = "SELECT seq FROM journal WHERE replica=? ORDER BY seq"
        present: list[Any] = self._new.execute(query, (number,)).fetchall()
        for (seq,) in present:
            for missing in range(expected, seq):
                self._lose((number, missing))
            expected = seq + 1

    def _lose(self, place: Place) -> None:
        names = self._chains.prover.replicas.of(place[0])
        if not names or (names[0], place[1]) in self.known.events:
            return
        name = self._true_ids.get(place, "")
        claimed = [self._claimed_ids.get(position, set()) for position in self._claims.get(place, ())]
        self.lost_events[names[0], place[1]] = name or min(set().union(*claimed), default="")
