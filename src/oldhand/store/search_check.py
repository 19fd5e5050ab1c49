"""Checking the search index: its rows and terms are compared with those a fresh build would have.

SQLite's own check of an FTS5 index finds damage to its structure, and misses a word that has turned
into another. So every occurrence of every term (fts5vocab, `instance`) enters a sum of hashes, and
the sums are compared with those of the texts themselves. Nothing is built and little is kept.
"""

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import apsw

from oldhand.model.canonical import address
from oldhand.store import scan
from oldhand.store.findings import REBUILD, Findings
from oldhand.store.projection import findable, index_row
from oldhand.store.search_index import AVERAGES
from oldhand.store.states import Folding, State
from oldhand.store.varints import varints

# The tokenizer of the table `search` (projections.sql), without its name.
TOKENIZER_ARGUMENTS = ["remove_diacritics", "0", "categories", "L* M* N* P* S* Co Cn Cs Cc Cf"]
BUCKETS = 1024  # terms are compared by a checksum of their bytes, so that a difference is looked for in one part
LOOKED_INTO = 4  # buckets with a difference whose terms are compared one by one
COLUMNS = ("label", "text")
# Two primes below 2^31 and one below 2^32: an occurrence's place is mixed without exceeding 64-bit integers,
# neither in one product nor in a sum over a billion occurrences.
DOCUMENT_STEP, COLUMN_STEP, PLACES, MIXED = 1_000_003, 500_009, 2_147_483_647, 4_294_967_291

Occurrence = tuple[bytes, int, int, int]  # term, row, column, place in it


