-- The store, format 1: the canonical tables, which cannot be recomputed. What projections.sql makes can be dropped and
-- rebuilt from these (`oldhand rebuild`) with the same root.

CREATE TABLE migrations (          -- one row for each step the format has taken
  number  INTEGER PRIMARY KEY,
  name    TEXT NOT NULL,
  applied INTEGER NOT NULL         -- milliseconds since 1970
) STRICT;

CREATE TABLE replicas (            -- copies of the store whose events are here
  number INTEGER PRIMARY KEY,
  id     TEXT NOT NULL UNIQUE,     -- 16 hexadecimal digits
  own    INTEGER NOT NULL,         -- 1: this copy
  place  TEXT NOT NULL             -- inode of the file it was made for: a copy of the file is another replica
) STRICT;

CREATE TABLE names (               -- actors and origins, which repeat
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE objects (             -- wordings, written once, named by the SHA-256 of their bytes
  address BLOB PRIMARY KEY,        -- 32 bytes
  body    BLOB                     -- canonical bytes; NULL once erased
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (             -- every event, in the order this replica learned of it
  position INTEGER PRIMARY KEY,
  replica  INTEGER NOT NULL REFERENCES replicas,
  seq      INTEGER NOT NULL,
  wall     INTEGER NOT NULL,       -- clock: milliseconds since 1970
  counter  INTEGER NOT NULL,       -- clock: order within the millisecond
  actor    INTEGER NOT NULL REFERENCES names,
  origin   INTEGER NOT NULL REFERENCES names,
  op       TEXT NOT NULL,
  memory   BLOB NOT NULL,          -- 16 bytes; empty for `root`
  revision BLOB NOT NULL,          -- 32 bytes, or empty
  fields   BLOB,                   -- canonical bytes; NULL when there are none or once erased
  erased   BLOB,                   -- the fields' digest, once they are erased
  id       BLOB NOT NULL UNIQUE    -- SHA-256 of the event's canonical bytes
) STRICT;
CREATE UNIQUE INDEX journal_sequence ON journal (replica, seq);
CREATE INDEX journal_memory ON journal (memory, position);

CREATE TABLE roots (               -- the root after each transaction, each chained to the one before
  number   INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,       -- the last event it covers
  root     BLOB NOT NULL,
  chain    BLOB NOT NULL,          -- SHA-256 over the chain before and this row (merkle.chained)
  learned  INTEGER NOT NULL,       -- milliseconds since 1970 on this machine, never running backwards
  wall     INTEGER NOT NULL,       -- the latest clock seen so far: where the next event's clock starts
  counter  INTEGER NOT NULL
) STRICT;
CREATE INDEX roots_root ON roots (root);

CREATE TABLE health (              -- what is known to be wrong with a projection
  part  TEXT PRIMARY KEY,
  fault TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;

CREATE TABLE losses (              -- what repairs could not save: known since, and so no fresh damage
  part    TEXT NOT NULL,           -- event, wording or root
  replica TEXT NOT NULL,           -- of an event: whose it was; else empty
  number  INTEGER NOT NULL,        -- of an event: its seq; of a root: its number; else 0
  name    BLOB NOT NULL,           -- an event's id, a wording's address, a root's chain value; empty: unknown
  since   INTEGER NOT NULL,        -- milliseconds since 1970
  PRIMARY KEY (part, replica, number, name)
) STRICT, WITHOUT ROWID;
