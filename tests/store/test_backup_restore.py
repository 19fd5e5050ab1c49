"""Backup and restore: a copy of one moment made under load, checked, and put back beside what was there."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oldhand.errors import (
    AlreadyThere,
    BadArgument,
    DamagedStore,
    ForeignStore,
    NeedsConsent,
    NewerStore,
    NoStore,
    OldhandError,
)
from oldhand.memory import Memory
from oldhand.store.acceptance import MARK
from oldhand.store.backup import backup, backups
from oldhand.store.restore import restore
from oldhand.store.store import Store
from oldhand.store.verify import verify
from tests.conftest import Project
from tests.store.conftest import place
from tests.store.damage import connected, settled
from tests.store.killing import calls_of, points

NOW = 1_800_000_000_000
SECOND = 1_000
COMMON_KILLS, CAMPAIGN_KILLS = 10, 200
UNDER_LOAD, UNDER_LOAD_CAMPAIGN = 8, 100

WRITER = """
import sys
from pathlib import Path
from oldhand.memory import Memory
from oldhand.operation import call
memory = Memory(Path(sys.argv[1]), Path(sys.argv[2]))
number = 0
print("ready", flush=True)
while True:
    number += 1
    call(memory, "remember", {"text": f"Written under load: {number}"})
    print(number, flush=True)
"""


def sequence(path: Path) -> list[tuple[str, int]]:
    with connected(path) as connection:
        return connection.execute(
            "SELECT r.id, j.seq FROM journal j JOIN replicas r ON r.number = j.replica ORDER BY j.position"
        ).fetchall()


@contextmanager
def writer(project: Project) -> Iterator["subprocess.Popen[str]"]:
    """A process that writes to the project without a pause, and says each write after it was acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(project.root), str(project.home)], stdout=subprocess.PIPE, text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    try:
        assert process.stdout and process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def back_up_under_load(project: Project, times: int) -> None:
    taken: list[Path] = []
    with writer(project) as process:
        assert process.stdout
        for number in range(times):
            said = int(process.stdout.readline())
            taken.append(Path(backup(project.folder, NOW + number * SECOND).path))
            held = sequence(taken[-1])
            assert len(held) >= said, "what was acknowledged before the backup began is in it"
            for _ in range(3):
                process.stdout.readline()
    whole = sequence(project.store.path)
    for path in taken:
        held = sequence(path)
        assert held == whole[: len(held)], "a backup is a beginning of the history"
        assert verify(path).sound
        assert not list(path.parent.glob(f"{path.name}-*")), "a backup is one file"


def test_backups_under_load_are_sound_beginnings_of_the_history(filled: Project) -> None:
    back_up_under_load(filled, UNDER_LOAD)


@pytest.mark.campaign
def test_a_hundred_backups_under_load_are_sound_beginnings_of_the_history(filled: Project) -> None:
    back_up_under_load(filled, UNDER_LOAD_CAMPAIGN)


def test_control_copying_the_file_alone_lacks_what_was_acknowledged(filled: Project, tmp_path: Path) -> None:
    with Store.open(filled.folder):
        said = filled.call("remember", text="Acknowledged, and still in the log").memories[0].id
        (tmp_path / "copy.db").write_bytes(filled.store.path.read_bytes())
    with connected(tmp_path / "copy.db") as connection:
        assert not connection.execute("SELECT 1 FROM memories WHERE id=?", (bytes.fromhex(said),)).fetchone()


def test_a_backup_is_one_private_file_in_the_stores_own_folder(filled: Project) -> None:
    done = filled.call("backup")
    path = Path(done.path)
    assert path.parent == filled.folder / "backups"
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    with connected(path) as connection:
        assert connection.pragma("journal_mode") == "delete"
    assert filled.call("verify", file=str(path)).sound
    assert done.root == filled.call("root").root


