"""Counting what the health of the knowledge is told from, each within some milliseconds at 100,000 memories."""

from collections.abc import Iterable
from typing import Any

from oldhand.store.reader import Reader
from oldhand.store.waiting import named

CURRENT = ("active", "contested")
LATEST_SAID = 2_000  # events that statements are counted from by their origin: reading all would cost with the store


def anchored(reader: Reader, most: int) -> int:
    """How many memories are tied to a place, counting no further than `most`."""
    return _one(reader, "SELECT count(*) FROM (SELECT DISTINCT memory FROM anchors LIMIT ?)", most)


def open_since(reader: Reader, kind: str, before_ms: int, most: int) -> int:
    """How many questions or gaps were worded before a moment and are answered by no current memory.

    Of each standing only the first `most` that came are looked at.
    """
    count = 0
    for standing in CURRENT:
        count += _one(
            reader,
            "SELECT count(*) FROM (SELECT id, updated FROM memories INDEXED BY memories_waiting WHERE kind=?"
            " AND kind IN ('gap', 'question', 'reminder') AND standing=? ORDER BY number LIMIT ?) m WHERE m.updated < ?"
            " AND NOT EXISTS (SELECT 1 FROM edges e JOIN memories a ON a.id = e.source WHERE e.target = m.id"
            " AND e.rel = 'answers' AND a.standing IN ('active', 'contested'))",
            kind, standing, most, before_ms,
        )  # fmt: skip
    return count


def ended(reader: Reader, now_ms: int) -> int:
    """How many current memories were said to hold until a moment that is over."""
    return _one(reader, "SELECT count(*) FROM expiries WHERE until < ?", now_ms)


def same_words(reader: Reader) -> list[str]:
    """The current memories that say word for word what another current memory says, without one of each, by id."""
    rows: Any = reader._connection.execute(
        "SELECT w.revision, w.memory FROM wordings w WHERE w.revision IN"
        " (SELECT revision FROM wordings GROUP BY revision HAVING count(*) > 1) ORDER BY 1, 2"
    ).fetchall()
    saying: dict[bytes, list[bytes]] = {}
    for revision, memory in rows:
        saying.setdefault(revision, []).append(memory)
    spare: list[str] = []
    for revision, memories in saying.items():
        spare += [memory.hex() for memory in memories if _says(reader, memory, revision)][1:]
    return spare


def _says(reader: Reader, memory: bytes, revision: bytes) -> bool:
    """Whether a memory is current and has this wording now."""
    return any(
        head["revision"] == revision.hex()
        for one in named(reader, (memory.hex(),))
        if one.standing in CURRENT
        for head in one.record["heads"]
    )


def worded_before(reader: Reader, moment_ms: int) -> int:
    """How many active memories have their wording since before a moment."""
    return _one(reader, "SELECT count(*) FROM memories WHERE standing='active' AND updated < ?", moment_ms)


def worded_before_among(reader: Reader, names: Iterable[str], moment_ms: int) -> int:
    """How many of the memories whose ids begin so are active and have their wording since before a moment."""
    found = 0
    for name in names:
        low, high = bytes.fromhex(name.ljust(32, "0")), bytes.fromhex(name.ljust(32, "f"))
        found += _one(
            reader,
            "SELECT count(*) FROM memories NOT INDEXED WHERE number = (SELECT number FROM memories WHERE id BETWEEN ?"
            " AND ? LIMIT 1) AND standing='active' AND updated < ?",
            low, high, moment_ms,
        )  # fmt: skip
    return found


def latest_origins(reader: Reader) -> tuple[dict[tuple[str, str], int], int]:
    """How many of the latest statements came through each (origin, trust), and how many they are in all."""
    rows: Any = reader._connection.execute(
        "SELECT o.name, json_extract(CAST(j.fields AS TEXT), '$.trust'), count(*) FROM (SELECT origin, fields, op"
        " FROM journal ORDER BY position DESC LIMIT ?) j JOIN names o ON o.number = j.origin"
        " WHERE j.op IN ('assert', 'revise') AND j.fields IS NOT NULL GROUP BY 1, 2",
        (LATEST_SAID,),
    ).fetchall()
    counts = {(str(origin), str(trust)): int(count) for origin, trust, count in rows}
    return counts, sum(counts.values())


def _one(reader: Reader, query: str, *arguments: Any) -> int:
    row: Any = reader._connection.execute(query, arguments).fetchone()
    return int(row[0])
