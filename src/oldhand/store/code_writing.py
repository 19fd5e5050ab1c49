"""Writing the code index: files read anew, files that are gone, the history, and the postings in their segments.

All of it happens inside a transaction that the caller holds (`CodeFile.exclusive`).
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import apsw

from oldhand.model.symbol import Import
from oldhand.store.code_index import OF_COMMITS, OF_FILES, SYMBOL_BITS
from oldhand.store.code_records import FIELDS, RECORD_BYTES, FileRead, Known, unpacked

MOST_SEGMENTS = 12  # of one kind before the small ones are joined: a query reads one row of each for every term
MOST_DEAD = 4  # one document in so many may be gone before all segments are written anew without the dead ones
ROWS_AT_ONCE = 20_000  # of postings that are joined: some megabytes
LONGEST_BODY = 2000  # characters of a commit's message kept to be shown; the terms are of all of it
_LENGTHS = struct.Struct(f"<{FIELDS}I")
_PLACES = 1 << SYMBOL_BITS


class CommitRead(NamedTuple):
    """A commit for the index to keep. lengths: terms in subject and body; changes: (status, path, old path, added,
    deleted)."""

    number: int
    sha: str
    time: int
    author: str
    email: str
    subject: str
    body: str
    lengths: tuple[int, ...]
    changes: tuple[tuple[str, str, str, int, int], ...]


def known_files(connection: apsw.Connection) -> dict[str, Known]:
    """What is known of every file, by path."""
    query = (
        "SELECT paths.path, size, mtime_ns, blob, language, role, depth FROM files JOIN paths ON number = files.path"
    )
    return {row[0]: Known._make(row[1:]) for row in connection.execute(query)}


def state(connection: apsw.Connection, name: str) -> str:
    """A note of how far something was read; empty when there is none."""
    row: Any = connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return row[0] if row else ""


def note(connection: apsw.Connection, name: str, value: str) -> None:
    """Note how far something was read."""
    connection.execute("INSERT OR REPLACE INTO state VALUES(?,?)", (name, value))


def next_number(connection: apsw.Connection, kind: int) -> int:
    """The first number that no document of this kind ever had."""
    return int(state(connection, f"next/{kind}") or 1)


def put_files(connection: apsw.Connection, files: Sequence[FileRead]) -> None:
    """Keep files as they were read, in the place of what was known of them."""
    numbers = _path_numbers(connection, [file.path for file in files])
    for file in files:
        number = numbers[file.path]
        first = number * _PLACES
        _forget_contents(connection, number)
        connection.execute(
            "INSERT OR REPLACE INTO files VALUES(?,?,?,?,?,?,?,?,?,?,?)",
            (number, file.document, file.size, file.mtime_ns, file.blob, file.language, file.role, file.lines,
             file.tokens, file.depth, _packed(file.lengths)),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO symbols VALUES(?,?,?,?,?,?,?,?,?,?)",
            (
                (first + at, one.name, one.name.rpartition(".")[2].partition("#")[0], *one[1:])
                for at, one in enumerate(file.symbols[: _PLACES - 1])
            ),
        )
        connection.executemany(
            "INSERT INTO imports VALUES(?,?,?,?)",
            (
                (first + at, one.target, "\n".join(one.names), one.line)
                for at, one in enumerate(file.imports[: _PLACES - 1])
            ),
        )
    if files:
        _raise_next(connection, OF_FILES, max(file.document for file in files))


def touch_file(connection: apsw.Connection, path: str, size: int, mtime_ns: int) -> None:
    """Note the new time of a file whose bytes are the same as before."""
    connection.execute(
        "UPDATE files SET size = ?, mtime_ns = ? WHERE path = (SELECT number FROM paths WHERE path = ?)",
        (size, mtime_ns, path),
    )


def remove_files(connection: apsw.Connection, paths: Iterable[str]) -> None:
    """Forget files that are gone. Their postings stay until the segments are joined, and are not shown."""
    for number in _path_numbers(connection, list(paths)).values():
        _forget_contents(connection, number)
        connection.execute("DELETE FROM edges WHERE imported = ?", (number,))
        connection.execute("DELETE FROM files WHERE path = ?", (number,))


def _forget_contents(connection: apsw.Connection, number: int) -> None:
    span = (number * _PLACES, (number + 1) * _PLACES - 1)
    connection.execute("DELETE FROM symbols WHERE number BETWEEN ? AND ?", span)
    connection.execute("DELETE FROM imports WHERE number BETWEEN ? AND ?", span)


def imports_written(connection: apsw.Connection, paths: Iterable[str] | None = None) -> Iterator[tuple[str, Import]]:
    """(path, import) as written in files, file by file; of all files, or of some."""
    query = (
        "SELECT paths.path, target, names, line FROM imports"
        f" JOIN paths ON paths.number = imports.number >> {SYMBOL_BITS}"
    )
    if paths is None:
        rows: Iterable[Any] = connection.execute(f"{query} ORDER BY imports.number")
    else:
        numbers = _path_numbers(connection, list(paths)).values()
        rows = (
            row
            for number in numbers
            for row in connection.execute(
                f"{query} WHERE imports.number BETWEEN ? AND ?", (number * _PLACES, (number + 1) * _PLACES - 1)
            )
        )
    for path, target, names, line in rows:
        yield path, Import(target, tuple(names.split("\n")) if names else (), line)


def forget_edges(connection: apsw.Connection) -> None:
    """Forget where imports lead, to be told anew for every file."""
    connection.execute("DELETE FROM edges")


def put_edges(connection: apsw.Connection, edges: Mapping[str, Iterable[str]]) -> None:
    """Keep which files of the project some files import, in the place of what was known of them."""
    numbers = _path_numbers(connection, list({path for group in edges.values() for path in group} | set(edges)))
    for importer, imported in edges.items():
        connection.execute("DELETE FROM edges WHERE importer = ?", (numbers[importer],))
        connection.executemany("INSERT INTO edges VALUES(?,?)", ((numbers[importer], numbers[one]) for one in imported))


def put_commits(connection: apsw.Connection, commits: Sequence[CommitRead]) -> None:
    """Keep commits, newest first as they are read, and what they renamed."""
    names = {name for commit in commits for change in commit.changes for name in change[1:3] if name}
    numbers = _path_numbers(connection, list(names))
    for commit in commits:
        connection.execute(
            "INSERT OR IGNORE INTO commits VALUES(?,?,?,?,?,?,?,?)",
            (commit.number, commit.sha, commit.time, commit.author, commit.email, commit.subject,
             commit.body[:LONGEST_BODY], _packed(commit.lengths)),
        )  # fmt: skip
        connection.executemany(
            "INSERT OR IGNORE INTO changes VALUES(?,?,?,?,?,?)",
            (
                (numbers[path], commit.number, status, numbers[old] if status == "R" else 0, *lines)
                for status, path, old, *lines in commit.changes
            ),
        )
    if commits:
        _raise_next(connection, OF_COMMITS, max(commit.number for commit in commits))


def forget_commits(connection: apsw.Connection, shas: Iterable[str]) -> None:
    """Forget commits that the present one does not go back to any more."""
    for sha in shas:
        connection.execute("DELETE FROM changes WHERE number = (SELECT number FROM commits WHERE sha = ?)", (sha,))
        connection.execute("DELETE FROM commits WHERE sha = ?", (sha,))


def settle_renames(connection: apsw.Connection) -> None:
    """Note what each path was renamed to last, by the commits that are kept."""
    connection.execute(
        "UPDATE paths SET successor = coalesce((SELECT c.path FROM changes c JOIN commits k ON k.number = c.number"
        " WHERE c.old = paths.number AND c.old <> 0 ORDER BY k.time DESC, k.sha LIMIT 1), 0)"
        " WHERE successor <> 0 OR number IN (SELECT old FROM changes WHERE old <> 0)"
    )


def forget_history(connection: apsw.Connection) -> None:
    """Forget every commit."""
    for table in ("changes", "commits"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("UPDATE paths SET successor = 0 WHERE successor <> 0")
    connection.execute("DELETE FROM postings WHERE kind = ?", (OF_COMMITS,))
    connection.execute("DELETE FROM segments WHERE kind = ?", (OF_COMMITS,))


def put_postings(connection: apsw.Connection, kind: int, postings: Mapping[str, bytes], documents: int) -> None:
    """Keep the postings of some documents as a segment of their own."""
    if not documents:
        return
    connection.execute("INSERT INTO segments(kind, documents) VALUES(?,?)", (kind, documents))
    segment = connection.last_insert_rowid()
    connection.executemany(
        "INSERT INTO postings VALUES(?,?,?,?)", ((kind, term, segment, postings[term]) for term in sorted(postings))
    )


def join_segments(connection: apsw.Connection, kind: int) -> None:
    """Join the smaller segments when there are many; all of them when many of their documents are gone."""
    segments: Any = connection.execute(
        "SELECT number, documents FROM segments WHERE kind = ? ORDER BY documents DESC, number", (kind,)
    ).fetchall()
    table, column = ("files", "document") if kind == OF_FILES else ("commits", "number")
    count: Any = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    held = sum(documents for _, documents in segments)
    if (held - count[0]) * MOST_DEAD > held:
        joined = [number for number, _ in segments]
    elif len(segments) > MOST_SEGMENTS:
        joined = [number for number, _ in segments[1:]]
    else:
        return
    living = {row[0] for row in connection.execute(f"SELECT {column} FROM {table}")}
    _join(connection, kind, joined, living)


def drop_dead(connection: apsw.Connection) -> None:
    """Leave out every posting of files and commits that are gone, however few these are."""
    for kind, table, column in ((OF_FILES, "files", "document"), (OF_COMMITS, "commits", "number")):
        segments: Any = connection.execute("SELECT number FROM segments WHERE kind = ?", (kind,)).fetchall()
        if segments:
            living = {row[0] for row in connection.execute(f"SELECT {column} FROM {table}")}
            _join(connection, kind, [number for (number,) in segments], living)


def _join(connection: apsw.Connection, kind: int, joined: Sequence[int], living: set[int]) -> None:
    """Write the living postings of some segments as one segment, some thousand rows at a time."""
    marks = ",".join("?" * len(joined))
    connection.execute("INSERT INTO segments(kind, documents) VALUES(?, 0)", (kind,))
    whole = connection.last_insert_rowid()
    kept: set[int] = set()
    last = ""
    while True:
        rows: Any = connection.execute(
            f"SELECT term, records FROM postings WHERE kind = ? AND term > ? AND segment IN ({marks})"
            " ORDER BY term, segment LIMIT ?",
            (kind, last, *joined, ROWS_AT_ONCE),
        ).fetchall()
        if len(rows) == ROWS_AT_ONCE:  # of its last term there may be more
            rows = [row for row in rows if row[0] != rows[-1][0]]
        if not rows:
            break
        last = rows[-1][0]
        connection.executemany(
            "INSERT INTO postings VALUES(?,?,?,?)",
            ((kind, term, whole, records) for term, records in _merged(rows, living, kept)),
        )
    connection.execute(f"DELETE FROM postings WHERE kind = ? AND segment IN ({marks})", (kind, *joined))
    connection.execute(f"DELETE FROM segments WHERE number IN ({marks})", tuple(joined))
    connection.execute("UPDATE segments SET documents = ? WHERE number = ?", (len(kept), whole))


def _merged(rows: Iterable[Any], living: set[int], kept: set[int]) -> Iterator[tuple[str, bytes]]:
    """The postings of each term, joined, without the dead documents; `kept` gathers the documents that are left."""
    for term, group in groupby(rows, key=itemgetter(0)):
        records = b"".join(found for _, found in group)
        numbers = unpacked(records).documents
        if living.issuperset(numbers):
            kept.update(numbers)
        else:
            alive = [at for at, number in enumerate(numbers) if number in living]
            kept.update(numbers[at] for at in alive)
            records = b"".join(records[at * RECORD_BYTES : (at + 1) * RECORD_BYTES] for at in alive)
        if records:
            yield term, records


def _raise_next(connection: apsw.Connection, kind: int, latest: int) -> None:
    if latest >= next_number(connection, kind):
        note(connection, f"next/{kind}", str(latest + 1))


def _packed(lengths: tuple[int, ...]) -> bytes:
    return _LENGTHS.pack(*lengths, *(0,) * (FIELDS - len(lengths)))


def _path_numbers(connection: apsw.Connection, paths: Sequence[str]) -> dict[str, int]:
    """The numbers of paths; new ones are given to those that have none."""
    connection.executemany("INSERT OR IGNORE INTO paths(path, successor) VALUES(?, 0)", ((path,) for path in paths))
    found: dict[str, int] = {}
    for path in paths:
        row: Any = connection.execute("SELECT number FROM paths WHERE path = ?", (path,)).fetchone()
        found[path] = row[0]
    return found
