"""Starting programs, reading what they say, and killing them at a chosen moment."""

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from oldhand.store.shelf import Shelf
from oldhand.store.store import Store
from oldhand.store.verify import verify

LONGEST_WAIT = 60.0  # seconds to wait for an answer before the test is given up
WRITER = Path(__file__).with_name("writer.py")


class Child:
    """A program with pipes to its input and output."""

    def __init__(self, command: list[str], project: Path, home: Path) -> None:
        environment = {**os.environ, "OLDHAND_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=project, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdin and self.process.stdout
        self.input, self.output = self.process.stdin, self.process.stdout
        self._rest = b""
        self.ended = False

    def lines(self, seconds: float) -> Iterator[bytes]:
        """The whole lines that the program says within so many seconds, or until it ends."""
        until = time.monotonic() + seconds
        while not self.ended and (left := until - time.monotonic()) > 0:
            if not select.select([self.output], [], [], left)[0]:
                return
            yield from self._read()

    def _read(self) -> list[bytes]:
        said = os.read(self.output.fileno(), 1 << 16)
        self.ended = not said
        *whole, self._rest = (self._rest + said).split(b"\n")
        return whole

    def line(self, seconds: float = LONGEST_WAIT) -> bytes:
        """The next line. Fails when none comes within so many seconds."""
        for line in self.lines(seconds):
            return line
        raise AssertionError(f"no answer: {self.process.stderr.read().decode() if self.process.stderr else ''}")

    def kill(self) -> list[bytes]:
        """End it at once, as `kill -9` does, and return the whole lines it still got out."""
        self.process.kill()
        left = list(self.lines(LONGEST_WAIT))
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        return left


def missing(folder: Path, texts: Iterable[str]) -> set[str]:
    """Which of these statements the store does not hold."""
    with Store.open(folder) as store, store.read() as reader:
        return set(texts) - {held.text for held in reader.memories(Shelf())}


def damage(folder: Path) -> list[str]:
    """What `verify` finds damaged."""
    return [str(finding) for finding in verify(folder).findings if finding.damage]
