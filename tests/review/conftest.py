"""A person, an agent and a page that speak to one project."""

from collections.abc import Iterator

import pytest

from tests.conftest import Project
from tests.review.said import Speaker, speakers


@pytest.fixture
def person(project: Project) -> Iterator[Speaker]:
    """A person at the command line."""
    with speakers(project, "user") as (one,):
        yield one


@pytest.fixture
def agent(project: Project) -> Iterator[Speaker]:
    """An agent."""
    with speakers(project, "agent") as (one,):
        yield one


@pytest.fixture
def web(project: Project) -> Iterator[Speaker]:
    """What a page says."""
    with speakers(project, "web") as (one,):
        yield one
