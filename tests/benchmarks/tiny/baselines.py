"""The harness's only baseline that every machine can run: plain FTS5."""

import re
import sqlite3


class FTS5:
    def index(self, docs):
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, t, tokenize='porter unicode61')")
        self.db.executemany("INSERT INTO d VALUES(?, ?)", docs)

    def query(self, cue):
        return " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", cue.casefold())))

    def search(self, cue, k):
        if not self.query(cue):
            return []
        found = "SELECT id FROM d WHERE d MATCH ? ORDER BY bm25(d) LIMIT ?"
        return [row[0] for row in self.db.execute(found, (self.query(cue), k))]

    def close(self):
        self.db.close()


BASELINES = {"fts5": FTS5}
