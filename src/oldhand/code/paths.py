"""The one door to the files of a project: no path leads out, nothing special is opened, nothing is read without bound.

A path is first checked as text, then opened folder by folder from the project's own descriptor
without following a link, so that nobody can exchange a folder for a link in between. Where there is
a link on the way, it is resolved first and what it leads to must lie inside the project.
git's folders and the stores of memories (`.git`, `.oldhand`) are never opened, at any depth.
"""

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from oldhand.errors import BadPath, FileTooLarge, NoSuchFile, NotAFile, OutsideProject

LARGEST_FILE = 4 << 20  # bytes read at once: sources written by people are below, what is larger is generated or data
LONGEST_PATH = 1024  # characters of a path relative to the project: as long as an anchor's may be
LONGEST_ABSOLUTE = 4096  # characters: PATH_MAX of Linux; nothing longer can be opened anyway
CLOSED = frozenset({".git", ".oldhand", "git~1"})  # folders nobody reads or writes through us; git~1: .git on Windows
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://")
_DRIVE = re.compile(r"[A-Za-z]:")
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
TOP_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC  # the project's own folder may be reached by a link
FILE_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC  # never waits, for a FIFO either
_LINKS = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)  # what O_NOFOLLOW and O_DIRECTORY say of a link, by platform
_ABSENT = (errno.ENOENT, errno.ENAMETOOLONG, errno.ENXIO)
_KINDS = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"), (stat.S_ISLNK, "a link that runs in a circle"),
)  # fmt: skip


def relative(root: Path, text: str) -> str:
    """The POSIX path, relative to `root`, that a person or an agent means by `text`; the file need not be there.

    Absolute paths inside the project are accepted, also by another name of the project's folder.
    Nothing is decoded or expanded: `%2e` is three characters, `~` is no home. A name that begins
    with `~`, or looks like a drive, is given as `./~name`. Raises BadPath or OutsideProject.
    """
    said = text.replace("\\", "/")
    if "\0" in said or not said.strip():
        raise BadPath(text, "it is empty" if not said.strip() else "it holds a NUL character")
    if len(said) > LONGEST_ABSOLUTE:
        raise BadPath(text, f"it has {len(said)} characters; {LONGEST_PATH} are possible")
    if said.startswith("/"):
        said = _below(root, said, text)
    elif said.startswith("~") or _SCHEME.match(said) or _DRIVE.match(said):
        raise OutsideProject(text, "it names a home, a drive or an address")
    path = "/".join(part for part in said.split("/") if part not in ("", "."))
    if not path:
        raise NotAFile(text, "the project's folder")
    return checked(path, text)


def checked(path: str, said: str = "") -> str:
    """A relative POSIX path that leads neither up nor into a closed folder. Raises BadPath or OutsideProject."""
    shown = said or path
    if len(path) > LONGEST_PATH:
        raise BadPath(shown, f"it has {len(path)} characters; {LONGEST_PATH} are possible")
    if "\0" in path or not path:
        raise BadPath(shown, "it is empty or holds a NUL character")
    if path.startswith("/"):
        raise OutsideProject(shown, "it is absolute")
    for part in path.split("/"):
        if part in ("", ".", ".."):
            raise OutsideProject(shown, f"the part '{part}' leads elsewhere")
        if _closed(part):
            raise OutsideProject(shown, "git's files and the memory's own are not reached this way")
    return path


def _closed(part: str) -> bool:
    """Whether a name is a closed folder's on any file system: cases folded, what a system ignores left out."""
    if part.isascii() and part[0] not in ".gG":
        return False
    name = "".join(c for c in unicodedata.normalize("NFKC", part) if unicodedata.category(c) != "Cf")
    return name.partition(":")[0].rstrip(". ").casefold() in CLOSED


def _below(root: Path, said: str, text: str) -> str:
    """The part of an absolute path below the project's folder, whatever name leads to that folder."""
    prefix = str(root).rstrip("/") + "/"
    if said.startswith(prefix):
        return said[len(prefix) :]
    parts = said.split("/")
    if ".." not in parts:
        home = _status(root)
        for length in range(1, len(parts)):
            here = _status("/".join(parts[:length]) or "/")
            if here is None:
                break
            if home is not None and os.path.samestat(home, here):
                return "/".join(parts[length:])
    raise OutsideProject(text, f"the project's folder is {root}")


