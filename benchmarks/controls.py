"""The controls: what thirty lines of SQLite, or a Markdown file and grep, can do."""

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import apsw

LIMIT = 5  # answers, as `recall` shows
_words = re.compile(r"\w+").findall


class Fts5:
    """Texts in one FTS5 table; words joined by OR, best by BM25. Durable as our store is: WAL and FULL."""

    def __init__(self, path: str) -> None:
        self._connection = apsw.Connection(path)
        self._connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL").fetchall()
        self._connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS facts USING fts5(text)")

    def add(self, text: str) -> None:
        """Keep one text, durably."""
        self._connection.execute("INSERT INTO facts VALUES(?)", (text,))

    def fill(self, texts: Iterable[str]) -> None:
        """Keep many texts in one transaction."""
        with self._connection:
            self._connection.executemany("INSERT INTO facts VALUES(?)", ((text,) for text in texts))

    def search(self, cue: str) -> list[str]:
        """The best texts for a cue."""
        query = " OR ".join(f'"{word}"' for word in _words(cue))
        if not query:
            return []
        rows = self._connection.execute(
            "SELECT text FROM facts WHERE facts MATCH ? ORDER BY rank LIMIT ?", (query, LIMIT)
        )
        return [row[0] for row in rows]

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


class Markdown:
    """A Markdown file, one fact a line, each synced when written; searched by grep for the cue as it is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, text: str) -> None:
        """Keep one text, durably."""
        os.write(self._file, f"- {text}\n".encode())
        os.fsync(self._file)

    def search(self, cue: str) -> list[str]:
        """The lines that hold the cue."""
        found = subprocess.run(["grep", "-F", "-i", "--", cue, str(self._path)], capture_output=True, check=False)
        return found.stdout.decode("utf-8", "replace").splitlines()

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
