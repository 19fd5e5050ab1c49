"""The operation `engram diff`."""

from typing import NamedTuple

from oldhand.code.git import ask
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.sessions.engram_keeping import fields_of, named
from oldhand.sessions.engram_telling import EngramLine, line_of

COMPARED = ("decisions", "eliminated", "gotchas", "friction", "open", "subagents")  # lists told by what only one has


class Only(NamedTuple):
    """What only one of two engrams has. which: first or second; part: of an engram."""

    which: str
    part: str
    text: str


class EngramsCompared(NamedTuple):
    """Two engrams beside each other. files: what git says differs between their commits, as status and path; changed:
    of single fields, as name, first and second; only: what only one has; notes: what could not be compared."""

    first: EngramLine
    second: EngramLine
    files: list[str]
    changed: list[list[str]]
    only: list[Only]
    notes: list[str]


@operation(READ)
def diff(memory: Memory, first: str, second: str, *, limit: int = 50) -> EngramsCompared:
    """Compare two engrams: the files between their commits, the work, what was decided and given up

    Parameters
    first: the name or commit of one
    second: the name or commit of the other
    limit: how many files, and how many differences, are shown at most
    """
    with memory.reading() as reader:
        one, two = named(memory, reader, first), named(memory, reader, second)
    before, after = fields_of(one), fields_of(two)
    files, notes = _files(memory, before["commit"], after["commit"], limit)
    changed = [
        [name, str(before[name]), str(after[name])]
        for name in ("host", "model", "branch", "outcome", "duration", "active", "calls", "influence", "tied")
        if before[name] != after[name]
    ]
    only = [
        Only(which, part, text)
        for part in COMPARED
        for which, mine, other in (("first", before, after), ("second", after, before))
        for text in mine[part]
        if _bare(text) not in {_bare(one) for one in other[part]}
    ]
    if len(only) > limit:
        notes.append(f"{len(only) - limit} more differences")
    return EngramsCompared(line_of(one), line_of(two), files, changed, only[:limit], notes)


def _bare(text: str) -> str:
    """What is told without when it was: `754s ` before it is left out."""
    head, space, rest = text.partition(" ")
    return rest if space and head[-1:] == "s" and head[:-1].isdecimal() else text


def _files(memory: Memory, before: str, after: str, limit: int) -> tuple[list[str], list[str]]:
    """What differs between two commits, and what is to be said about it."""
    if not before or not after:
        return [], ["one of them belongs to no commit yet"]
    output = ask(
        memory.project.tree, memory.environment, "diff-tree", "-r", "-z", "--name-status", "-M", "--end-of-options",
        before, after, "--",
    )  # fmt: skip
    if output is None:
        return [], ["one of the commits is not here any more"]
    parts = iter(output.decode("utf-8", "replace").split("\0"))
    files = []
    for status in parts:
        if status:
            names = [next(parts, "") for _ in range(1 + status.startswith(("R", "C")))]
            files.append(f"{status[:1]} {' -> '.join(names)}")
    more = [f"{len(files) - limit} more files"] if len(files) > limit else []
    return files[:limit], more
