"""A project with a repository, and one whose hooks make engrams."""

import pytest

from tests.conftest import Project
from tests.engrams.made import Repository


@pytest.fixture
def repository(project: Project) -> Repository:
    """A project that is a git repository with one commit."""
    return Repository(project)


@pytest.fixture
def hooked(repository: Repository) -> Repository:
    """A repository with our hooks."""
    reply = repository.project.by_person("engram_enable")
    assert [hook.state for hook in reply.hooks] == ["on", "on", "on"]
    return repository