class SearchCheck:
    """Compares the search index with the texts: `take` every state, then `finish`."""

    def __init__(self, connection: apsw.Connection, damaged: set[bytes]) -> None:
        self._connection, self._damaged = connection, damaged
        self._tokenize = connection.fts5_tokenizer("unicode61", TOKENIZER_ARGUMENTS)
        self._sums = [0] * BUCKETS
        self._rows: set[int] = set()
        self._sizes = 0
        self._left_out: set[int] = set()

    def take(self, state: State, number: int) -> None:
        """Note what the index must hold of a memory."""
        occurrences = self._occurrences(state, number)
        if occurrences is None:
            self._left_out.add(number)
            return
        sizes = [0, 0]
        for term, row, column, place in occurrences:
            checksum = crc32(term)
            self._sums[checksum % BUCKETS] += checksum * mixed(row, column, place)
            sizes[column] += 1
        if findable(state.row.kind, state.row.standing):
            self._rows.add(number)
            self._sizes += hash((number, *sizes))

    def _occurrences(self, state: State, number: int) -> list[Occurrence] | None:
        """Every occurrence of a term in a memory's texts; None when a text is damaged."""
        bodies = []
        for revision in dict.fromkeys(state.row.revisions):
            name = bytes.fromhex(revision)
            if name in self._damaged:
                return None
            try:
                found = self._connection.execute("SELECT body FROM objects WHERE address=?", (name,)).fetchone()
            except scan.UNREADABLE:
                return None
            body = found[0] if found else None
            bodies.append(body if isinstance(body, bytes) and address(body) == name else None)
        row = index_row(state.row, bodies)
        if row is None:
            return []
        return [
            (term.encode(), number, column, place)
            for column, text in enumerate(row)
            for place, term in enumerate(self._tokens(text))
        ]

    def _tokens(self, text: str) -> list[str]:
        found: Any = self._tokenize(
            text.encode(), apsw.FTS5_TOKENIZE_DOCUMENT, None, include_offsets=False, include_colocated=False
        )
        return list(found)

    def finish(self, folding: Folding, findings: Findings) -> None:
        """Compare, and name what differs."""
        try:
            self._connection.execute("CREATE VIRTUAL TABLE temp.occurrences USING fts5vocab(main, search, instance)")
            try:
                self._compare_rows(findings)
                self._compare_terms(folding, findings)
            finally:
                self._connection.execute("DROP TABLE temp.occurrences")
        except scan.UNREADABLE as error:
            findings.add("search", f"it cannot be read ({scan.words(error)})", advice=REBUILD)

    def _compare_rows(self, findings: Findings) -> None:
        """The rows, their sizes, and the averages that BM25 computes with."""
        sizes = documents = 0
        totals = [0, 0]
        found = set()
        for row, packed in self._connection.execute("SELECT id, sz FROM search_docsize"):
            counts = varints(packed) if isinstance(packed, bytes) else []
            documents += 1
            totals = [total + count for total, count in zip(totals, counts or (0, 0), strict=False)]
            if row not in self._left_out:
                found.add(row)
                sizes += hash((row, *counts))
        if found != self._rows:
            what = "it has other rows than there are memories to be found"
            for row in sorted(found ^ self._rows):
                findings.add("search", what, f"row {row}", advice=REBUILD)
        elif sizes != self._sizes:
            findings.add("search", "the sizes of its rows are wrong", advice=REBUILD)
        stored = self._connection.execute("SELECT block FROM search_data WHERE id=?", (AVERAGES,)).fetchone()
        if (varints(stored[0]) if stored else []) not in ([documents, *totals], [] if not documents else None):
            findings.add("search", "its averages are wrong", advice=REBUILD)

    def _compare_terms(self, folding: Folding, findings: Findings) -> None:
        found = [0] * BUCKETS
        without = f"WHERE doc NOT IN ({','.join(map(str, sorted(self._left_out)))})" if self._left_out else ""
        query = (
            f"SELECT CAST(term AS BLOB), sum(x * x % {MIXED}) FROM (SELECT term,"
            f" (doc * {DOCUMENT_STEP} + (col = 'text') * {COLUMN_STEP} + \"offset\") % {PLACES} AS x"
            f" FROM temp.occurrences {without}) GROUP BY term"
        )
        for term, total in self._connection.execute(query):
            checksum = crc32(term or b"")
            found[checksum % BUCKETS] += checksum * (total or 0)
        differing = [bucket for bucket in range(BUCKETS) if found[bucket] != self._sums[bucket]]
        if differing:
            self._name_differences(differing, folding, findings)

    def _name_differences(self, buckets: list[int], folding: Folding, findings: Findings) -> None:
        """Name the memories whose terms differ, looking at the terms of the first few buckets that differ."""
        looked_into = set(buckets[:LOOKED_INTO])
        expected: set[Occurrence] = set()
        memories: dict[int, str] = {}
        for state in folding.states():
            row = self._connection.execute("SELECT number FROM memories WHERE id=?", (state.memory,)).fetchone()
            if row and state.certain and row[0] not in self._left_out:
                mine = [o for o in self._occurrences(state, row[0]) or () if crc32(o[0]) % BUCKETS in looked_into]
                expected.update(mine)
                memories.update({row[0]: state.memory.hex()} if mine else {})
        differing = expected ^ set(self._stored(looked_into))
        for row in sorted({occurrence[1] for occurrence in differing}):
            findings.add(
                "search", "its terms are not the words of the memory", memories.get(row, f"row {row}"), advice=REBUILD
            )
        if len(buckets) > LOOKED_INTO or not differing:
            what = "more of its terms are wrong than are looked into"
            findings.add("search", what, advice=REBUILD, count=len(buckets))

    def _stored(self, buckets: set[int]) -> Iterator[Occurrence]:
        query = "SELECT CAST(term AS BLOB), doc, (col = 'text'), \"offset\" FROM temp.occurrences"
        for term, row, column, place in self._connection.execute(query):
            if crc32(term or b"") % BUCKETS in buckets and row not in self._left_out:
                yield term or b"", row, column, place


def mixed(row: int, column: int, place: int) -> int:
    """A number that depends on every part of an occurrence's place; the SQL above computes the same."""
    x = (row * DOCUMENT_STEP + column * COLUMN_STEP + place) % PLACES
    return x * x % MIXED
