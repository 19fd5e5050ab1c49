"""The operation `coverage`."""

from collections import Counter
from typing import NamedTuple

from oldhand.code.importance import central
from oldhand.code.indexing import indexed
from oldhand.code.indexing_scope import below
from oldhand.knowledge.covering import Share, Undescribed, covered
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.store.anchor_texts import ties


class FolderShare(NamedTuple):
    """Files of a folder at the top: how many have a memory, how many of those from people and agents, and all."""

    folder: str
    described: int
    said: int
    total: int


class Coverage(NamedTuple):
    """How much of the code memory speaks of. files, symbols: of all source files and their symbols, tests left out.

    said: described by people or agents; the others only by a scan. undescribed: files nobody has said anything
    about, the most important first; left_out: how many more there are.
    """

    path: str
    files: Share
    symbols: Share
    folders: list[FolderShare]
    undescribed: list[Undescribed]
    left_out: int
    notes: list[str]


@operation(READ)
def coverage(memory: Memory, path: str = "", *, limit: int = 10) -> Coverage:
    """Tell how much of the code memory speaks of, and which important files it says nothing about

    Important is what many files import and what changes often and lately.

    Parameters
    path: only what is below this folder, or this file
    limit: at most so many files without a memory
    """
    with memory.reading() as reader:
        tied = list(ties(reader))
    with indexed(memory) as index:
        within = below(memory, index, path)
        every = index.files()
        imports = index.imports()
        files = [file for file in every if within is None or file.path in within]
        found = covered(
            files, index.symbols, tied, central((file.path for file in every), imports),
            Counter(imported for _, imported in imports), index.activity(memory.now()),
        )  # fmt: skip
        notes = list(index.notes)
    folders = [FolderShare(name, *share) for name, share in found.folders.items()]
    shown = found.undescribed[:limit]
    return Coverage(path, found.files, found.symbols, folders, shown, len(found.undescribed) - len(shown), notes)
