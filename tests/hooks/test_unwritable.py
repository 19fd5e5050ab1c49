"""Stores that hooks cannot note anything in, or not read: nothing is told then, and `doctor` says why."""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from oldhand.sessions.hook_trouble import recent
from tests.conftest import Project
from tests.hooks.hosting import Host
from tests.hooks.test_harmless import EVENTS, FAULTY, ended_in_time, every_hook, locked


@pytest.mark.parametrize("unwritable", ["spool", "spool/waiting.jsonl", "spool/told"])
def test_what_cannot_be_noted_is_not_told(unwritable: str, sick: Project) -> None:
    """Else it would be told again at every action, and nobody would know that it was told."""
    place = sick.folder / unwritable
    place.parent.mkdir(exist_ok=True)
    if unwritable == "spool/waiting.jsonl":
        place.mkdir()
    else:
        place.write_text("")
    host = Host(sick.root, sick.home)
    assert [host.edits("src/pay/client.py").output for _ in range(2)] == [b"", b""]
    if unwritable != "spool/told":
        assert host.starts().output == b""
    (said,) = named_by_doctor(sick, "hooks")
    assert said.startswith("had trouble 2 times" if unwritable == "spool/told" else "had trouble 3 times")
    place.rmdir() if place.is_dir() else place.unlink()
    assert Host(sick.root, sick.home, session="s-2").edits("src/pay/client.py").output  # told where it can be noted


def test_a_store_that_another_process_keeps_locked(sick: Project) -> None:
    with locked(sick):
        said = every_hook(Host(sick.root, sick.home))
        assert any("Busy" in one.fault or "locked" in one.fault for one in recent(sick.folder))
        assert named_by_doctor(sick, "store", "lock")
    assert {code for code, _, _ in said.values()} == {0} and not [o for _, o, _ in said.values() if o]


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    modes = [(path, path.stat().st_mode) for path in paths]
    for path, mode in modes:
        path.chmod(mode & ~0o222)
    yield
    for path, mode in modes:
        path.chmod(mode)


DROP, OVERRIDE, SEARCH = 24, 1, 2  # prctl's PR_CAPBSET_DROP, and root's two rights to pass over modes of files


def heed_modes() -> None:
    """Let a program heed the modes of files although root starts it: to root nothing is read-only else."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for right in (OVERRIDE, SEARCH):
            if libc.prctl(DROP, right, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "a right of root cannot be given up")


def named_by_doctor(project: Project, *components: str, **how: Any) -> list[str]:
    """What `doctor` says of faults in these components, as a person runs it."""
    program = [sys.executable, "-m", "oldhand", "doctor", "--json"]
    environment = {"PATH": "/usr/bin:/bin", "OLDHAND_HOME": str(project.home), "HOME": str(project.home)}
    done = subprocess.run(
        program, cwd=project.root, env=environment, capture_output=True, timeout=60, check=False, **how
    )  # fmt: skip
    assert done.stdout, done.stderr
    return [one["detail"] for one in json.loads(done.stdout)["findings"]
            if one["component"] in components and one["state"] in FAULTY]  # fmt: skip


def test_a_folder_and_a_file_that_may_not_be_written(sick: Project) -> None:
    host = Host(sick.root, sick.home)
    host.fires("Stop")  # the spool is there
    speaking = host.edits("src/pay/client.py").output
    assert speaking  # as long as it may be written
    with read_only(sick.folder, *(path for path in sick.folder.rglob("*"))):
        for event, said in EVENTS.items():
            payload = json.dumps({"session_id": "r", "cwd": str(sick.root), **said}).encode()
            done = subprocess.run(
                [str(host.program), "claude", event], input=payload, capture_output=True, env=host.environment,
                timeout=30, check=False, preexec_fn=heed_modes,
            )  # fmt: skip
            assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), event
        named = named_by_doctor(sick, "store", "hooks", preexec_fn=heed_modes)
    assert any("cannot be written" in one for one in named), named
    assert any(one.startswith(f"had trouble {len(EVENTS)} times") for one in named), named


def test_a_store_of_another_owner(sick: Project) -> None:
    if os.geteuid():
        pytest.skip("only root can give files away")
    for path in (sick.folder, *sick.folder.iterdir()):
        os.chown(path, 12345, 12345)
    said = every_hook(Host(sick.root, sick.home))
    assert {code for code, _, _ in said.values()} == {0} and ended_in_time(sick)
    assert not [event for event, (_, output, _) in said.items() if output]
    assert any("another user" in one or "owner" in one for one in named_by_doctor(sick, "store"))


def test_no_room_for_another_byte(sick: Project) -> None:
    host = Host(sick.root, sick.home)

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    for event, said in EVENTS.items():
        payload = json.dumps({"session_id": "f", "cwd": str(sick.root), **said}).encode()
        done = subprocess.run(
            [str(host.program), "claude", event], input=payload, capture_output=True, env=host.environment,
            preexec_fn=small, timeout=30, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert named_by_doctor(sick, "store", "sessions", "disk", "hooks", preexec_fn=small)
