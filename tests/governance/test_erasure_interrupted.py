"""Forgetting that is killed on its way: asked again it goes on in every store and file; until then a note stays."""

import gzip
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from oldhand.operation import call
from oldhand.sessions.engram_transcript import keep
from oldhand.sessions.forgetting import emptied
from oldhand.store.verify import verify
from tests.conftest import Project
from tests.continuity.made import asked, replied, spoke
from tests.governance.test_erasure import OTHER, SECRET, databases, everywhere, forget, holding, say, speaking
from tests.store.killing import calls_of, points

KILLS = 14

PREPARE = """
from oldhand.memory import Memory
from oldhand.operation import call, find
find("forget")
memory = Memory(folder, folder.parent / "home", actor="user", trust="user", origin="cli")
name = (folder / "name").read_text()
"""
ACT = """
call(memory, "forget", {"names": [name], "yes": True})
memory.close()
"""


def test_killed_anywhere_it_goes_on_when_it_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    project = Project(tmp_path / "project", tmp_path / "home")
    with speaking(project) as person:
        say(person, OTHER)
        name = say(person, SECRET)
        call(person, "backup", {})
        call(person, "recall", {"cue": "zanzibarwort"})
    project.memory.close()
    (project.root / "name").write_text(name)
    shutil.copytree(project.root, tmp_path / "pattern")
    total = calls_of(PREPARE, ACT, project.root)
    assert total > 100 and not everywhere(project)
    met = set()
    for at in points(total, KILLS, 4):
        shutil.rmtree(project.root)
        shutil.copytree(tmp_path / "pattern", project.root)
        if calls_of(PREPARE, ACT, project.root, at) != -1:
            continue
        met.add(bool(everywhere(project)))
        calls_of(PREPARE, ACT, project.root)
        assert not everywhere(project), f"after the kill at {at}"
        assert all(verify(path).sound for path in databases(project)), f"after the kill at {at}"
        assert not (project.folder / "erasure.unfinished").exists()
    assert True in met, "the kills hit while it was still somewhere"


BETWEEN = """
import os, signal, sys
from oldhand.memory import Memory
from oldhand.operation import call
from pathlib import Path
folder = Path(sys.argv[1])
first_is_done = False
def watch(event, arguments):
    global first_is_done
    if first_is_done and event == "open" and sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if event == "os.remove" and str(arguments[0]) == str(folder / ".oldhand" / "erasure.unfinished"):
        first_is_done = True
memory = Memory(folder, folder.parent / "home", actor="user", trust="user", origin="cli")
sys.addaudithook(watch)
call(memory, "forget", {"names": [sys.argv[3]], "yes": True})
memory.close()
"""


def forget_elsewhere(project: Project, name: str, how: str) -> int:
    """Forget in a process of its own, which is killed between the two stores or not; its exit code."""
    return subprocess.run(
        [sys.executable, "-c", BETWEEN, str(project.root), how, name],
        check=False, timeout=120, env={"PYTHONPATH": ":".join(sys.path)},
    ).returncode  # fmt: skip


def notes(project: Project) -> list[str]:
    """The folders in which a note says that a forgetting is not finished."""
    found = [*project.root.rglob("erasure.*"), *project.home.rglob("erasure.*")]
    return [path.parent.name for path in found]


@pytest.mark.parametrize("asked", ["project", "global"])
def test_killed_between_the_two_stores_it_goes_on_in_the_second(tmp_path: Path, asked: str) -> None:
    (tmp_path / "home").mkdir()
    project = Project(tmp_path / "project", tmp_path / "home")
    with speaking(project) as person:
        say(person, OTHER)
        name = say(person, SECRET)
        twin = say(person, SECRET.upper(), key="mine/key", scope="global")
    project.memory.close()
    assert forget_elsewhere(project, name, "killed") == -signal.SIGKILL
    assert not holding(project.folder) and holding(project.home), "the control: one store is done, the other is not"
    assert notes(project) == ["global"]
    with speaking(project) as person:
        (finding,) = [one for one in call(person, "health", {}).knowledge if one.finding == "half forgotten"]
        assert finding.next_step == f"oldhand forget {twin[:12]} --scope global --yes"
        forget(person, *([name] if asked == "project" else [twin]), scope=asked)
        assert not call(person, "recall", {"cue": "der Tresorraum"}).items
    assert not everywhere(project) and not notes(project)


