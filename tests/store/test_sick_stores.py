"""Sick stores: each is met with one typed error that names the next step, and nothing is written or made anew."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from oldhand.errors import (
    AlreadyThere,
    DamagedStore,
    ForeignStore,
    NewerStore,
    NoStore,
    NotWritable,
    OldhandError,
)
from oldhand.store.store import Store
from tests.conftest import Project
from tests.store.conftest import place
from tests.store.damage import connected, settled

NOW = 1_800_000_000_000
NOBODY = 65_534
NEXT_STEP = re.compile(r"`oldhand |OLDHAND_STORE|Upgrade |Make |Move |Free ")
AS_ROOT = os.geteuid() == 0


def _gone(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("Somebody's notes, which are no database. " * 300)


def _foreign(path: Path) -> None:
    path.unlink()
    with connected(path) as connection:
        connection.execute("CREATE TABLE accounts (number INTEGER, owner TEXT)")


def _newer(path: Path) -> None:
    with connected(path) as connection:
        connection.execute("PRAGMA user_version = 99; INSERT INTO migrations VALUES(99, 'later', 0)").fetchall()


def _folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pointer_to_nothing(path: Path) -> None:
    (path.parent / "current").write_text("memory-7.db\n")


def _pointer_to_elsewhere(path: Path) -> None:
    (path.parent / "current").write_text("../../../etc/passwd\n")


def _pointer_lost(path: Path) -> None:
    (path.parent / "memory-1.db").write_bytes(path.read_bytes())


def _cut_to_a_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096])


def _cut_in_the_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:64])


def _first_page_zeroed(path: Path) -> None:
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])


SICK: list[tuple[Callable[[Path], None], type[OldhandError]]] = [
    (_gone, NoStore),
    (_empty, ForeignStore),
    (_text, ForeignStore),
    (_foreign, ForeignStore),
    (_newer, NewerStore),
    (_folder_in_its_place, OldhandError),
    (_pointer_to_nothing, DamagedStore),
    (_pointer_to_elsewhere, DamagedStore),
    (_pointer_lost, DamagedStore),
    (_cut_to_a_page, DamagedStore),
    (_cut_in_the_header, ForeignStore),
    (_first_page_zeroed, ForeignStore),
]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes; an empty log and the shared index of a log are scratch and left out."""
    return {
        str(entry.relative_to(folder)): entry.read_bytes()
        for entry in sorted(folder.rglob("*"))
        if entry.is_file() and not entry.name.endswith("-shm")
        if not entry.name.endswith("-wal") or entry.stat().st_size
    }


@pytest.mark.parametrize(("make_sick", "error"), SICK, ids=lambda value: getattr(value, "__name__", ""))
def test_a_sick_store_is_refused_with_a_next_step_and_left_as_it_is(
    filled: Project, make_sick: Callable[[Path], None], error: type[OldhandError]
) -> None:
    path = settled(filled)
    (filled.folder / "traces.db").unlink(missing_ok=True)
    make_sick(path)
    before = snapshot(filled.folder)
    for name, arguments in (("recall", {"cue": "payment"}), ("remember", {"text": "new"}), ("status", {})):
        filled.reopened()
        with pytest.raises(error) as refused:
            filled.call(name, **arguments)
        assert NEXT_STEP.search(str(refused.value)), str(refused.value)
        assert "\n" not in str(refused.value) and refused.value.exit_code in range(2, 12)
    filled.memory.close()
    assert snapshot(filled.folder) == before
    filled.damaged = True


@pytest.mark.parametrize("make_sick", [sick for sick, _ in SICK if sick is not _gone], ids=lambda value: value.__name__)
def test_init_never_makes_a_sick_store_anew(filled: Project, make_sick: Callable[[Path], None]) -> None:
    path = settled(filled)
    make_sick(path)
    before = snapshot(filled.folder)
    with pytest.raises((AlreadyThere, OldhandError)):
        Store.create(filled.folder, NOW)
    assert {name: raw for name, raw in snapshot(filled.folder).items() if name != "write.lock"} == {
        name: raw for name, raw in before.items() if name != "write.lock"
    }
    filled.damaged = True


def test_a_store_deleted_while_it_is_open_is_missed_and_not_made_anew(filled: Project) -> None:
    filled.call("recall", cue="payment")
    for entry in filled.folder.glob("memory.db*"):
        entry.unlink()
    for name, arguments in (("recall", {"cue": "payment"}), ("remember", {"text": "new"})):
        with pytest.raises(NoStore):
            filled.call(name, **arguments)
    assert not list(filled.folder.glob("memory*.db"))


def test_a_store_replaced_while_it_is_open_is_the_one_that_is_read(
    filled: Project, make_project: Callable[[str], Project]
) -> None:
    other = make_project("other")
    other.call("remember", text="The other store knows about wombats")
    raw = settled(other).read_bytes()
    filled.call("recall", cue="payment")
    path = filled.store.path
    fresh = path.with_name("fresh")
    fresh.write_bytes(raw)
    fresh.replace(path)
    answers = []
    for _ in range(2):
        try:
            answers.append(filled.call("recall", cue="wombats").verdict)
        except OldhandError as error:
            assert NEXT_STEP.search(str(error))
    assert set(answers) <= {"strong"}
    filled.damaged = True  # the log of the one lay beside the other for a moment


@pytest.mark.parametrize("cut", [512, 4096, 20_000, 65_536, 131_072, -4096, -512])
def test_a_store_cut_short_is_never_made_anew_and_gives_typed_errors_only(filled: Project, cut: int) -> None:
    path = settled(filled)
    path.write_bytes(path.read_bytes()[:cut])
    _only_typed_errors(filled)


