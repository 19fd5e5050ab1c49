"""Which files of the code index a caller means."""

from typing import TYPE_CHECKING

from oldhand.code.paths import relative
from oldhand.errors import NoSuchFile

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.code_index import CodeIndex


def below(memory: "Memory", index: "CodeIndex", path: str) -> set[str] | None:
    """The indexed files that a path means: itself, or what is below it; None for all of them.

    Raises NoSuchFile when nothing is there, and what `paths.relative` raises.
    """
    if path.strip() in ("", ".", "./") or path.rstrip("/") == str(memory.project.tree):
        return None
    wanted = relative(memory.project.tree, path)
    found = {file.path for file in index.files() if file.path == wanted or file.path.startswith(f"{wanted}/")}
    if not found:
        raise NoSuchFile(path, " No file of the project is there.")
    return found
