"""`doctor` and `health` against sick stores: each fault is named, with a next step, and the state is not ok.

The control is a doctor who always says `ok`: it must fail every one of these.
"""

import fcntl
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

from oldhand.code.known import file_of
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.operations.server.doctor import Diagnosis, Finding

HELD_SECONDS = 15  # two that are waited, and the other checks on a busy machine; without a look it is 60
FAR = 4_102_444_800_000  # 2100-01-01 in milliseconds


def change(folder: Path, *statements: str) -> None:
    """Change a closed store behind its back."""
    connection = apsw.Connection(str(folder / "memory.db"))
    for statement in statements:
        connection.execute(statement).fetchall()
    connection.pragma("wal_checkpoint", "TRUNCATE")
    connection.close()


def register(project: Any, name: str, folder: Path) -> None:
    (project.home / "projects").mkdir(exist_ok=True)
    file_of(project.home, name).write_text(f'{{"name": "{name}", "folder": "{folder}"}}', encoding="utf-8")


def no_store(project: Any) -> None:
    shutil.rmtree(project.folder)


def empty_file(project: Any) -> None:
    (project.folder / "memory.db").write_bytes(b"")


def garbage(project: Any) -> None:
    (project.folder / "memory.db").write_bytes(b"no database" * 1000)


def someone_elses(project: Any) -> None:
    (project.folder / "memory.db").unlink()
    other = apsw.Connection(str(project.folder / "memory.db"))
    other.execute("CREATE TABLE notes(text)").fetchall()
    other.close()


def newer(project: Any) -> None:
    change(project.folder, "PRAGMA user_version=99")


def pointer_astray(project: Any) -> None:
    (project.folder / "current").write_text("../elsewhere.db", encoding="utf-8")


def pointer_to_nothing(project: Any) -> None:
    (project.folder / "current").write_text("memory-7.db", encoding="utf-8")


def index_gone(project: Any) -> None:
    change(project.folder, "DROP TABLE search")


def index_short(project: Any) -> None:
    change(project.folder, "DELETE FROM search WHERE rowid=1")


def index_known_broken(project: Any) -> None:
    change(project.folder, "INSERT INTO health VALUES('search', 'it was broken', 0)")


def state_known_broken(project: Any) -> None:
    change(project.folder, "INSERT INTO health VALUES('state', 'it was broken', 0)")


def trie_altered(project: Any) -> None:
    change(project.folder, "UPDATE trie SET children=zeroblob(34) WHERE path=''")


def trie_gone(project: Any) -> None:
    change(project.folder, "DROP TABLE trie")


def event_altered(project: Any) -> None:
    change(project.folder, "UPDATE journal SET wall=wall+1 WHERE position=2")


def event_gone(project: Any) -> None:
    change(project.folder, "DELETE FROM journal WHERE position=2")


def wording_altered(project: Any) -> None:
    change(project.folder, "UPDATE objects SET body=CAST(replace(CAST(body AS TEXT), 'gateway', 'railway') AS BLOB)")


def roots_behind(project: Any) -> None:
    change(project.folder, "DELETE FROM roots WHERE number=(SELECT max(number) FROM roots)")


def from_the_future(project: Any) -> None:
    change(project.folder, f"UPDATE roots SET learned={FAR} WHERE number=(SELECT max(number) FROM roots)")


def settings_broken(project: Any) -> None:
    (project.folder / "settings.json").write_text("{", encoding="utf-8")


def persons_settings_broken(project: Any) -> None:
    (project.home / "settings.json").write_text("[]", encoding="utf-8")


def bad_value(project: Any) -> None:
    (project.folder / "settings.json").write_text('{"recall.limit": 0}', encoding="utf-8")


def unknown_name(project: Any) -> None:
    (project.home / "settings.json").write_text('{"recal.limit": 3}', encoding="utf-8")


def open_to_others(project: Any) -> None:
    (project.folder / "memory.db").chmod(0o644)


def log_broken(project: Any) -> None:
    for path in project.folder.glob("traces.db*"):
        path.unlink()
    (project.folder / "traces.db").write_bytes(b"no database" * 1000)


def project_gone(project: Any) -> None:
    register(project, "gone", project.root / "nowhere")


def project_file_broken(project: Any) -> None:
    (project.home / "projects").mkdir()
    (project.home / "projects" / "x.json").write_text("{", encoding="utf-8")


def switched_astray(project: Any) -> None:
    (project.home / "current").write_text("nobody\n", encoding="utf-8")


def left_over(project: Any) -> None:
    (project.folder / "memory.db.creating").write_bytes(b"")


