"""The file of the vectors: made when it is first written to, opened when it is first used, removable at any time."""

from pathlib import Path

from oldhand.errors import UnusableVectors
from oldhand.store import vector_cache
from oldhand.store.side_file import SideFile

VECTORS = "vectors.db"
LOCK_FILE = "vectors.lock"  # held while the file is made or a damaged one removed, never while vectors are made

_SCHEMA = """
CREATE TABLE models (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT NOT NULL UNIQUE,     -- model and precision; vectors of two names are never compared
  dimensions INTEGER NOT NULL,
  token      TEXT NOT NULL,            -- random: a cache made of another file's vectors is told by it
  changes    INTEGER NOT NULL,         -- grows with every change of the model's vectors
  wordings   INTEGER NOT NULL,         -- rows in vectors
  windows    INTEGER NOT NULL,         -- vectors in those rows
  position   INTEGER NOT NULL,         -- the journal event up to which every wording has its vectors
  event      BLOB NOT NULL             -- its id: in another journal the position means nothing
) STRICT;
CREATE TABLE vectors (
  number   INTEGER PRIMARY KEY AUTOINCREMENT, -- grows, and is never used again
  model    INTEGER NOT NULL,
  revision BLOB NOT NULL,              -- 32 bytes: the address of the wording
  packed   BLOB NOT NULL,              -- for each window a scale (4 bytes) and a byte for each dimension
  UNIQUE (model, revision)
) STRICT;
CREATE TABLE erasures (                -- one row: the journal event up to which erasures were followed
  position INTEGER NOT NULL,
  event    BLOB NOT NULL
) STRICT;
INSERT INTO erasures VALUES(0, x'');
"""


class VectorFile(SideFile):
    """One connection to the vectors of a store folder."""

    application_id = 0x4F4C4456  # "OLDV"
    format = 1
    schema = _SCHEMA
    unusable = UnusableVectors

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, VECTORS, LOCK_FILE)

    def _remove_rest(self) -> None:
        """Remove the caches too."""
        vector_cache.remove(self.folder)