def test_killed_anywhere_with_the_same_in_two_stores_it_goes_on_when_it_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    project = Project(tmp_path / "project", tmp_path / "home")
    with speaking(project) as person:
        name = say(person, SECRET)
        say(person, SECRET, scope="global")
    project.memory.close()
    (project.root / "name").write_text(name)
    shutil.copytree(tmp_path, tmp_path.parent / "pattern")
    total = calls_of(PREPARE, ACT, project.root)
    assert not everywhere(project)
    for at in range(total * 3 // 4, total, total // 4 // KILLS):  # the last quarter, where both stores are written
        shutil.rmtree(tmp_path)
        shutil.copytree(tmp_path.parent / "pattern", tmp_path)
        if calls_of(PREPARE, ACT, project.root, at) == -1:
            begun = len({bool(holding(folder)) for folder in (project.folder, project.home)}) > 1
            assert not begun or notes(project), f"nothing says that it was killed at {at}"
            calls_of(PREPARE, ACT, project.root)
            assert not everywhere(project) and not notes(project), f"after the kill at {at}"


FORGET = """
call(memory, "forget", {"names": [name], "scope": (folder / "scope").read_text(), "yes": True})
memory.close()
"""


@pytest.mark.parametrize("scope", ["project", "global"])
def test_killed_anywhere_with_sessions_nothing_is_left_when_it_is_asked_again(tmp_path: Path, scope: str) -> None:
    (tmp_path / "home").mkdir()
    here, there = (Project(tmp_path / name, tmp_path / "home") for name in ("here", "there"))
    (here.root / "scope").write_text(scope)
    with speaking(here) as person:
        (here.root / "name").write_text(say(person, SECRET, scope=scope))
    told = [here, there] if scope == "global" else [here]
    for project in told:
        project.call("projects_register", name=project.root.name)
        spoke(project.memory, "5f1c0001-aaaa", asked("look around"), replied(f"I know: {SECRET}"))
        project.call("session_checkpoint", text=f"About it: {SECRET}", session="5f1c0001-aaaa")
        log = project.memory.session_log()
        keep(project.folder, "0123456789ab", log.session().session, log.events("5f1c0001-aaaa"))
        project.memory.close()
    pattern = tmp_path.parent / f"pattern-{scope}"
    shutil.copytree(tmp_path, pattern)
    total = calls_of(PREPARE, FORGET, here.root)
    met = set()
    for at in points(total, KILLS, 4):
        shutil.rmtree(tmp_path)
        shutil.copytree(pattern, tmp_path)
        if calls_of(PREPARE, FORGET, here.root, at) != -1:
            continue
        met.add(bool(holding(here.folder, there.folder, here.home)))
        calls_of(PREPARE, FORGET, here.root)
        emptied(there.reopened())
        there.memory.close()
        assert not holding(here.folder, there.folder, here.home), f"after the kill at {at}"
        assert not told_in_transcripts(here, there), f"after the kill at {at}"
        assert not notes(here), f"after the kill at {at}"
    assert True in met, "the kills hit while it was still somewhere"
    shutil.rmtree(tmp_path)
    shutil.copytree(pattern, tmp_path)
    assert told_in_transcripts(here, there), "the control: it was in the transcripts, which are compressed"


def test_a_log_that_could_not_be_read_is_cleaned_when_it_is_asked_again(project: Project) -> None:
    """The words are erased by then: they are known by the digests alone."""
    with speaking(project) as person:
        name = say(person, SECRET)
    spoke(project.memory, "5f1c0001-aaaa", asked("look around"), replied(f"I know: {SECRET}"))
    log = project.memory.session_log()
    keep(project.folder, "0123456789ab", log.session().session, log.events("5f1c0001-aaaa"))
    project.memory.close()
    path, packed = project.folder / "sessions.db", project.folder / "transcripts" / "0123456789ab.jsonl.gz"
    whole, kept = path.read_bytes(), packed.read_bytes()
    path.write_bytes(b"no database" + whole[11:])
    with speaking(project) as person:
        done = forget(person, name)
    assert any("sessions.db" in one for one in done.left)
    path.write_bytes(whole)
    packed.write_bytes(kept)
    assert holding(project.folder) == ["sessions.db"] and told_in_transcripts(project)
    with speaking(project) as person:
        assert [one.outcome for one in forget(person, name).memories] == ["erased before"]
        assert [one.outcome for one in forget(person, name).memories] == ["erased already"]
    assert not holding(project.folder) and not told_in_transcripts(project)


def told_in_transcripts(*projects: Project) -> list[str]:
    """The transcripts of engrams that say it."""
    paths = [path for project in projects for path in project.folder.glob("transcripts/*.gz")]
    return [str(path) for path in paths if "zanzibarwort" in gzip.decompress(path.read_bytes()).decode()]
