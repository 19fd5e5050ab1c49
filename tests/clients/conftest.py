"""A person with a home of their own, a project with a memory, and settings files of hosts in that home."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.clients.hosts import Surroundings, surroundings
from oldhand.memory import Memory
from oldhand.operation import call
from tests.conftest import Project


class Person:
    """A person. home: where hosts keep their settings; project: where they work."""

    def __init__(self, home: Path, project: Project) -> None:
        self.home, self.project = home, project
        home.mkdir()
        self.environment = {"HOME": str(home), "PATH": ""}
        project.memory.close()
        project.memory = self.memory = Memory(project.root, project.home, environment=self.environment)

    def call(self, name: str, **arguments: Any) -> Any:
        """Run an operation as an agent."""
        return call(self.memory, name, arguments)

    def around(self) -> Surroundings:
        """What the files of hosts depend on."""
        return surroundings(self.environment, self.project.root, self.project.home)

    def write(self, name: str, content: str | bytes) -> Path:
        """A file in the home."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def files(self) -> dict[str, bytes]:
        """Every file and folder in the home and in the project, by its path, but the memory itself."""
        found = {}
        for top in (self.home, self.project.root):
            for path in sorted(top.rglob("*")):
                if ".oldhand" not in path.relative_to(top).parts[:1]:
                    found[str(path)] = path.read_bytes() if path.is_file() else b"a folder"
        return found


@pytest.fixture
def person(tmp_path: Path, make_project: Callable[[str], Project]) -> Person:
    """A person whose home is empty."""
    return Person(tmp_path / "person", make_project("project"))
