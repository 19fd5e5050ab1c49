"""Weights from a safetensors file whose header nobody has to believe."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from oldhand.errors import DamagedModel, MissingExtra, MissingModel
from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.model_folder import ModelFolder
from oldhand.recall.dense.numpy_model import NumpyEncoder
from oldhand.recall.dense.weights import LONGEST_HEADER, read_weights
from oldhand.recall.dense.wordpiece import WordPiece


@pytest.fixture
def tokenizer(model_home: Path) -> WordPiece:
    """The model's tokenizer."""
    content = (ModelFolder(model_home, MINILM).path / MINILM.tokenizer.name).read_bytes()
    return WordPiece.read(content, MINILM.max_tokens, MINILM.name)


def tensors(header: object, numbers: bytes = bytes(16)) -> bytes:
    """A safetensors file."""
    said = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(said)) + said + numbers


def one(**about: object) -> dict[str, object]:
    """The header of a file with one tensor of 2 by 2."""
    return {"a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16], **about}}


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    numbers = np.arange(4, dtype="<f4")
    file.write_bytes(tensors({"__metadata__": {"format": "pt"}, **one(), "b": {"dtype": "I64"}}, numbers.tobytes()))
    read = read_weights(file, "a model")
    assert list(read) == ["a"] and np.array_equal(read["a"], numbers.reshape(2, 2))
    assert not read["a"].flags.writeable


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 7, b"\x00" * 8, b"\xff" * 8, struct.pack("<Q", 1 << 63) + b"{}", tensors(b"{"), tensors(b"[]"),
        tensors(b"5"), tensors(b"\xff\xfe"), tensors(b"[" * 100_000), struct.pack("<Q", LONGEST_HEADER + 1) + b"{}",
        struct.pack("<Q", 100) + b"{}", tensors(one(shape=[2, 3])), tensors(one(shape=[-2, -2])),
        tensors(one(shape=[2.0, 2])), tensors(one(shape=[True, 4])), tensors(one(shape="22")), tensors(one(shape=None)),
        tensors(one(shape=[1] * 40 + [4])), tensors(one(data_offsets=[0, 17])), tensors(one(data_offsets=[16, 0])),
        tensors(one(data_offsets=[-16, 0])), tensors(one(data_offsets=[1 << 70, (1 << 70) + 16])),
        tensors(one(data_offsets=[0])), tensors(one(data_offsets={})), tensors(one(), bytes(15)),
    ],
    ids=lambda content: ascii(content[:60]),
)  # fmt: skip
def test_a_damaged_header_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    file.write_bytes(content)
    with pytest.raises(DamagedModel, match=r"a\.safetensors"):
        read_weights(file, "a model")


def test_weights_of_another_model_are_refused(tmp_path: Path, tokenizer: WordPiece) -> None:
    file = tmp_path / "a.safetensors"
    file.write_bytes(tensors(one()))
    with pytest.raises(DamagedModel):
        NumpyEncoder(file, tokenizer, MINILM)


def test_missing_extras_and_models_have_one_exit_code() -> None:
    assert issubclass(MissingModel, MissingExtra) and MissingModel.exit_code == MissingExtra.exit_code == 11
