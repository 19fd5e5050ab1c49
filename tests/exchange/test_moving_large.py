"""Imports that are interrupted, run at once or are large: nothing is lost, nothing twice, and little is held."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.verify import verify
from tests.exchange.test_moving_bad_input import entity
from tests.exchange.test_moving_in import bring


@pytest.fixture
def person(shelf: Callable[..., Memory]) -> Memory:
    """The memory of a person."""
    return shelf("project", "user")


def many(path: Path, count: int) -> Path:
    """A file of so many observations."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(entity(number) + "\n")
    return path


def test_an_interrupted_import_goes_on(person: Memory, tmp_path: Path) -> None:
    """Killed in the middle: what was done is whole, and running it again brings the rest and nothing twice."""
    count = 6_000
    path = many(tmp_path / "memory.jsonl", count)
    person.close()
    environment = {"PATH": os.defpath, "OLDHAND_HOME": str(person.home), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "oldhand", "import", str(path), "--yes", "--json"]
    partly = False
    for _ in range(8):
        child = subprocess.Popen(command, cwd=person.project.root, env=environment, stdout=subprocess.PIPE)
        wait_for_part(person, child)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert verify(person.project.store).sound
        known = memories(person)
        partly |= 0 < known < count
        if partly or known == count:
            break
    assert partly, "no kill fell into the middle"
    done = bring(person, path)
    assert (done.new, done.same) == (count - known, known) and memories(person) == count
    assert bring(person, path).events == 0


def test_who_interrupts_an_import_is_told_that_it_goes_on(person: Memory, tmp_path: Path) -> None:
    path = many(tmp_path / "memory.jsonl", 6_000)
    person.close()
    environment = {"PATH": os.defpath, "OLDHAND_HOME": str(person.home), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "oldhand", "import", str(path), "--yes"]
    child = subprocess.Popen(command, cwd=person.project.root, env=environment, stderr=subprocess.PIPE)
    wait_for_part(person, child)
    child.send_signal(signal.SIGINT)
    said = child.communicate()[1].decode().splitlines()[-1]
    assert child.returncode == 130 and said.endswith(
        "Interrupted. What was brought in so far stays; the same command goes on."
    )
    assert verify(person.project.store).sound
    bring(person, path)
    assert memories(person) == 6_000


def test_two_imports_of_one_file_at_once_are_one(person: Memory, tmp_path: Path) -> None:
    path = many(tmp_path / "memory.jsonl", 2_500)
    person.close()
    environment = {"PATH": os.defpath, "OLDHAND_HOME": str(person.home), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "oldhand", "import", str(path), "--yes", "--json"]
    running = [
        subprocess.Popen(command, cwd=person.project.root, env=environment, stdout=subprocess.PIPE) for _ in range(2)
    ]
    replies = [json.loads(child.communicate()[0]) for child in running]
    assert sum(reply["new"] for reply in replies) == sum(reply["same"] for reply in replies) == 2_500
    assert memories(person) == 2_500


def memories(memory: Memory) -> int:
    """How many memories there are."""
    return int(call(memory, "status", {}).memories)


def wait_for_part(memory: Memory, child: subprocess.Popen[bytes]) -> None:
    """Wait until a part of the import is committed, or all of it is done."""
    before = memories(memory)
    while child.poll() is None and memories(memory) == before:
        pass
    memory.close()


MEASURED = """
import resource, sys
from oldhand.surfaces.cli.main import main
code = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
raise SystemExit(code)
"""


def peak(memory: Memory, path: Path) -> tuple[dict[str, Any], int]:
    """(the reply of an import in a process of its own, the most memory it took in KiB)."""
    memory.close()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "import", str(path), "--yes", "--json"], cwd=memory.project.root, check=True,
        env={"PATH": os.defpath, "OLDHAND_HOME": str(memory.home), "HOME": str(memory.home)}, capture_output=True,
    )  # fmt: skip
    return json.loads(done.stdout), int(done.stderr.split()[-1])


def large(path: Path, size: int) -> Path:
    """A file of this size: some good lines, and between them a megabyte of words that are known."""
    filler = json.dumps({"type": "entity", "name": "big", "observations": ["x" * 60_000] * 16}) + "\n"
    with path.open("w", encoding="utf-8") as file:
        written_bytes = number = 0
        while written_bytes < size:
            number += 1
            line = entity(number) + "\n" if number % 2 else filler
            written_bytes += file.write(line)
    return path


def within_bounds(memory: Memory, path: Path, size: int) -> None:
    """Import a large file and see that memory does not grow with it."""
    small, base = peak(memory, many(path.with_name("small.jsonl"), 10))
    done, most = peak(memory, large(path, size))
    assert small["new"] == 10 and done["unreadable"] == 0
    print(
        f"{size >> 20} MiB: {done['new']:,} new, {done['same']:,} the same, {most >> 10} MiB, at rest {base >> 10} MiB"
    )
    assert most - base < 300 << 10  # KiB: a part of it, and the store's page cache; never the file


def test_a_large_import_holds_little_of_it(person: Memory, tmp_path: Path) -> None:
    within_bounds(person, tmp_path / "memory.jsonl", 60 << 20)


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_an_import_of_two_gigabytes_holds_little_of_it(person: Memory, tmp_path: Path) -> None:
    within_bounds(person, tmp_path / "memory.jsonl", 2 << 30)
