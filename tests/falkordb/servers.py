"""A real FalkorDB on the loopback address for tests: started, killed without warning, and started again."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from oldhand.errors import MissingExtra
from oldhand.graph.falkordb import embedded
from oldhand.graph.falkordb.address import Address
from oldhand.graph.falkordb.client import Connection, available, to_server

REQUIRED = "OLDHAND_FALKORDB"  # of the environment: `required` where its absence is a failure, as in CI


def missing() -> str:
    """What is not installed; empty when a FalkorDB can run here."""
    try:
        embedded.binaries()
    except MissingExtra as error:
        return str(error)
    return "" if available() else "the package falkordb is not installed"


LACKING = missing()
needs_falkordb = pytest.mark.skipif(
    bool(LACKING) and os.environ.get(REQUIRED) != "required", reason=LACKING or "FalkorDB is here"
)


class Server:
    """A FalkorDB that appends every change to a log, on a port of the loopback address."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self.folder, self.password = folder, password
        folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"falkordb://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, on the files that are there, and wait until it answers."""
        found = embedded.binaries()
        command = [
            str(found.server), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
            "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--loglevel", "notice",
            "--loadmodule", str(found.module), "THREAD_COUNT", "2",
        ]  # fmt: skip
        if self.password:
            command[1:1] = ["--requirepass", self.password]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        said: list[bytes] = []
        with self._process.stdout or pytest.fail("it has no output") as output:
            for line in output:
                said.append(line)
                if b"Ready to accept connections" in line:
                    return
        pytest.fail(b"".join(said).decode("utf-8", "replace"))

    def connected(self) -> Connection:
        """A connection to it."""
        return to_server(Address(False, "", "127.0.0.1", self.port, ""), self.password)

    def kill(self) -> None:
        """End it at once, as a lost machine would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def empty(self) -> None:
        """Remove every graph."""
        connection = self.connected()
        for name in connection.names():
            connection.graph(name).delete()
        connection.close()


def living(folder: Path) -> list[int]:
    """The processes whose command line names a folder: servers that run on its files, and who watches them."""
    if sys.platform != "linux":
        said = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, encoding="utf-8")
        return [int(one.split()[0]) for one in said.stdout.splitlines() if str(folder) in one]
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if os.fsencode(folder) in one.read_bytes():
                found.append(int(one.parent.name))
        except OSError:
            continue  # it has ended meanwhile
    return found


def gone(folder: Path, seconds: float = 20.0) -> bool:
    """Whether every process on the files of a folder ends within some seconds."""
    end = time.monotonic() + seconds
    while found := living(folder):
        if time.monotonic() > end:
            return False
        ended(found[0], 0.5)
    return True


def ended(process: int, seconds: float) -> bool:
    """Whether a process that is no child of ours ends within some seconds."""
    if sys.platform != "linux":
        threading.Event().wait(min(seconds, 0.05))  # nothing else tells of it there
        return True
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)
