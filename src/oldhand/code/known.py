"""The projects a person has made known by name, and the one in use where a folder has no memory.

Each project is one small file in `<home>/projects`, so that no two processes overwrite each other's;
the file's name follows from the project's name, which makes names unique. `<home>/current` holds the
name of the project switched to.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from oldhand.code.project import Project, find_project

PROJECTS = "projects"  # folder inside the person's home
CURRENT = "current"  # file inside the person's home
NAME_DIGITS = 16  # of a file's name: 64 bits of the project's name, which no two projects share


class Known(NamedTuple):
    """A project made known: its name, its folder, and the file that says so."""

    name: str
    folder: Path
    file: Path


def file_of(home: Path, name: str) -> Path:
    """The file that makes the project called `name` known."""
    return home / PROJECTS / f"{sha256(name.casefold().encode()).hexdigest()[:NAME_DIGITS]}.json"


def content_of(name: str, folder: Path) -> bytes:
    """What the file of a known project holds."""
    return (json.dumps({"folder": str(folder), "name": name}, ensure_ascii=False, sort_keys=True) + "\n").encode()


def known(home: Path) -> tuple[list[Known], list[tuple[Path, str]]]:
    """The known projects in order of their names, and the files that cannot be read, each with the reason."""
    found: list[Known] = []
    broken: list[tuple[Path, str]] = []
    for file in sorted((home / PROJECTS).glob("*.json")):
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            found.append(Known(str(said["name"]), Path(said["folder"]), file))
        except (OSError, ValueError, KeyError, TypeError) as error:
            broken.append((file, f"{type(error).__name__}: {error}"))
    return sorted(found), broken


def project_at(folder: Path, home: Path) -> Project | None:
    """The project whose root is `folder`, when it has a memory of the person with this home.

    A folder inside another project is not that project.
    """
    project = find_project(folder, home)
    return project if project.remembered and project.root == folder.resolve() else None


def current(home: Path) -> str:
    """The name of the project switched to; empty when there is none."""
    try:
        return (home / CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
