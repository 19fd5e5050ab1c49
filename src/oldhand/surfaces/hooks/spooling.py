"""Leaving a line in the spool: with one write to the end of a file that an ordinary process reads later.

What is written was screened for secrets before (`screening.py`). Nothing here waits, and nothing raises but OSError.
"""

import posix

from oldhand.model.plain_json import written
from oldhand.store.own_folders import opened, own
from oldhand.surfaces.hooks.places import KIND, REGULAR

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from typing import Any

SPOOL, WAITING, TROUBLE, ONCE, TOLD = "spool", "waiting.jsonl", "trouble.jsonl", "once", "told"
SEEN = "seen-"  # a file of this beginning and the host's name: its time is that of the host's last hook
LARGEST = 64 << 20  # bytes of a spool that nobody drains: more is not added, which `doctor` tells
LARGEST_TROUBLE = 65_536  # bytes of the file of troubles, then it begins anew
LONGEST_LINE = 16_384  # bytes of one line
LONGEST_FAULT = 300  # characters of what went wrong
_FLAGS = posix.O_WRONLY | posix.O_CREAT | posix.O_CLOEXEC | posix.O_NOFOLLOW | posix.O_NONBLOCK | posix.O_NOCTTY


class Full(OSError):
    """The spool is larger than anybody would drain."""


def note(store: str, lines: "list[dict[str, Any]]", host: str) -> None:
    """Leave lines in the spool of a store. Raises OSError when they cannot be left."""
    said = [written({"v": 1, **line}).encode("ascii") + b"\n" for line in lines]
    whole = b"".join(line for line in said if len(line) <= LONGEST_LINE)
    folder = f"{store}/{SPOOL}"
    _append(folder, WAITING, whole, LARGEST)
    try:
        posix.utime(f"{folder}/{SEEN}{host}", follow_symlinks=False)
    except OSError:
        _append(folder, f"{SEEN}{host}", b"", LARGEST)


def trouble(places: "list[str]", host: str, event: str, fault: str, at: int) -> None:
    """Note what went wrong where `doctor` looks, in the first of these folders that takes it. Never raises."""
    said = {"at": at, "host": host, "event": event, "fault": " ".join(fault.split())[:LONGEST_FAULT]}
    for folder in places:
        try:
            _append(folder, TROUBLE, written(said).encode("ascii") + b"\n", LARGEST_TROUBLE, anew=True)
            return
        except (OSError, ValueError):
            continue


def _append(folder: str, name: str, said: bytes, most: int, *, anew: bool = False) -> None:
    try:
        within = opened(folder)
    except FileNotFoundError:
        posix.mkdir(folder, 0o700)
        within = opened(folder)
    try:
        descriptor = posix.open(name, _FLAGS | posix.O_APPEND, 0o600, dir_fd=within)
    finally:
        posix.close(within)
    try:
        found = posix.fstat(descriptor)
        if found.st_mode & KIND != REGULAR:
            raise OSError("the spool is no regular file")
        if found.st_size + len(said) > most:
            if not anew:
                raise Full(f"more than {most >> 20} MiB wait in the spool and nobody drains it")
            posix.ftruncate(descriptor, 0)
        if said and posix.write(descriptor, said) < len(said):
            raise OSError("the disk is full")
    finally:
        posix.close(descriptor)


def claim(folder: str, name: str) -> bool:
    """Whether this process is the first to make a marker.

    Raises OSError where none can be made: what cannot be marked as told would be told again and again.
    """
    for _ in range(2):
        if not real(folder):
            raise OSError(f"{folder} is a link, no folder, or another user's")
        try:
            posix.close(posix.open(f"{folder}/{name}", _FLAGS | posix.O_EXCL, 0o600))
            return True
        except FileExistsError:
            return False
        except FileNotFoundError:
            made = ""
            for part in folder.split("/")[-3:]:
                made = f"{made}/{part}" if made else f"{folder.rsplit('/', 3)[0]}/{part}"
                try:
                    posix.mkdir(made, 0o700)
                except OSError:
                    pass  # it is there, or the next try says why it cannot be
    raise OSError(f"{folder} cannot be made")


def real(folder: str) -> bool:
    """Whether no part of a folder in the spool is a link or another user's; what is not there yet is neither."""
    base, found, rest = folder.rpartition(f"/{SPOOL}/")
    path = base + found.rstrip("/") if found else folder
    for part in ["", *rest.split("/")] if found else [""]:
        path = f"{path}/{part}" if part else path
        if not own(path):
            try:
                posix.lstat(path)
            except FileNotFoundError:
                return True
            except (OSError, ValueError):
                return False
            return False
    return True


def markers(folder: str) -> set[str]:
    """The markers in a folder; none in one that a link leads to, or that another user has."""
    if not real(folder):
        return set()
    try:
        return set(posix.listdir(folder))
    except OSError:
        return set()
