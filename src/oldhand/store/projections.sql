-- The projections, format 2: made from the canonical tables, and made anew by `oldhand rebuild`.

CREATE TABLE memories (            -- the state of each memory
  number    INTEGER PRIMARY KEY,   -- also its row in the search index
  id        BLOB NOT NULL UNIQUE,  -- 16 bytes
  kind      TEXT NOT NULL,
  domain    TEXT NOT NULL,
  standing  TEXT NOT NULL,
  trust     TEXT NOT NULL,         -- of its current wording
  priority  INTEGER NOT NULL,
  updated   INTEGER NOT NULL,      -- milliseconds since 1970, of its current wording
  record    BLOB NOT NULL,         -- what the fold made of its events, as canonical bytes
  digest    BLOB NOT NULL          -- SHA-256 of record: its leaf in the Merkle trie
) STRICT;
CREATE INDEX memories_shelf ON memories (domain, kind);
CREATE INDEX memories_order ON memories (standing, priority DESC, updated DESC, id);
CREATE INDEX memories_untrusted ON memories (standing, updated DESC, id) WHERE trust IN ('tool', 'web');
CREATE INDEX memories_waiting ON memories (kind, standing) WHERE kind IN ('gap', 'question', 'reminder');

CREATE TABLE tallies (             -- how many memories there are of each sort, so that counting is cheap
  domain   TEXT NOT NULL,
  kind     TEXT NOT NULL,
  standing TEXT NOT NULL,
  trust    TEXT NOT NULL,
  count    INTEGER NOT NULL,       -- never 0
  PRIMARY KEY (domain, kind, standing, trust)
) STRICT, WITHOUT ROWID;

CREATE TABLE wordings (            -- which memories an address has been a wording of
  revision BLOB NOT NULL,
  memory   BLOB NOT NULL,
  PRIMARY KEY (revision, memory)
) STRICT, WITHOUT ROWID;

CREATE TABLE edges (               -- links that stand
  source BLOB NOT NULL,
  rel    TEXT NOT NULL,
  target BLOB NOT NULL,
  PRIMARY KEY (source, rel, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_back ON edges (target, rel, source);

CREATE TABLE tags (
  tag    TEXT NOT NULL,
  memory BLOB NOT NULL,
  PRIMARY KEY (tag, memory)
) STRICT, WITHOUT ROWID;

CREATE TABLE anchors (             -- files that memories speak of
  path   TEXT NOT NULL,
  first  INTEGER NOT NULL,         -- lines, 1-based; 0: the whole file
  last   INTEGER NOT NULL,
  memory BLOB NOT NULL,
  digest TEXT NOT NULL,            -- what was observed there; empty: nothing was
  PRIMARY KEY (path, first, last, memory)
) STRICT, WITHOUT ROWID;

CREATE TABLE rejections (          -- values that must not come back, and the memories that say so
  value  BLOB NOT NULL,            -- 16 bytes: a digest (oldhand.model.value)
  memory BLOB NOT NULL,
  PRIMARY KEY (value, memory)
) STRICT, WITHOUT ROWID;

CREATE TABLE expiries (            -- when current memories expire
  until  INTEGER NOT NULL,         -- milliseconds since 1970: their `valid_until`
  memory BLOB NOT NULL,
  PRIMARY KEY (until, memory)
) STRICT, WITHOUT ROWID;

CREATE TABLE trie (                -- inner nodes of the Merkle trie
  path     TEXT PRIMARY KEY,       -- 0 to 3 hexadecimal digits
  children BLOB NOT NULL           -- bitmap of 2 bytes, then 32 bytes a child
) STRICT, WITHOUT ROWID;

-- The search index: terms of the current wordings (oldhand.model.terms), separated by spaces.
CREATE VIRTUAL TABLE search USING fts5 (
  label, text,
  content = '', contentless_delete = 1,
  tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn Cs Cc Cf'"
);
INSERT INTO search(search, rank) VALUES('secure-delete', 1);
