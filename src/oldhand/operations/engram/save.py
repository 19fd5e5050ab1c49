"""The operation `engram save`."""

from typing import NamedTuple

from oldhand.code.history import head
from oldhand.errors import BadArgument, UnknownCommit
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.sessions.draining import drain
from oldhand.sessions.engram_git import new_name
from oldhand.sessions.engram_keeping import fields_of, find
from oldhand.sessions.engram_making import NAMED, kept_already, make, work_off
from oldhand.sessions.engram_telling import EngramLine, line_of
from oldhand.sessions.following import follow_session


class EngramSaved(NamedTuple):
    """An engram that was made by hand, and its summary. made: whether it is new; else nothing happened since it."""

    engram: EngramLine
    text: str
    root: str
    made: bool = True


@operation(WRITE)
def save(memory: Memory, session: str = "", *, commit: str = "", loose: bool = False) -> EngramSaved:
    """Make an engram of a session now, without waiting for a commit

    It tells what the session did since its last engram. Git's hooks make engrams by themselves once
    `engram enable` was run. When nothing happened since the engram of that commit, that one is told.

    Parameters
    session: the beginning of the session's id; without one, the session that did something last
    commit: the commit that it belongs to; without one, HEAD
    loose: tie it to no commit
    """
    if loose and commit:
        raise BadArgument("commit", commit, "with --loose it belongs to no commit")
    drain(memory, 0)
    work_off(memory)
    whole = ""
    if not loose:
        whole = head(memory.project.tree, memory.environment, commit or "HEAD")
        if commit and not whole:
            raise UnknownCommit(commit, "git knows nothing of that name")
    row = memory.session_log().session(session)
    follow_session(memory, row.session.id)
    with memory.reading() as reader:
        if held := kept_already(memory, reader, row.session.id, whole):
            return EngramSaved(line_of(held), str(fields_of(held)["text"]), reader.root().root.hex(), False)
    name = make(memory, row.session.id, whole, new_name(), NAMED, now=True, following=False)
    with memory.reading() as reader:
        held = find(reader, name)
        root = reader.root().root.hex()
    memory.trace_detail = {"engram": name}
    return EngramSaved(line_of(held), str(fields_of(held)["text"]), root)
