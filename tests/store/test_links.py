"""Links in the place of a store's files: what they lead to is neither read, changed nor made."""

import sqlite3
from pathlib import Path

import pytest

from oldhand.errors import NotWritable, OldhandError
from oldhand.memory import Memory
from oldhand.operation import call
from tests.conftest import Project


def another_programs(path: Path) -> bytes:
    """The bytes of a database of another program."""
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE theirs (x)")
    made.close()
    return path.read_bytes()


def linked(project: Project, name: str, target: Path) -> Path:
    """A link of a name in the store."""
    place = project.folder / name
    place.unlink(missing_ok=True)
    place.symlink_to(target)
    return place


def test_a_lock_that_is_a_link_makes_no_file_elsewhere(project: Project, tmp_path: Path) -> None:
    project.call("remember", text="Ports are even.")
    project.memory.close()
    place = linked(project, "write.lock", tmp_path / "made")
    with pytest.raises(NotWritable):
        project.call("remember", text="Ports are odd.")
    assert not (tmp_path / "made").exists()
    place.unlink()
    assert project.call("remember", text="Ports are odd.").memories


def test_a_log_of_operations_that_is_a_link_is_left_alone_and_nothing_fails(project: Project, tmp_path: Path) -> None:
    project.call("remember", text="Ports are even.")
    project.memory.close()
    theirs = tmp_path / "theirs.db"
    before = another_programs(theirs)
    mode = theirs.stat().st_mode
    linked(project, "traces.db", theirs)
    assert project.call("recall", cue="ports").items
    project.memory.close()
    assert theirs.read_bytes() == before and theirs.stat().st_mode == mode


def test_a_log_of_sessions_that_is_a_link_is_refused(project: Project, tmp_path: Path) -> None:
    before = another_programs(tmp_path / "theirs.db")
    linked(project, "sessions.db", tmp_path / "theirs.db")
    with pytest.raises(OldhandError, match="link"):
        project.call("session_list")
    assert (tmp_path / "theirs.db").read_bytes() == before
    (project.folder / "sessions.db").unlink()
    assert project.call("session_list").sessions == []


def test_a_project_that_is_reached_by_a_link_works(project: Project, tmp_path: Path) -> None:
    """The control: links in the folders above are the person's own."""
    (tmp_path / "way").symlink_to(project.root)
    with Memory(tmp_path / "way", project.home) as memory:
        call(memory, "remember", {"text": "Ports are even."})
        assert call(memory, "recall", {"cue": "ports"}).items
        assert call(memory, "session_list", {}).sessions == []
    assert (project.folder / "traces.db").exists()
