"""Operations of the group `store`."""

import os
from pathlib import Path
from stat import S_ISDIR

from oldhand.code.paths import LONGEST_ABSOLUTE
from oldhand.errors import BadArgument, NoStore
from oldhand.memory import GLOBAL_STORE, Memory
from oldhand.store.findings import Progress
from oldhand.store.regular_files import what_else

BACKUPS = "backups"  # the folder inside the store's that holds copies
LONGEST_NAME = 255  # bytes: of every file system in use
DEEPEST = 64  # folders below the project's: deeper ones are not made by people
BY_PERSON = "user"  # the trust of who may name files anywhere; others stay inside the project and the person's folder


def store_folder(memory: Memory, scope: str) -> Path:
    """The folder of the project's store or, for the scope `global`, of the person's; usable or not. Raises NoStore."""
    folder = memory.home / GLOBAL_STORE if scope == "global" else memory.project.store
    if not folder.is_dir() or not (any(folder.glob("memory*.db")) or any(folder.glob("backups/memory-*.db"))):
        raise NoStore(memory.project.root)
    return folder


def shown(memory: Memory, doing: str) -> Progress:
    """Progress that the surface shows, when there is a person to see it."""
    return lambda what, done, total: memory.progress(done, max(done, total, 1), f"{doing} {what}")


def named_file(memory: Memory, name: str, file: str, *, written: bool = False) -> Path:
    """The file an argument names, relative to the project's root. Raises BadArgument when an agent names one outside.

    A person at the keyboard may keep backups anywhere; what an agent can be talked into stays inside the
    project and the person's own folder, and out of git's. written: nobody puts a file in the place of the
    store's own.
    """
    if not file:
        raise BadArgument(name, file, "it names nothing; `.` is the project's folder")
    try:
        path = (memory.project.root / file).resolve()
    except (OSError, ValueError, RuntimeError) as error:  # too long, with a NUL in it, a link in a circle
        raise BadArgument(name, file, f"it is no path ({getattr(error, 'strerror', None) or error})") from None
    store = memory.project.store.resolve()
    if written and path.is_relative_to(store) and not path.is_relative_to(store / BACKUPS):
        raise BadArgument(name, file, f"the store's own files lie there; its folder {BACKUPS} is for copies")
    too_deep = len(path.parts) - len(memory.project.root.parts) > DEEPEST or len(str(path)) > LONGEST_ABSOLUTE
    if too_deep or any(len(os.fsencode(part)) > LONGEST_NAME for part in path.parts):
        raise BadArgument(name, file, "it is too long, or lies too deep")
    folders = (memory.project.root, memory.project.store, memory.home)
    inside = any(path.is_relative_to(folder.resolve()) for folder in folders) and ".git" not in path.parts
    if not inside and memory.trust != BY_PERSON:
        raise BadArgument(name, file, "it lies outside the project; a person can name it on the command line")
    if reason := _strange(path, written):
        raise BadArgument(name, file, reason)
    return path


def _strange(path: Path, written: bool) -> str:
    """Why what is at a path is neither read nor replaced: a pipe or a device keeps one waiting. Empty when it can be.

    Whoever opens it checks once more, with `open_regular`: another thing may be there by then.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return ""  # not there, or not to be looked at: who opens it says so
    reason = "" if S_ISDIR(mode) else what_else(mode)
    if not reason:
        return ""
    return f"{reason}; name a file" if written else f"{reason}; save what it gives in a file, and name that"
