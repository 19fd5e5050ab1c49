"""Opening files that a person or an agent has named: regular files alone, and never one that would keep us waiting.

A named pipe, a socket, a terminal or a device is told from the open descriptor: its name may lead elsewhere by then.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_KINDS = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
)  # fmt: skip


def what_else(mode: int) -> str:
    """What a thing of this mode (of `os.stat`) is instead of a regular file, in words; empty when it is one."""
    if stat.S_ISREG(mode):
        return ""
    return next((f"it is {name}, no regular file" for told, name in _KINDS if told(mode)), "it is no regular file")


def by_real_folder(path: Path) -> str:
    """A path whose folders are real ones, its last part as it is: what is opened so without following links may still
    lie in a project that is reached by one."""
    return os.path.join(os.path.realpath(path.parent), path.name)


def open_regular(path: Path | str) -> BinaryIO:
    """A regular file, open for reading from its start; links are followed.

    Raises OSError, also for what is no regular file; its `strerror` says in words what is wrong.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | getattr(os, "O_NONBLOCK", 0)  # a pipe is not waited for
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ENXIO:  # how a socket, or a device without a driver, is answered
            raise OSError(errno.ENXIO, "it is a socket or a device, no regular file", str(path)) from None
        raise
    except ValueError:
        raise OSError(errno.EINVAL, "it is no path", str(path)) from None
    if reason := what_else(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, reason, str(path))
    return os.fdopen(descriptor, "rb")
