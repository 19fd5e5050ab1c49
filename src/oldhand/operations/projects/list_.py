"""The operation `projects list`."""

from pathlib import Path
from typing import NamedTuple

from oldhand.code.known import current, known, project_at
from oldhand.code.project import find_project
from oldhand.memory import Memory
from oldhand.operation import READ, operation


class KnownProject(NamedTuple):
    """A known project. state: ok, or what is wrong with it; here: its memory is in use now; current: switched to."""

    name: str
    folder: str
    state: str
    here: bool
    current: bool


class KnownProjects(NamedTuple):
    """The known projects by name, and the files in the person's folder that cannot be read."""

    projects: list[KnownProject]
    unreadable: list[str]


@operation(READ)
def list_(memory: Memory) -> KnownProjects:
    """List the projects you have made known, and which one is in use"""
    found, broken = known(memory.home)
    switched = current(memory.home)
    projects = []
    for one in found:
        project = project_at(one.folder, memory.home)
        projects.append(
            KnownProject(
                one.name,
                str(one.folder),
                "ok" if project else _fault(memory, one.folder),
                project is not None and project.store == memory.project.store,
                one.name == switched,
            )
        )
    return KnownProjects(projects, [f"{file}: {why}" for file, why in broken])


def _fault(memory: Memory, folder: Path) -> str:
    """Why a known project's memory is not used."""
    refused = find_project(folder, memory.home).refusal
    return "a memory that is not yours; `oldhand init` there" if refused else "no memory there"
