"""Projections: the tables that follow from the journal, and how a memory's state is written to them."""

import json
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from oldhand.model.anchor import as_noted
from oldhand.model.canonical import encoded
from oldhand.model.clock import stamp_wall
from oldhand.model.domain import DEFAULT_DOMAIN
from oldhand.model.kinds import ASIDE, BESIDE
from oldhand.model.observed import observed
from oldhand.model.terms import index_terms
from oldhand.store import merkle
from oldhand.store.fold import Record, registers, rejected_values, standing

FOUND_IN = frozenset({"active", "contested", "superseded", "retired"})  # standings the search index holds
CURRENT = ("active", "contested")  # standings of what holds now
NODES_AT_ONCE = 400  # nodes of the trie in one query: the statement stays small


class IndexFault(Exception):
    """The search index cannot be written; everything else can."""


TABLES = (
    "memories", "tallies", "wordings", "edges", "tags", "anchors", "rejections", "expiries", "trie", "search",
)  # fmt: skip


def statements(name: str) -> str:
    """The SQL of `schema` (canonical tables) or `projections`."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


def clear(connection: apsw.Connection) -> None:
    """Drop every projection, whatever its condition, and make it anew, empty."""
    for table in TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute(statements("projections")).fetchall()
    connection.execute("DELETE FROM health")


_NOTHING: frozenset[Any] = frozenset()


class Row(NamedTuple):
    """What the tables hold of one memory besides its record."""

    kind: str
    domain: str
    standing: str
    trust: str
    priority: int
    updated: int
    revisions: tuple[str, ...]
    edges: frozenset[tuple[str, str]]
    tags: frozenset[str]
    anchors: frozenset[tuple[str, int, int, str]]
    key: str
    symbols: frozenset[str]
    rejected: frozenset[str]
    until: int | None


def row_of(record: Record) -> Row:
    """The row that follows from a folded record."""
    values = registers(record)
    heads = record.get("heads", [])
    edges, tags, symbols = set(), set(), set()
    places: dict[tuple[str, int, int], str] = {}
    for name, value in values.items():
        if value is False:
            continue
        start = name[:3]
        if start == "to/":
            edges.add(tuple(name.split("/", 2)[1:]))
        elif start == "tag" and name[3] == "/":
            tags.add(name[4:])
        elif name.startswith("anchor/"):
            if values.get("kind") in ASIDE:
                continue  # a path leads to knowledge alone
            place, digest, symbol = _placed(name[7:], value)
            places[place] = min(places.get(place, digest), digest)  # two anchors may speak of the same lines
            symbols.add(symbol)
    latest = heads[-1] if heads else None
    stands = standing(record)
    return Row(
        values.get("kind", ""), values.get("domain", DEFAULT_DOMAIN), stands,
        latest["trust"] if latest else "", values.get("priority", 0),
        stamp_wall(latest["stamp"]) if latest else stamp_wall(record.get("first", "0" * 12)),
        tuple(head["revision"] for head in heads), frozenset(edges), frozenset(tags),  # type: ignore[arg-type]
        frozenset((*place, digest) for place, digest in places.items()), values.get("key", ""),
        frozenset(symbols - {""}), rejected_values(record) if "marks" in record or "values" in record else _NOTHING,
        values.get("valid_until") if stands in CURRENT else None,
    )  # fmt: skip


def _placed(text: str, value: str) -> tuple[tuple[str, int, int], str, str]:
    """(path, first line, last line), digest and symbol of an anchor; a symbol's lines are those it was seen at."""
    anchor = as_noted(text, value)
    try:
        seen = observed(value)
    except ValueError:  # a newer program noted more than this one can read
        return (anchor.path, anchor.first, anchor.last), "", anchor.symbol
    if anchor.symbol or anchor.pattern:
        return (anchor.path, seen.first, seen.last), seen.digest, anchor.symbol
    return (anchor.path, anchor.first, anchor.last), seen.digest, ""


def findable(kind: str, standing: str) -> bool:
    """Whether the search index holds a memory of this kind and standing."""
    return standing in FOUND_IN and kind not in ASIDE


