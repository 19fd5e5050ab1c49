"""Checking the projections: every table is compared with what the journal's events make of each memory."""

from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

import apsw

from oldhand.model.canonical import encoded
from oldhand.store import merkle, scan
from oldhand.store.canonical_check import STEP, Known
from oldhand.store.evidence import rows_until_damage
from oldhand.store.findings import REBUILD, Findings, Progress
from oldhand.store.scan import Gap
from oldhand.store.states import Folding, State

MEMORIES = (
    "SELECT id, number, CAST(kind AS BLOB), CAST(domain AS BLOB), CAST(standing AS BLOB), CAST(trust AS BLOB),"
    " priority, updated, record, digest FROM memories WHERE id BETWEEN ? AND ? ORDER BY id"
)
SETS = {  # table -> its rows as they lie there; the memory a row belongs to comes first
    "wordings": "SELECT memory, revision FROM wordings",
    "edges": "SELECT source, CAST(rel AS BLOB), target FROM edges",
    "tags": "SELECT memory, CAST(tag AS BLOB) FROM tags",
    "anchors": "SELECT memory, CAST(path AS BLOB), first, last, CAST(digest AS BLOB) FROM anchors",
    "rejections": "SELECT memory, value FROM rejections",
    "expiries": "SELECT memory, until FROM expiries",
}
BUCKETS = 256  # memories are compared by the first byte of their id, so that a difference is looked for in one part
LOOKED_INTO = 8  # buckets with a difference that are compared row by row

SetRow = tuple[Any, ...]


def rows_of(state: State) -> dict[str, set[SetRow]]:
    """The rows that each table of SETS must hold for a memory."""
    memory, row = state.memory, state.row
    return {
        "wordings": {(memory, revision) for revision in state.said},
        "edges": {(memory, rel.encode(), bytes.fromhex(target)) for rel, target in row.edges},
        "tags": {(memory, tag.encode()) for tag in row.tags},
        "anchors": {(memory, path.encode(), first, last, digest.encode()) for path, first, last, digest in row.anchors},
        "rejections": {(memory, bytes.fromhex(value)) for value in row.rejected},
        "expiries": {(memory, row.until)} if row.until is not None else set(),
    }


class Fingerprints:
    """Sums of hashes of rows, by table and bucket: equal when the same rows are there, in whatever order."""

    def __init__(self) -> None:
        self._sums = {table: [0] * BUCKETS for table in SETS}

    def add(self, table: str, row: SetRow) -> None:
        """Take a row in."""
        self._sums[table][row[0][0]] += hash(row)

    def differing(self, other: "Fingerprints", table: str) -> list[int]:
        """The buckets in which two tables differ."""
        pairs = zip(self._sums[table], other._sums[table], strict=True)
        return [bucket for bucket, (one, another) in enumerate(pairs) if one != another]


class Compared(NamedTuple):
    """What comparing the states brought: how many memories there are, those that are uncertain, the fingerprints of
    what the sets must hold, how many there are of each sort, and the root that follows from the events (empty
    when some are uncertain)."""

    memories: int
    uncertain: set[bytes]
    expected: Fingerprints
    tallies: Counter[tuple[bytes, ...]]
    root: bytes


def check_states(
    connection: apsw.Connection, folding: Folding, known: Known, damaged: set[bytes], findings: Findings,
    progress: Progress, each: Callable[[State, int], None],
) -> Compared:  # fmt: skip
    """Fold every memory and compare it with its stored row; compare the trie with the one that follows.

    each: is called with every certain state and the number of its row, for the check of the search index.
    """
    gaps: list[Gap] = []
    stored = _Side(scan.rows(connection, MEMORIES, scan.MEMORIES, gaps))
    uncertain: set[bytes] = set()
    expected, trie = Fingerprints(), _Trie()
    tallies: Counter[tuple[bytes, ...]] = Counter()
    done = 0
    for state in folding.states():
        done += 1
        if done % STEP == 0:
            progress("memories", done, 0)
        if not state.certain:
            uncertain.add(state.memory)
        for extra in stored.until(state.memory):
            _extra(extra, folding, findings)
        row = stored.take(state.memory)
        digest = sha256(encoded(state.record)).digest()
        trie.add(state.memory, digest)
        sort = (state.row.domain, state.row.kind, state.row.standing, state.row.trust)
        tallies[tuple(word.encode() for word in sort)] += 1
        _check_wordings(connection, state, known, damaged, findings)
        if not state.certain:
            continue
        for table, rows in rows_of(state).items():
            for one in rows:
                expected.add(table, one)
        if row is None:
            findings.add("memories", "a memory has no row", state.memory.hex(), advice=REBUILD)
            continue
        _check_row(state, digest, row, findings)
        each(state, row[1])
    for extra in stored.until(None):
        _extra(extra, folding, findings)
    for gap in gaps:
        findings.add("memories", f"a stretch of memories cannot be read ({gap.reason})", advice=REBUILD)
    for gap in folding.gaps:
        findings.add("journal", f"events cannot be read in the order of their memories ({gap.reason})")
    if not uncertain:
        _check_trie(connection, trie, findings)
    progress("memories", done, done)
    return Compared(done, uncertain, expected, tallies, b"" if uncertain else trie.root())


