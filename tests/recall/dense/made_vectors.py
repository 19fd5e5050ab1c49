"""Vectors made at random around centres, kept as those of wordings with made-up addresses."""

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from oldhand.recall.dense.nearest import Nearest
from oldhand.recall.dense.packing import pack, unpacked
from oldhand.store.vectors import Vectors

MODEL, D = "m/int8", 24
Floats = NDArray[np.float32]


def made(count: int, seed: int = 0, centres: int = 60) -> Floats:
    """Unit vectors around some centres."""
    chance = np.random.default_rng(seed)
    around = np.random.default_rng(99).standard_normal((centres, D))
    found = around[chance.integers(0, centres, count)] + 0.6 * chance.standard_normal((count, D))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def address(number: int) -> bytes:
    return sha256(str(number).encode()).digest()


def name(number: int) -> str:
    return address(number).hex()


def keep(vectors: Vectors, rows: Floats, first: int = 0, windows: int = 1, model: str = MODEL) -> None:
    """Keep rows as those of wordings, each of so many windows."""
    packed = [
        (address(first + at), pack(rows[at * windows : (at + 1) * windows])) for at in range(len(rows) // windows)
    ]
    vectors.keep(model, rows.shape[1], packed, set)


def brute(rows: Floats, query: Floats, k: int, windows: int = 1) -> list[str]:
    """The addresses of the k best wordings, by comparing all of them as they are kept."""
    scales, codes = unpacked(pack(rows), D)
    found = (codes.astype(np.float32) * scales[:, None]) @ query
    best = found.reshape(-1, windows).max(axis=1)
    return [name(int(at)) for at in np.argsort(-best, kind="stable")[:k]]


def found_by(search: Nearest, query: Floats, k: int = 10) -> list[str]:
    return [one.revision for one in search.search(query, k)]
