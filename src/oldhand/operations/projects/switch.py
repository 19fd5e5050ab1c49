"""The operation `projects switch`."""

from typing import NamedTuple

from oldhand.code.known import CURRENT, current, project_at
from oldhand.code.project import find_project
from oldhand.errors import UnknownProject
from oldhand.exchange.whole_file import write_whole
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


class Switched(NamedTuple):
    """The project that is used from now on in folders without a memory, and the one before; empty means none."""

    name: str
    folder: str
    before: str


@operation(WRITE)
def switch(memory: Memory, name: str = "") -> Switched:
    """Use a known project wherever a folder has no memory of its own

    Folders that have a memory keep using theirs. Without a name, no project is used any more.

    Parameters
    name: the project, as `projects list` names it (without one: none)
    """
    before = current(memory.home)
    if not name:
        (memory.home / CURRENT).unlink(missing_ok=True)
        return Switched("", "", before)
    folder = memory.known_projects().get(name)
    if folder is None:
        raise UnknownProject(name)
    if not project_at(folder, memory.home):
        raise memory.absent(find_project(folder, memory.home)._replace(root=folder))
    write_whole(memory.home / CURRENT, [f"{name}\n".encode()])
    return Switched(name, str(folder), before)
