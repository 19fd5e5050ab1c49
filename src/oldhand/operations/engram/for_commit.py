"""The operation `engram for-commit`."""

from typing import NamedTuple

from oldhand.code.history import head
from oldhand.errors import UnknownEngram
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.sessions.engram_git import names_in
from oldhand.sessions.engram_keeping import fields_of, find, of_commit
from oldhand.sessions.engram_telling import EngramLine, line_of


class EngramsOfCommit(NamedTuple):
    """The engrams of a commit. commit: its whole id; how: index, when its id led there, or trailer."""

    commit: str
    how: str
    engrams: list[EngramLine]


@operation(READ)
def for_commit(memory: Memory, commit: str = "HEAD") -> EngramsOfCommit:
    """Tell which sessions made a commit, also after it was amended or rebased

    Parameters
    commit: anything by which git knows it: HEAD, a branch, the beginning of its id
    """
    tree, environment = memory.project.tree, memory.environment
    known = head(tree, environment, commit)
    whole = known or commit
    with memory.reading() as reader:
        found = of_commit(reader, whole)
        how = "index"
        if not found:
            how = "trailer"
            for name in names_in(tree, environment, whole) if known else ():
                try:
                    found.append(find(reader, name))
                except UnknownEngram:
                    continue
        if not found:
            found, how = [find(reader, commit)], "index"  # a commit that git has not any more
        lines = [line_of(held) for held in {fields_of(held)["name"]: held for held in found}.values()]
    return EngramsOfCommit(whole, how, lines)
