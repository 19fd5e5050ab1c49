"""Several processes read what one would, leave nobody behind, and lose no file to a parser that breaks."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from oldhand.code import reading_many
from oldhand.code.file_reading import seen
from oldhand.code.reading_many import Job, Reading, read_many, read_part
from oldhand.store.code_records import WORDS

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are seen in /proc")
REPOSITORY = Path(__file__).parents[2]
ENVIRONMENT = {"PATH": os.environ["PATH"]}
FILES = 201


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Files to be read, in a number that several processes share."""
    monkeypatch.setattr(reading_many, "_processes", lambda jobs: 2)
    monkeypatch.setattr(reading_many, "PART_FILES", 4)
    found = []
    for number in range(FILES):
        name = f"part{number}.py"
        text = f'def part{number}():\n    """Sells tool {number}."""\n    return "часть {number % 7}"\n'
        (tmp_path / name).write_text(text, "utf-8")
        status = seen(tmp_path, name)
        assert status is not None
        found.append(Job(name, number + 1, status))
    return found


def records(raw: bytes) -> set[bytes]:
    """The postings of one term, in no order."""
    return {raw[at : at + 8] for at in range(0, len(raw), 8)}


def children() -> list[int]:
    """The processes that this one has started for reading and that are still there."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parent = int((folder / "stat").read_text("utf-8").rpartition(") ")[2].split()[1])
                if parent == os.getpid() and b"reading_many" in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while it was looked at
    return found


def test_processes_read_what_one_reads(tmp_path: Path, jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_many, "PARTS_OF_PROCESS", 5)  # each is replaced by another a few times
    reading = Reading(tmp_path, time.time_ns(), 40)
    alone = read_part(reading, jobs)
    reports: list[tuple[int, int, str]] = []
    (together,) = read_many(reading, jobs, ENVIRONMENT, lambda *report: reports.append(report))
    assert sorted(together.files) == sorted(alone.files)
    assert {t: records(raw) for t, raw in together.postings.items()} == {
        t: records(raw) for t, raw in alone.postings.items()
    }
    assert reports[-1][:2] == (FILES, FILES) and len(reports) > 2
    assert not children()


def test_nobody_is_left_when_reading_is_given_up(
    tmp_path: Path, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_many, "FLUSH_FILES", 1)
    reading = Reading(tmp_path, time.time_ns(), 40)
    with closing(read_many(reading, jobs, ENVIRONMENT, lambda *_: None)) as parts:  # type: ignore[type-var]
        assert next(parts).files
        assert children()  # the control: there was somebody
    assert not children()


def test_a_process_that_is_killed_costs_no_file(
    tmp_path: Path, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_many, "FLUSH_FILES", 1)
    reading = Reading(tmp_path, time.time_ns(), 40)
    read: list[str] = []
    for part in read_many(reading, jobs, ENVIRONMENT, lambda *_: None):
        if not read:
            for child in children():
                os.kill(child, signal.SIGKILL)
        read.extend(file.path for file in part.files)
    assert sorted(read) == sorted(job.path for job in jobs)
    assert not children()


def test_a_file_that_breaks_the_parser_is_read_without_it(
    tmp_path: Path, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    # A parser that takes its process down with it, found by the children before the real one.
    (broken / "tree_sitter_python.py").write_text("import os\ndef language():\n    os._exit(9)\n", "utf-8")
    monkeypatch.setattr(sys, "path", [str(broken), *sys.path])
    reading = Reading(tmp_path, time.time_ns(), 40)
    few = jobs[:5]
    (part,) = read_many(reading, few, ENVIRONMENT, lambda *_: None)
    assert sorted(file.path for file in part.files) == [job.path for job in few]
    assert {file.depth for file in part.files} == {WORDS}  # and it is not tried again
    assert "sell" in part.postings or "tool" in part.postings


def test_children_end_with_the_process_that_started_them(tmp_path: Path, jobs: list[Job]) -> None:
    program = (
        "import os, sys, time\nfrom pathlib import Path\nfrom oldhand.code import reading_many as many\n"
        "from oldhand.code.file_reading import seen\n"
        "many._processes = lambda jobs: 2\nmany.FLUSH_FILES = 1\ntree = Path(sys.argv[1])\n"
        "jobs = [many.Job(n, i + 1, seen(tree, n)) for i, n in enumerate(sorted(os.listdir(tree)))]\n"
        "for part in many.read_many(many.Reading(tree, time.time_ns(), 40), jobs, dict(os.environ), lambda *_: None):\n"
        "    from tests.code.test_reading_many import children\n"
        "    print(*children(), flush=True)\n    sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**ENVIRONMENT, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *filter(None, sys.path)])},
    )  # fmt: skip
    assert parent.stdout is not None and parent.stdin is not None
    started = [int(word) for word in parent.stdout.readline().split()]
    assert started
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    left = started
    for _ in range(5000):  # each look takes longer than a process needs to see that its input ended
        left = [one for one in left if runs(one)]
        if not left:
            break
        subprocess.run(["true"], check=False)
    assert not left


def runs(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
