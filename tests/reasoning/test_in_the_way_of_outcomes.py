"""What stands in the way of outcomes hangs nobody, loses nothing, is named, and leaves nothing behind."""

import os
import subprocess
from pathlib import Path

import pytest

from oldhand.memory import Memory
from oldhand.reasoning import outcome_state, outcomes_behind
from oldhand.reasoning.keeping_up import (
    LOCK,
    NOTE,
    keep_up,
    note_of,
)
from oldhand.reasoning.outcome_state import STATE_FILE, first_line, load
from tests.conftest import Project
from tests.reasoning.histories import PLAIN, History
from tests.reasoning.test_followed_at_once import outcomes_of_health
from tests.reasoning.test_keeping_up import SECONDS, known, taken_back, told
from tests.sessions.test_served import comes
from tests.surfaces.peers import mcp


@pytest.fixture
def git(project: Project) -> History:
    """The project's own repository."""
    history = History(project.root)
    history.commit("Start", {"src/pay.py": PLAIN, ".gitignore": ".oldhand\n"})
    return history


@pytest.mark.parametrize("words", [("status",), ("decision", "list"), ("outcomes", "list"), ("health",), ("doctor",)])
def test_a_pipe_in_the_place_of_what_was_read_keeps_nobody_waiting(
    words: tuple[str, ...], project: Project, git: History
) -> None:
    taken_back(project, git)
    os.mkfifo(project.folder / STATE_FILE)
    project.memory.close()
    assert told(project, *words)
    assert words != ("decision", "list") or "reverted" in told(project, *words)


def test_an_endless_file_in_its_place_is_not_read(
    project: Project, git: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = taken_back(project, git)
    (project.folder / STATE_FILE).symlink_to("/dev/zero")
    assert first_line(project.folder) == load(project.folder) == outcome_state.EMPTY
    assert "reverted" in told(project, "outcomes", "update")
    assert known(project, name)[0] == "reverted" and load(project.folder).cases.keys() == {name}
    monkeypatch.setattr(outcome_state, "LARGEST_STATE", (project.folder / STATE_FILE).stat().st_size - 1)
    assert load(project.folder) == outcome_state.EMPTY, "one that is too large is read past"


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_stands_in_the_place_of_the_lock_is_named_with_the_step_that_helps(
    kind: str, project: Project, git: History, tmp_path: Path
) -> None:
    name = taken_back(project, git)
    lock = project.folder / LOCK
    lock.mkdir() if kind == "folder" else lock.symlink_to(tmp_path / "elsewhere")
    keep_up(project.memory, SECONDS)
    state, said, step = outcomes_of_health(project)
    assert (state, step) == ("degraded", "remove it") and LOCK in said and f"a {kind}" in said
    lock.rmdir() if kind == "folder" else lock.unlink()
    project.call("outcomes_update")
    project.call("negative_update")
    assert outcomes_of_health(project)[0] == "ok" and known(project, name) == ("reverted", 1)


def test_a_folder_in_the_place_of_what_was_read_is_named_and_not_tried_again_and_again(
    project: Project, git: History
) -> None:
    name = taken_back(project, git)
    (project.folder / STATE_FILE).mkdir()
    keep_up(project.memory, SECONDS)
    state, said, step = outcomes_of_health(project)
    assert (state, step) == ("degraded", "remove it") and f"{STATE_FILE}: it is a folder" in said
    at = note_of(project.folder).at
    keep_up(project.memory, SECONDS)
    assert note_of(project.folder).at == at and known(project, name)[0] == "reverted"


def test_where_git_cannot_be_run_what_was_read_stays(
    project: Project, git: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = taken_back(project, git)
    keep_up(project.memory, SECONDS)
    before = load(project.folder)
    git.commit("More", {"src/more.py": "x = 1\n"})
    with Memory(project.root, project.home, environment={"PATH": str(tmp_path)}, trust="user") as bare:
        keep_up(bare, SECONDS)
        assert "git does not answer" in note_of(project.folder).trouble
        with bare.reading() as reader:
            assert "git does not tell how many commits are new" in outcomes_behind.told(bare, reader)
    assert load(project.folder) == before and known(project, name)[0] == "reverted"


def test_what_killed_writers_left_is_swept(project: Project, git: History) -> None:
    taken_back(project, git)
    old, new = (project.folder / f"{STATE_FILE}.{number}.part" for number in (1, 2))
    note = project.folder / f"{NOTE}.1.part"
    for path in (old, new, note):
        path.write_text("{")
    for path in (old, note):
        os.utime(path, (1, 1))
    keep_up(project.memory, SECONDS)
    assert (old.exists(), new.exists(), note.exists()) == (False, True, False)


def alive(number: str) -> bool:
    """Whether a process runs, one that waits to be waited for aside."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", number], capture_output=True, text=True, check=False).stdout
    return bool(said.strip()) and not said.strip().startswith("Z")


def test_a_server_that_ends_leaves_no_slow_git_behind(project: Project, git: History, tmp_path: Path) -> None:
    taken_back(project, git)
    slow, started = tmp_path / "bin" / "git", tmp_path / "started"
    slow.parent.mkdir()
    slow.write_text(f"#!/bin/sh\necho $$ >> {started}\nexec sleep 300\n")
    slow.chmod(0o755)
    with mcp(project.root, project.home, PATH=f"{slow.parent}{os.pathsep}{os.environ['PATH']}") as peer:
        assert comes(started.exists)
        assert any(map(alive, started.read_text().split())), "control: it reads slowly"
    assert peer.process.poll() == 0
    assert comes(lambda: not any(map(alive, started.read_text().split())))
