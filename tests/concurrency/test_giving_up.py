"""A writer that gives up waiting at the very moment the lock becomes free takes nothing with it."""

import fcntl
import os
import random
import threading
from pathlib import Path

from oldhand.errors import StoreBusy
from oldhand.store.lock import WriteLock

TRIES = 200
WAIT, AROUND = 0.01, 0.001  # seconds: how long a writer waits, and how near to that the lock is released


def test_who_gives_up_as_the_lock_is_released_does_not_keep_it(tmp_path: Path) -> None:
    chance, gave_up = random.Random(7), 0
    for number in range(TRIES):
        path = tmp_path / f"{number}.lock"
        holder = os.open(path, os.O_RDWR | os.O_CREAT)
        fcntl.flock(holder, fcntl.LOCK_EX)
        release = threading.Timer(WAIT + chance.uniform(-AROUND, AROUND), os.close, (holder,))
        release.start()
        lock = WriteLock(path)
        try:
            lock.acquire(WAIT)
        except StoreBusy:
            gave_up += 1
        for thread in threading.enumerate():
            if thread is not threading.current_thread():
                thread.join()
        lock.close()
        free = os.open(path, os.O_RDWR)
        fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises when somebody still has it
        os.close(free)
    assert 0 < gave_up < TRIES