class _Side:
    """Rows in id order that are taken as the other side of a comparison reaches them."""

    def __init__(self, rows: Iterator[scan.Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def until(self, memory: bytes | None) -> Iterator[scan.Row]:
        """The rows before a memory's, or all that are left."""
        while self._next and (memory is None or not isinstance(self._next[0], bytes) or self._next[0] < memory):
            row, self._next = self._next, next(self._rows, None)
            yield row

    def take(self, memory: bytes) -> scan.Row | None:
        """The memory's row, if it is the next."""
        if self._next and self._next[0] == memory:
            row, self._next = self._next, next(self._rows, None)
            return row
        return None


def _extra(row: scan.Row, folding: Folding, findings: Findings) -> None:
    name = row[0].hex() if isinstance(row[0], bytes) else str(row[0])[:64]
    findings.add("memories", "a row belongs to no memory in the journal", name, advice=REBUILD)


def _check_row(state: State, digest: bytes, row: scan.Row, findings: Findings) -> None:
    """Compare a stored row with the state that follows from the events."""
    _, number, kind, domain, standing, trust, priority, updated, record, stored_digest = row
    name, wanted = state.memory.hex(), state.row
    if record != encoded(state.record):
        findings.add("memories", "its stored state is not what its events say", name, advice=REBUILD)
    if stored_digest != digest:
        findings.add("memories", "its digest is not its state's", name, advice=REBUILD)
    columns = (kind, domain, standing, trust, priority, updated)
    texts = (wanted.kind.encode(), wanted.domain.encode(), wanted.standing.encode(), wanted.trust.encode())
    if columns != (*texts, wanted.priority, wanted.updated) or not isinstance(number, int):
        findings.add("memories", "its columns are not what its state says", name, advice=REBUILD)


def _check_wordings(
    connection: apsw.Connection, state: State, known: Known, damaged: set[bytes], findings: Findings
) -> None:
    """See that every wording a memory has had is there, unless it was erased or is known to be lost or damaged."""
    for revision in state.said:
        if revision in known.objects or revision in damaged:
            continue
        try:
            query = "SELECT address, body IS NULL FROM objects WHERE address=?"
            found = connection.execute(query, (revision,)).fetchone()
        except scan.UNREADABLE:
            found = None
        if found is None or found[0] != revision:  # a tree out of order may lead to another row
            findings.add("objects", "a wording is missing or cannot be read", revision.hex())
        elif found[1] and state.certain and not state.record.get("erased"):
            findings.add("objects", "a wording was emptied although its memory was not erased", revision.hex())


def check_sets(connection: apsw.Connection, compared: Compared, folding: Folding, findings: Findings) -> None:
    """Compare wordings, edges, tags, anchors, rejections and expiries with what the states say."""
    found = Fingerprints()
    for table, query in SETS.items():
        rows, unread = [], ""
        try:
            for row in connection.execute(query):
                if not isinstance(row[0], bytes) or len(row[0]) != scan.MEMORIES.length:
                    rows.append(row)
                elif row[0] not in compared.uncertain:
                    found.add(table, row)
        except scan.UNREADABLE as error:
            unread = scan.words(error)
        if unread:
            findings.add(table, f"it cannot be read ({unread})", advice=REBUILD)
            continue
        if rows:
            findings.add(table, "a row belongs to no memory", advice=REBUILD, count=len(rows))
        if differing := compared.expected.differing(found, table):
            _name_differences(connection, table, differing, compared, folding, findings)


def check_tallies(connection: apsw.Connection, compared: Compared, findings: Findings) -> None:
    """Compare the counts of each sort of memory with the memories there are."""
    columns = ("domain", "kind", "standing", "trust")
    query = f"SELECT {', '.join(f'CAST({column} AS BLOB)' for column in columns)}, count FROM tallies"
    try:
        found = {row[:4]: row[4] for row in connection.execute(query)}
    except scan.UNREADABLE as error:
        findings.add("tallies", f"it cannot be read ({scan.words(error)})", advice=REBUILD)
        return
    if compared.uncertain:
        return
    for sort in sorted(found.keys() | compared.tallies.keys(), key=repr):
        if found.get(sort) != compared.tallies.get(sort):
            name = "/".join(word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word) for word in sort)
            findings.add("tallies", "a count is not how many memories there are of that sort", name, advice=REBUILD)


def _name_differences(
    connection: apsw.Connection, table: str, buckets: list[int], compared: Compared, folding: Folding,
    findings: Findings,
) -> None:  # fmt: skip
    """Name the memories whose rows differ, in the first few buckets that differ."""
    looked_into = set(buckets[:LOOKED_INTO])
    there: dict[bytes, set[SetRow]] = {}
    for row in rows_until_damage(connection, SETS[table]):
        if isinstance(row[0], bytes) and row[0][:1] and row[0][0] in looked_into:
            there.setdefault(row[0], set()).add(row)
    names = set()
    span = 1 << 8 * (scan.MEMORIES.length - 1)
    for bucket in sorted(looked_into):
        for state in folding.states(bucket * span, (bucket + 1) * span - 1):
            wanted = rows_of(state)[table]
            if there.pop(state.memory, set()) != wanted and state.certain:
                names.add(state.memory.hex())
    names |= {memory.hex() for memory in there if memory not in compared.uncertain}
    for name in sorted(names):
        findings.add(table, "its rows are not what its state says", name, advice=REBUILD)
    if len(buckets) > LOOKED_INTO:
        findings.add(table, "more memories differ than are named", advice=REBUILD, count=len(buckets) - LOOKED_INTO)


class _Trie:
    """The trie that follows from the states, computed leaf by leaf in id order."""

    def __init__(self) -> None:
        self._leaves: dict[str, bytes] = {}
        self._prefix = ""
        self._members: list[tuple[bytes, bytes]] = []

    def add(self, memory: bytes, digest: bytes) -> None:
        """Take in a memory's digest; memories come in id order."""
        prefix = memory.hex()[: merkle.DEPTH]
        if prefix != self._prefix:
            self._close()
            self._prefix = prefix
        self._members.append((memory, digest))

    def _close(self) -> None:
        if self._members:
            self._leaves[self._prefix] = merkle.leaf_hash(self._members)
            self._members = []

    def nodes(self) -> dict[str, bytes]:
        """Every inner node by path, packed as it is stored."""
        self._close()
        found: dict[str, bytes] = {}
        hashes = self._leaves
        for level in range(merkle.DEPTH - 1, -1, -1):
            above = {}
            for path, below in groupby(sorted(hashes), key=lambda child: child[:level]):
                children = [merkle.EMPTY] * 16
                for child in below:
                    children[int(child[level], 16)] = hashes[child]
                found[path] = merkle.pack(children)
                above[path] = merkle.node_hash(children)
            hashes = above
        return found

    def root(self) -> bytes:
        """The root of the trie."""
        top = self.nodes().get("")
        return merkle.node_hash(merkle.unpack(top)) if top else merkle.EMPTY


def _check_trie(connection: apsw.Connection, trie: _Trie, findings: Findings) -> None:
    wanted = trie.nodes()
    try:
        found = {
            path.decode("ascii", "replace"): children
            for path, children in connection.execute("SELECT CAST(path AS BLOB), children FROM trie")
        }
    except scan.UNREADABLE as error:
        findings.add("trie", f"it cannot be read ({scan.words(error)})", advice=REBUILD)
        return
    for path in sorted(wanted.keys() | found.keys()):
        if wanted.get(path) != found.get(path):
            findings.add("trie", "a node is not what the states below it say", path or "the top", advice=REBUILD)