def _status(path: str | Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None


def real(root: Path, path: str) -> Path:
    """The file that a relative path leads to, every link resolved; it need not be there, but must lie inside `root`.

    Raises OutsideProject when a link leads out or into a closed folder, NotAFile when links run in a circle.
    """
    top = os.path.realpath(root)
    try:
        found = os.path.realpath(os.path.join(top, checked(path)), strict=True)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotAFile(path, "a link that runs in a circle") from None
        found = os.path.realpath(os.path.join(top, path))
    if found == top:
        raise NotAFile(path, "the project's folder")
    if not found.startswith(top.rstrip("/") + "/"):
        raise OutsideProject(path, "a link leads out of the project")
    checked(found[len(top.rstrip("/")) + 1 :], path)
    return Path(found)


def is_folder(root: Path, path: str) -> bool:
    """Whether a relative path leads to a folder inside `root`; no path makes this fail."""
    try:
        return real(root, path).is_dir()
    except (BadPath, OSError):
        return False


def exists(root: Path, path: str) -> bool:
    """Whether a relative path leads to anything inside `root`; no path makes this fail."""
    try:
        return real(root, path).exists()
    except (BadPath, OSError):
        return False


@contextmanager
def opened(root: Path, path: str) -> Iterator[tuple[int, os.stat_result]]:
    """A regular file of the project as (descriptor, status of what was opened), open for reading.

    Raises NoSuchFile, NotAFile, OutsideProject.
    """
    try:
        descriptor = _walked(str(root), checked(path), path)
    except _Link:
        inside = real(root, path).relative_to(os.path.realpath(root)).as_posix()
        try:
            descriptor = _walked(str(root), inside, path)
        except _Link:  # it was no link when it was resolved
            raise NotAFile(path, "being exchanged while it is read") from None
    try:
        yield descriptor, os.fstat(descriptor)
    finally:
        os.close(descriptor)


class _Link(Exception):
    """There is a link on the way."""


def _walked(top: str, path: str, said: str) -> int:
    """The descriptor of a file reached from `top` folder by folder, no link followed. Raises _Link for a link."""
    *folders, name = path.split("/")
    here = os.open(top, TOP_FLAGS)
    try:
        for folder in folders:
            inner = os.open(folder, FOLDER_FLAGS, dir_fd=here)
            os.close(here)
            here = inner
        _refuse_special(os.stat(name, dir_fd=here, follow_symlinks=False), said)
        descriptor = os.open(name, FILE_FLAGS, dir_fd=here)
    except OSError as error:
        raise _meaning(error, top, path, said) from None
    finally:
        os.close(here)
    try:
        _refuse_special(os.fstat(descriptor), said)  # what was opened, which may be another one by now
    except BaseException:  # raised on; only the descriptor must not be left open
        os.close(descriptor)
        raise
    return descriptor


def _refuse_special(status: os.stat_result, said: str) -> None:
    """Raise _Link for a link, NotAFile for anything else but a regular file."""
    if stat.S_ISLNK(status.st_mode):
        raise _Link
    for is_kind, kind in _KINDS:
        if is_kind(status.st_mode):
            raise NotAFile(said, kind)


def _meaning(error: OSError, top: str, path: str, said: str) -> Exception:
    """What a failure to open says about a path."""
    if error.errno in _LINKS:
        if error.errno == errno.ENOTDIR and not _has_link(top, path):
            return NoSuchFile(said, " A part of its path is a file.")
        return _Link()
    if error.errno in _ABSENT:
        return NoSuchFile(said, "")
    return NotAFile(said, f"not readable ({error.strerror or type(error).__name__})")


def _has_link(top: str, path: str) -> bool:
    """Whether a part of the path is a link: told from a file in the place of a folder."""
    here = top
    for part in path.split("/"):
        here = os.path.join(here, part)
        if os.path.islink(here):
            return True
    return False


def read_bytes(root: Path, path: str, limit: int = LARGEST_FILE) -> bytes:
    """All bytes of a regular file of the project, at most `limit`.

    path: relative to `root`, as `relative` or `walk` gives it. Raises NoSuchFile, NotAFile (folders,
    devices, FIFOs, sockets, and files that may not be read), FileTooLarge and OutsideProject.
    """
    with opened(root, path) as (descriptor, status):
        if status.st_size > limit:
            raise FileTooLarge(path, status.st_size, limit)
        raw = _bytes_of(descriptor, limit + 1, path)
    if len(raw) > limit:  # it grew meanwhile, or its size is not told (as in /proc)
        raise FileTooLarge(path, len(raw), limit)
    return raw


def _bytes_of(descriptor: int, most: int, path: str) -> bytes:
    """Up to `most` bytes from the start of an open file."""
    parts = []
    try:
        while most and (part := os.read(descriptor, min(most, 1 << 20))):
            parts.append(part)
            most -= len(part)
    except OSError as error:
        raise NotAFile(path, f"not readable ({error.strerror or type(error).__name__})") from None
    return b"".join(parts)


def walk(root: Path, environment: Mapping[str, str]) -> list[str]:
    """The project's files, as sorted POSIX paths relative to `root`.

    In a git repository what git tracks or would track; elsewhere every file that no .gitignore
    leaves out, up to MOST_FILES. A path may name a link, a submodule's folder or a file that is gone
    from the working tree: reading it says so. Never anything of git's or of a memory, nor names that are
    not UTF-8, which no reply could carry.
    """
    from oldhand.code.git import tracked_files  # starts processes: not imported by who only reads a file

    names = tracked_files(root, environment)
    if names is None:
        from oldhand.code.ignoring import walked

        names = walked(root)
    return [name for name in names if _nameable(name)]


def _nameable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return len(name) <= LONGEST_PATH and not any(map(_closed, name.split("/")))
