"""Rebuild: whatever happens to what follows from the journal, writing goes on, and a rebuild makes it as it was."""

import random
from pathlib import Path
from typing import Any

import pytest

from oldhand.store.projection import TABLES
from oldhand.store.verify import verify
from tests.conftest import Project
from tests.store.damage import connected, settled
from tests.store.test_repair import overwritten, roots_of_pages

CONTENTS = {table: f"SELECT * FROM {table}" for table in TABLES if table not in ("search", "memories")} | {
    "memories": "SELECT id, kind, domain, standing, trust, priority, updated, record, digest FROM memories ORDER BY id"
}
SHARED = {"vocabulary": "SELECT term, col, doc, cnt FROM vocabulary ORDER BY term, col"}
SPOILERS = {  # ways to damage a projection's rows that SQLite does not notice
    "memories": "UPDATE memories SET record = CAST('{}' AS BLOB), standing = 'active'",
    "tallies": "UPDATE tallies SET count = 1",
    "wordings": "DELETE FROM wordings",
    "edges": "DELETE FROM edges",
    "tags": "UPDATE tags SET tag = 'x' || tag",
    "anchors": "DELETE FROM anchors",
    "rejections": "INSERT INTO rejections VALUES(x'00112233445566778899aabbccddeeff', zeroblob(16))",
    "expiries": "INSERT INTO expiries VALUES(1, zeroblob(16))",
    "trie": "UPDATE trie SET children = x'0000'",
    "search": "DELETE FROM search_data WHERE id > 10",
}


def contents(path: Path) -> dict[str, list[Any]]:
    """What every projection holds, but for the numbers of rows, which follow from the history of the file."""
    with connected(path) as connection:
        found = {table: connection.execute(query).fetchall() for table, query in CONTENTS.items()}
        connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search, col)")
        found |= {name: connection.execute(query).fetchall() for name, query in SHARED.items()}
    return found


def test_rebuilding_a_sound_store_gives_the_same_root_and_the_same_rows(filled: Project) -> None:
    before = contents(settled(filled))
    done = filled.call("rebuild")
    assert done.same and done.before == done.root and not done.mended
    assert contents(settled(filled)) == before


@pytest.mark.parametrize("table", TABLES)
def test_a_projection_that_is_gone_stops_no_write_is_said_by_recall_and_is_made_as_it_was(
    filled: Project, table: str
) -> None:
    path = settled(filled)
    with connected(path) as connection:
        connection.execute(f"DROP TABLE {table}")
    _goes_on(filled)


@pytest.mark.parametrize("table", sorted(SPOILERS))
def test_a_projection_with_wrong_rows_stops_no_write_and_is_made_as_it_was(filled: Project, table: str) -> None:
    path = settled(filled)
    with connected(path) as connection:
        connection.execute(SPOILERS[table])
    assert not verify(filled.folder).sound
    filled.call("remember", text="Written while a projection was wrong", tags=["late"], key="late/key")
    filled.call("rebuild")
    assert verify(filled.folder).sound
    assert filled.call("recall", cue="written while projection was wrong").verdict == "strong"


def _goes_on(project: Project) -> None:
    """Write to a store with a broken projection, recall, rebuild, and compare with a store that never was broken."""
    said = project.call("remember", text="Written while a projection was gone", tags=["late"], key="late/key")
    assert said.memories[0].outcome == "remembered"
    answer = project.call("recall", cue="written while a projection was gone")
    assert answer.degraded, "recall says that a part of the memory is broken"
    assert answer.items and answer.items[0].id == said.memories[0].id
    project.call("rebuild")
    assert verify(project.folder).sound
    answer = project.call("recall", cue="written while a projection was gone")
    assert not answer.degraded and answer.items[0].id == said.memories[0].id
    rebuilt = contents(settled(project))
    project.call("rebuild")
    assert contents(settled(project)) == rebuilt


@pytest.mark.parametrize("table", [table for table in TABLES if table != "search"])
def test_a_projection_whose_pages_are_damaged_is_repaired(filled: Project, table: str) -> None:
    path = settled(filled)
    before = contents(path)
    overwritten(path, roots_of_pages(path)[table])
    filled.call("repair")
    after = contents(settled(filled))
    assert after == before


def test_any_mixture_of_lost_projections_is_made_as_it_was(filled: Project) -> None:
    rng = random.Random(7)
    before = contents(settled(filled))
    for _ in range(8):
        path = settled(filled)
        with connected(path) as connection:
            for table in rng.sample(TABLES, rng.randrange(1, len(TABLES))):
                connection.execute(f"DROP TABLE {table}" if rng.random() < 0.5 else SPOILERS[table])
        filled.call("rebuild")
        assert contents(settled(filled)) == before


def test_control_without_a_rebuild_the_damage_stays(filled: Project) -> None:
    path = settled(filled)
    before = contents(path)
    with connected(path) as connection:
        connection.execute(SPOILERS["tags"])
    filled.call("remember", text="A write mends nothing by itself")
    after = contents(settled(filled))
    assert after["tags"] != before["tags"] and not verify(filled.folder).sound
    filled.damaged = True


def test_rebuilding_a_store_with_damaged_events_asks_for_repair_and_changes_nothing(filled: Project) -> None:
    from oldhand.errors import OldhandError

    path = settled(filled)
    with connected(path) as connection:
        connection.execute("UPDATE journal SET fields = x'7b' WHERE position = 5")
    before = contents(path)
    with pytest.raises(OldhandError, match="repair"):
        filled.call("rebuild")
    assert contents(settled(filled)) == before
    filled.damaged = True


def test_what_was_erased_while_the_state_was_broken_is_gone_after_the_rebuild(filled: Project) -> None:
    told = filled.call("remember", text="The word that must go is xylophagous").memories[0].id
    path = settled(filled)
    with connected(path) as connection:
        connection.execute("DROP TABLE memories")
    with filled.memory.writing() as transaction:
        transaction.emit("erase", told, "user", "python", {})
    filled.call("rebuild")
    assert b"xylophagous" not in settled(filled).read_bytes()
