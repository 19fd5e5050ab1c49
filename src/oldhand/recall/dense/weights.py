"""Reading a safetensors file: a header in JSON, then the numbers, left on the disk until they are used."""

import json
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.errors import DamagedModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Weights = dict[str, NDArray[np.float32]]

LENGTH_BYTES = 8  # the header's length, little-endian, at the beginning of the file
LONGEST_HEADER = 1 << 20  # bytes; this model's header has 10,000, and the format itself allows 100 MB
ITEM_BYTES = 4  # of one float32
MOST_AXES = 4  # of one tensor; this model has 2


def read_weights(path: Path, model: str) -> "Weights":
    """Every float32 tensor of a safetensors file by name, as read-only views of the mapped file.

    Nothing in the header is trusted: each tensor must lie inside the file and be as long as its
    shape says. Raises DamagedModel when that is not so, and OSError when the file cannot be read.
    """
    import numpy as np

    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        header, start = _header(file.read(LENGTH_BYTES + LONGEST_HEADER), size, path.name, model)
    content = np.asarray(np.memmap(path, mode="r", dtype=np.uint8, shape=(size,)))  # plain arrays are quicker to use
    found: Weights = {}
    for name, about in header.items():
        if name == "__metadata__" or not isinstance(about, dict) or about.get("dtype") != "F32":
            continue
        shape, first, last = _place(about, size - start, path.name, model)
        found[name] = content[start + first : start + last].view("<f4").reshape(shape)
    return found


def _header(beginning: bytes, size: int, file: str, model: str) -> tuple[dict[str, object], int]:
    """The header of a file of `size` bytes that starts with `beginning`, and where the numbers begin."""
    if len(beginning) < LENGTH_BYTES:
        raise DamagedModel(file, model)
    (length,) = struct.unpack_from("<Q", beginning)
    if not 0 < length <= min(LONGEST_HEADER, size - LENGTH_BYTES):
        raise DamagedModel(file, model)
    try:
        header = json.loads(beginning[LENGTH_BYTES : LENGTH_BYTES + length])
    except (ValueError, RecursionError):
        raise DamagedModel(file, model) from None
    if not isinstance(header, dict):
        raise DamagedModel(file, model)
    return header, LENGTH_BYTES + length


def _place(about: "dict[str, object]", room: int, file: str, model: str) -> tuple[list[int], int, int]:
    """A tensor's shape and its first and last byte within the `room` bytes of numbers."""
    shape, offsets = _counts(about.get("shape")), _counts(about.get("data_offsets"))
    if shape is None or offsets is None or len(offsets) != 2:
        raise DamagedModel(file, model)
    items = 1
    for length in shape:
        items *= length
    first, last = offsets
    if not 0 <= first <= last <= room or last - first != items * ITEM_BYTES:
        raise DamagedModel(file, model)
    return shape, first, last


def _counts(value: object) -> list[int] | None:
    """A value as a short list of whole numbers, none below 0; None when it is none."""
    if not isinstance(value, list) or len(value) > MOST_AXES:
        return None
    return value if all(type(one) is int and one >= 0 for one in value) else None
