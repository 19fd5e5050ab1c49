"""Which processes of a person are running, told by the home folder in their environment."""

import contextlib
import os
import select
import signal
import time
from pathlib import Path
from typing import NamedTuple

import pytest

PROC = Path("/proc")


class Process(NamedTuple):
    """A running process: its number and its command line."""

    number: int
    command: str


def need_proc() -> None:
    """Skip the test where a system does not show the environment of processes."""
    if not (PROC / "self" / "environ").exists():
        pytest.skip("no /proc here: whose process it is cannot be told")


def running(home: Path) -> list[Process]:
    """All processes whose environment names this home folder as the person's, zombies left out."""
    mark = b"HOME=" + os.fsencode(home)
    found = []
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it has ended, or belongs to somebody else
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                found.append(Process(int(entry.name), command))
    return found


def ours(home: Path) -> list[Process]:
    """Those that are Oldhand's: servers and hooks."""
    return [process for process in running(home) if "oldhand" in process.command]


def gone_within(home: Path, seconds: float) -> list[Process]:
    """Wait until no process of ours is left, for so long at most. Returns those that are still there."""
    until = time.monotonic() + seconds
    while left := ours(home):
        if (rest := until - time.monotonic()) <= 0:
            return left
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(left[0].number)
            try:
                select.select([handle], [], [], rest)
            finally:
                os.close(handle)
    return []


def end_all(home: Path) -> None:
    """End what a killed host left of its own."""
    for process in running(home):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.number, signal.SIGKILL)
