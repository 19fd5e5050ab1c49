"""A full disk: nothing acknowledged is lost, reading works, the error is typed, writing goes on once there is room."""

import os
import random
import resource
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from oldhand.errors import NotWritable, StorageFull
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.verify import verify
from tests.conftest import Project
from tests.store.damage import connected

ROUNDS, CAMPAIGN_ROUNDS = 10, 60
DISK = 4 << 20  # bytes of the small disk
REFUSALS = 3  # full-disk errors in a row after which a round frees space
AS_ROOT = os.geteuid() == 0


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of four megabytes at `folder`."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


class Round:
    """One round on a small disk: ballast, writing until it is full, reading while it is full, room again."""

    def __init__(self, disk: Path, seed: int) -> None:
        self._rng = random.Random(seed)
        self._ballast = disk / "ballast"
        self._ballast.write_bytes(bytes(self._rng.randrange(DISK // 5, DISK // 2)))
        self.project = Project(disk / f"project{seed}", disk / f"home{seed}")
        self.said: list[str] = []
        self.seen: Counter[str] = Counter()

    def fill_up(self) -> None:
        """Write things of many sizes until the disk is full, and a few more times."""
        number = 0
        while self.seen["refused"] < REFUSALS:
            number += 1
            text = f"Sentence {number} " + os.urandom(self._rng.choice((10, 400, 9_000, 60_000))).hex()
            try:
                self.said.append(call(self.project.memory, "remember", {"text": text}).memories[0].id)
                self.seen["acknowledged"] += 1
            except StorageFull:
                self.seen["refused"] += 1

    def read_while_full(self) -> None:
        """Everything acknowledged can be read, also by a process that opens the store only now."""
        with self.project.memory.reading() as reader:
            assert all(reader.find(name) for name in self.said)
        with Memory(self.project.root, self.project.home) as other, other.reading() as reader:
            assert all(reader.find(name) for name in self.said)
        for name in ("backup", "rebuild"):
            try:
                call(self.project.memory, name, {})
                self.seen[f"{name} fitted"] += 1
            except (StorageFull, NotWritable):
                self.seen[f"{name} refused"] += 1

    def go_on(self) -> None:
        """With room again, writing goes on where it stopped and nothing is missing."""
        for leftover in (self._ballast, *(self.project.folder / "backups").glob("*")):
            leftover.unlink()
        self.said.append(call(self.project.memory, "remember", {"text": "There is room again"}).memories[0].id)
        self.seen["resumed"] += 1
        self.project.memory.close()
        report = verify(self.project.folder)
        assert report.sound, report.findings
        assert report.memories == len(set(self.said))


def rounds(folder: Path, count: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in range(count):
        with small_disk(folder / f"disk{seed}") as disk:
            one = Round(disk, seed)
            one.fill_up()
            one.read_while_full()
            one.go_on()
            seen += one.seen
    return seen


@pytest.mark.skipif(not AS_ROOT, reason="mounting needs root; the limit on file sizes stands in below")
def test_a_full_disk_loses_nothing_and_writing_goes_on_when_there_is_room(tmp_path: Path) -> None:
    seen = rounds(tmp_path, ROUNDS)
    assert seen["resumed"] == ROUNDS and seen["refused"] == ROUNDS * REFUSALS and seen["acknowledged"] > ROUNDS


@pytest.mark.campaign
@pytest.mark.skipif(not AS_ROOT, reason="mounting needs root; the limit on file sizes stands in below")
def test_sixty_full_disks_lose_nothing(tmp_path: Path) -> None:
    seen = rounds(tmp_path, CAMPAIGN_ROUNDS)
    print(seen)
    assert seen["resumed"] == CAMPAIGN_ROUNDS


LIMITED = """
import resource, signal, sys
from pathlib import Path
from oldhand.errors import StorageFull
from oldhand.memory import Memory
from oldhand.operation import call
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
memory, number, refused = Memory(Path(sys.argv[1]), Path(sys.argv[2])), 0, 0
while refused < 3:
    number += 1
    try:
        print(call(memory, "remember", {"text": f"Sentence {number} " + "x" * 3000}).memories[0].id)
    except StorageFull:
        refused += 1
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(call(memory, "remember", {"text": "There is room again"}).memories[0].id)
memory.close()
"""


def test_a_file_that_may_not_grow_loses_nothing_and_grows_when_it_may(project: Project) -> None:
    """The stand-in for a full disk where nothing may be mounted: a limit on the size of files."""
    project.memory.close()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(project.root), str(project.home), str(2_000_000)],
        capture_output=True, text=True, check=False, timeout=120, env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert not done.returncode, done.stderr
    said = done.stdout.split()
    assert len(said) > 10
    with project.memory.reading() as reader:
        assert all(reader.find(name) for name in said)


def test_control_a_writer_that_ignores_errors_loses_what_it_took_for_written(tmp_path: Path) -> None:
    """Without the check of what SQLite answers, the same limit loses rows."""
    path = tmp_path / "plain.db"
    taken = 0
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with connected(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL; CREATE TABLE said (text)").fetchall()
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
        try:
            for _ in range(200):
                try:
                    connection.execute("INSERT INTO said VALUES(?)", ("x" * 3000,))
                except apsw.Error:
                    pass  # the fault this control commits
                taken += 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, handler)
    with connected(path) as connection:
        assert connection.execute("SELECT count(*) FROM said").fetchone()[0] < taken