def test_only_the_newest_backups_are_kept_and_foreign_files_are_left(filled: Project) -> None:
    (filled.folder / "backups").mkdir(mode=0o700)
    mine = filled.folder / "backups" / "memory-of-mine.db"
    mine.write_text("mine")
    mine.chmod(0o600)
    taken = [backup(filled.folder, NOW + number * SECOND, keep=3) for number in range(5)]
    assert [str(path) for path in backups(filled.folder)] == [one.path for one in taken[:1:-1]]
    assert taken[-1].removed == (taken[1].path,)
    assert mine.read_text() == "mine"


def test_two_backups_in_one_second_are_two_files(filled: Project) -> None:
    first, second = backup(filled.folder, NOW), backup(filled.folder, NOW)
    assert first.path != second.path
    assert [str(path) for path in backups(filled.folder)] == [second.path, first.path]


def test_a_backup_never_overwrites_a_file(filled: Project, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_text("precious")
    with pytest.raises(AlreadyThere):
        backup(filled.folder, NOW, to=tmp_path / "there.db")
    assert (tmp_path / "there.db").read_text() == "precious"


def test_a_damaged_store_gives_no_backup_and_costs_no_older_one(filled: Project) -> None:
    older = backup(filled.folder, NOW, keep=1)
    path = settled(filled)
    with connected(path) as connection:
        connection.execute("UPDATE objects SET body = x'7b7d' WHERE address = (SELECT min(address) FROM objects)")
    filled.damaged = True
    with pytest.raises(DamagedStore):
        backup(filled.folder, NOW + SECOND, keep=1)
    assert [str(found) for found in (filled.folder / "backups").iterdir()] == [older.path]


def test_an_agent_names_no_file_outside_the_project_and_a_person_may(filled: Project, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere" / "copy.db"
    outside.parent.mkdir()
    for name, arguments in (
        ("backup", {"to": str(outside)}),
        ("store_restore", {"file": str(outside)}),
        ("verify", {"file": "/etc/passwd"}),
    ):
        with pytest.raises(BadArgument):
            filled.call(name, **arguments)
    assert not outside.exists()
    filled.memory.trust = "user"
    assert filled.call("backup", to=str(outside)).path == str(outside)


def test_restoring_brings_the_store_back_and_keeps_the_other(filled: Project) -> None:
    done = filled.call("backup")
    said = filled.call("remember", text="Said after the backup was taken")
    later = filled.store.path
    with pytest.raises(NeedsConsent, match="lacks 1 event") as refused:
        filled.call("store_restore")
    assert "memory.db" in str(refused.value) and filled.store.path == later
    back = filled.call("store_restore", yes=True)
    assert back.root == done.root == filled.call("root").root and back.put_aside == 1
    assert Path(back.kept) == later and later.exists()
    assert filled.store.path == Path(back.path)
    with connected(later) as connection:
        name = bytes.fromhex(said.memories[0].id)
        assert connection.execute("SELECT 1 FROM memories WHERE id=?", (name,)).fetchone()


def test_a_restore_that_loses_nothing_needs_no_consent(filled: Project) -> None:
    filled.call("backup")
    assert filled.call("store_restore").put_aside == 0


def test_a_restored_store_begins_a_replica_of_its_own(filled: Project) -> None:
    """Control: with the old replica it would give the numbers after the backup a second time, to other events."""
    filled.call("backup")
    filled.call("remember", text="The first to bear this number")
    before = set(sequence(filled.store.path))
    filled.call("store_restore", yes=True)
    filled.call("remember", text="Another that must not bear it too")
    after = sequence(filled.store.path)
    fresh = [pair for pair in after if pair not in before]
    assert len(fresh) == 1 and fresh[0][1] == 1 and fresh[0][0] not in {replica for replica, _ in before}


def test_a_copy_of_a_store_nobody_has_written_to_is_another_replica(make_project: Callable[[str], Project]) -> None:
    one, two = make_project("one"), make_project("two")
    place(two, settled(one).read_bytes())
    for project in (one, two):
        project.call("remember", text=f"Said in {project.root.name}")
    assert not set(sequence(one.store.path)) & set(sequence(two.store.path))


def test_what_cannot_be_a_backup_is_refused_and_changes_nothing(filled: Project, tmp_path: Path) -> None:
    good = backup(filled.folder, NOW, to=tmp_path / "good.db").path
    settled(filled)
    before = {entry.name: entry.read_bytes() for entry in filled.folder.iterdir() if entry.is_file()}
    newer, damaged, text = tmp_path / "newer.db", tmp_path / "damaged.db", tmp_path / "text.db"
    for path in (newer, damaged):
        path.write_bytes(Path(good).read_bytes())
    with connected(newer) as connection:
        connection.execute("PRAGMA user_version = 99; INSERT INTO migrations VALUES(99, 'later', 0)").fetchall()
    with connected(damaged) as connection:
        connection.execute("UPDATE journal SET wall = 1 WHERE position = 3")
    text.write_text("no backup at all " * 500)
    cases: list[tuple[Path, type[OldhandError]]] = [
        (newer, NewerStore), (damaged, DamagedStore), (text, ForeignStore), (tmp_path / "absent.db", NoStore),
    ]  # fmt: skip
    for path, error in cases:
        with pytest.raises(error):
            restore(filled.folder, path, yes=True)
    assert {entry.name: entry.read_bytes() for entry in filled.folder.iterdir() if entry.is_file()} == before


def test_a_store_that_was_deleted_is_restored_from_its_backups(filled: Project) -> None:
    done = filled.call("backup")
    path = settled(filled)
    path.unlink()
    filled.reopened()
    with pytest.raises(NoStore):
        filled.call("recall", cue="payment")
    assert filled.call("store_restore").root == done.root
    assert filled.reopened().store().path.exists() and filled.call("root").root == done.root


def test_a_damaged_store_is_restored_with_consent_because_what_is_lost_is_not_known(filled: Project) -> None:
    done = filled.call("backup")
    path = settled(filled)
    path.write_bytes(path.read_bytes()[:8192])
    with pytest.raises(NeedsConsent, match="cannot be read"):
        restore(filled.folder, Path(done.path))
    assert restore(filled.folder, Path(done.path), yes=True).put_aside == -1
    assert path.exists()


PREPARE = "from oldhand.store.restore import restore"
ACT = "restore(folder, next((folder / 'backups').glob('*.db')), yes=True)"


def kill_restores(project: Project, spread: int, last: int) -> int:
    root = project.call("backup").root
    project.call("remember", text="Said after the backup")
    later = project.call("root").root
    path = settled(project)
    raw = path.read_bytes()
    total = calls_of(PREPARE, ACT, project.folder)
    kills = 0
    for at in points(total, spread, last):
        for entry in project.folder.iterdir():
            if entry.is_file() and entry.name != MARK:
                entry.unlink()
        path.write_bytes(raw)
        kills += calls_of(PREPARE, ACT, project.folder, at) == -1
        assert path.read_bytes() == raw
        with Memory(project.root, project.home) as memory, memory.reading() as reader:
            assert reader.root().root.hex() in (root, later), f"after the kill at {at}"
        calls_of(PREPARE, ACT, project.folder)
        with Memory(project.root, project.home) as memory, memory.reading() as reader:
            assert reader.root().root.hex() == root
        assert not list(project.folder.glob("*.making*"))
    return kills


def test_a_restore_killed_anywhere_leaves_the_old_or_the_new_store(filled: Project) -> None:
    assert kill_restores(filled, COMMON_KILLS, COMMON_KILLS) >= COMMON_KILLS


@pytest.mark.campaign
def test_a_restore_killed_three_hundred_times_leaves_the_old_or_the_new_store(filled: Project) -> None:
    assert kill_restores(filled, CAMPAIGN_KILLS, 100) >= CAMPAIGN_KILLS
