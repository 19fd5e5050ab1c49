"""The operation `projects register`."""

from pathlib import Path
from typing import NamedTuple

from oldhand.code.known import content_of, file_of, known, project_at
from oldhand.code.project import find_project
from oldhand.errors import AlreadyThere, BadArgument
from oldhand.exchange.whole_file import write_whole
from oldhand.memory import Memory
from oldhand.model.canonical import normal
from oldhand.operation import WRITE, operation

LONGEST_NAME = 64  # characters: a name stands in tables and commands


class Registered(NamedTuple):
    """A project made known: its name, the root of its folder, and whether it was not known before."""

    name: str
    folder: str
    new: bool


@operation(WRITE)
def register(memory: Memory, folder: str = "", *, name: str = "") -> Registered:
    """Make a project known by name, so that other projects can ask it and `switch` finds it

    Nothing in the project is touched. A name means one project; a name whose project has lost its
    memory may be given to another.

    Parameters
    folder: a folder of the project, which must have a memory (without one: this project)
    name: what it is called (without one: the name of its folder)
    """
    root = _root(folder) if folder else memory.project.root
    project = project_at(root, memory.home)
    if project is None:
        raise memory.absent(find_project(root, memory.home)._replace(root=root))
    called = checked_name(name or project.name)
    for one in known(memory.home)[0]:
        there = project_at(one.folder, memory.home)
        same = there is not None and there.store == project.store
        if same and one.name == called:
            return Registered(called, str(project.root), False)
        if same:
            raise AlreadyThere(f"{project.root}", f"It is known as '{one.name}'.")
        if one.name.casefold() == called.casefold() and there:
            raise AlreadyThere(f"A project '{one.name}'", f"It is {one.folder}; --name calls this one otherwise.")
    write_whole(file_of(memory.home, called), [content_of(called, project.root)])
    return Registered(called, str(project.root), True)


def checked_name(name: str) -> str:
    """`name` as a project's name. Raises BadArgument when it is no short printable line."""
    said = normal(name.strip(), "name")
    if not said or len(said) > LONGEST_NAME or not said.isprintable():
        raise BadArgument("name", name, f"a name is one printable line of at most {LONGEST_NAME} characters")
    return said


def _root(folder: str) -> Path:
    """The root of the project of a folder. Raises BadArgument for what no folder can be called."""
    try:
        return find_project(Path(folder)).root
    except (OSError, ValueError, RuntimeError) as error:  # closed, too long, with a NUL in it, a link in a circle
        raise BadArgument("folder", folder, f"it is no folder ({getattr(error, 'strerror', None) or error})") from None
