"""Reading the store: one unchanging view, every text checked against its address before it is returned."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apsw

from oldhand.errors import AmbiguousId, DamagedObject, UnknownId
from oldhand.model.clock import stamp_wall
from oldhand.model.domain import DEFAULT_DOMAIN
from oldhand.model.event import Event
from oldhand.model.identity import MEMORY_DIGITS, checked_prefix, short
from oldhand.store.fold import Record, counted, registers, standing
from oldhand.store.held import Edge as Edge
from oldhand.store.held import Held as Held
from oldhand.store.held import Wording as Wording
from oldhand.store.held import leading_last
from oldhand.store.lineage import made_ever, made_from, trust_of
from oldhand.store.rejections import Rejection, Rejections, expiring, latest_rejections
from oldhand.store.roots import Root, current_root, root_of
from oldhand.store.rows import EVENT_COLUMNS, event_of, events, hashes_to, record_of
from oldhand.store.search_index import average_terms, best_matches, index_rows, terms_between
from oldhand.store.shelf import EVERYTHING, Shelf, condition_of

DAY_MS = 86_400_000
CANDIDATES_SHOWN = 8  # names listed when a prefix is ambiguous


# The number is looked up first and the row by its number, so that the id comes from the row and not from the index:
# a damaged index must not give one memory's text for another's.
BY_ID = (
    "SELECT id, number, record, digest FROM memories NOT INDEXED WHERE number=(SELECT number FROM memories WHERE id=?)"
)


class Reader:
    """Queries over one database connection, inside a read transaction that the store holds open."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.damaged: list[str] = []  # memories that listings left out because their bytes are damaged

    def degradation(self) -> str:
        """What listings of this view had to leave out, and what to do about it; empty when nothing was."""
        if not self.damaged:
            return ""
        names = sorted({short(memory) for memory in self.damaged})
        said = f"{len(names)} damaged {'memory is' if len(names) == 1 else 'memories are'} left out"
        return f"{said} ({', '.join(names[:CANDIDATES_SHOWN])}); `oldhand repair` saves all that is intact"

    def root(self) -> Root:
        """The latest recorded root."""
        return current_root(self._connection)

    def counts(self) -> dict[str, int]:
        """Memories by standing."""
        return dict(self._connection.execute("SELECT standing, sum(count) FROM tallies GROUP BY standing"))

    def size(self) -> int:
        """How many memories the search index holds, in constant time."""
        row: Any = self._connection.execute("SELECT coalesce(max(number), 0) FROM memories").fetchone()
        return int(row[0])

    # -- names ---------------------------------------------------------------------------------

    def resolve(self, name: str) -> str:
        """The id of the memory that `name` means: a prefix of its id or of any of its wordings' addresses.

        Raises TooShortId, UnknownId or AmbiguousId.
        """
        prefix = checked_prefix(name)
        found = {row[0].hex() for row in self._prefixed("SELECT id FROM memories", "id", prefix, MEMORY_DIGITS)}
        if not found:
            rows = self._prefixed("SELECT memory, revision FROM wordings", "revision", prefix, 64)
            found = {row[0].hex() for row in rows}
        if not found:
            raise UnknownId(name)
        if len(found) > 1:
            shown = ", ".join(short(candidate) for candidate in sorted(found)[:CANDIDATES_SHOWN])
            raise AmbiguousId(name, shown + (" …" if len(found) > CANDIDATES_SHOWN else ""))
        return str(found.pop())

    def _prefixed(self, query: str, column: str, prefix: str, digits: int) -> list[tuple[Any, ...]]:
        """Rows whose blob `column` starts with the hexadecimal `prefix`."""
        if len(prefix) > digits:
            return []
        low = bytes.fromhex(prefix.ljust(digits, "0"))
        high = bytes.fromhex(prefix.ljust(digits, "f"))
        return self._connection.execute(
            f"{query} WHERE {column} BETWEEN ? AND ? LIMIT {CANDIDATES_SHOWN + 1}", (low, high)
        ).fetchall()

    # -- memories ------------------------------------------------------------------------------

    def get(self, memory: str) -> Held:
        """The memory with this id. Raises UnknownId, or DamagedObject when its bytes are damaged."""
        name = bytes.fromhex(memory)
        row = self._connection.execute(BY_ID, (name,)).fetchone()
        if row is None:
            raise UnknownId(short(memory))
        if row[0] != name:
            raise DamagedObject(short(memory))  # the index of ids leads to another memory's row
        return self._held(memory, *row[1:])

    def _held_many(self, rows: list[tuple[str, int, bytes, bytes]]) -> dict[str, Held]:
        """Memories by id from their rows, with all their wordings read in one query; damaged ones go to `damaged`."""
        records = {row[1]: record_of(row[2]) for row in rows if hashes_to(row[2], row[3])}
        addresses = {bytes.fromhex(head["revision"]) for one in records.values() for head in one.get("heads", ())}
        bodies = self._connection.execute(
            f"SELECT address, body FROM objects WHERE address IN ({','.join('?' * len(addresses))})", list(addresses)
        )
        known = {name.hex(): body for name, body in bodies if hashes_to(body, name)}
        return {held.id: held for row in rows if (held := self._held_if_intact(*row, known, records)) is not None}

    def _held_if_intact(
        self, memory: str, number: int, packed: bytes, digest: bytes,
        bodies: dict[str, bytes] | None = None, records: dict[int, Record] | None = None,
    ) -> Held | None:  # fmt: skip
        """A memory from its row, or None when its bytes are damaged: a listing goes on without it and says so."""
        try:
            return self._held(memory, number, packed, digest, bodies, records)
        except DamagedObject:
            self.damaged.append(memory)
            return None

    def find(self, memory: str) -> Held | None:
        """The memory with this id, or None."""
        try:
            return self.get(memory)
        except UnknownId:
            return None

    def _held(
        self, memory: str, number: int, packed: bytes, digest: bytes,
        bodies: dict[str, bytes] | None = None, records: dict[int, Record] | None = None,
    ) -> Held:  # fmt: skip
        """A memory from its row; bodies, records: wordings and rows (by number) that were read and checked already."""
        record = (records or {}).get(number)
        if record is None:
            if not hashes_to(packed, digest):
                raise DamagedObject(short(memory))
            record = record_of(packed)
        values = registers(record)
        wordings = tuple(self._wording(head, bodies or {}) for head in leading_last(record.get("heads", ())))
        latest = wordings[-1] if wordings else None
        return Held(
            memory, number, values.get("kind", ""), values.get("domain", DEFAULT_DOMAIN), values.get("key", ""),
            standing(record), trust_of(self._connection, memory, values, wordings), values.get("priority", 0),
            values.get("confidence", -1), stamp_wall(record.get("first", "0" * 12)),
            latest.at if latest else 0, values.get("valid_from"), values.get("valid_until"), wordings,
            tuple(sorted(name[4:] for name, value in values.items() if value and name.startswith("tag/"))),
            tuple(sorted(name[7:] for name, value in values.items() if value is not False and name[:7] == "anchor/")),
            sum(counted(record).values()) if len({wording.revision for wording in wordings}) < 2 else 1,
            sum(mark["op"] == "dispute" for mark in record.get("marks", ())), record,
        )  # fmt: skip

    def made_from(self, memories: Sequence[str], *, ever: bool = False) -> list[str]:
        """Every memory made from these, directly or through others, without them. ever: as `made_ever` tells it."""
        return made_ever(self._connection, memories) if ever else made_from(self._connection, memories)

    def _wording(self, head: dict[str, Any], bodies: dict[str, bytes]) -> Wording:
        body = bodies.get(head["revision"]) or self.body(head["revision"])
        if body is None:
            raise DamagedObject(short(head["revision"]))
        parsed = json.loads(body)
        return Wording(
            head["revision"], parsed["content"], tuple(parsed["inputs"]), stamp_wall(head["stamp"]),
            head["trust"], head["actor"], head["origin"],
        )  # fmt: skip

    def body(self, revision: str) -> bytes | None:
        """The bytes of a wording, re-hashed; None when erased. Raises DamagedObject when they do not match."""
        row = self._connection.execute(
            "SELECT body FROM objects WHERE address=?", (bytes.fromhex(revision),)
        ).fetchone()
        if row is None or (row[0] is not None and not hashes_to(row[0], bytes.fromhex(revision))):
            raise DamagedObject(short(revision))
        return row[0]  # type: ignore[no-any-return]

    def intact(self, revision: str) -> bytes | None:
        """The bytes of a wording, or None when they are erased or damaged."""
        try:
            return self.body(revision)
        except DamagedObject:
            return None

    def memories(self, shelf: Shelf, *, limit: int = -1, offset: int = 0) -> Iterator[Held]:
        """Memories of a shelf, most important first: by priority, then latest wording first.

        Standings that are named are read one after the other in that order and merged, so that a
        page of a large shelf costs what the page costs.
        """
        condition, arguments = condition_of(shelf._replace(standings=()))
        most = limit + offset if limit >= 0 else -1
        found: list[tuple[Any, ...]] = []
        for wanted in shelf.standings or sorted(self.counts()):
            found += self._connection.execute(
                "SELECT t.priority, t.updated, t.id, t.number, t.record, t.digest FROM (SELECT m.number FROM memories m"
                f" WHERE m.standing=? AND {condition} ORDER BY m.priority DESC, m.updated DESC, m.id LIMIT ?) i"
                " CROSS JOIN memories t NOT INDEXED ON t.number = i.number",
                (wanted, *arguments, most),
            ).fetchall()
        found.sort(key=lambda row: (-row[0], -row[1], row[2]))
        for row in found[offset : offset + limit if limit >= 0 else None]:
            if (held := self._held_if_intact(row[2].hex(), *row[3:])) is not None:
                yield held

    def count(self, shelf: Shelf) -> int:
        """How many memories a shelf has."""
        condition, arguments = condition_of(shelf)
        table = "SELECT count(*) FROM memories m" if shelf.tag else "SELECT coalesce(sum(m.count), 0) FROM tallies m"
        row: Any = self._connection.execute(f"{table} WHERE {condition}", arguments).fetchone()
        return int(row[0])

    def rooms(self) -> list[tuple[str, str, int]]:
        """(domain, standing, memories) for every domain and standing."""
        rows: Any = self._connection.execute(
            "SELECT domain, standing, sum(count) FROM tallies GROUP BY domain, standing ORDER BY domain, standing"
        )
        return list(rows)

    def anchored(self, path: str) -> list[tuple[int, int, str]]:
        """(first line, last line, memory) of the anchors in a file, or in every file below a folder."""
        rows = self._connection.execute(
            "SELECT first, last, memory FROM anchors WHERE path=? OR (path >= ? AND path < ?) ORDER BY path, first",
            (path, path + "/", path + "0"),
        )
        return [(first, last, memory.hex()) for first, last, memory in rows]

    def edges(self, memory: str) -> list[Edge]:
        """Every link from and to a memory."""
        name = bytes.fromhex(memory)
        rows = self._connection.execute(
            "SELECT source, rel, target FROM edges WHERE source=?1"
            " UNION SELECT source, rel, target FROM edges WHERE target=?1 ORDER BY rel, source, target", (name,)
        )  # fmt: skip
        return [Edge(source.hex(), rel, target.hex()) for source, rel, target in rows]

    def expiring(self, until_ms: int, limit: int) -> list[Held]:
        """Current memories whose validity ends by a moment (milliseconds), also long ago; the first to end first."""
        return self.several(expiring(self._connection, until_ms, limit), EVERYTHING)

    def rejections(self, limit: int) -> list[Rejection]:
        """The rejections that hold, latest first."""
        return latest_rejections(self._connection, limit)

    def has_rejections(self) -> bool:
        """Whether any value was rejected or erased here, in constant time."""
        return self._connection.execute("SELECT 1 FROM rejections LIMIT 1").fetchone() is not None

    def rejects(self, values: Iterable[str]) -> bool:
        """Whether one of these values (model.value) was rejected or erased here."""
        return bool(Rejections(self._connection).holder(values, broken=False))

    # -- search --------------------------------------------------------------------------------

    def matches(
        self, query: str, standings: Sequence[str], weights: tuple[float, float], limit: int, shelf: Shelf = EVERYTHING
    ) -> list[tuple[Held, float]]:
        """(memory, BM25 score) of the best matches of an FTS5 query, best first; higher scores are better.

        weights: how much a match in the label and in the text counts. Raises IndexDamaged.
        """
        condition, arguments = condition_of(shelf._replace(standings=tuple(standings)))
        ranking = f"bm25({weights[0]:.3f}, {weights[1]:.3f})"
        found = best_matches(self._connection, query, ranking, condition, arguments, limit)
        held = self._held_many([match[:4] for match in found])
        return [(held[match.memory], -match.rank) for match in found if match.memory in held]

    def document_count(self, query: str, bound: int) -> int:
        """How many memories match an FTS5 query, counting no further than `bound`. Raises IndexDamaged."""
        counting = "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)"
        return int(index_rows(self._connection, counting, (query, bound))[0][0])

    def average_terms(self) -> float:
        """How many index terms a memory has on average. Raises IndexDamaged."""
        return average_terms(self._connection)

    def vocabulary(self, low: str, high: str, most: int) -> list[tuple[str, int]]:
        """(term, memories) of the terms that are used, from `low` up to `high`. Raises IndexDamaged."""
        return terms_between(self._connection, low, high, most)

    def owners(self, revisions: Sequence[str]) -> list[tuple[str, str]]:
        """(wording, memory) for each memory that has or had one of these wordings, in the order of the wordings."""
        place = {bytes.fromhex(revision): number for number, revision in enumerate(revisions)}
        rows: list[Any] = self._connection.execute(
            f"SELECT revision, memory FROM wordings WHERE revision IN ({','.join('?' * len(place))})", list(place)
        ).fetchall()
        rows.sort(key=lambda row: (place[row[0]], row[1]))
        return [(revision.hex(), memory.hex()) for revision, memory in rows]

    def several(self, memories: Sequence[str], shelf: Shelf) -> list[Held]:
        """Those of the memories that are on a shelf, in their order; damaged ones go to `damaged`."""
        condition, arguments = condition_of(shelf)
        names = [bytes.fromhex(memory) for memory in memories]
        rows: list[Any] = self._connection.execute(
            "SELECT m.id, m.number, m.record, m.digest FROM memories m NOT INDEXED WHERE m.number IN"
            f" (SELECT number FROM memories WHERE id IN ({','.join('?' * len(names))})) AND {condition}",
            (*names, *arguments),
        ).fetchall()
        held = self._held_many([(row[0].hex(), *row[1:]) for row in rows])
        return [held[memory] for memory in memories if memory in held]

    # -- journal -------------------------------------------------------------------------------

    def history(self, memory: str) -> list[tuple[int, Event]]:
        """(position, event) of everything that happened to a memory, in the order it was learned."""
        return list(events(self._connection, "j.memory=?", (bytes.fromhex(memory),)))

    def journal(self, after: int = 0, *, newest: int = 0) -> Iterator[tuple[int, Event]]:
        """(position, event) after a position; with `newest`, only that many of the latest."""
        if newest:
            last: Any = self._connection.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()
            after = max(after, last[0] - newest)
        yield from events(self._connection, "j.position > ?", (after,))

    def journal_latest(self, limit: int, *, op: str = "", actor: str = "") -> list[tuple[int, Event]]:
        """(position, event) of the latest events, latest first, of one operation or actor if named."""
        parts = [part for part, said in (("j.op=?", op), ("a.name=?", actor)) if said]
        condition = " AND ".join(parts) if parts else "1"
        rows = self._connection.execute(
            f"{EVENT_COLUMNS} WHERE {condition} ORDER BY j.position DESC LIMIT ?",
            (*(said for said in (op, actor) if said), limit),
        )
        return [(row[-1], event_of(row)) for row in rows]

    def said(self, revision: str) -> Event | None:
        """The first event that brought a wording, or None."""
        name = bytes.fromhex(revision)
        rows: Any = self._connection.execute("SELECT memory FROM wordings WHERE revision=?", (name,)).fetchall()
        brought = [pair for (memory,) in rows for pair in self.history(memory.hex()) if pair[1].revision == revision]
        return min(brought, key=lambda pair: pair[0])[1] if brought else None

    def standing(self, memory: str) -> str:
        """How a memory stands."""
        row = self._connection.execute("SELECT standing FROM memories WHERE id=?", (bytes.fromhex(memory),)).fetchone()
        return row[0] if row else ""

    def tally(self, column: str) -> dict[str, int]:
        """Current memories by kind, trust or domain."""
        if column not in ("kind", "trust", "domain"):
            raise ValueError(column)
        current = "standing IN ('active','contested')"
        return dict(
            self._connection.execute(
                f"SELECT {column}, sum(count) FROM tallies WHERE {current} GROUP BY 1 ORDER BY 2 DESC, 1"
            )
        )

    def ahead(self, now_ms: int) -> int:
        """How many of the latest events are dated more than a day after `now_ms`."""
        rows = self._connection.execute("SELECT wall FROM journal ORDER BY position DESC LIMIT 1000")
        return sum(wall > now_ms + DAY_MS for (wall,) in rows)

    def replicas(self) -> list[tuple[str, bool, int]]:
        """(replica, is this copy, events) of every replica whose events are here."""
        rows = self._connection.execute(
            "SELECT r.id, r.own, (SELECT count(*) FROM journal j WHERE j.replica = r.number)"
            " FROM replicas r ORDER BY id"
        )
        return [(replica, bool(own), count) for replica, own, count in rows]

    def roots(self, *, newest: int = 0) -> list[Root]:
        """The recorded roots, oldest first; with `newest`, only that many of the latest."""
        rows = self._connection.execute("SELECT * FROM roots ORDER BY number DESC LIMIT ?", (newest or -1,)).fetchall()
        return [root_of(row) for row in reversed(rows)]

    def faults(self) -> dict[str, str]:
        """What is known to be wrong with the projections, by part."""
        return dict(self._connection.execute("SELECT part, fault FROM health"))
