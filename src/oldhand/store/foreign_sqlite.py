"""SQLite files of other programs, read as the hostile input they are.

Nothing is written, not even beside the file; no view, trigger, virtual table, generated column or function of the
file's schema ever runs; every value is taken as bytes, bounded, and decoded here.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw

from oldhand.errors import BadExport
from oldhand.store.regular_files import open_regular

LARGEST_VALUE = 16 << 20  # bytes of one value; SQLite refuses to build a longer one
LARGEST_COPY = 4 << 30  # bytes of a database with a write-ahead log that are copied to be read
HEADER = b"SQLite format 3\0"
_LIMITS = (
    (apsw.SQLITE_LIMIT_LENGTH, LARGEST_VALUE),
    (apsw.SQLITE_LIMIT_SQL_LENGTH, 1_000_000),  # the schema's own texts count too
    (apsw.SQLITE_LIMIT_ATTACHED, 0),
    (apsw.SQLITE_LIMIT_COLUMN, 500),
    (apsw.SQLITE_LIMIT_EXPR_DEPTH, 100),
    (apsw.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
)
_SETTINGS = (
    (apsw.SQLITE_DBCONFIG_DEFENSIVE, 1),
    (apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_VIEW, 0),
    (apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1),
)


class ForeignDatabase:
    """An open SQLite file of another program. Use it in `with`. Raises BadExport when it is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._tables: dict[str, tuple[str, ...]] = {}
        self._encoding = "utf-8"
        try:
            with open_regular(path) as file:
                if file.read(len(HEADER)) != HEADER:
                    raise BadExport(path, "it is no SQLite database")
            self._connection = self._connect(path)
            self._tables = self._learn_tables()
        except OSError as error:
            raise BadExport(path, f"it cannot be read ({error.strerror})") from None
        except (apsw.Error, UnicodeDecodeError, MemoryError) as error:
            self.close()
            raise BadExport(path, f"SQLite cannot read it ({_words(error)})") from None

    def __enter__(self) -> "ForeignDatabase":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and remove the copy, if one was made."""
        if hasattr(self, "_connection"):
            self._connection.close()
        if self._copy:
            self._copy.cleanup()

    @property
    def tables(self) -> dict[str, tuple[str, ...]]:
        """The names of the real tables, each with those of its stored columns."""
        return self._tables

    def _connect(self, path: Path) -> apsw.Connection:
        """Open for reading without a lock and without a write-ahead log; with a log, a private copy of both."""
        log = path.with_name(path.name + "-wal")
        if log.is_file() and not log.is_symlink() and log.stat().st_size:
            if path.stat().st_size + log.stat().st_size > LARGEST_COPY:
                raise BadExport(path, "it is in use and too large to copy; close the program that writes it")
            self._copy = tempfile.TemporaryDirectory(prefix="oldhand-")
            copy = Path(self._copy.name) / "foreign.db"
            shutil.copyfile(path, copy)
            shutil.copyfile(log, copy.with_name("foreign.db-wal"))
            connection = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)
        else:
            uri = f"file:{quote(str(path))}?immutable=1"
            connection = apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        for setting, value in _SETTINGS:
            connection.config(setting, value)
        for limit, value in _LIMITS:
            connection.limit(limit, value)
        connection.execute("PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA query_only=ON").fetchall()
        self._encoding = {"UTF-16le": "utf-16-le", "UTF-16be": "utf-16-be"}.get(connection.pragma("encoding"), "utf-8")
        return connection

    def _learn_tables(self) -> dict[str, tuple[str, ...]]:
        """Tables that have pages of their own, which virtual ones have not, and columns that are stored."""
        query = "SELECT CAST(name AS BLOB) FROM sqlite_schema WHERE type='table' AND rootpage>0 LIMIT 500"
        rows: Any = self._connection.execute(query).fetchall()
        found: dict[str, tuple[str, ...]] = {}
        for (raw,) in rows:
            name = bytes(raw).decode(self._encoding, "replace")
            if "\0" in name or "\ufffd" in name:
                continue
            columns: Any = self._connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden=0", (name,))
            found[name] = tuple(column[0] for column in columns.fetchall())
        return found

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows of a table in the order they are stored, one held at a time; columns it has not are None.

        Texts are decoded, numbers stay numbers; the row's number is `rowid`. Raises BadExport where the file is
        damaged.
        """
        if table not in self._tables:
            return
        there = [name for name in columns if name in self._tables[table]]
        wanted = "".join(f", {_bare(name)}" for name in there)
        query = f"SELECT rowid{wanted} FROM {_quoted(table)} NOT INDEXED"
        blank = dict.fromkeys(columns)
        try:
            for row in self._connection.execute(query):
                yield blank | {n: self._plain(v) for n, v in zip(("rowid", *there), row, strict=True)}
        except apsw.Error as error:
            raise BadExport(self._path, f"its table {table} cannot be read ({_words(error)})") from None

    def _plain(self, value: Any) -> Any:
        return value.decode(self._encoding, "replace") if isinstance(value, bytes) else value


def _bare(name: str) -> str:
    """A column's value as it is stored: texts as their bytes, which need not be UTF-8 in a file we did not write."""
    column = _quoted(name)
    return f"CASE typeof({column}) WHEN 'text' THEN CAST({column} AS BLOB) ELSE {column} END"


def _quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def _words(error: BaseException) -> str:
    return " ".join(str(error).split(": ", 1)[-1].split())[:120] or type(error).__name__
