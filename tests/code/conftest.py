"""What tests of code may ask for: a working tree in a repository, and one without git."""

from pathlib import Path

import pytest

from tests.code.tree import PAY, Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository with one committed file, src/pay.py."""
    made = Tree(tmp_path / "tree")
    made.write("src/pay.py", PAY)
    made.commit("pay")
    return made


@pytest.fixture
def bare_tree(tmp_path: Path) -> Tree:
    """The same file in a folder without git."""
    made = Tree(tmp_path / "bare", git=False)
    made.write("src/pay.py", PAY)
    return made
