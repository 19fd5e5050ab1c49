"""A project with sixty memories of every shape, made once and copied for each test that damages one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from oldhand.store.acceptance import FORMAT_AT, HEAD_DIGITS, SEAL_AT, mark_of
from tests.conftest import Project
from tests.store.damage import fill, settled

COUNT = 60


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The database of a project that was told sixty things."""
    folder = tmp_path_factory.mktemp("filled")
    project = Project(folder / "project", folder / "home")
    fill(project, COUNT)
    return settled(project).read_bytes()


@pytest.fixture
def filled(make_project: Callable[[str], Project], filled_file: bytes) -> Project:
    """A project that was told sixty things."""
    project = make_project("filled")
    place(project, filled_file)
    return project


def place(project: Project, raw: bytes) -> Path:
    """Put the bytes of a database into a project that has not been used yet, as though it had been made there."""
    project.memory.close()
    path = project.folder / "memory.db"
    path.write_bytes(raw[:SEAL_AT] + bytes.fromhex(mark_of(project.folder)[:HEAD_DIGITS]) + raw[FORMAT_AT:])
    return path