def index_row(row: Row, bodies: Iterable[bytes | None]) -> tuple[str, str] | None:
    """The search index's (label, text) of a memory, or None when it is not to be found."""
    if not findable(row.kind, row.standing):
        return None
    labels = [row.key, *sorted(row.tags), *sorted({anchor[0] for anchor in row.anchors}), *sorted(row.symbols)]
    texts: list[str] = []
    for body in bodies:
        if body is None:
            continue
        content = json.loads(body)["content"]
        labels.append(content.get("title", ""))
        for name, value in content.items():
            if name != "title" and name not in BESIDE:
                texts.extend([value] if isinstance(value, str) else value)
    label = " ".join(labels)
    return " ".join(index_terms(label)) if label.strip() else "", " ".join(index_terms("\n".join(texts)))


class Change(NamedTuple):
    """A memory before and after a transaction. number: its row; 0 for a memory not seen before."""

    id: str
    number: int
    before: Row | None
    after: Row
    record: Record


def write(
    connection: apsw.Connection, changes: list[Change], bodies: dict[str, bytes | None], *, indexing: bool = True
) -> bytes:
    """Write changed states to every projection and return the new Merkle root.

    bodies: the bytes of the wordings of the changed memories by address, None where erased;
    indexing: False leaves the search index alone, because it is broken. Raises IndexFault.
    """
    changes.sort(key=lambda change: change.id)
    _write_memories(connection, changes)
    _write_tallies(connection, changes)
    _write_sets(connection, changes)
    if indexing:
        try:
            _write_index(connection, changes, bodies)
        except (apsw.SQLError, apsw.CorruptError, apsw.ConstraintError) as error:
            raise IndexFault(str(error)) from error
    return _write_trie(connection, changes)


def _write_memories(connection: apsw.Connection, changes: list[Change]) -> None:
    rows = []
    for change in changes:
        after, packed = change.after, encoded(change.record)
        rows.append((
            change.number, bytes.fromhex(change.id), after.kind, after.domain, after.standing, after.trust,
            after.priority, after.updated, packed, sha256(packed).digest(),
        ))  # fmt: skip
    # Not INSERT OR REPLACE: that guards each row with a savepoint of its own, at a cost that grows with the pages
    # the transaction has changed (SQLite walks its journal of them): half the time of a bulk into 60,000 memories.
    if known := [(change.number,) for change in changes if change.before]:
        connection.executemany("DELETE FROM memories WHERE number=?", known)
    connection.executemany("INSERT INTO memories VALUES(?,?,?,?,?,?,?,?,?,?)", rows)


def _write_tallies(connection: apsw.Connection, changes: list[Change]) -> None:
    moved: Counter[tuple[str, str, str, str]] = Counter()
    for change in changes:
        if change.before:
            moved[(change.before.domain, change.before.kind, change.before.standing, change.before.trust)] -= 1
        moved[(change.after.domain, change.after.kind, change.after.standing, change.after.trust)] += 1
    connection.executemany(
        "INSERT INTO tallies VALUES(?,?,?,?,?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*sort, count) for sort, count in sorted(moved.items()) if count],
    )
    if any(count < 0 for count in moved.values()):  # only then can one have come to nothing: there are hundreds
        connection.execute("DELETE FROM tallies WHERE count = 0")


def write_wordings(connection: apsw.Connection, worded: Iterable[tuple[str, str]]) -> None:
    """Note which memories (second) have had which wordings (first)."""
    rows = sorted((bytes.fromhex(revision), bytes.fromhex(memory)) for revision, memory in worded)
    connection.executemany("INSERT OR IGNORE INTO wordings VALUES(?,?)", rows)


