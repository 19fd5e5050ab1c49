"""Stores to measure in: built once at each size through the ordinary operation, kept for later runs."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpus
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.acceptance import accept, why_not
from oldhand.store.connection import FORMAT
from oldhand.store.projection import statements
from oldhand.store.store import Store

BULK_LINES = 20_000  # memories in one call: what the page cache holds without spilling, as docs/FORMAT.md explains
EXISTING_FILES = 60  # of the files memories speak of, so many are there, so that checking anchors reads something
LINES_PER_FILE = 440  # anchors of the corpus end at line 438
FINISHED = "finished"  # written last: a store without it was interrupted and is built anew


class Place(NamedTuple):
    """A project with a memory: its root, the person's folder beside it, and how many memories there are."""

    root: Path
    home: Path
    size: int

    @property
    def store(self) -> Path:
        """The store's folder."""
        return self.root / ".oldhand"

    def opened(self, surface: str = "python") -> Memory:
        """The memory, open."""
        return Memory(self.root, self.home, surface=surface)


@cache
def folder() -> Path:
    """Where stores are kept: OLDHAND_BENCH, else a folder of this run in the system's temporary folder."""
    if said := os.environ.get("OLDHAND_BENCH"):
        path = Path(said).expanduser().absolute()
        path.mkdir(parents=True, exist_ok=True)
        return path
    return Path(tempfile.mkdtemp(prefix="oldhand-bench-"))


def kept(size: int) -> Place:
    """The store of `size` memories, built when it is not there. Only read: changes are made in a `scratch` copy."""
    base = folder() / f"corpus{corpus.VERSION}-format{FORMAT}-{_layout()}-{size}"
    place = Place(base / "project", base / "home", size)
    if (base / FINISHED).exists():
        if why_not(place.store, place.home):
            accept(place.store, place.home)  # one of an earlier version bears no mark or no seal yet
        return place
    shutil.rmtree(base, ignore_errors=True)
    empty(base, size)
    with place.opened() as memory:
        for start in range(0, size, BULK_LINES):
            call(memory, "remember", {"jsonl": lines(start, min(start + BULK_LINES, size), size)})
    (base / FINISHED).touch()
    return place


@cache
def _layout() -> str:
    """A few digits that change with the tables of the store, so that stores of other tables are not reused."""
    return sha256((statements("schema") + statements("projections")).encode()).hexdigest()[:8]


def lines(start: int, end: int, total: int) -> str:
    """The memories from `start` to before `end` as JSON lines."""
    return "\n".join(json.dumps(corpus.memory(number, total), ensure_ascii=False) for number in range(start, end))


def empty(base: Path, size: int) -> Place:
    """A project with the files that a corpus of `size` speaks of most, and an empty memory."""
    place = Place(base / "project", base / "home", size)
    place.home.mkdir(parents=True)
    for number in range(EXISTING_FILES):
        file = place.root / corpus.path(number)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"line {at} of file {number}\n" for at in range(LINES_PER_FILE)), encoding="utf-8")
    Store.create(place.store, Memory.now(), place.home).close()
    return place


@contextmanager
def scratch(size: int, *, blank: bool = False) -> Iterator[Place]:
    """A copy of the store of `size` memories (or an empty one) to change, gone afterwards."""
    base = Path(tempfile.mkdtemp(prefix="scratch-", dir=folder()))
    try:
        if blank:
            yield empty(base / "copy", 0)
        else:
            shutil.copytree(kept(size).root.parent, base / "copy")
            yield Place(base / "copy" / "project", base / "copy" / "home", size)
    finally:
        shutil.rmtree(base, ignore_errors=True)
