"""What the tests of FalkorDB share: a server for all of them, and projects that are attached to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.falkordb.servers import Server


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A FalkorDB for the whole run."""
    server = Server(tmp_path_factory.mktemp("falkordb"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def server(running: Server) -> Server:
    """A FalkorDB without any graph."""
    running.empty()
    return running


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A FalkorDB of this test alone, which may be killed."""
    server = Server(tmp_path / "falkordb")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def attached(make_project: Callable[[str], Project], server: Server) -> Project:
    """A project with a few memories that is attached to the server and not filled yet."""
    project = make_project("project")
    project.by_person("graph_attach", target=f"{server.url}/shop")
    return project
