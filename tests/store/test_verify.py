"""Verify: a sound store is called sound, and each kind of damage is named with what it damaged."""

from pathlib import Path

import pytest

from oldhand.errors import ForeignStore, NoStore
from oldhand.store.findings import Finding
from oldhand.store.verify import verify
from tests.conftest import Project
from tests.store.conftest import COUNT
from tests.store.damage import connected, fill, settled

# What is done to the store -> the part that verify must name.
DAMAGES = {
    "UPDATE objects SET body = CAST('{}' AS BLOB) WHERE rowid_of": "objects",
    "DELETE FROM objects WHERE rowid_of": "objects",
    "UPDATE objects SET body = NULL WHERE rowid_of": "objects",
    "UPDATE journal SET wall = wall + 1 WHERE position = 7": "journal",
    "UPDATE journal SET op = 'confirm' WHERE position = 7": "journal",
    "UPDATE journal SET id = zeroblob(32) WHERE position = 7": "journal",
    "UPDATE journal SET seq = 10007 WHERE position = 7": "journal",
    "UPDATE journal SET fields = CAST(replace(CAST(fields AS TEXT), 'agent', 'user') AS BLOB)": "journal",
    "DELETE FROM journal WHERE position = 7": "journal",
    "DELETE FROM journal WHERE position = (SELECT max(position) FROM journal)": "roots",
    "UPDATE names SET name = 'someone' WHERE number = 1": "journal",
    "UPDATE replicas SET id = '0123456789abcdef' WHERE number = 1": "journal",
    "UPDATE roots SET root = zeroblob(32) WHERE number = 2": "roots",
    "UPDATE roots SET learned = learned + 1 WHERE number = 2": "roots",
    "UPDATE roots SET counter = counter + 1 WHERE number = 2": "roots",
    "DELETE FROM roots WHERE number = 2": "roots",
    "UPDATE memories SET standing = 'active' WHERE standing = 'retired'": "memories",
    "UPDATE memories SET priority = priority + 1 WHERE number = 5": "memories",
    "UPDATE memories SET digest = zeroblob(32) WHERE number = 5": "memories",
    "UPDATE memories SET record = CAST('{}' AS BLOB) WHERE number = 5": "memories",
    "DELETE FROM memories WHERE number = 5": "memories",
    "UPDATE tallies SET count = count + 1": "tallies",
    "DELETE FROM wordings WHERE rowid_of": "wordings",
    "UPDATE edges SET rel = 'supersedes'": "edges",
    "INSERT INTO edges SELECT source, 'contradicts', target FROM edges LIMIT 1": "edges",
    "DELETE FROM tags WHERE tag = (SELECT min(tag) FROM tags)": "tags",
    "UPDATE anchors SET digest = 'x' || digest WHERE first = 3": "anchors",
    "UPDATE trie SET children = zeroblob(2) WHERE path = ''": "trie",
    "DELETE FROM search WHERE rowid = 5": "search",
    "INSERT INTO search(rowid, label, text) VALUES(9999, 'x', 'y')": "search",
    "DELETE FROM search_docsize WHERE id = 5": "search",
    "INSERT INTO health VALUES('search', 'a test', 1)": "health",
}


def damage(path: Path, statement: str) -> None:
    """Run a statement on a store behind our back."""
    first = {"objects": "address", "wordings": "revision"}
    for table, key in first.items():
        if f" {table} " in statement:
            statement = statement.replace("rowid_of", f"{key} = (SELECT min({key}) FROM {table})")
    with connected(path) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(statement)


def found(path: Path) -> tuple[Finding, ...]:
    return tuple(finding for finding in verify(path).findings if finding.damage)


def test_a_store_of_every_shape_is_sound(filled: Project) -> None:
    path = settled(filled)
    report = verify(filled.folder)
    assert report.sound and not report.findings
    assert report.memories == COUNT and report.events > COUNT and report.root != "0" * 64
    assert verify(path, quick=True).sound


