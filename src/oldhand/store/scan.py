"""Reading tables whose pages may be damaged: rows in key order, past whatever cannot be read.

SQLite gives up a query at the first page it cannot use. The rows behind that page are still there,
so the scan looks for the next key from which reading works again and goes on from it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apsw

# What reading a damaged page, a damaged value or a table that is gone raises.
UNREADABLE = (
    apsw.CorruptError, apsw.NotADBError, apsw.SQLError, apsw.IOError, apsw.TooBigError, apsw.NoMemError,
    apsw.FormatError, apsw.MismatchError, apsw.RangeError, UnicodeDecodeError,
)  # fmt: skip
LARGEST_ROWID = 2**63 - 1

Row = tuple[Any, ...]


class Gap(NamedTuple):
    """A range of keys that could not be read, ends included, and SQLite's words for the reason."""

    first: int
    last: int
    reason: str


class Keys(NamedTuple):
    """How a table's keys are counted. length: in bytes, 0 for row numbers."""

    length: int

    @property
    def largest(self) -> int:
        """The last key there can be."""
        return (1 << 8 * self.length) - 1 if self.length else LARGEST_ROWID

    def value(self, number: int) -> int | bytes:
        """The key as SQLite has it."""
        return number.to_bytes(self.length) if self.length else number

    def number(self, value: Any) -> int | None:
        """A key's place in the order; None for a value that is no key, which only damage brings."""
        if self.length:
            return int.from_bytes(value) if isinstance(value, bytes) and len(value) == self.length else None
        return value if isinstance(value, int) else None


ROWS = Keys(0)
MEMORIES = Keys(16)
ADDRESSES = Keys(32)


def rows(
    connection: apsw.Connection, query: str, keys: Keys, gaps: list[Gap], first: int = 0, last: int = -1
) -> Iterator[Row]:
    """The rows of `query` in key order; what cannot be read is added to `gaps`.

    query: selects the key as its first column, `WHERE key BETWEEN ? AND ? ORDER BY key`.
    """
    end = value = keys.largest if last < 0 else last
    start = first
    while start <= end:
        try:
            for row in connection.execute(query, (keys.value(start), keys.value(end))):
                number = keys.number(row[0])
                if number is not None:
                    start = max(start, number)
                yield row
            return
        except UNREADABLE as error:
            value = _readable_from(connection, query, keys, start + 1, end)
            gaps.append(Gap(start, value - 1, words(error)))
            start = value


def _readable_from(connection: apsw.Connection, query: str, keys: Keys, start: int, end: int) -> int:
    """The first key at or after `start` from which a query can be begun, or the one after `end`."""

    def begins(key: int) -> bool:
        try:
            connection.execute(query, (keys.value(key), keys.value(end))).fetchone()
        except UNREADABLE:
            return False
        return True

    good, step = start, 1
    bad = start - 1
    while good <= end and not begins(good):
        bad, good, step = good, good + step, step * 2
    if good > end:
        if bad >= end:
            return end + 1
        good = end + 1
    while good - bad > 1:
        middle = (good + bad) // 2
        if begins(middle):
            good = middle
        else:
            bad = middle
    return good


def words(error: BaseException) -> str:
    """An error's own words, on one line, without the class name apsw puts before SQLite's."""
    return " ".join(str(error).removeprefix("SQLITE_").split(": ", 1)[-1].split())[:200]


def one(connection: apsw.Connection, query: str, arguments: Row = ()) -> Any:
    """The value in the first row of a query with one column; None when there is no row."""
    row = connection.execute(query, arguments).fetchone()
    return row[0] if row else None
