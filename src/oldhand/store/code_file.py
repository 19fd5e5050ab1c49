"""The file of the code index: what is known of the project's files without reading them, for one working tree.

It holds nothing that could not be read again, so it may be removed at any time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import apsw

from oldhand.errors import UnusableIndex
from oldhand.store.side_file import SideFile

CODE = "code.db"

_SCHEMA = """
CREATE TABLE state (                   -- how far everything was read
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE paths (                   -- of files that are there and of those that history names
  number    INTEGER PRIMARY KEY,
  path      TEXT NOT NULL UNIQUE,
  successor INTEGER NOT NULL           -- what it was renamed to, 0 for nothing
) STRICT;
CREATE TABLE files (
  path     INTEGER PRIMARY KEY,        -- paths.number
  document INTEGER NOT NULL,           -- its number in postings: a new one whenever it is read anew
  size     INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,           -- -1: it was changing while it was read, so it is looked at again
  blob     TEXT NOT NULL,
  language TEXT NOT NULL,
  role     TEXT NOT NULL,
  lines    INTEGER NOT NULL,
  tokens   INTEGER NOT NULL,
  depth    INTEGER NOT NULL,           -- 0 listed, 1 and 3 its words, 2 its symbols too
  lengths  BLOB NOT NULL               -- terms in each field, 4 bytes each
) STRICT;
CREATE TABLE symbols (
  number    INTEGER PRIMARY KEY,       -- path * 2^20 + place in the file
  name      TEXT NOT NULL,
  last      TEXT NOT NULL,             -- the last part of the name
  kind      TEXT NOT NULL,
  first     INTEGER NOT NULL,
  final     INTEGER NOT NULL,
  signature TEXT NOT NULL,
  doc       TEXT NOT NULL,
  digest    TEXT NOT NULL,
  parent    TEXT NOT NULL
) STRICT;
CREATE INDEX symbols_last ON symbols (last);
CREATE INDEX symbols_digest ON symbols (digest);
CREATE TABLE imports (                 -- as they are written
  number INTEGER PRIMARY KEY,          -- path * 2^20 + place in the file
  target TEXT NOT NULL,
  names  TEXT NOT NULL,                -- a line each
  line   INTEGER NOT NULL
) STRICT;
CREATE TABLE edges (                   -- imports that lead to a file of the project
  importer INTEGER NOT NULL,
  imported INTEGER NOT NULL,
  PRIMARY KEY (importer, imported)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_imported ON edges (imported);
CREATE TABLE commits (
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  sha     TEXT NOT NULL UNIQUE,
  time    INTEGER NOT NULL,
  author  TEXT NOT NULL,
  email   TEXT NOT NULL,
  subject TEXT NOT NULL,
  body    TEXT NOT NULL,
  lengths BLOB NOT NULL
) STRICT;
CREATE INDEX paths_successor ON paths (successor) WHERE successor <> 0;
CREATE TABLE changes (
  path    INTEGER NOT NULL,
  number  INTEGER NOT NULL,            -- of the commit
  status  TEXT NOT NULL,
  old     INTEGER NOT NULL,            -- the path it was renamed from, 0 for none
  added   INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  PRIMARY KEY (path, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX changes_number ON changes (number);
CREATE INDEX changes_old ON changes (old) WHERE old <> 0;
CREATE TABLE segments (                -- parts of the postings, each written at once
  number    INTEGER PRIMARY KEY AUTOINCREMENT,
  kind      INTEGER NOT NULL,          -- 0 of files, 1 of commits
  documents INTEGER NOT NULL
) STRICT;
CREATE TABLE postings (
  kind    INTEGER NOT NULL,
  term    TEXT NOT NULL,
  segment INTEGER NOT NULL,
  records BLOB NOT NULL,               -- 8 bytes a document: its number and four counts
  PRIMARY KEY (kind, term, segment)
) STRICT, WITHOUT ROWID;
"""


class CodeFile(SideFile):
    """One connection to the code index of one working tree."""

    application_id = 0x4F4C4443  # "OLDC"
    format = 2  # the next one whenever files are read in another way too: an index of another format is made again
    schema = _SCHEMA
    unusable = UnusableIndex

    def __init__(self, folder: Path, name: str = CODE) -> None:
        super().__init__(folder, name, f"{name}.lock")
        self.only_in_memory = False

    @property
    def updating(self) -> Path:
        """The lock that is held while the index is brought up to date."""
        return self._beside(".updating")

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """One atomic change. Raises UnusableIndex, NotWritable, StorageFull and StoreBusy."""
        with self._writing(thorough=False) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """One unchanging view; of an index that is not there yet, an empty one. Raises UnusableIndex."""
        if not self.only_in_memory and not self.path.exists():
            empty = apsw.Connection(":memory:")
            empty.execute(self.schema).fetchall()
            yield empty
            empty.close()
            return
        connection = self._connected(create=False)
        with self._translated():
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def compact(self) -> bool:
        """Write the file anew without its free pages, and empty its log; False while another process reads it."""
        if self.only_in_memory:
            return True
        connection = self._connected(create=False)
        with self._translated():
            connection.execute("VACUUM").fetchall()
            row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return row is not None and not row[0]

    def keep_in_memory(self) -> None:
        """Use no file from now on: where none can be written, the index is made for this process alone."""
        self.close()
        self.only_in_memory = True
        self._connection = apsw.Connection(":memory:")
        self._connection.execute(self.schema).fetchall()

    def _connected(self, *, create: bool) -> apsw.Connection:
        if self.only_in_memory and self._connection is not None:
            return self._connection
        return super()._connected(create=create)


def name_for(root: Path, tree: Path) -> str:
    """The name of the index's file: each linked worktree has its own, as its files differ."""
    if tree == root:
        return CODE
    return f"code-{sha256(str(tree).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}.db"
