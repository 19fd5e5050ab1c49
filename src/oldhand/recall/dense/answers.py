"""What an endpoint answered, checked until it is vectors: nothing of it is believed."""

import base64
import json
from typing import TYPE_CHECKING, Any, NoReturn

from oldhand.model.settings import MOST_DIMENSIONS
from oldhand.recall.dense.posting import Unanswered

if TYPE_CHECKING:
    import numpy as np

FLOAT_BYTES = 26  # the longest way to write a float in JSON (`-1.2345678901234567e-300, `), rounded up
FRAME_BYTES = 1 << 16  # what an answer may say beside its vectors: usage, names, headers of gateways
LEAST_LENGTH = 1e-12  # a vector shorter than this has no direction
# Words that providers put into their errors, and what is said instead; an answer's own text is never
# repeated, because it may hold the key or the texts that were sent.
CODES = {
    "insufficient_quota": "the quota of this key is used up",
    "model_not_found": "it has no such model (embeddings.model)",
    "context_length_exceeded": "a text is longer than its model takes",
    "rate_limit_exceeded": "too many requests",
}


def largest(count: int, dimensions: int) -> int:
    """The most bytes that an answer with `count` vectors can need."""
    return FRAME_BYTES + count * (dimensions or MOST_DIMENSIONS) * FLOAT_BYTES


def vectors(body: bytes, count: int, dimensions: int) -> "np.ndarray":
    """The vectors of an answer in the order of the texts: unit rows, float32. Raises Unanswered.

    count: how many texts were sent; dimensions: how many numbers each vector must have (0: not known).
    """
    import numpy as np

    found = _by_index(_entries(body), count)
    rows = [_numbers(entry) for entry in found]
    lengths = {len(row) for row in rows}
    if len(lengths) != 1:
        raise Unanswered("its vectors differ in length")
    length = lengths.pop()
    if not 1 <= length <= MOST_DIMENSIONS or dimensions not in (0, length):
        wanted = f"{dimensions} were expected" if dimensions else f"1 to {MOST_DIMENSIONS} can be used"
        said = f"its vectors have {length} numbers, {wanted} (embeddings.dimensions, embeddings.model)"
        raise Unanswered(said, passing=False)
    made = np.stack(rows)
    if not np.isfinite(made).all():
        raise Unanswered("its vectors hold numbers that are not finite")
    made /= np.maximum(np.abs(made).max(axis=1, keepdims=True), LEAST_LENGTH)  # no square overflows
    norms = np.linalg.norm(made, axis=1, keepdims=True)
    if not (norms > 0.5).all():  # the largest number of a row is 1 now, unless all are zero
        raise Unanswered("one of its vectors is zero")
    unit: np.ndarray = (made / norms).astype(np.float32)
    return unit


def code_in(body: bytes) -> str:
    """What a refusal means by a code that providers use, in our words; empty when it says none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    inner = said.get("error") if isinstance(said, dict) else None
    codes = [inner.get("code"), inner.get("type")] if isinstance(inner, dict) else []
    return next((CODES[code] for code in codes if isinstance(code, str) and code in CODES), "")


def _entries(body: bytes) -> list[dict[str, Any]]:
    """The entries of the list `data`."""
    try:
        said = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Unanswered(
            f"the answer is {'HTML' if body.lstrip()[:1] == b'<' else 'no JSON, or only a part of it'}"
        ) from None
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise Unanswered("the answer holds no list of vectors (embeddings.provider, embeddings.url)")
    return data


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _by_index(data: list[dict[str, Any]], count: int) -> list[Any]:
    """The vectors as they were sent for: by their index, or as they stand when none has one."""
    if len(data) != count:
        raise Unanswered(f"the answer has {len(data)} vectors for {count} texts")
    places = [one.get("index") for one in data]
    if all(place is None for place in places):
        places = list(range(count))
    if any(type(place) is not int for place in places) or sorted(places) != list(range(count)):  # type: ignore[type-var]
        raise Unanswered("the answer does not say which vector belongs to which text")
    by_place = {place: one.get("embedding") for place, one in zip(places, data, strict=True)}
    return [by_place[place] for place in range(count)]


def _numbers(said: Any) -> "np.ndarray":
    """One vector: a list of numbers, or the bytes of float32 (little-endian) in base64."""
    import numpy as np

    try:
        if isinstance(said, str):
            row = np.frombuffer(base64.b64decode(said, validate=True), dtype="<f4")
        else:
            row = np.asarray(said)
    except (ValueError, OverflowError):
        raise Unanswered("one of its vectors is no list of numbers") from None
    if row.ndim != 1 or row.dtype.kind not in "fi":
        raise Unanswered("one of its vectors is no list of numbers")
    return row.astype(np.float64)
