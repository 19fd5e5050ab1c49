"""Files that are there whole or not at all: written beside their place, synced, then renamed into it."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from oldhand.errors import NotWritable, StorageFull
from oldhand.store.store import FILE_MODE, make_private, put_in_place

UNFINISHED = ".writing"  # ends the name of a file on its way into place, which begins with a dot


def write_whole(path: Path, chunks: Iterable[bytes]) -> int:
    """Write `chunks` to `path`, readable by the person alone, and return how many bytes that were.

    Whoever reads `path` meanwhile sees what was there before or all of the new. When anything fails,
    the old file stays and nothing is left beside it. Raises StorageFull or NotWritable.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        make_private(path.parent)
        beside.unlink(missing_ok=True)
        size = _write(beside, chunks)
        put_in_place(beside, path)
        return size
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(path.parent) from None
        raise NotWritable(path.parent, error.strerror or str(error)) from None
    finally:
        _remove(beside)


def _write(beside: Path, chunks: Iterable[bytes]) -> int:
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        return sum(file.write(chunk) for chunk in chunks)


def _remove(beside: Path) -> None:
    try:
        beside.unlink(missing_ok=True)
    except OSError:
        pass  # its folder is no folder or cannot be written, which has been said already
