"""Operations of the group `store`."""

from pathlib import Path

from oldhand.errors import BadArgument, NoStore
from oldhand.memory import GLOBAL_STORE, Memory
from oldhand.store.findings import Progress

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


def named_file(memory: Memory, name: str, file: str) -> Path:
    """The file an argument names, relative to the project's root. Raises BadArgument when an agent names one outside.

    A person at the keyboard may keep backups anywhere; what an agent can be talked into stays inside the
    project and the person's own folder.
    """
    path = (memory.project.root / file).resolve()
    folders = (memory.project.root, memory.project.store, memory.home)
    inside = any(path.is_relative_to(folder.resolve()) for folder in folders)
    if not inside and memory.trust != BY_PERSON:
        raise BadArgument(name, file, "it lies outside the project; a person can name it on the command line")
    return path
