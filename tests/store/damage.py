"""Stores to be damaged, and ways to damage them."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import apsw

from oldhand.operation import call
from tests.conftest import Project

WORDS = [
    f"{start}{end}"
    for start in ("pay", "deploy", "cache", "ledger", "queue")
    for end in ("ment", "er", "ing", "s", "ok")
]
FILES = ("src/pay/client.py", "src/cart.py:3-9", "docs/adr/0031.md:1")


def fill(project: Project, count: int, seed: int = 1) -> None:
    """Tell a project `count` things: with keys, tags, anchors, long texts, links, new wordings, retirements."""
    rng = random.Random(seed)
    lines = []
    for number in range(count):
        words = " ".join(rng.choices(WORDS, k=rng.choice((3, 12, 40))))
        said = {"text": f"Number {number}: {words}", "tags": [rng.choice(WORDS)], "anchors": [rng.choice(FILES)]}
        if number % 4 == 0:
            said |= {"key": f"question/{number}", "domain": "context"}
        if number % 10 == 9:  # the longest of these run over several pages
            said |= {"text": f"Nummer {number} für Łódź и Москва: " + words * 24}
        lines.append(json.dumps(said, ensure_ascii=False))
    told = call(project.memory, "remember", {"jsonl": "\n".join(lines)}).memories
    for number in range(0, count, 8):
        call(
            project.memory, "remember", {"text": f"Changed {number}", "key": f"question/{number}", "domain": "context"}
        )
    names = [one.id for one in told]
    for number in range(1, count, 7):
        call(project.memory, "link", {"source": names[number], "relation": "relates_to", "target": names[number - 1]})
    for number in range(3, count, 9):
        call(project.memory, "retire", {"name": names[number]})
    for number in range(5, count, 11):
        call(project.memory, "confirm", {"name": names[number]})


def settled(project: Project) -> Path:
    """The database file of a project with nothing left in its log, closed."""
    path = project.store.path
    project.memory.close()
    with connected(path) as connection:
        connection.pragma("wal_checkpoint", "TRUNCATE")
    return path


class connected:  # noqa: N801 - read as a verb: with connected(path) as connection
    """A plain connection, closed at the end of the block: for looking at a store and for damaging it."""

    def __init__(self, path: Path) -> None:
        self._connection = apsw.Connection(str(path))

    def __enter__(self) -> apsw.Connection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def flipped(raw: bytes, seed: int, count: int) -> Iterator[tuple[int, bytes]]:
    """(number, copy of the file) with one random bit turned over."""
    rng = random.Random(seed)
    for number in range(count):
        place, bit = rng.randrange(len(raw)), rng.randrange(8)
        yield number, raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]


def texts(path: Path) -> dict[bytes, bytes]:
    """Every object of a sound store: address -> body."""
    with connected(path) as connection:
        return dict(connection.execute("SELECT address, body FROM objects").fetchall())
