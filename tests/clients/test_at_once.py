"""Interrupted, doubled, and overtaken by others: no file is ever half, and everything can still be undone."""

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oldhand.clients import files, installing
from oldhand.clients.hosts import HOSTS
from oldhand.errors import FileChanged
from oldhand.memory import Memory
from oldhand.operation import call
from tests.clients.conftest import Person
from tests.clients.layouts import LAYOUTS

SECONDS = 60  # for a process on a busy machine
DYING = """
import os, sys
from pathlib import Path
from oldhand.clients import files
from oldhand.memory import Memory
from oldhand.operation import call
root, home, person, at = sys.argv[1:]
replace, count = os.replace, [0]
def dying(source, target):
    if files.MARK in str(source):
        count[0] += 1
        if count[0] == int(at):
            os._exit(9)
    replace(source, target)
os.replace = dying
with Memory(Path(root), Path(home), environment={"HOME": person, "PATH": ""}) as memory:
    call(memory, OPERATION, {"client": "claude"})
"""


def dying(person: Person, operation: str, at: int) -> int:
    """Run an operation in a process that dies when the temporary file number `at` is about to be renamed."""
    code = DYING.replace("OPERATION", repr(operation))
    given = [str(person.project.root), str(person.project.home), str(person.home), str(at)]
    return subprocess.run([sys.executable, "-c", code, *given], timeout=SECONDS, check=False).returncode


@pytest.mark.parametrize("at", [1, 2])
def test_dying_before_a_file_is_renamed_leaves_it_whole_and_can_be_mended_or_undone(person: Person, at: int) -> None:
    person.write(".claude.json", LAYOUTS["tabs"])
    person.write(".claude/settings.json", LAYOUTS["hooks of others"])
    before = person.files()
    assert dying(person, "install", at) == 9
    left = {name: raw for name, raw in person.files().items() if files.MARK not in name}
    changed = [name for name in before if left[name] != before[name]]
    assert left.keys() == before.keys() and len(changed) == at - 1
    person.call("uninstall", client="claude")
    assert {name: raw for name, raw in person.files().items() if files.MARK not in name} == before
    person.call("install", client="claude")
    assert dying(person, "uninstall", at) == 9
    person.call("install", client="claude")
    person.call("uninstall", client="claude")
    assert person.files() == before, "the temporary files of those who died are gone too"


def _connect(root: Path, home: Path, person: Path, client: str) -> None:
    with Memory(root, home, environment={"HOME": str(person), "PATH": ""}) as memory:
        for _ in range(3):
            call(memory, "install", {"client": client})


def test_many_at_once_come_to_what_one_comes_to(person: Person) -> None:
    path = person.write(".gemini/settings.json", LAYOUTS["four spaces"])
    person.call("install", client="gemini")
    alone = path.read_bytes()
    person.call("uninstall", client="gemini")
    before = person.files()
    context = multiprocessing.get_context("spawn")
    given = (person.project.root, person.project.home, person.home)
    clients = ["gemini", "gemini", "copilot", "vscode"]
    running = [context.Process(target=_connect, args=(*given, client)) for client in clients]
    for one in running:
        one.start()
    for one in running:
        one.join(SECONDS)
        assert one.exitcode == 0
    assert path.read_bytes() == alone
    hooks = json.loads((person.home / ".copilot" / "hooks" / "oldhand.json").read_text(encoding="utf-8"))["hooks"]
    assert all(len(ones) == 1 for ones in hooks.values())
    person.call("uninstall")
    assert person.files() == before


def _overtaken(person: Person, monkeypatch: pytest.MonkeyPatch, times: int) -> Path:
    """Let another program write the file, `times` times, just before ours is renamed into place."""
    path = person.write(".gemini/settings.json", "{}")
    sync, left = os.fsync, [times]

    def written_by_another(descriptor: int) -> None:
        sync(descriptor)
        name = os.readlink(f"/proc/self/fd/{descriptor}")
        if files.MARK in name and left[0]:
            left[0] -= 1
            path.write_text(f'{{"theirs": {left[0]}}}', encoding="utf-8")

    monkeypatch.setattr(os, "fsync", written_by_another)
    return path


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc to tell one file from another")
def test_what_another_program_writes_in_the_same_moment_is_kept(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _overtaken(person, monkeypatch, 2)
    person.call("install", client="gemini")
    said = json.loads(path.read_text(encoding="utf-8"))
    assert said["theirs"] == 0 and "oldhand" in said["mcpServers"]
    person.call("uninstall", client="gemini")
    assert path.read_text(encoding="utf-8") == '{"theirs": 0}'


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc to tell one file from another")
def test_a_file_that_never_rests_is_given_up(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _overtaken(person, monkeypatch, 10 * installing.TRIES)
    with pytest.raises(FileChanged):
        person.call("install", client="gemini")
    assert "oldhand" not in path.read_text(encoding="utf-8")


def test_every_host_stands_in_the_choice_of_the_operation() -> None:
    from typing import get_args

    from oldhand.operations.client.install import Client

    assert set(get_args(Client)) == {"auto", *HOSTS}
