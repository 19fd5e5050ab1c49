"""An endpoint on this machine and a clock that moves when it is told to."""

from collections.abc import Iterator

import pytest

from tests.recall.dense.asking import Clock
from tests.recall.dense.endpoint_server import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def clock() -> Clock:
    return Clock()
