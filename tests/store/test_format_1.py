"""A store of format 1, made by its own statements, is brought to the present format whole, and keeps its root."""

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.acceptance import format_in, mark_of
from oldhand.store.connection import APPLICATION_ID, FORMAT
from oldhand.store.sealing import seal
from oldhand.store.store import Store
from oldhand.store.verify import verify
from tests.conftest import BORN, Project
from tests.store.damage import connected, fill, settled
from tests.store.killing import calls_of, points

STATEMENTS = Path(__file__).parent / "format_1"
CANONICAL = ("replicas", "names", "objects", "journal", "roots", "losses", "health")
PROJECTIONS = ("memories", "tallies", "wordings", "edges", "tags", "anchors", "trie")
FRESH = {"rejections", "expiries", "memories_untrusted", "memories_waiting"}
KILLS = 12


def as_format_1(path: Path) -> None:
    """Make the database at `path` anew as the first format had it: the same rows in tables of its own statements."""
    source = apsw.Connection(str(path))
    old = path.with_name("old")
    made = apsw.Connection(str(old))
    made.pragma("journal_mode", "wal")
    schema, projections = ((STATEMENTS / f"{name}.sql").read_text("utf-8") for name in ("schema", "projections"))
    made.execute(
        f"BEGIN; {schema}; PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version=1; {projections}"
    ).fetchall()
    made.execute("INSERT INTO migrations VALUES(1, 'the first format', ?)", (BORN,))
    for table in (*CANONICAL, *PROJECTIONS):
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        if rows:
            made.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(rows[0]))})", rows)
    # The two formats differ in this: there, memories that contradict each other were active.
    made.execute("UPDATE memories SET standing='active' WHERE standing='contested'")
    made.execute("DELETE FROM tallies")
    made.execute("INSERT INTO tallies SELECT domain, kind, standing, trust, count(*) FROM memories GROUP BY 1, 2, 3, 4")
    for table in ("search_data", "search_idx", "search_docsize", "search_config"):
        made.execute(f"DELETE FROM {table}")
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        made.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(rows[0]))})", rows)
    made.execute("COMMIT")
    made.close()
    source.close()
    path.unlink()
    old.rename(path)
    path.chmod(0o600)


@pytest.fixture
def first(make_project: Callable[[str], Project]) -> Project:
    """A project of format 1 with sixty memories, one that expires and two that contradict each other."""
    project = make_project("first")
    fill(project, 60)
    soon = project.call("remember", text="This holds for one day only", ttl_days=1).memories[0].id
    one = project.call("remember", text="Carts are kept in Redis these days").memories[0].id
    other = project.call("remember", text="Sessions never expire at night").memories[0].id
    project.call("link", source=one, relation="contradicts", target=other)
    (project.root / "names").write_text(f"{soon} {one} {other}")
    as_format_1(settled(project))
    seal(project.folder, mark_of(project.folder))
    return project


def format_of(path: Path) -> tuple[int, set[str], list[int]]:
    """(format in the header, those of FRESH that are there, steps recorded)."""
    with connected(path) as connection:
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")} & FRESH
        steps = [number for (number,) in connection.execute("SELECT number FROM migrations ORDER BY number")]
        return format_in(int(connection.pragma("user_version"))), there, steps


def root_of(path: Path) -> bytes:
    """The latest recorded root."""
    with connected(path) as connection:
        row = connection.execute("SELECT root FROM roots ORDER BY number DESC LIMIT 1").fetchone()
        return bytes(row[0])


def test_it_is_brought_up_to_date_with_its_root_and_can_be_used(first: Project) -> None:
    path = first.folder / "memory.db"
    assert format_of(path) == (1, set(), [1])
    before = root_of(path)
    soon, one, other = (first.root / "names").read_text().split()
    with Memory(first.root, first.home, trust="user", actor="user", origin="cli") as memory:
        with memory.reading() as reader:
            assert reader.root().root == before
            assert [held.id for held in reader.expiring(memory.now() + 2 * 86_400_000, 10)] == [soon]
            assert (reader.standing(one), reader.standing(other)) == ("contested", "contested")
        memory.store().close()
        assert verify(first.folder).sound
        assert call(memory, "reject", {"name": one}).standing == "rejected"
    assert format_of(path) == (FORMAT, FRESH, [1, *range(2, FORMAT + 1)])


def test_rebuilding_it_gives_the_same_tables_as_the_step(first: Project) -> None:
    path = first.folder / "memory.db"
    Store.open(first.folder).close()
    queries = (
        "SELECT * FROM expiries",
        "SELECT * FROM tallies ORDER BY 1, 2, 3, 4",
        "SELECT id, standing FROM memories",
    )
    with connected(path) as connection:
        stepped = [sorted(connection.execute(query)) for query in queries]
    first.reopened().store()
    first.call("rebuild")
    first.memory.close()
    with connected(path) as connection:
        assert [sorted(connection.execute(query)) for query in queries] == stepped
    assert root_of(path)


def test_where_nothing_can_be_written_it_is_read_in_a_copy(first: Project) -> None:
    path = first.folder / "memory.db"
    before = path.read_bytes()
    with Store.open(first.folder, writable=False) as store, store.read() as reader:
        assert reader.expiring(1 << 50, 10)
    assert verify(path).sound
    assert path.read_bytes() == before


def test_a_backup_of_that_format_is_restored_and_what_is_forgotten_goes_from_it(first: Project) -> None:
    backups = first.folder / "backups"
    backups.mkdir(mode=0o700)
    copy = backups / "memory-20260101T000000Z.db"
    copy.write_bytes((first.folder / "memory.db").read_bytes())
    copy.chmod(0o600)
    _, one, _ = (first.root / "names").read_text().split()
    with Memory(first.root, first.home, trust="user", actor="user", origin="cli") as memory:
        done = call(memory, "forget", {"names": [one], "yes": True})
        assert done.databases == [str(copy)]
        assert format_of(copy)[0] == FORMAT
        assert verify(copy).sound
        call(memory, "store_restore", {"yes": True})
    assert b"kept in Redis these" not in copy.read_bytes()


PREPARE = "from oldhand.store.store import Store\n"
ACT = "Store.open(folder).close()\n"


def test_killed_anywhere_it_has_one_format_or_the_other(first: Project) -> None:
    path = first.folder / "memory.db"
    raw, root = path.read_bytes(), root_of(path)
    first.memory.close()
    total = calls_of(PREPARE, ACT, first.folder)
    met = set()
    for at in points(total, KILLS, 3):
        for entry in first.folder.iterdir():
            if entry.is_file():
                entry.unlink()
        path.write_bytes(raw)
        path.chmod(0o600)
        calls_of(PREPARE, ACT, first.folder, at)
        found = format_of(path)
        assert found in ((1, set(), [1]), (FORMAT, FRESH, [1, FORMAT])), f"after the kill at {at}"
        met.add(found[0])
        calls_of(PREPARE, ACT, first.folder)
        assert format_of(path)[0] == FORMAT
        assert root_of(path) == root
    assert met == {1, FORMAT}, "the kills hit before and after the step"


def test_control_a_state_that_cannot_be_read_is_left_to_a_rebuild(first: Project) -> None:
    path = first.folder / "memory.db"
    with connected(path) as connection:
        connection.execute("UPDATE memories SET record = CAST('{\"valid_until\":' AS BLOB) WHERE number = 3")
    Store.open(first.folder).close()
    assert format_of(path)[0] == FORMAT
    assert not verify(first.folder).sound
    first.reopened()
    first.call("rebuild")
    first.memory.close()
    assert verify(first.folder).sound
