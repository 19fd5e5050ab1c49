"""Whatever is named to be read is a regular file: a pipe, a socket, a device or a circle of links is told at once."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.code.blame import _is_repository
from oldhand.code.checkout import checkout
from oldhand.code.project import find_project
from oldhand.errors import BadArgument, BadExport, OldhandError
from oldhand.exchange.native_reading import is_native
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.regular_files import open_regular, what_else
from tests.conftest import Project

KINDS = {"pipe": "a named pipe", "socket": "a socket", "zero": "a device", "pipe.md": "a named pipe"}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("import", {"yes": True}), ("import", {"from": "facts"}), ("import", {"from": "native"}),
    ("import", {"from": "mem0", "yes": True}), ("import", {"from": "beads", "dry_run": True}),
    ("audit", {}), ("audit", {"from": "claude-mem"}), ("store_restore", {"yes": True}), ("export", {"yes": True}),
)  # fmt: skip


@pytest.fixture
def strange(project: Project) -> Iterator[Path]:
    """The project's folder with a pipe, a socket, a link to a device and a circle in it."""
    root = project.root
    os.mkfifo(root / "pipe")
    os.mkfifo(root / "pipe.md")
    (root / "zero").symlink_to("/dev/zero")
    (root / "circle").symlink_to("circle")
    (root / "round").symlink_to(".")
    here = os.getcwd()
    with socket.socket(socket.AF_UNIX) as opened:
        os.chdir(root)  # the name of a socket must be short
        try:
            opened.bind("socket")
        finally:
            os.chdir(here)
        yield root


@pytest.mark.parametrize("trust", ["user", "agent"])
@pytest.mark.parametrize(("operation", "more"), CALLS)
def test_it_is_told_at_once(project: Project, strange: Path, operation: str, more: dict[str, Any], trust: str) -> None:
    with Memory(project.root, project.home, actor=trust, trust=trust, origin="cli") as memory:
        for name, what in KINDS.items():
            if name == "zero" and trust != "user":
                continue  # it leads out of the project, which is what is said then
            with pytest.raises(BadArgument, match=f"it is {what}, no regular file"):
                call(memory, operation, {"file": name, **more})
        with pytest.raises(BadArgument, match="it is no path"):
            call(memory, operation, {"file": "circle", **more})


def test_a_backup_is_not_written_into_a_pipe(project: Project, strange: Path) -> None:
    with (
        Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory,
        pytest.raises(BadArgument, match=r"no regular file; name a file"),
    ):
        call(memory, "backup", {"to": "pipe"})


def test_a_folder_is_no_backup(project: Project) -> None:
    (project.root / "folder").mkdir()
    for name, why in (("folder", "it is a folder"), ("missing.db", "there is no such file")):
        with pytest.raises(BadArgument, match=why):
            project.call("store_restore", file=name, yes=True)


def test_in_a_folder_they_are_passed_over_and_named(project: Project, strange: Path) -> None:
    (strange / "note.md").write_text(
        "---\ntitle: Note\npermalink: note\n---\n\n# Note\n\n- [fact] The bus is yellow.\n"
    )
    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
        done = call(memory, "import", {"file": "round", "from": "basic-memory", "dry_run": True})
    assert done.new >= 1
    assert any("pipe.md: it is a named pipe, no regular file" in note for note in done.notes)


def test_what_comes_in_the_place_of_a_file_is_told_from_the_descriptor(strange: Path) -> None:
    """The name was looked at before: what counts is what is open."""
    for name, what in KINDS.items():
        with pytest.raises(OSError, match=r"no regular file") as raised:
            open_regular(strange / name)
        assert what in str(raised.value) or name == "socket"
        with pytest.raises(BadExport, match="no regular file"):
            is_native(strange / name)
    with pytest.raises(OSError, match="folder"):
        open_regular(strange)
    with open_regular(Path(__file__)) as file:
        assert file.read(3) == b'"""'
    assert what_else(os.stat(__file__).st_mode) == ""


def test_a_pipe_in_the_place_of_gits_own_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".git")
    assert find_project(tmp_path).git is None
    assert checkout(tmp_path) == ("", "")
    assert not _is_repository(tmp_path, tmp_path)
    (tmp_path / ".git").unlink()
    (tmp_path / ".git").symlink_to("/dev/zero")
    assert find_project(tmp_path).git is None


def test_control_ordinary_files_are_read(project: Project) -> None:
    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
        call(memory, "remember", {"text": "The bus is yellow."})
        call(memory, "export", {"file": "all.jsonl"})
        assert call(memory, "import", {"file": "all.jsonl"}).same == 1
        with pytest.raises(OldhandError, match="No such file"):
            call(memory, "import", {"file": "missing.jsonl"})
