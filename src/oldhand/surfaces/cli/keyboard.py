"""Single keys and lines from a terminal, which is left as it was found whatever happens."""

import os
import select
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

END = "end"  # what is read when the terminal is gone or Ctrl-D is pressed
RESIZED = "resized"  # what is read when the window has another size now
RESUMED = "resumed"  # what is read when the process goes on after Ctrl-Z
ESCAPE = "escape"
_CTRL_D = b"\x04"
_SEQUENCE_SECONDS = 0.05  # the rest of an arrow key's sequence is there at once; a person's next key is not
_LONGEST_LINE = 65_536  # bytes of one line that is typed: more is pasted by mistake
_ARROWS = {b"\x1b[A": "up", b"\x1b[B": "down", b"\x1b[C": "right", b"\x1b[D": "left", b"\x1bOA": "up",
           b"\x1bOB": "down", b"\x1bOC": "right", b"\x1bOD": "left"}  # fmt: skip
_ENDING = (signal.SIGTERM, signal.SIGHUP)


class Keyboard:
    """Keys of the terminal on standard input, inside `with`: read one by one, not shown, Ctrl-C and Ctrl-Z as ever."""

    def __init__(self) -> None:
        self._input = sys.stdin.fileno()
        self._found = termios.tcgetattr(self._input)
        self._events, self._wake = os.pipe()
        self._kept: dict[int, Any] = {}
        self._happened: list[str] = []

    def __enter__(self) -> "Keyboard":
        os.set_blocking(self._wake, False)
        os.set_blocking(self._events, False)
        own: dict[int, Callable[[int, FrameType | None], None]] = {
            signal.SIGWINCH: self._note, signal.SIGTSTP: self._suspend, **dict.fromkeys(_ENDING, self._end),
        }  # fmt: skip
        for number, handler in own.items():
            self._kept[number] = signal.signal(number, handler)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._single_keys()
        return self

    def __exit__(self, *_: object) -> None:
        self._as_found()
        signal.set_wakeup_fd(-1)
        for number, handler in self._kept.items():
            signal.signal(number, handler)
        os.close(self._events)
        os.close(self._wake)

    def key(self) -> str:
        """The next key as one character, the name of an arrow, ESCAPE, END, RESIZED or RESUMED."""
        while True:
            if self._happened:
                return self._happened.pop(0)
            ready, _, _ = select.select([self._input, self._events], [], [])
            if self._events in ready:
                with suppress(BlockingIOError):
                    os.read(self._events, 64)
                continue
            said = self._read(1)
            if said in (b"", _CTRL_D):
                return END
            return self._sequence() if said == b"\x1b" else self._character(said)

    def _character(self, first: bytes) -> str:
        """A character of which the first byte was read."""
        more = 3 if first >= b"\xf0" else 2 if first >= b"\xe0" else 1 if first >= b"\xc0" else 0
        for _ in range(more):
            first += self._read(1)
        return first.decode("utf-8", "replace")

    def _sequence(self) -> str:
        """What follows an escape: an arrow, or ESCAPE for anything else, which is read away."""
        said = b"\x1b"
        while len(said) < 16 and select.select([self._input], [], [], _SEQUENCE_SECONDS)[0]:
            part = self._read(1)
            said += part
            if not part or said in _ARROWS or (len(said) > 2 and b"@" <= part <= b"~"):
                break
        return _ARROWS.get(said, ESCAPE)

    def line(self) -> str | None:
        """A line that is typed and shown, without its end; None when it is given up with Ctrl-D.

        Ctrl-C raises KeyboardInterrupt; keys are read one by one again then, too.
        """
        with self.as_found():
            said = b""
            while not said.endswith(b"\n") and len(said) < _LONGEST_LINE:
                part = self._read(4096)
                if not part:
                    return None
                said += part
        return said.decode("utf-8", "replace").rstrip("\r\n")

    @contextmanager
    def as_found(self) -> Iterator[None]:
        """The terminal as it was found, for a line or for another program."""
        try:
            self._as_found()  # inside, because Ctrl-C may be pressed while the mode is changed
            yield
        finally:
            self._single_keys()

    def _read(self, most: int) -> bytes:
        try:
            return os.read(self._input, most)
        except OSError:
            return b""  # the terminal is gone

    def _single_keys(self) -> None:
        mode = termios.tcgetattr(self._input)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._input, termios.TCSADRAIN, mode)

    def _as_found(self) -> None:
        with suppress(termios.error, OSError):  # a terminal that is gone needs no mode
            termios.tcsetattr(self._input, termios.TCSADRAIN, self._found)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if RESIZED not in self._happened:
            self._happened.append(RESIZED)

    def _suspend(self, number: int, frame: FrameType | None) -> None:
        """Stop as Ctrl-Z asks, with the terminal as it was found, and take it up again afterwards."""
        mode = termios.tcgetattr(self._input)
        self._as_found()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._suspend)
        self._found = termios.tcgetattr(self._input)
        with suppress(termios.error, OSError):
            termios.tcsetattr(self._input, termios.TCSADRAIN, mode)
        self._happened.append(RESUMED)

    def _end(self, number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)
