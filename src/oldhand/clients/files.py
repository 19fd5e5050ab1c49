"""Reading and replacing the settings files of hosts: bounded, through links, whole or not at all.

A file is replaced only when it still says what was read, keeps its mode, and is renamed into place, so that neither an
interruption nor another program leaves half of it.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from pathlib import Path

from oldhand.errors import BrokenHostFile, FileChanged, FileNotWritable, StorageFull, UnfitHostFile
from oldhand.store.regular_files import open_regular

LARGEST = 32 << 20  # bytes: the largest settings seen are some MB, full of the host's own history
PRIVATE, SHARED = 0o600, 0o666  # modes of new files: of the person; of a project, less the umask
MARK = ".by-oldhand-"  # in the names of files on their way into place


def real(path: Path) -> Path:
    """The file that a path leads to, through links; it need not be there."""
    return Path(os.path.realpath(path))


def outside(path: Path, root: Path) -> Path | None:
    """Where links lead a path when that is no place for a project's file; None when it is one.

    Links come with a repository, so its author picks where they lead: out of it, or into git's own folder.
    """
    target, top = real(path), real(root)
    within = target.is_relative_to(top) and ".git" not in target.relative_to(top).parts
    return None if within else target


def digest(raw: bytes | None) -> str:
    """The SHA-256 of a file's bytes in hex; empty for no file."""
    return "" if raw is None else hashlib.sha256(raw).hexdigest()


def read(path: Path) -> bytes | None:
    """What a settings file holds, None when it is not there. Raises UnfitHostFile for what cannot be read as one."""
    try:
        with open_regular(path) as file:
            raw: bytes = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UnfitHostFile(path, f"it cannot be read ({error.strerror or error})") from None
    if len(raw) > LARGEST:
        raise UnfitHostFile(path, f"it has more than {LARGEST >> 20} MiB")
    return raw


def text_of(raw: bytes, path: Path) -> str:
    """The bytes as text, line ends as they are. Raises BrokenHostFile, which names the place, when it is not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        start = raw.rfind(b"\n", 0, error.start) + 1
        line = raw.count(b"\n", 0, error.start) + 1
        raise BrokenHostFile(path, line, error.start - start + 1, "it is not written in UTF-8") from None


def put(path: Path, before: bytes | None, after: bytes, mode: int) -> list[str]:
    """Replace what a file holds, through links; make it, with `mode`, when `before` is None.

    Returns the folders that were made for it. Raises FileChanged when it no longer holds `before`, FileNotWritable and
    StorageFull; it is then as it was.
    """
    target = real(path)
    made: list[str] = []
    try:
        for folder in reversed(target.parents):
            if not folder.exists():
                folder.mkdir(mode=0o700 if mode == PRIVATE else 0o777)
                made.append(str(folder))
        _rename_into(target, path, before, after, _status(target, path), mode)
    except OSError as error:
        for one in reversed(made):
            with contextlib.suppress(OSError):
                os.rmdir(one)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(target.parent) from None
        raise FileNotWritable(path, error.strerror or str(error)) from None
    return made


def _status(target: Path, path: Path) -> os.stat_result | None:
    try:
        status = os.lstat(target)
    except FileNotFoundError:
        return None
    if not status.st_mode & stat.S_IWUSR:  # renaming would replace it all the same, against what its owner said
        raise FileNotWritable(path, "its mode says that it is only read")
    return status


def _rename_into(
    target: Path, path: Path, before: bytes | None, after: bytes, status: os.stat_result | None, mode: int
) -> None:
    beside = target.with_name(f".{target.name}{MARK}{secrets.token_hex(6)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            if status:
                with contextlib.suppress(OSError):  # only root may give a file to its owner
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
            os.fsync(file.fileno())
        if read(path) != before:
            raise FileChanged(path, "another program wrote it in this moment; run this again")
        os.replace(beside, target)
        _sync(target.parent)
    finally:
        beside.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def take_away(path: Path, before: bytes) -> None:
    """Remove a file that we made. Raises FileChanged when it does not hold `before` any more, and FileNotWritable."""
    if read(path) != before:
        raise FileChanged(path, "another program wrote it in this moment; run this again")
    try:
        os.unlink(os.path.realpath(path))
    except FileNotFoundError:
        pass  # somebody was faster, which is as good
    except OSError as error:
        raise FileNotWritable(path, error.strerror or str(error)) from None


def remove_empty(folders: set[str]) -> None:
    """Remove those of the folders that we made in which nothing is left."""
    for folder in sorted(folders, key=len, reverse=True):
        with contextlib.suppress(OSError):  # it is not empty, or gone
            os.rmdir(folder)


def clear_leftovers(path: Path) -> None:
    """Remove what an interrupted run left on its way into place. Only the holder of the lock calls this."""
    target = real(path)
    with contextlib.suppress(OSError):
        for one in target.parent.glob(f".{target.name}{MARK}*"):
            one.unlink(missing_ok=True)