@pytest.mark.parametrize("page", range(1, 60, 5))
def test_a_zeroed_page_gives_typed_errors_only(filled: Project, page: int) -> None:
    path = settled(filled)
    image = bytearray(path.read_bytes())
    image[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(image)
    _only_typed_errors(filled)


def _only_typed_errors(project: Project) -> None:
    asked = [
        ("recall", {"cue": "payment deployer"}), ("search", {"words": "payment"}), ("status", {}), ("log", {}),
        ("rooms", {}), ("active", {}), ("health", {}), ("remember", {"text": "said to a damaged store"}),
    ]  # fmt: skip
    for name, arguments in asked:
        project.reopened()
        try:
            project.call(name, **arguments)
        except OldhandError as error:
            assert NEXT_STEP.search(str(error)), f"{name}: {error}"
    project.memory.close()
    found = list(project.folder.glob("memory*.db"))
    assert len(found) == 1 and found[0].stat().st_size >= 64, "never made anew"
    project.damaged = True


def test_a_store_whose_log_was_deleted_is_read_as_far_as_it_was_written(filled: Project) -> None:
    with Store.open(filled.folder, writable=False):  # keeps the log from being copied into the file
        told = filled.call("remember", text="In the log only").memories[0].id
        raw = filled.store.path.read_bytes()
        filled.memory.close()
    for entry in filled.folder.glob("memory.db*"):
        entry.unlink()
    place(filled, raw)
    filled.reopened()
    assert filled.call("recall", cue="payment").items
    with filled.memory.reading() as reader:
        assert reader.find(told) is None


READ_AS_NOBODY = """
import os, shutil, sys, tempfile, urllib.parse
from pathlib import Path
import oldhand.store.past, oldhand.store.verify
from oldhand.memory import Memory
from oldhand.errors import OldhandError
from oldhand.operation import call, every
every()  # while the modules may still be read
os.setuid(int(sys.argv[1]))
cue = "which sentence lies in the log only"
for name, arguments in (("recall", {"cue": cue}), ("remember", {"text": "new"}), ("verify", {})):
    with Memory(Path(sys.argv[2]), Path(sys.argv[3]), store=Path(sys.argv[2], ".oldhand")) as memory:
        try:
            reply = call(memory, name, arguments)
            print(name, getattr(reply, "verdict", "") or getattr(reply, "sound", ""))
        except OldhandError as error:
            print(name, type(error).__name__, "`" in str(error) or "Make" in str(error))
"""


def as_nobody(project: Project) -> list[str]:
    """What the store's owner gets from recall, remember and verify without rights to its files."""
    person = NOBODY if AS_ROOT else os.geteuid()
    owned_by(person, project)
    done = subprocess.run(
        [sys.executable, "-c", READ_AS_NOBODY, str(person), str(project.root), str(project.home)],
        capture_output=True, text=True, check=False, timeout=60, env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    owned_by(os.geteuid(), project)
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def owned_by(person: int, project: Project) -> None:
    """Give the store to a user, whom it must belong to be used."""
    for entry in (project.folder, *project.folder.rglob("*")):
        os.chown(entry, person, -1)


def opened_up(project: Project, files: int, folders: int) -> None:
    for entry in (project.root, project.folder, *project.folder.rglob("*")):
        entry.chmod(folders if entry.is_dir() else files)
    for parent in project.root.parents:
        if parent.stat().st_uid == os.geteuid() and not parent.stat().st_mode & 0o001 and len(parent.parts) > 1:
            parent.chmod(parent.stat().st_mode | 0o011)


def test_a_store_one_may_not_read_is_refused_with_a_reason(filled: Project) -> None:
    settled(filled)
    before = snapshot(filled.folder)
    opened_up(filled, 0o000, 0o711)
    said = as_nobody(filled)
    opened_up(filled, 0o600, 0o700)
    assert [line.split()[0] for line in said] == ["recall", "remember", "verify"]
    assert all(line.split()[1] in ("NotWritable", "NoStore", "UnusableStore", "DamagedStore") for line in said), said
    assert snapshot(filled.folder) == before


def test_a_read_only_folder_with_a_log_that_is_not_empty_is_read_whole(filled: Project) -> None:
    with Store.open(filled.folder, writable=False):
        filled.call("remember", text="This sentence lies in the log only")
        filled.memory.close()
        assert (filled.folder / "memory.db-wal").stat().st_size
        before = snapshot(filled.folder)
        opened_up(filled, 0o444, 0o555)
        said = as_nobody(filled)
        opened_up(filled, 0o600, 0o700)
    assert said[0] == "recall strong"
    assert said[1] == "remember NotWritable True"
    assert said[2] == "verify True"
    assert snapshot(filled.folder) == before


@pytest.mark.skipif(not AS_ROOT, reason="mounting needs root")
def test_a_read_only_disk_is_read_and_says_so_when_written_to(filled: Project) -> None:
    settled(filled)
    mount = ["mount", "--bind", str(filled.folder), str(filled.folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(filled.folder)], check=True)
        before = snapshot(filled.folder)
        filled.reopened()
        assert filled.call("recall", cue="payment").items
        with pytest.raises(NotWritable, match="reading still works"):
            filled.call("remember", text="new")
        with pytest.raises(NotWritable):
            filled.call("backup")
        with pytest.raises(NotWritable):
            filled.call("repair")
        assert filled.call("verify").sound
        filled.memory.close()
        assert snapshot(filled.folder) == before
    finally:
        filled.memory.close()
        subprocess.run(["umount", str(filled.folder)], check=True)
