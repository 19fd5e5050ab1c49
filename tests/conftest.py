"""What every test may ask for: a home of its own, and a project with a memory that is verified when the test ends."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.store import Store
from oldhand.store.verify import verify

pytest_plugins = ["tests.contract.validation"]  # every reply seen in the whole suite is validated against its schema

BORN = 1_767_225_600_000  # 2026-01-01T00:00:00Z, when the stores of the tests are made


class Project:
    """A project folder with a store, as a test uses it.

    root: the project's folder; home: the person's folder; memory: a Memory on the project.
    Set `damaged` when the test leaves the store damaged on purpose: it is then not verified.
    """

    def __init__(self, root: Path, home: Path) -> None:
        self.root, self.home = root, home
        root.mkdir(parents=True, exist_ok=True)
        self.folder = root / ".oldhand"
        Store.create(self.folder, BORN, home).close()
        self.memory = Memory(root, home)
        self.damaged = False

    @property
    def store(self) -> Store:
        """The open store of the project."""
        return self.memory.store()

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Run an operation as every surface does."""
        return call(self.memory, name, arguments)

    def by_person(self, name: str, /, **arguments: Any) -> Any:
        """Run an operation as a person does at a command line; `call` speaks as an agent."""
        with Memory(self.root, self.home, actor="user", trust="user", origin="cli") as memory:
            return call(memory, name, arguments)

    def reopened(self) -> Memory:
        """The memory closed and opened again, as another process would see it."""
        self.memory.close()
        self.memory = Memory(self.root, self.home)
        return self.memory

    def findings(self) -> list[str]:
        """What `verify` has to say about the store and the person's own; empty when they are whole."""
        self.memory.close()
        stores = [folder for folder in (self.folder, self.home / "global") if any(folder.glob("memory*.db"))]
        return [
            f"{finding.part}: {finding.what} {finding.names[:3]}"
            for folder in stores
            for finding in verify(folder).findings
            if finding.damage
        ]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder that takes the place of the person's own."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def make_project(tmp_path: Path, home: Path) -> Iterator[Callable[[str], Project]]:
    """Makes projects by name, all of the same person; each is verified when the test ends."""
    made: list[Project] = []

    def make(name: str) -> Project:
        made.append(Project(tmp_path / name, home))
        return made[-1]

    yield make
    for one in made:
        one.memory.close()
    assert not [finding for one in made if not one.damaged for finding in one.findings()]


@pytest.fixture
def project(make_project: Callable[[str], Project]) -> Project:
    """A project with an empty memory."""
    return make_project("project")


@pytest.fixture(scope="session")
def model_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person's folder with the local model in it, put there by the real operation. Tests only read it.

    It is kept among pytest's own files from one run to the next, so that it is fetched once.
    """
    cache = request.config.cache
    home = cache.mkdir("oldhand-model-home") if cache else tmp_path_factory.mktemp("model-home")
    with Memory(tmp_path_factory.mktemp("nowhere"), home, environment=dict(os.environ)) as memory:
        call(memory, "model_install", {})
    return home
