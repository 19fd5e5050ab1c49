"""Which memories have a term, by their rows: to put several terms together without asking the index again.

To find the memories that match best, the index goes through everything that has any of the terms. Where few match,
reading these few costs a tenth of that, and most new statements match nothing at all.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import Any
from weakref import WeakKeyDictionary

import apsw

from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import index_rows
from oldhand.store.shelf import Shelf, condition_of

Rows = frozenset[int]
COUNTED = 2_000  # memories with a common term that are counted (0.5 ms), so that it need not be asked for soon again
TAKEN_OUT = 2  # memories that one event may take out of the index: its own, and one that it links to
MOST_KEPT = 4_096  # common terms that are known again: a vocabulary has fewer
_common: "WeakKeyDictionary[apsw.Connection, dict[str, tuple[int, int]]]" = WeakKeyDictionary()
"""For each open database its common terms: how many memories had one at least, and after which event that was."""


def rows_below(reader: Reader, query: str, bound: int) -> Rows | None:
    """The rows of the memories that match an FTS5 query; None when `bound` or more do. Raises IndexDamaged."""
    looked_for = "SELECT count(*), group_concat(rowid) FROM (SELECT rowid FROM search WHERE search MATCH ? LIMIT ?)"
    count, packed = index_rows(reader._connection, looked_for, (query, bound))[0]
    if count >= bound:
        return None
    return frozenset(map(int, packed.split(","))) if packed else frozenset()


class TermRows:
    """What the index says of terms, each asked for once, for as long as nothing is written to it.

    most: memories with a term from which on nobody asks which they are.
    """

    def __init__(self, reader: Reader, most: int) -> None:
        self.reader, self.most = reader, most
        self._known: dict[str, Rows | None] = {}
        self._common = _common.setdefault(reader._connection, {})
        self._position = -1

    def below(self, query: str, bound: int) -> Rows | None:
        """The rows of the memories that match; None when `bound` (at most `most`) or more do. Raises IndexDamaged."""
        if query not in self._known:
            self._known[query] = None if self._surely_common(query) else self._asked(query)
        rows = self._known[query]
        return rows if rows is not None and len(rows) < bound else None

    def _asked(self, query: str) -> Rows | None:
        rows = rows_below(self.reader, query, self.most)
        if rows is None:
            again = query in self._common  # in a process that lives long, it is worth counting further
            count = self.reader.document_count(query, COUNTED) if again else self.most
            if len(self._common) >= MOST_KEPT:
                self._common.clear()
            self._common[query] = (count, self._journal())
        return rows

    def _surely_common(self, query: str) -> bool:
        """Whether so many had a term that `most` have it still, whatever the events since then were."""
        count, position = self._common.get(query, (0, 0))
        return count > self.most and count - TAKEN_OUT * (self._journal() - position) >= self.most

    def _journal(self) -> int:
        """The position of the last event in this view."""
        if self._position < 0:
            self._position = self.reader.root().position
        return self._position


def in_two(sets: Iterable[Rows]) -> Rows:
    """The rows that are in at least two of some sets."""
    found: Rows = frozenset()
    for one, other in combinations(sets, 2):
        found |= one & other
    return found


def on_shelf(reader: Reader, rows: Sequence[int], shelf: Shelf, most: int) -> list[Held]:
    """The first `most` memories in these rows that are on a shelf, in the order given; damaged ones go to `damaged`."""
    if not rows:
        return []
    condition, arguments = condition_of(shelf)
    found: Any = reader._connection.execute(
        "SELECT m.id, m.number, m.record, m.digest FROM memories m NOT INDEXED"
        f" WHERE m.number IN ({','.join('?' * len(rows))}) AND {condition}", (*rows, *arguments),
    ).fetchall()  # fmt: skip
    order = {row: place for place, row in enumerate(rows)}
    first = sorted(found, key=lambda one: order[one[1]])[:most]
    return list(reader._held_many([(name.hex(), *rest) for name, *rest in first]).values()) if first else []


def of_kinds(reader: Reader, rows: Collection[int], kinds: tuple[str, ...], most: int) -> list[str]:
    """The ids of the active memories of these kinds in these rows, the most important first."""
    if not rows:
        return []
    found: Any = reader._connection.execute(
        "SELECT m.id FROM json_each(?) r JOIN memories m NOT INDEXED ON m.number = r.value"
        f" WHERE m.standing = 'active' AND m.kind IN ({','.join('?' * len(kinds))})"
        " ORDER BY m.priority DESC, m.updated DESC, m.id LIMIT ?", (f"[{','.join(map(str, rows))}]", *kinds, most),
    )  # fmt: skip
    return [name.hex() for (name,) in found]
