"""What the code index holds, as records, and how its postings are packed."""

from array import array
from collections.abc import Iterable
from typing import NamedTuple

from oldhand.model.symbol import Import, Symbol

FILE_FIELDS = ("path", "symbols", "identifiers", "prose")
COMMIT_FIELDS = ("subject", "body")
FIELDS = 4  # counted for every document; commits leave the last two empty
RECORD_BYTES = 8  # of one posting: the document's number and a count for each field
MOST_COUNTED = 255  # what a term's count in a field is cut to: BM25 has long saturated there
# How far a file was read: by its path only; its words, as nothing could parse it then; its symbols too; its words,
# and no parser here would tell more.
LISTED, PLAIN, PARSED, WORDS = 0, 1, 2, 3


class IndexedFile(NamedTuple):
    """A file of the project, as it was when it was last read.

    path: relative, POSIX; size: bytes; mtime_ns: nanoseconds since 1970; blob: git's id of its bytes in the
    working tree, hex, empty when it was not read; language: as code.languages names it, empty when unknown;
    role: code, test, docs, config, generated, vendored, data; lines: how many; tokens: of its text, estimated.
    """

    path: str
    size: int
    mtime_ns: int
    blob: str
    language: str
    role: str
    lines: int
    tokens: int


class FileRead(NamedTuple):
    """A file as it was just read, for the index to keep.

    depth: LISTED, PLAIN, PARSED or WORDS; lengths: terms in each of FILE_FIELDS; the rest as in IndexedFile.
    """

    path: str
    document: int
    size: int
    mtime_ns: int
    blob: str
    language: str
    role: str
    lines: int
    tokens: int
    depth: int
    lengths: tuple[int, ...]
    symbols: tuple[Symbol, ...]
    imports: tuple[Import, ...]


class Known(NamedTuple):
    """What tells whether a file changed since it was read. mtime_ns: -1 when that cannot be told by its time."""

    size: int
    mtime_ns: int
    blob: str
    language: str
    role: str
    depth: int


class Postings(NamedTuple):
    """Where a term occurs.

    documents: the numbers of the documents, array of 32-bit unsigned; their count is the document frequency.
    counts: for each field, how often in each of the documents, one byte each, cut to MOST_COUNTED. The fields
    are FILE_FIELDS or COMMIT_FIELDS, in their order.
    """

    documents: "array[int]"
    counts: tuple[bytes, ...]


class Documents(NamedTuple):
    """The documents there are. names: path or commit id by number; lengths: terms in each field, by number;
    average: terms in each field of an average document, at least 1."""

    names: dict[int, str]
    lengths: dict[int, tuple[int, int, int, int]]
    average: tuple[float, ...]


class IndexedCommit(NamedTuple):
    """A commit of the history. time: milliseconds since 1970; body: its first 2,000 characters.

    changes: (path as it is called now, lines added, lines deleted); lines are -1 where they were not counted.
    """

    number: int
    sha: str
    time: int
    author: str
    email: str
    subject: str
    body: str
    changes: tuple[tuple[str, int, int], ...]


class PastCommit(NamedTuple):
    """A commit as ranking sees it. number: as in `commits_matching`; time: milliseconds since 1970; documents: the
    numbers of the present files it changed, also under their earlier names; width: how many files it changed in all."""

    number: int
    time: int
    documents: "array[int]"
    width: int


class PathChange(NamedTuple):
    """A commit that changed a path. status: A, M, D, R, C or T; path: as it was called then; time: milliseconds."""

    sha: str
    time: int
    author: str
    email: str
    subject: str
    status: str
    path: str
    added: int
    deleted: int


class Activity(NamedTuple):
    """How much history changed a path. changes: commits; weight: each commit counts one half after each half life;
    last: milliseconds since 1970; authors: how many people."""

    changes: int
    weight: float
    last: int
    authors: int


def packed(counts: Iterable[tuple[int, tuple[int, ...]]]) -> bytes:
    """Postings as bytes: (document, count in each of the FIELDS fields), in the order of the documents."""
    parts = bytearray()
    for document, found in counts:
        parts += document.to_bytes(4, "little")
        parts += bytes(min(count, MOST_COUNTED) for count in found)
    return bytes(parts)


def unpacked(records: bytes) -> Postings:
    """Postings from their bytes."""
    pairs = array("I", records)
    if pairs.itemsize != RECORD_BYTES // 2:  # no known platform
        raise TypeError("unsigned int has no 32 bits here")
    if _BIG_ENDIAN:
        pairs.byteswap()
    return Postings(pairs[::2], tuple(records[4 + field :: RECORD_BYTES] for field in range(FIELDS)))


_BIG_ENDIAN = array("I", [1]).tobytes()[0] == 0
