"""Whether a folder in a store is a real one of this user: a repository may bring links, others may own things.

Nothing of ours lists, trims or deletes in a folder that is not. Hooks import this, so it imports nothing that is slow.
"""

import posix

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from os import PathLike

SUBFOLDERS = ("spool", "spool/told", "spool/once", "transcripts")  # of a store, in which we delete what is old
TOLD = "spool/told"
OPENINGS = "openings"  # in the person's folder: what sessions are opened with, kept ready for hooks
MOST_TOLD = 2_000  # folders of sessions that are looked at when strange ones are told
KIND, FOLDER = 0o170000, 0o040000  # of a mode: its kind, and that of a folder
_FLAGS = posix.O_RDONLY | posix.O_DIRECTORY | posix.O_NOFOLLOW | posix.O_CLOEXEC


def own(path: "str | PathLike[str]") -> bool:
    """Whether there is a real folder of this user: no link to one, and not another user's."""
    try:
        found = posix.lstat(path)
    except (OSError, ValueError):
        return False
    return found.st_mode & KIND == FOLDER and found.st_uid == posix.geteuid()


def opened(path: "str | PathLike[str]", within: "int | None" = None) -> int:
    """A descriptor of a real folder of this user, for work by names in it; the caller closes it.

    within: a descriptor of the folder that the path starts at. Raises OSError, also for a link and another's folder.
    """
    descriptor = posix.open(path, _FLAGS, dir_fd=within)
    try:
        if posix.fstat(descriptor).st_uid != posix.geteuid():
            raise PermissionError("the folder belongs to another user")
    except BaseException:  # raised on; only the descriptor must not be left open
        posix.close(descriptor)
        raise
    return descriptor


def belongs(path: "str | PathLike[str]") -> bool:
    """Whether what a path leads to, links followed, belongs to this user."""
    try:
        return posix.stat(path).st_uid == posix.geteuid()
    except (OSError, ValueError):
        return False


def strange(store: "str | PathLike[str]") -> list[str]:
    """The folders of ours in a store that are there and are left alone: links, files, folders of another user."""
    base = posix.fspath(store)
    found = [name for name in SUBFOLDERS if _there(f"{base}/{name}") and not own(f"{base}/{name}")]
    if own(f"{base}/spool") and own(f"{base}/{TOLD}"):
        try:
            names = sorted(posix.listdir(f"{base}/{TOLD}"))[:MOST_TOLD]
        except OSError:
            names = []
        found += [f"{TOLD}/{name}" for name in names if not own(f"{base}/{TOLD}/{name}")]
    return [name for name in found if not any(name.startswith(f"{above}/") for above in found)]


def _there(path: str) -> bool:
    try:
        posix.lstat(path)
    except (OSError, ValueError):
        return False
    return True
