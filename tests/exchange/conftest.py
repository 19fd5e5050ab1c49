"""What tests of importing and exporting share: memories by name, a full one, and a pair that differs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from tests.exchange.exports import export, made, sound


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Callable[[str], Memory]]:
    """Makes memories by name; each must verify at the end."""
    opened: list[Memory] = []

    def open_one(name: str, trust: str = "user") -> Memory:
        opened.append(made(tmp_path, name, trust))
        return opened[-1]

    yield open_one
    assert sound(*opened)


@pytest.fixture
def full(shelf: Callable[[str], Memory]) -> Memory:
    """A memory with a bit of everything."""
    memory = shelf("full")
    one = call(memory, "remember", {"text": "Postgres listens on 5433", "tags": ["db"], "anchors": ["src/db.py:1-9"]})
    other = call(memory, "remember", {"text": "Всё остальное 🙂\0", "confidence": 0.5, "valid_until": "2030-01-01"})
    for text in ("Host is one", "Host is two"):
        call(memory, "remember", {"text": text, "key": "deploy/host"})
    call(memory, "link", {"source": one.memories[0].id, "relation": "supersedes", "target": other.memories[0].id})
    call(memory, "dispute", {"name": one.memories[0].id, "reason": "it moved"})
    call(memory, "root", {"mark": "first release"})
    with memory.writing() as transaction:
        transaction.emit("erase", other.memories[0].id, "user", "python", {})
    return memory


@pytest.fixture
def divided(full: Memory, shelf: Any) -> tuple[str, Memory]:
    """An export of `full`, and a memory that answers one of its slots otherwise and has one memory more."""
    memory = shelf("mine")
    call(memory, "remember", {"text": "Host is three", "key": "deploy/host"})
    call(memory, "remember", {"text": "Only here"})
    return export(full), memory
