"""The operation `engram for-file`."""

from typing import NamedTuple

from oldhand.code.paths import relative
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.sessions.engram_telling import EngramLine, line_of
from oldhand.store.engram_index import touching


class EngramsOfFile(NamedTuple):
    """The engrams whose commits touched a file, or anything below a folder, the latest first."""

    path: str
    engrams: list[EngramLine]


@operation(READ)
def for_file(memory: Memory, path: str, *, limit: int = 20) -> EngramsOfFile:
    """Tell which sessions changed a file, the latest first

    Parameters
    path: the file or folder, relative to the project's root
    limit: how many are listed at most
    """
    named = relative(memory.project.tree, path)
    with memory.reading() as reader:
        return EngramsOfFile(named, [line_of(reader.get(one)) for one in touching(reader, named, limit)])
