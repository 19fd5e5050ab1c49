"""Stores that cannot be used and surroundings that lack something: told in one line, left as they were."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw
import pytest

from oldhand.store.lock import WriteLock
from oldhand.store.store import Store
from tests.conftest import Project
from tests.contract.command import ENOUGH_SECONDS, Ran, inside, outside
from tests.contract.test_bad_input import PAYMENTS, one_line
from tests.contract.traces_left import files_below
from tests.surfaces.peers import command, environment

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2  # linux/prctl.h, linux/capability.h
SHORT_WAIT = 0.05  # seconds for the lock, where users get 30
# One command of each effect: what only reads, what writes, what looks at the whole.
COMMANDS = (["recall", "payments"], ["remember", "Another thing."], ["status"], ["brief"], ["show", "abcdef123456"])


@pytest.fixture
def spoiled(project: Project) -> Iterator[Project]:
    """A project whose memory a test spoils; nothing may be written after that."""
    project.call("remember", text=PAYMENTS)
    project.memory.close()
    project.damaged = True
    yield project


def told(project: Project, code: int, said: str, *words: str, **variables: str) -> None:
    """A command must end with one line that holds `said`, with this exit code, and leave every file as it was."""
    before = files_below(project.root, project.home)
    ran = inside(project.root, project.home, *words, **variables)
    line = one_line(ran)
    assert ran.code == code, line
    assert said in line
    assert files_below(project.root, project.home) == before


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_without_a_memory_every_command_names_init(tmp_path: Path, words: list[str]) -> None:
    ran = inside(tmp_path, tmp_path / "home", *words)
    assert ran.code == 4
    assert one_line(ran).endswith("`oldhand init` makes one.")
    assert not list(tmp_path.rglob("*"))


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_store_of_a_newer_program_is_refused_and_kept(spoiled: Project, words: list[str]) -> None:
    with closing(apsw.Connection(str(spoiled.folder / "memory.db"))) as connection:
        connection.pragma("user_version", 99)
    told(spoiled, 5, "has format 99; this program reads up to format", *words)


FOREIGN: list[Callable[[Path], object]] = [
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"My notes about payments\n" * 100),
    lambda path: path.write_bytes(os.urandom(8192)),
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("spoil", FOREIGN, ids=["empty", "notes", "noise"])
def test_a_file_that_is_no_store_is_refused_and_kept(
    spoiled: Project, words: list[str], spoil: Callable[[Path], object]
) -> None:
    for beside in ("memory.db-wal", "memory.db-shm"):
        (spoiled.folder / beside).unlink(missing_ok=True)
    spoil(spoiled.folder / "memory.db")
    told(spoiled, 5, "it was left untouched", *words)


def test_somebody_elses_database_is_refused_and_kept(spoiled: Project) -> None:
    for file in spoiled.folder.glob("memory.db*"):
        file.unlink()
    with closing(apsw.Connection(str(spoiled.folder / "memory.db"))) as connection:
        connection.execute("CREATE TABLE notes(text); INSERT INTO notes VALUES('mine')")
    for words in COMMANDS:
        told(spoiled, 5, "some other SQLite database", *words)


def test_init_a_second_time_reads_again_and_overwrites_nothing(project: Project) -> None:
    (project.root / "README.md").write_text(
        "# Shop\n\nThe shop keeps its prices in whole cents, never as floats.\n", "utf-8"
    )
    first = project.call("init")
    name = project.call("remember", text=PAYMENTS).memories[0].id
    root = project.call("root").root
    again = project.call("init")
    assert (first.created, again.created) == (False, False)
    assert again.root == root
    assert project.call("show", name=name).memory.text == PAYMENTS
    project.memory.close()
    told(project, 10, "is already there and was left as it is", "init", "--empty")


@pytest.mark.parametrize("spoil", FOREIGN, ids=["empty", "notes", "noise"])
def test_init_never_replaces_a_file_that_is_no_store(spoiled: Project, spoil: Callable[[Path], object]) -> None:
    for file in spoiled.folder.glob("memory.db-*"):
        file.unlink()
    spoil(spoiled.folder / "memory.db")
    told(spoiled, 5, "it was left untouched", "init")


# -- who may write -----------------------------------------------------------------------------------


def held_to_the_modes() -> None:
    """Before a program starts: have files' modes count for it, as they do for everybody but root."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def held(project: Project, *words: str) -> Ran:
    """Run a command for which files' modes count."""
    done = subprocess.run(
        command(*words), cwd=project.root, env=environment(project.home), capture_output=True, check=False,
        timeout=ENOUGH_SECONDS, stdin=subprocess.DEVNULL, preexec_fn=held_to_the_modes,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def mode(bits: int, *paths: Path) -> Iterator[None]:
    """Give paths a mode for as long as the block lasts."""
    kept = {path: path.stat().st_mode for path in paths}
    for path in paths:
        path.chmod(bits)
    try:
        yield
    finally:
        for path, before in kept.items():
            path.chmod(before)


def test_a_folder_that_may_only_be_read_is_read_and_not_written(spoiled: Project) -> None:
    before = files_below(spoiled.root, spoiled.home)
    with mode(0o555, spoiled.root, spoiled.folder, spoiled.home), mode(0o444, spoiled.folder / "memory.db"):
        read = held(spoiled, "recall", "payments")
        assert (read.code, read.err) == (0, "")
        assert PAYMENTS in read.out
        for words in (("remember", "Another thing."), ("retire", "abcdef123456")):
            ran = held(spoiled, *words)
            assert ran.code == 8
            assert "reading still works" in one_line(ran)
        ran = held(spoiled, "remember", "Another.", "--scope", "global")
        assert ran.code == 8
        assert "Make the folder writable" in one_line(ran)
        assert files_below(spoiled.root, spoiled.home) == before


def test_a_store_that_may_not_be_read_is_told_in_one_line(spoiled: Project) -> None:
    with mode(0o000, spoiled.folder / "memory.db"):
        ran = held(spoiled, "recall", "payments")
        assert ran.code == 8
        one_line(ran)
    with mode(0o000, spoiled.folder):
        ran = held(spoiled, "recall", "payments")
        assert ran.code in (4, 5)
        one_line(ran)


def test_init_where_nothing_may_be_written_is_told_in_one_line(spoiled: Project) -> None:
    empty = spoiled.root / "empty"
    (empty / ".git").mkdir(parents=True)
    (empty / ".git" / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    with mode(0o555, empty):
        ran = held(spoiled, "init", "--folder", str(empty))
        assert ran.code == 8
        assert "Make the folder writable" in one_line(ran)
        assert not (empty / ".oldhand").exists()


@pytest.mark.parametrize("home", [{}, {"HOME": ""}], ids=["unset", "empty"])
def test_a_person_without_a_home_is_told_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: dict[str, str]
) -> None:
    def unknown(_: int) -> None:
        raise KeyError("no such uid")

    monkeypatch.setattr("pwd.getpwuid", unknown)
    monkeypatch.delenv("HOME", raising=False)
    ran = inside(tmp_path, tmp_path, "init", OLDHAND_HOME="", **home)
    assert ran.code == 2
    assert "Set OLDHAND_HOME" in one_line(ran)
    assert not list(tmp_path.iterdir())
    assert inside(tmp_path, tmp_path / "home", "init", "--empty", **home).code == 0


# -- disk, lock, folder ------------------------------------------------------------------------------


def test_a_disk_that_takes_no_more_is_told_and_nothing_is_half_written(project: Project) -> None:
    """RLIMIT_FSIZE stands in for the full disk: the system refuses to let any file grow."""
    project.call("remember", text=PAYMENTS)
    root = project.call("root").root
    project.memory.close()
    largest = max(file.stat().st_size for file in project.folder.iterdir())

    def bounded() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    done = subprocess.run(
        command("remember", "-"), cwd=project.root, env=environment(project.home), input=b"word " * 200_000,
        capture_output=True, timeout=ENOUGH_SECONDS, check=False, preexec_fn=bounded,
    )  # fmt: skip
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert ran.code in (5, 7), ran
    one_line(ran)
    assert project.reopened()
    assert project.call("root").root == root
    assert project.call("remember", text="There is room again.").memories


def test_output_that_cannot_be_written_is_told_without_a_traceback(project: Project) -> None:
    project.call("remember", text=PAYMENTS)
    project.memory.close()
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command("active"), cwd=project.root, env=environment(project.home), stdout=full, stderr=subprocess.PIPE,
            timeout=ENOUGH_SECONDS, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1 and b"No space left" in done.stderr


def test_a_store_that_somebody_holds_is_told_after_the_wait(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.call("remember", text=PAYMENTS)
    monkeypatch.setattr(Store.write.__wrapped__, "__defaults__", (SHORT_WAIT,))
    monkeypatch.setattr(WriteLock.acquire, "__defaults__", (SHORT_WAIT,))
    with project.store.exclusive():
        ran = inside(project.root, project.home, "remember", "Another thing.")
        assert ran.code == 6
        assert "Try again" in one_line(ran)
        assert inside(project.root, project.home, "recall", "payments").code == 0, "readers wait for nobody"
    assert inside(project.root, project.home, "remember", "Another thing.").code == 0


def test_a_working_folder_that_is_gone_is_told_in_one_line(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"rmdir {gone} && exec {sys.executable} -m oldhand status"
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=gone, env=environment(tmp_path / "home"), capture_output=True,
        timeout=ENOUGH_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(b"The working folder is gone.") and done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("variable", ["OLDHAND_HOME", "OLDHAND_STORE"])
def test_a_variable_that_names_no_persons_home_is_told_in_one_line(project: Project, variable: str) -> None:
    ran = outside(project.root, project.home, "status", **{variable: "~nobody-of-this-name/x"})
    assert ran.code == 2
    assert variable in one_line(ran)


@pytest.mark.parametrize("actor", ["two\nlines", "x" * 201, "half \udc80 a pair", "\x1b[2J"])
def test_a_speaker_that_no_journal_could_carry_is_refused(project: Project, actor: str) -> None:
    project.memory.close()
    ran = outside(project.root, project.home, "remember", "A thing.", OLDHAND_ACTOR=actor)
    assert ran.code == 2
    one_line(ran)
    assert project.call("status").memories == 0
