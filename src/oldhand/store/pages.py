"""The pages of a database file read directly, for what SQLite cannot reach any more.

A damaged page of a b-tree hides every page below it, whole as these may be. Objects and events are
named by their hashes, so whatever lies about in a file and hashes to a name that is missed is the
real thing, wherever it lay. (The layout of pages and records: sqlite.org/fileformat2.html.)
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

from oldhand.store.evidence import RawEvent
from oldhand.store.varints import varints

PAGE = 4096  # bytes: SQLite's default, which we never change
WAL_HEADER, FRAME_HEADER = 32, 24  # bytes
TABLE_LOCAL = PAGE - 35  # most bytes of a row that lie in a leaf page of a table
INDEX_LOCAL = (PAGE - 12) * 64 // 255 - 23  # the same for indexes, and tables without row numbers
LEAST_LOCAL = (PAGE - 12) * 32 // 255 - 23  # what lies there of a longer row at least
LONGEST_CHAIN = 20_000  # overflow pages of one row: 80 MB

# The head of a row of `objects`: its length, a blob of 32 bytes, a blob (an even number of 12 or more).
OBJECT_HEAD = re.compile(rb"[\x03-\x07]\x4c[\x80-\xff]{0,4}[\x00-\x7f]")
# The head of a row of `journal`: its length, no row number, six integers, a short text, a memory, a revision,
# fields, a digest or none, an id.
EVENT_HEAD = re.compile(
    rb"[\x0d-\x14]\x00[\x01-\x06\x08\x09]{6}[\x0f-\x7f][\x0c\x2c][\x0c\x4c][\x80-\xff]{0,4}[\x00-\x7f][\x00\x4c]\x4c"
)
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


class Pages:
    """The pages of a database as of its last commit: those in its log, where it holds them, else those in the file.

    Read through SQLite's own file layer: closing a file that was opened beside it would undo the
    locks that this process holds on it (sqlite.org/howtocorrupt.html, 2.2).
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._file = _opened(path, apsw.SQLITE_OPEN_MAIN_DB)
        log = path.with_name(path.name + "-wal")
        self._log = _opened(log, apsw.SQLITE_OPEN_WAL) if log.exists() else None
        self._frames = self._committed_frames()
        self.count = max([self._file.xFileSize() // PAGE, *self._frames])

    def close(self) -> None:
        """Close the files."""
        self._file.xClose()
        if self._log:
            self._log.xClose()

    def _committed_frames(self) -> dict[int, int]:
        """Page -> where its latest committed copy begins in the log."""
        if self._log is None:
            return {}
        size = self._log.xFileSize()
        header = self._log.xRead(WAL_HEADER, 0) if size >= WAL_HEADER else b""
        committed: dict[int, int] = {}
        pending: dict[int, int] = {}
        place = WAL_HEADER
        while place + FRAME_HEADER + PAGE <= size:
            frame = self._log.xRead(FRAME_HEADER, place)
            if frame[8:16] != header[16:24]:
                break  # left over from before the log was begun anew
            pending[int.from_bytes(frame[:4])] = place + FRAME_HEADER
            if int.from_bytes(frame[4:8]):
                committed.update(pending)
                pending = {}
            place += FRAME_HEADER + PAGE
        return {number: place for number, place in committed.items() if number * PAGE < 1 << 48}

    def page(self, number: int) -> bytes:
        """The bytes of page `number`, counted from 1; empty when there is none."""
        try:
            if number in self._frames and self._log:
                return bytes(self._log.xRead(PAGE, self._frames[number]))
            return bytes(self._file.xRead(PAGE, (number - 1) * PAGE)) if 0 < number <= self.count else b""
        except apsw.Error:
            return b""  # a page the disk does not give back: what it held is missed by those who need it

    def all(self) -> Iterator[bytes]:
        """Every page in order."""
        return (self.page(number) for number in range(1, self.count + 1))

    def payload(self, page: bytes, start: int, length: int, most: int) -> bytes:
        """A row of `length` bytes that begins at `start` of a page, put together from its overflow pages."""
        if length <= most:
            return page[start : start + length]
        local = LEAST_LOCAL + (length - LEAST_LOCAL) % (PAGE - 4)
        local = local if local <= most else LEAST_LOCAL
        parts, got = [page[start : start + local]], local
        following = int.from_bytes(page[start + local : start + local + 4])
        for _ in range(LONGEST_CHAIN):
            if got >= length or not following:
                break
            more = self.page(following)
            following = int.from_bytes(more[:4])
            parts.append(more[4 : 4 + length - got])
            got += len(parts[-1])
        return b"".join(parts)


def _opened(path: Path, kind: int) -> Any:
    return apsw.VFSFile("", str(path), [kind | apsw.SQLITE_OPEN_READONLY, 0])


def objects(pages: Pages) -> Iterator[tuple[bytes, bytes]]:
    """(address, body) of everything in the file that looks like an object; most of it is stale or no object at all."""
    for page in pages.all():
        for match in OBJECT_HEAD.finditer(page):
            head = match.group()
            kind = varint(head[2:])
            if head[0] == len(head) and kind >= 12 and kind % 2 == 0:
                length = len(head) + 32 + (kind - 12) // 2
                row = pages.payload(page, match.start(), length, INDEX_LOCAL)
                yield row[len(head) : len(head) + 32], row[len(head) + 32 :]


def events(pages: Pages) -> Iterator[RawEvent]:
    """Everything in the file that looks like a row of the journal; the hashes tell which is."""
    for page in pages.all():
        for match in EVENT_HEAD.finditer(page):
            head = match.group()
            if head[0] != len(head):
                continue
            kinds = varints(head[1:])
            length = len(head) + sum(_bytes_of(kind) for kind in kinds)
            values = _values(pages.payload(page, match.start(), length, TABLE_LOCAL)[len(head) :], kinds)
            yield RawEvent(_number_before(page, match.start()), *values[1:])


def _bytes_of(kind: int) -> int:
    return _INTEGER_BYTES.get(kind, 0) if kind < 12 else (kind - 12) // 2


def _values(body: bytes, kinds: list[int]) -> list[Any]:
    """The values of a record; texts as their bytes."""
    found: list[Any] = []
    for kind in kinds:
        part, body = body[: _bytes_of(kind)], body[_bytes_of(kind) :]
        if kind in (8, 9):
            found.append(kind - 8)
        elif kind in _INTEGER_BYTES:
            found.append(int.from_bytes(part, signed=True))
        else:
            found.append(part if kind >= 12 else None)
    return found


def _number_before(page: bytes, start: int) -> int:
    """The row number that ends right before a record: one byte below 128, and the marked bytes before it."""
    first = start - 1
    while first > 0 and start - first < 9 and page[first - 1] & 0x80:
        first -= 1
    return varint(page[first:start])


def varint(packed: bytes) -> int:
    """The first of some varints; 0 when there is none."""
    return next(iter(varints(packed)), 0)
