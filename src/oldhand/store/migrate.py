"""Bringing a store of an older format up to date: numbered steps, each whole or not at all.

Each step is one transaction that changes the tables, writes its row in `migrations` and the format in
the header. Killed at any point, a store has the old format or the new one, and the next opening for
writing goes on from there.
"""

import re
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import apsw

from oldhand.errors import DamagedStore, NewerStore
from oldhand.store.acceptance import format_in
from oldhand.store.connection import FORMAT, format_of, translated

FOLDER = Path(__file__).parent / "migrations"
_STEP = re.compile(r"step_([0-9]{4})_[a-z0-9_]+\Z")


class Step(NamedTuple):
    """One step. number: the format it leads to; name: what it does; run: changes the tables."""

    number: int
    name: str
    run: Callable[[apsw.Connection], None]


@cache
def released_steps() -> tuple[Step, ...]:
    """Every step there is, in order, found by listing the folder."""
    found = []
    for stem in sorted(entry.stem for entry in FOLDER.glob("step_*.py")):
        if match := _STEP.match(stem):
            module = import_module(f"oldhand.store.migrations.{stem}")
            found.append(Step(int(match[1]), (module.__doc__ or stem).strip().split("\n")[0], module.run))
    return tuple(found)


def migrate(connection: apsw.Connection, path: Path, steps: Sequence[Step] | None = None) -> int:
    """Take every step the store has not taken; how many were taken. The caller holds the write lock.

    steps: instead of the released ones. Raises DamagedStore when a step is missing between the store's
    format and the newest (no program of ours left such a store), NewerStore, StorageFull.
    """
    every = released_steps() if steps is None else steps
    newest = every[-1].number if every else FORMAT
    taken = 0
    with translated(path):
        while (version := format_of(connection)) != newest:
            if version > newest:
                raise NewerStore(path, version, newest)
            step = next((step for step in every if step.number == version + 1), None)
            if step is None:
                raise DamagedStore(path, f"its format {version} is none that ever was")
            taken += _take(connection, step)
    return taken


def _take(connection: apsw.Connection, step: Step) -> int:
    """One step in one transaction: 1, or 0 when another process has taken it meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if format_of(connection) != step.number - 1:
            connection.execute("ROLLBACK")
            return 0
        step.run(connection)
        connection.execute(
            "INSERT INTO migrations VALUES(?,?,?)", (step.number, step.name, time.time_ns() // 1_000_000)
        )
        said = int(connection.pragma("user_version"))
        connection.pragma("user_version", said - format_in(said) + step.number)
        connection.execute("COMMIT")
    except BaseException:  # an interruption too: raised on, with nothing half done
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return 1


def migrated_copy(connection: apsw.Connection, path: Path) -> apsw.Connection:
    """A copy in memory, brought up to date, of a store that may only be read; `connection` is closed."""
    copy = apsw.Connection(":memory:")
    with copy.backup("main", connection, "main") as backup:
        backup.step(-1)
    connection.close()
    migrate(copy, path)
    return copy
