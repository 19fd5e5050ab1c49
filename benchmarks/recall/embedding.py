"""What system 2 needs beside the store: a person's folder with the model, and vectors that are computed once.

Corpora of one set share most of their documents, so the vectors of texts are kept by the text's hash in one file
(OLDHAND_BENCH_VECTORS, by default in the person's folder). Only the computing is saved: windows are cut, vectors are
stored and compared as ever. A cue is always encoded anew, so that its time counts.
"""

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw

from oldhand.errors import UnknownOperation
from oldhand.memory import Memory
from oldhand.operation import call, find

if TYPE_CHECKING:
    from oldhand.recall.dense.encoder import Encoder

HOME = "OLDHAND_BENCH_HOME"
VECTORS = "OLDHAND_BENCH_VECTORS"
FILE = "bench-vectors.db"
BUSY_MS = 60_000  # two processes of one run keep vectors in the same file


def home() -> Path:
    """The person's folder with the model; installs the model when it is not there. Raises SystemExit without a name."""
    said = os.environ.get(HOME, "")
    if not said:
        raise SystemExit(f"System 2 needs a folder for the model: set {HOME}. The model is installed there once.")
    folder = Path(said).expanduser().absolute()
    _installed(folder)
    remember_vectors()
    return folder


@cache
def _installed(folder: Path) -> None:
    """Install the model into a folder that has none. Raises the errors of `oldhand model install`."""
    from oldhand.recall.dense import installing

    folder.mkdir(parents=True, exist_ok=True)
    if not installing.installed(folder).encoder:
        with Memory(folder, folder, environment=dict(os.environ)) as memory:
            call(memory, "model_install", {})


def without_deep() -> str:
    """Why system 2 cannot be measured here; empty when it can."""
    if not any(parameter.name == "deep" for parameter in find("recall").parameters):
        return "`recall` has no --deep here"
    try:
        find("embeddings_reindex"), find("model_install")
    except UnknownOperation as error:
        return str(error)
    return "" if os.environ.get(HOME) else f"{HOME} names no folder for the model"


def embed(memory: Memory) -> None:
    """Compute the vectors of every memory, as `oldhand embeddings reindex` does, no text twice."""
    call(memory, "embeddings_reindex", {})


class Remembering:
    """An encoder whose vectors of documents are computed once and kept; cues are encoded each time."""

    def __init__(self, encoder: "Encoder", path: Path) -> None:
        self._encoder = encoder
        self.name, self.dimensions, self.local = encoder.name, encoder.dimensions, encoder.local
        self._kept = apsw.Connection(str(path))
        self._kept.set_busy_timeout(BUSY_MS)
        self._kept.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF").fetchall()
        self._kept.execute("CREATE TABLE IF NOT EXISTS vectors(name BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def encode(self, texts: Sequence[str], *, asking: bool = False) -> Any:
        """Unit vectors of the texts, float32 [n, dimensions]."""
        import numpy as np

        if asking:
            return self._encoder.encode(texts, asking=True)
        keys = [hashlib.sha256(f"{self.name}\0{text}".encode("utf-8", "replace")).digest() for text in texts]
        known = dict(found for key in keys if (found := self._found(key)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            made = self._encoder.encode(list(missing.values()))
            known |= {key: vector.astype(np.float32).tobytes() for key, vector in zip(missing, made, strict=True)}
            with self._kept:
                fresh = [(key, known[key]) for key in missing]
                self._kept.executemany("INSERT OR IGNORE INTO vectors VALUES(?, ?)", fresh)
        rows = [np.frombuffer(known[key], np.float32) for key in keys]
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), np.float32)

    def _found(self, key: bytes) -> Any:
        return self._kept.execute("SELECT name, vector FROM vectors WHERE name=?", (key,)).fetchone()


@cache
def remember_vectors() -> None:
    """From now on the model of a person's folder computes no document twice, in this process."""
    from oldhand.recall.dense import installing

    plain = installing.local_encoder

    def local_encoder(home: Path) -> "Encoder":
        return Remembering(plain(home), Path(os.environ.get(VECTORS) or home / FILE))

    installing.local_encoder = local_encoder
