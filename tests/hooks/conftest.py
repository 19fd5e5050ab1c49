"""What the tests of hooks share."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def where_we_are() -> Iterator[None]:
    """Hooks go to the folders they look at; a test comes back."""
    here = os.getcwd()
    yield
    os.chdir(here)