def _write_sets(connection: apsw.Connection, changes: list[Change]) -> None:
    """Bring edges, tags, anchors, rejections and expiries to what the states say."""
    statements: dict[str, list[tuple[Any, ...]]] = {}

    def say(statement: str, *values: Any) -> None:
        statements.setdefault(statement, []).append(values)

    for name, _, before, after, _ in changes:
        memory = bytes.fromhex(name)
        gone = before.edges - after.edges if before else _NOTHING
        for rel, target in gone:
            say("DELETE FROM edges WHERE source=? AND rel=? AND target=?", memory, rel, bytes.fromhex(target))
        for rel, target in after.edges - (before.edges if before else _NOTHING):
            say("INSERT OR IGNORE INTO edges VALUES(?,?,?)", memory, rel, bytes.fromhex(target))
        for tag in before.tags - after.tags if before else _NOTHING:
            say("DELETE FROM tags WHERE tag=? AND memory=?", tag, memory)
        for tag in after.tags - (before.tags if before else _NOTHING):
            say("INSERT OR IGNORE INTO tags VALUES(?,?)", tag, memory)
        for path, first, last, _digest in before.anchors - after.anchors if before else _NOTHING:
            say("DELETE FROM anchors WHERE path=? AND first=? AND last=? AND memory=?", path, first, last, memory)
        for path, first, last, digest in after.anchors - (before.anchors if before else _NOTHING):
            say("INSERT OR REPLACE INTO anchors VALUES(?,?,?,?,?)", path, first, last, memory, digest)
        for value in before.rejected - after.rejected if before else _NOTHING:
            say("DELETE FROM rejections WHERE value=? AND memory=?", bytes.fromhex(value), memory)
        for value in after.rejected - (before.rejected if before else _NOTHING):
            say("INSERT OR IGNORE INTO rejections VALUES(?,?)", bytes.fromhex(value), memory)
        known = before.until if before else None
        if known != after.until:
            if known is not None:
                say("DELETE FROM expiries WHERE until=? AND memory=?", known, memory)
            if after.until is not None:
                say("INSERT OR IGNORE INTO expiries VALUES(?,?)", after.until, memory)
    for statement in sorted(statements, key=lambda text: not text.startswith("DELETE")):
        connection.executemany(statement, statements[statement])


def _write_index(connection: apsw.Connection, changes: list[Change], bodies: dict[str, bytes | None]) -> None:
    """Bring the search index to what the states say; only memories whose indexed words changed are touched."""
    stale: list[tuple[int]] = []
    fresh: list[tuple[int, str, str]] = []
    for change in changes:
        before, after = change.before, change.after
        if before and _indexed(before) == _indexed(after):
            continue
        if before and findable(before.kind, before.standing):
            stale.append((change.number,))
        if row := index_row(after, (bodies.get(revision) for revision in dict.fromkeys(after.revisions))):
            fresh.append((change.number, *row))
    if stale:
        connection.executemany("DELETE FROM search WHERE rowid=?", stale)
    if fresh:
        connection.executemany("INSERT INTO search(rowid, label, text) VALUES(?,?,?)", fresh)


def _indexed(row: Row) -> tuple[Any, ...]:
    """The parts of a row that the index depends on."""
    paths = frozenset(anchor[0] for anchor in row.anchors)
    return (findable(row.kind, row.standing), row.revisions, row.tags, row.key, paths, row.symbols)


def _write_trie(connection: apsw.Connection, changes: list[Change]) -> bytes:
    def leaf(prefix: str) -> list[tuple[bytes, bytes]]:
        start = int(prefix, 16)
        low = start.to_bytes(2) + bytes(14)
        high = (start + 1).to_bytes(3)[1:] + bytes(14) if start < 0xFFFF else b"\xff" * 17
        members: Any = connection.execute(
            "SELECT id, digest FROM memories WHERE id >= ? AND id < ? ORDER BY id", (low, high)
        )
        return members.fetchall()  # type: ignore[no-any-return]

    def load(paths: list[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for start in range(0, len(paths), NODES_AT_ONCE):
            part = paths[start : start + NODES_AT_ONCE]
            rows: Any = connection.execute(
                f"SELECT path, children FROM trie WHERE path IN ({','.join('?' * len(part))})", part
            )
            found.update(rows)
        return found

    def save(nodes: dict[str, bytes]) -> None:
        connection.executemany("INSERT OR REPLACE INTO trie VALUES(?,?)", [n for n in nodes.items() if n[1]])
        if gone := [(path,) for path, packed in nodes.items() if not packed]:
            connection.executemany("DELETE FROM trie WHERE path=?", gone)

    return merkle.update((change.id for change in changes), leaf, load, save)