SICK: list[tuple[Callable[[Any], None], str, str, bool]] = [
    # what is done, the component that must say it, words it must use, whether `health` must see it too
    (no_store, "store", "no memory here", True), (empty_file, "store", "empty", True), (garbage, "store", "", True),
    (someone_elses, "store", "other SQLite", True), (newer, "store", "format 99", True),
    (pointer_astray, "store", "names no database", True), (pointer_to_nothing, "store", "", True),
    (index_gone, "search index", "search", True), (index_short, "search index", "1 of 2", True),
    (index_known_broken, "search index", "it was broken", True),
    (state_known_broken, "projections", "it was broken", True),
    (trie_altered, "projections", "recorded root", True), (trie_gone, "projections", "trie", True),
    (event_altered, "journal", "no longer matches", True), (event_gone, "journal", "event", True),
    (wording_altered, "journal", "wording", True), (roots_behind, "journal", "after the latest root", True),
    (from_the_future, "clock", "2100-01-01", False), (settings_broken, "settings", "cannot be read", False),
    (persons_settings_broken, "settings", "no JSON object", False), (bad_value, "settings", "recall.limit", False),
    (unknown_name, "settings", "recal.limit", False), (open_to_others, "permissions", "may read", False),
    (log_broken, "traces", "local log", True), (project_gone, "projects", "'gone' has no memory", False),
    (project_file_broken, "projects", "x.json", False), (switched_astray, "projects", "'nobody'", False),
    (left_over, "leftovers", "memory.db.creating", False),
]  # fmt: skip


@pytest.fixture
def sick(project: Any) -> Any:
    """A project with two memories, closed, to be made sick."""
    project.call("remember", text="The gateway is not idempotent")
    project.call("remember", text="The gateway answers twice", key="gateway/answers")
    project.call("remember", text="The gateway answers once", key="gateway/answers")
    project.memory.close()
    project.damaged = True
    return project


def named(diagnosis: Diagnosis, component: str, words: str) -> list[Finding]:
    """The findings that name a fault: the right component, its words, a next step, and a state that is not ok."""
    return [
        one for one in diagnosis.findings
        if one.component == component and words in one.detail and one.state != "ok" and one.next_step
    ]  # fmt: skip


@pytest.mark.parametrize(("spoil", "component", "words", "_"), SICK, ids=[case[0].__name__ for case in SICK])
def test_the_doctor_names_each_fault_and_a_next_step(
    sick: Any, spoil: Callable[[Any], None], component: str, words: str, _: bool
) -> None:
    spoil(sick)
    diagnosis = call(sick.reopened(), "doctor", {})
    assert diagnosis.overall != "ok" and named(diagnosis, component, words), diagnosis
    assert (
        len(diagnosis.findings) > 5 and next(f for f in diagnosis.findings if f.component == "round trip").state == "ok"
    )


@pytest.mark.parametrize(
    ("spoil", "component"), [case[:2] for case in SICK if case[3]], ids=[case[0].__name__ for case in SICK if case[3]]
)
def test_health_names_the_part_that_is_sick(sick: Any, spoil: Callable[[Any], None], component: str) -> None:
    spoil(sick)
    health = call(sick.reopened(), "health", {})
    assert health.overall != "ok"
    assert [one for one in health.components if one.component == component and one.state != "ok" and one.next_step]


def test_a_doctor_who_always_says_ok_would_be_found_out() -> None:
    careless = Diagnosis("ok", [Finding("store", "ok", "all is well", "")])
    assert not any(named(careless, component, words) for _, component, words, _ in SICK)


def test_a_sound_memory_is_well(project: Any) -> None:
    project.call("remember", text="The gateway is not idempotent")
    project.call("projects_register")
    diagnosis, health = project.call("doctor"), project.call("health")
    assert diagnosis.overall == "ok", diagnosis
    assert health.overall == "ok" and {one.state for one in health.components} == {"ok"}, health
    assert "1 memories, 1 events" in diagnosis.findings[0].detail and "never verified" in diagnosis.findings[0].detail


def test_the_doctor_says_when_the_store_was_verified(project: Any) -> None:
    project.call("remember", text="The gateway is not idempotent")
    project.call("verify")
    assert "verified 0 min ago" in project.call("doctor").findings[0].detail


def test_the_doctor_changes_nothing_and_leaves_nothing(
    project: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with project.memory.reading() as reader:
        root = reader.root()
    before = sorted(project.home.rglob("*"))
    project.call("doctor")
    with project.memory.reading() as reader:
        assert reader.root() == root
    assert list((tmp_path / "temporary").iterdir()) == []
    assert sorted(project.home.rglob("*")) == before


def test_a_home_that_cannot_be_is_named(project: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    diagnosis = call(Memory(project.root, tmp_path / "file" / "home"), "doctor", {})
    assert named(diagnosis, "home", "cannot be written") and diagnosis.overall == "bad"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a lock")
def test_who_holds_the_lock_is_named(project: Any) -> None:
    hold = (
        "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=1); input()"
    )
    lock = project.folder / "write.lock"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        assert named(project.call("doctor"), "lock", f"process {holder.pid}")
        holder.communicate(b"\n")
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_store_that_another_process_keeps_for_itself_is_told_soon_and_with_its_process(project: Any) -> None:
    """The control is the same store a moment later, when nobody keeps it."""
    project.by_person("remember", text="Amounts are whole cents.")
    project.memory.close()
    code = (
        "import sys, apsw; c = apsw.Connection(sys.argv[1]);"
        " c.execute('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE').fetchall(); print('held', flush=True); input()"
    )
    path = str(project.folder / "memory.db")
    with subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:  # fmt: skip
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        began = time.monotonic()
        found = [one for one in project.by_person("doctor").findings if one.component == "store"]
        took = time.monotonic() - began
        other.communicate("\n")
    assert [(one.state, f"process {other.pid} (" in one.detail) for one in found] == [("bad", True)]
    assert took < HELD_SECONDS
    assert project.by_person("doctor").overall != "bad"
