"""One writer at a time: an advisory lock on a file beside the store.

SQLite's own lock is unfair under contention (a writer was seen to wait 4.5 s where the longest wait
with this lock was 79 ms); the kernel queues those who wait here.
"""

import fcntl
import os
from pathlib import Path

from oldhand.errors import NotWritable, StoreBusy

_FLAGS = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW  # a link may lead out of the project, and a repository may bring one
LOCK_SECONDS = 30.0  # how long a writer waits before StoreBusy: longer than any transaction we make


class WriteLock:
    """The write lock of one store folder. Not re-entrant; one holder per instance."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def acquire(self, seconds: float = LOCK_SECONDS) -> None:
        """Take the lock, waiting up to `seconds` (0: not at all).

        Raises StoreBusy, or NotWritable when the file cannot be opened.
        """
        if self._descriptor < 0:
            try:
                self._descriptor = os.open(self._path, _FLAGS | os.O_CREAT, 0o600)
            except OSError as error:
                raise NotWritable(self._path.parent, error.strerror) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait(seconds)

    def _wait(self, seconds: float) -> None:
        """Wait in the kernel's queue, in a thread because flock knows no time limit.

        The thread waits on a descriptor of its own open file. Whether the lock was granted or given
        up is decided under one mutex, so that a lock granted too late is closed by the thread.
        """
        if seconds <= 0:
            raise StoreBusy(self._path.parent, 0)
        import threading

        descriptor = os.open(self._path, _FLAGS)
        decision = threading.Lock()
        decided: list[str] = []

        def queue() -> None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            with decision:
                if decided:
                    os.close(descriptor)
                else:
                    decided.append("granted")

        waiter = threading.Thread(target=queue, daemon=True)
        waiter.start()
        try:
            waiter.join(seconds)
        except BaseException:  # Ctrl-C among them: raised again below, with no lock left behind
            with decision:
                if decided:
                    os.close(descriptor)  # granted, and the caller was interrupted meanwhile
                decided.append("given up")
            raise
        with decision:
            decided.append("given up")  # counts only where nothing was granted before
        if decided[0] == "given up":
            raise StoreBusy(self._path.parent, round(seconds))
        os.close(self._descriptor)
        self._descriptor = descriptor

    def fileno(self) -> int:
        """The descriptor of the lock's file: a process that inherits it holds the lock too, until both have ended.

        Such a lock is given back by `close` alone; `release` would give it back for both.
        """
        return self._descriptor

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor >= 0:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the lock back and close its file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
