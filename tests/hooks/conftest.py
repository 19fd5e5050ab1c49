"""What the tests of hooks share."""

import os
from collections.abc import Iterator

import pytest

from tests.conftest import Project


@pytest.fixture(autouse=True)
def where_we_are() -> Iterator[None]:
    """Hooks go to the folders they look at; a test comes back."""
    here = os.getcwd()
    yield
    os.chdir(here)


@pytest.fixture
def sick(project: Project) -> Project:
    """A project that has something to tell at every hook, until it is made sick."""
    (project.root / "src" / "pay").mkdir(parents=True)
    (project.root / "src" / "pay" / "client.py").write_text("x = 1\n")
    project.by_person("remember", text="Payments are never retried.", kind="decision", anchors=["src/pay/client.py"])
    project.by_person("gotcha", text="A push to main deploys.", triggers=["command:git push"])
    project.memory.close()
    project.damaged = True
    return project
