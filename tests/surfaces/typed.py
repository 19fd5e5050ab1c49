"""A person at a terminal: types when something is shown, changes the window, goes away."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from pathlib import Path
from types import TracebackType

from tests.surfaces.peers import command, environment

PATIENCE = 20.0  # seconds until something that should be shown is missed


class Typed:
    """A command on a pseudo-terminal of its own. `shown` is everything it has shown so far."""

    def __init__(
        self, folder: Path, home: Path, *words: str, columns: int = 80, under: str = "", **variables: str
    ) -> None:  # fmt: skip
        """under: a script of bash that runs the command as "$@", for what takes a shell that has jobs."""
        self._ours, self._theirs = pty.openpty()
        self.resize(columns)
        self.before = termios.tcgetattr(self._theirs)
        given = {"TERM": "xterm-256color", **variables}
        self.process = subprocess.Popen(
            [*(["bash", "-mc", under, "bash"] if under else []), *command(), *words], cwd=folder,
            env=environment(home, **given), stdin=self._theirs, stdout=self._theirs, stderr=self._theirs,
            start_new_session=True, preexec_fn=self._take_terminal,
        )  # fmt: skip
        self.shown = ""
        self._seen = 0

    def _take_terminal(self) -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def __enter__(self) -> "Typed":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self._ours, self._theirs):
            if descriptor >= 0:
                os.close(descriptor)

    def sees(self, text: str) -> str:
        """Wait until `text` is shown after what was waited for before; what was shown up to its end.

        A line may end wherever a space stands in it: where one ends depends on how long the paths shown are.
        """
        wanted = re.compile(re.escape(text).replace(r"\ ", "[ \n]"))
        deadline = time.monotonic() + PATIENCE
        while (found := wanted.search(self.shown, self._seen)) is None:
            assert time.monotonic() < deadline, f"{text!r} is not among {self.shown[self._seen :]!r}"
            assert self._read(0.2) or self.process.poll() is None, f"it ended: {self.shown[self._seen :]!r}"
        start, self._seen = self._seen, found.end()
        return self.shown[start : self._seen]

    def types(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def resize(self, columns: int, rows: int = 40) -> None:
        """Give the window another size; the kernel tells the process."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def mode(self) -> list[object]:
        """The mode the terminal is in: whether keys come singly and are shown."""
        return termios.tcgetattr(self._theirs)

    def single_keys(self) -> bool:
        """Whether the terminal gives keys one by one."""
        return not int(str(termios.tcgetattr(self._theirs)[3])) & termios.ICANON

    def interrupts(self) -> None:
        """Press Ctrl-C."""
        self.types("\x03")

    def ends(self) -> int:
        """Read until the command ends; its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read(0.05)
        while self._read(0.05):
            pass
        return self.process.wait(PATIENCE)

    def hangs_up(self) -> int:
        """Close the window; the exit code of the command, which the kernel tells of it."""
        os.close(self._ours)
        self._ours = -1
        return self.process.wait(PATIENCE)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        try:
            part = os.read(self._ours, 65_536)
        except OSError:
            return False  # Linux says so when the other side is closed
        self.shown += part.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(part)
