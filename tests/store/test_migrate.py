"""Migrations: a store has the old format or the new one and nothing between, and no program touches a newer store."""

from pathlib import Path

import pytest

from oldhand.errors import DamagedStore, NewerStore
from oldhand.store import connection as recipe
from oldhand.store.acceptance import format_in
from oldhand.store.connection import FORMAT
from oldhand.store.migrate import Step, migrate, released_steps
from oldhand.store.store import Store
from tests.conftest import Project
from tests.store.damage import connected, settled
from tests.store.killing import calls_of, points
from tests.store.steps import STEPS, add_colour, fail

KILLS = 25


def formats(path: Path) -> tuple[int, list[int], bool, bool]:
    """(format in the header, steps recorded, whether there are colours, whether they have shades)."""
    with connected(path) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(colours)")}
        steps = [row[0] for row in connection.execute("SELECT number FROM migrations ORDER BY number")]
        return format_in(connection.pragma("user_version")), steps, "name" in columns, "shade" in columns


WHOLE = [
    (FORMAT, [FORMAT], False, False),
    (FORMAT + 1, [FORMAT, FORMAT + 1], True, False),
    (FORMAT + 2, [FORMAT, FORMAT + 1, FORMAT + 2], True, True),
]


def test_the_released_steps_lead_from_one_format_to_the_next() -> None:
    numbers = [step.number for step in released_steps()]
    assert numbers == list(range(2, FORMAT + 1)), "one file a step, and FORMAT is the last"
    assert all(step.name for step in released_steps())


def test_each_step_is_taken_once_and_recorded(filled: Project) -> None:
    path = settled(filled)
    with connected(path) as connection:
        assert migrate(connection, path, STEPS[:1]) == 1
        assert migrate(connection, path, STEPS) == 1
        assert migrate(connection, path, STEPS) == 0
    assert formats(path) == WHOLE[2]
    filled.damaged = True  # to the program that runs here it is a newer store now


def test_an_older_program_refuses_a_newer_store_and_writes_nothing(filled: Project) -> None:
    path = settled(filled)
    with connected(path) as connection:
        migrate(connection, path, STEPS)
    before = {entry.name: entry.read_bytes() for entry in filled.folder.iterdir() if entry.is_file()}
    for writable in (True, False):
        with pytest.raises(NewerStore, match="Upgrade"):
            Store.open(filled.folder, writable=writable)
    with connected(path) as connection, pytest.raises(NewerStore):
        migrate(connection, path, STEPS[:1])
    assert {entry.name: entry.read_bytes() for entry in filled.folder.iterdir() if entry.is_file()} == before
    filled.damaged = True


def test_a_step_that_fails_leaves_the_format_before_it(filled: Project) -> None:
    path = settled(filled)
    with connected(path) as connection, pytest.raises(DamagedStore):
        migrate(connection, path, (STEPS[0], Step(FORMAT + 2, "a broken one", fail)))
    assert formats(path) == WHOLE[1]
    with connected(path) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_schema WHERE name='half'").fetchone()
    filled.damaged = True


def test_a_store_of_a_format_that_never_was_is_refused(filled: Project) -> None:
    path = settled(filled)
    with connected(path) as connection:
        connection.pragma("user_version", 0)
    before = path.read_bytes()
    for writable in (True, False):
        with pytest.raises(DamagedStore, match="format 0"):
            Store.open(filled.folder, writable=writable)
    assert path.read_bytes() == before
    filled.damaged = True


def test_an_older_store_is_brought_up_to_date_when_it_is_opened(
    filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = settled(filled)
    newest_known(monkeypatch)
    with Store.open(filled.folder) as store, store.read() as reader:
        assert sum(reader.counts().values()) == 60
    assert formats(path) == WHOLE[2]
    monkeypatch.undo()
    filled.damaged = True


def test_an_older_store_that_may_only_be_read_is_read_and_left_as_it_is(
    filled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = settled(filled)
    before = path.read_bytes()
    newest_known(monkeypatch)
    with Store.open(filled.folder, writable=False) as store, store.read() as reader:
        assert sum(reader.counts().values()) == 60
    assert path.read_bytes() == before


def newest_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this program know two formats more."""
    from oldhand.store import migrate as steps

    monkeypatch.setattr(recipe, "FORMAT", FORMAT + 2)
    monkeypatch.setattr(steps, "released_steps", lambda: STEPS)


PREPARE = """
import apsw
from oldhand.store.migrate import migrate
from tests.store.steps import STEPS
"""
ACT = """
path = folder / "memory.db"
connection = apsw.Connection(str(path))
migrate(connection, path, STEPS)
connection.close()
"""


def test_a_migration_killed_anywhere_leaves_one_of_the_formats_and_goes_on_from_it(filled: Project) -> None:
    path = settled(filled)
    raw = path.read_bytes()
    total = calls_of(PREPARE, ACT, filled.folder)
    assert formats(path) == WHOLE[2]
    met = set()
    for at in points(total, KILLS, 2):
        for entry in filled.folder.iterdir():
            entry.unlink()
        path.write_bytes(raw)
        calls_of(PREPARE, ACT, filled.folder, at)
        found = formats(path)
        assert found in WHOLE, f"after the kill at {at}"
        met.add(found[0])
        assert calls_of(PREPARE, ACT, filled.folder) > 0
        assert formats(path) == WHOLE[2]
    assert len(met) == len(WHOLE), "the kills hit before, between and after the steps"
    filled.damaged = True


def test_control_steps_without_a_transaction_leave_something_between(filled: Project) -> None:
    path = settled(filled)
    with connected(path) as connection:
        add_colour(connection)
    assert formats(path) not in WHOLE
    with connected(path) as connection:
        connection.execute("DROP TABLE colours")