@pytest.mark.parametrize("statement", DAMAGES)
def test_each_damage_is_named_by_its_part(filled: Project, statement: str) -> None:
    path = settled(filled)
    damage(path, statement)
    filled.damaged = True
    parts = {finding.part for finding in found(filled.folder)}
    assert DAMAGES[statement] in parts, parts
    assert not verify(filled.folder).sound


def test_a_damaged_text_is_named_by_its_address_and_nothing_else_is(filled: Project) -> None:
    path = settled(filled)
    with connected(path) as connection:
        address = connection.execute("SELECT address FROM objects ORDER BY address LIMIT 1 OFFSET 9").fetchone()[0]
        connection.execute("UPDATE objects SET body = CAST(body || ' ' AS BLOB) WHERE address=?", (address,))
    filled.damaged = True
    findings = found(filled.folder)
    assert [finding.part for finding in findings] == ["objects"]
    assert findings[0].names == (address.hex(),)


def test_a_word_that_turned_into_another_in_the_index_is_named_with_its_memory(project: Project) -> None:
    """Control: SQLite's own check of the index, and its check of the file, find nothing."""
    told = project.call("remember", text="The gateway answers with plums").memories[0].id
    fill(project, 20)
    path = settled(project)
    with connected(path) as connection:
        row = connection.execute(
            "SELECT id, block FROM search_data WHERE instr(block, CAST('plum' AS BLOB))"
        ).fetchone()
        connection.execute("UPDATE search_data SET block=? WHERE id=?", (row[1].replace(b"plum", b"plun"), row[0]))
        connection.execute("INSERT INTO search(search, rank) VALUES('integrity-check', 1)")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    project.damaged = True
    findings = found(project.folder)
    assert [finding.part for finding in findings] == ["search"]
    assert findings[0].names == (told,)


def test_quick_leaves_out_only_what_a_rebuild_makes(filled: Project) -> None:
    path = settled(filled)
    filled.damaged = True
    damage(path, "DELETE FROM tags")
    assert verify(filled.folder, quick=True).sound
    damage(path, "UPDATE objects SET body = CAST('{}' AS BLOB) WHERE rowid_of")
    assert not verify(filled.folder, quick=True).sound


def test_verifying_writes_nothing(filled: Project) -> None:
    path = filled.store.path
    filled.memory.traces().flush()
    before = {entry.name: entry.read_bytes() for entry in path.parent.iterdir() if not entry.name.endswith("-shm")}
    assert verify(filled.folder).sound and verify(filled.folder, quick=True).sound
    after = {entry.name: entry.read_bytes() for entry in path.parent.iterdir() if not entry.name.endswith("-shm")}
    assert after == before


def test_a_file_that_others_may_read_is_a_warning_and_no_damage(project: Project) -> None:
    fill(project, 3)
    path = settled(project)
    path.chmod(0o644)
    report = verify(project.folder)
    assert report.sound
    assert [(finding.part, finding.damage) for finding in report.findings] == [("permissions", False)]
    path.chmod(0o600)


def test_a_filledion_that_is_gone_is_named_and_does_not_end_the_check(filled: Project) -> None:
    path = settled(filled)
    filled.damaged = True
    for table in ("memories", "search", "tags", "trie", "edges", "anchors", "wordings", "tallies"):
        damage(path, f"DROP TABLE {table}")
    damage(path, "UPDATE objects SET body = CAST('{}' AS BLOB) WHERE rowid_of")
    parts = {finding.part for finding in found(filled.folder)}
    assert {"memories", "search", "tags", "trie", "edges", "anchors", "wordings", "tallies", "objects"} <= parts


def test_what_is_no_store_is_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database, but long enough to be taken for one " * 20)
    with pytest.raises(ForeignStore):
        verify(tmp_path / "notes.db")
    with connected(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE mine (x)")
    with pytest.raises(ForeignStore):
        verify(tmp_path / "other.db")
    with pytest.raises(NoStore):
        verify(tmp_path)


def test_progress_is_told_for_every_part(filled: Project) -> None:
    filled.memory.close()
    heard: set[str] = set()
    verify(filled.folder, progress=lambda what, done, total: heard.add(what))
    assert {"pages", "objects", "events", "memories"} <= heard
