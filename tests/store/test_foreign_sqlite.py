"""SQLite files of other programs: only stored rows of real tables are read, within bounds, and nothing is written."""

import os
from pathlib import Path

import apsw
import pytest

from oldhand.errors import BadExport
from oldhand.store.foreign_sqlite import ForeignDatabase


def made(path: Path, script: str) -> Path:
    """A database made by a script."""
    connection = apsw.Connection(str(path))
    connection.execute(script).fetchall()
    connection.close()
    return path


def test_rows_come_with_their_numbers_and_columns_that_are_not_there_are_none(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE t (a TEXT, b INTEGER); INSERT INTO t VALUES ('да', 7), (NULL, 2.5)")
    with ForeignDatabase(path) as database:
        assert database.tables == {"t": ("a", "b")}
        assert list(database.rows("t", ("b", "a", "none"))) == [
            {"b": 7, "a": "да", "none": None, "rowid": 1}, {"b": 2.5, "a": None, "none": None, "rowid": 2},
        ]  # fmt: skip


def test_views_virtual_tables_and_generated_columns_are_not_there(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", """
        CREATE TABLE t (a TEXT, g TEXT GENERATED ALWAYS AS (a || a) VIRTUAL);
        CREATE VIEW v AS SELECT a FROM t;
        CREATE VIRTUAL TABLE f USING fts5(a);
        INSERT INTO t(a) VALUES ('x');
    """)  # fmt: skip
    with ForeignDatabase(path) as database:
        assert database.tables["t"] == ("a",) and not {"v", "f"} & set(database.tables)
        assert [row["g"] for row in database.rows("t", ("a", "g"))] == [None]


def test_names_that_are_sql_are_only_names(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", 'CREATE TABLE "t""; DROP TABLE x; --" ("a"") FROM x; --" TEXT); CREATE TABLE x (b)')
    with ForeignDatabase(path) as database:
        name = next(table for table in database.tables if "DROP" in table)
        assert list(database.rows(name, database.tables[name])) == []
        assert "x" in database.tables


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_texts_are_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = made(tmp_path / "a.db", f"PRAGMA encoding='{encoding}'; CREATE TABLE t (a); INSERT INTO t VALUES ('Привет')")
    with ForeignDatabase(path) as database:
        assert [row["a"] for row in database.rows("t", ("a",))] == ["Привет"]


def test_a_value_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE t (a); INSERT INTO t VALUES ('small'), (zeroblob(20000000)), ('last')")
    with ForeignDatabase(path) as database, pytest.raises(BadExport, match="cannot be read"):
        list(database.rows("t", ("a",)))
    small = made(tmp_path / "b.db", "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(2000000))")
    with ForeignDatabase(small) as database:  # the control
        assert len(list(database.rows("t", ("a",)))) == 1


@pytest.mark.parametrize("content", [b"", b"SQLite format 3", b"SQLite format 3\0" + bytes(5000), b"text\n" * 900])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    with pytest.raises(BadExport), ForeignDatabase(path) as database:
        assert not database.tables
        raise BadExport(path, "it has no tables")
    assert path.read_bytes() == content


def test_a_file_in_use_is_read_with_its_log_and_left_as_it_is(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "PRAGMA journal_mode=WAL; CREATE TABLE t (a); INSERT INTO t VALUES ('old')")
    writer = apsw.Connection(str(path))
    writer.execute("INSERT INTO t VALUES ('new')").fetchall()
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.suffix != ".db-shm"}
    with ForeignDatabase(path) as database:
        assert [row["a"] for row in database.rows("t", ("a",))] == ["old", "new"]
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.suffix != ".db-shm"} == before
    writer.close()


def test_a_folder_that_cannot_be_written_is_read_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    path = made(folder / "a.db", "CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    path.chmod(0o400)
    folder.chmod(0o500)
    try:
        with ForeignDatabase(path) as database:
            assert len(list(database.rows("t", ("a",)))) == 1
        assert sorted(os.listdir(folder)) == ["a.db"]
    finally:
        folder.chmod(0o700)
