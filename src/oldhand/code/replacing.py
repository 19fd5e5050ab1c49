"""Putting a file of the project in place whole: written beside its place, synced, renamed; never outside, never half.

The folder is opened part by part without following a link, and everything then happens relative to its
descriptor: what is renamed lands in that folder, whatever its path has come to mean meanwhile.
"""

import errno
import os
import secrets
import stat
from pathlib import Path
from typing import NamedTuple

from oldhand.code.paths import FOLDER_FLAGS, TOP_FLAGS, checked, real
from oldhand.errors import AlreadyThere, BadPath, FileNotWritable, NotAFile, OutsideProject, StorageFull

NEW_FILE_MODE = 0o666  # less what the process's umask takes away, as every editor makes files
NEW_FOLDER_MODE = 0o777
DEEPEST = 64  # folders around a new file: deeper ones are not made by people
KEPT_MODE = 0o777  # of a file that is replaced; a set-user-id bit is not carried over to bytes of somebody else


class Target(NamedTuple):
    """Where a file is written: its real path relative to the top, and the mode it has (None: it is not there yet)."""

    path: str
    mode: int | None


def target_of(root: Path, path: str) -> Target:
    """Where writing to a relative path leads: through links to the file itself, which must lie inside `root`.

    Raises OutsideProject, NotAFile for what is no regular file, and BadPath for a new name with
    characters that no listing can show.
    """
    top = os.path.realpath(root)
    inside = real(root, path).relative_to(top).as_posix()
    try:
        status = os.lstat(os.path.join(top, inside))
    except (FileNotFoundError, NotADirectoryError):
        if not path.isprintable() or inside.count("/") > DEEPEST:
            raise BadPath(path, f"a new file's name is printable and lies below {DEEPEST} folders at most") from None
        return Target(inside, None)
    except OSError as error:
        raise NotAFile(path, f"not readable ({error.strerror})") from None
    if not stat.S_ISREG(status.st_mode):
        raise NotAFile(path, "a folder" if stat.S_ISDIR(status.st_mode) else "special")
    if not status.st_mode & stat.S_IWUSR:  # renaming would replace it all the same
        raise FileNotWritable(path, "its mode says that it is only read")
    return Target(inside, stat.S_IMODE(status.st_mode) & KEPT_MODE)


def put(root: Path, target: Target, raw: bytes) -> None:
    """Make `raw` the content of the target. A new file is made only if nobody else made it meanwhile.

    Missing folders are made. Raises AlreadyThere, OutsideProject, FileNotWritable and StorageFull; the old file then
    stays as it was and nothing is left beside it.
    """
    *folders, name = checked(target.path).split("/")
    try:
        folder = _folder(root, folders, make=target.mode is None)
        try:
            _put_in(folder, name, target, raw)
        finally:
            os.close(folder)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(root) from None
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise OutsideProject(target.path, "a part of its path is a link or a file now") from None
        raise FileNotWritable(target.path, error.strerror or str(error)) from None


def _folder(root: Path, folders: list[str], *, make: bool) -> int:
    """The descriptor of a folder below the top, no link followed."""
    here = os.open(root, TOP_FLAGS)
    try:
        for name in folders:
            inner = _entered(here, name, make)
            os.close(here)
            here = inner
    except BaseException:  # raised on; only the descriptor must not be left open
        os.close(here)
        raise
    return here


def _entered(here: int, name: str, make: bool) -> int:
    try:
        return os.open(name, FOLDER_FLAGS, dir_fd=here)
    except FileNotFoundError:
        if not make:
            raise
    try:
        os.mkdir(name, NEW_FOLDER_MODE, dir_fd=here)
    except FileExistsError:
        pass  # somebody else made it in the same moment, which is as good
    return os.open(name, FOLDER_FLAGS, dir_fd=here)


def _put_in(folder: int, name: str, target: Target, raw: bytes) -> None:
    beside = f".{secrets.token_hex(8)}.writing"
    descriptor = os.open(
        beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, NEW_FILE_MODE, dir_fd=folder
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            if target.mode is not None:
                os.fchmod(file.fileno(), target.mode)
            os.fsync(file.fileno())
        if target.mode is None:
            _link_new(folder, beside, name, target)
        else:
            os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    finally:
        try:
            os.unlink(beside, dir_fd=folder)
        except FileNotFoundError:
            pass  # it was renamed, as it should be


def _link_new(folder: int, beside: str, name: str, target: Target) -> None:
    """Give a new file its name, unless the name has been taken."""
    try:
        os.link(beside, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise AlreadyThere(f"The file {target.path}", "It was made meanwhile; read it first.") from None
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            raise
        os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)  # a file system without hard links
