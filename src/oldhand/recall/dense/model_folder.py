"""The folder of an installed model: its files, what was noted of them, and whether they are the right ones.

A file is the right one when its SHA-256 is. Hashing 90 MB takes a quarter of a second, so its size
and time of change are noted beside it, and it is hashed again when either differs.
"""

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.recall.dense.catalog import KnownModel
from oldhand.recall.dense.onnx_graph import GRAPH_FORMAT
from oldhand.store.store import FILE_MODE, put_in_place

MODELS = "models"  # folder in the person's own
MANIFEST = "manifest.json"
LONGEST_MANIFEST = 65_536  # bytes; ours has 700
CHUNK = 1 << 20  # bytes hashed or copied at once
OK, MISSING, DAMAGED = "ok", "missing", "damaged"


class Noted(NamedTuple):
    """What is known of a file: its SHA-256, and its size and time of change when that was computed."""

    file: str
    sha256: str
    bytes: int
    changed_ns: int


class FileState(NamedTuple):
    """A file of an installed model. state: ok, missing or damaged; bytes: its size now, 0 when it is missing."""

    file: str
    state: str
    bytes: int


class ModelFolder:
    """One model's folder inside the person's own, there or not."""

    def __init__(self, home: Path, model: KnownModel, path: Path | None = None) -> None:
        """path: another folder than the model's own, for one in the making."""
        self.model = model
        self.path = path or home / MODELS / model.name
        self._noted = self._read_manifest()

    @property
    def graph(self) -> Path | None:
        """The int8 graph that the manifest names, there or not; None when none was built in the present format."""
        return self.path / self._noted["graph"].file if "graph" in self._noted else None

    def state(self, *, thorough: bool = False) -> list[FileState]:
        """How each file is: the two of the model, then the graph when one was built.

        thorough: hash every file, whatever was noted of it.
        """
        return [
            self.state_of(key, thorough=thorough)
            for key in ("tokenizer", "weights", "graph")
            if key != "graph" or self.graph
        ]

    def state_of(self, key: str, *, thorough: bool = False) -> FileState:
        """How one file is: `tokenizer`, `weights` or `graph`."""
        noted = self._noted.get(key)
        known = {"tokenizer": self.model.tokenizer, "weights": self.model.weights}.get(key)
        if known:
            name, sha256 = known.name, known.sha256
        elif noted:
            name, sha256 = noted.file, noted.sha256
        else:
            return FileState("", MISSING, 0)
        try:
            about = (self.path / name).stat()
            if not stat.S_ISREG(about.st_mode):
                return FileState(name, DAMAGED, 0)
            unchanged = noted == Noted(name, sha256, about.st_size, about.st_mtime_ns)
            if unchanged and not thorough:
                return FileState(name, OK, about.st_size)
            if known and about.st_size != known.bytes:
                return FileState(name, DAMAGED, about.st_size)
            sound = hash_of(self.path / name) == sha256
        except (FileNotFoundError, NotADirectoryError):
            return FileState(name, MISSING, 0)
        except OSError:
            return FileState(name, DAMAGED, 0)  # it cannot be read: a bad disk, or nobody's permission
        if sound and not unchanged:
            self._noted[key] = Noted(name, sha256, about.st_size, about.st_mtime_ns)
        return FileState(name, OK if sound else DAMAGED, about.st_size)

    def noted(self) -> dict[str, Noted]:
        """What is noted of the files by now."""
        return dict(self._noted)

    def forget(self, key: str) -> None:
        """Note nothing of a file any more."""
        self._noted.pop(key, None)

    def note(self, key: str, file: str, sha256: str) -> None:
        """Note that a file has just been seen to have this SHA-256."""
        about = (self.path / file).stat()
        self._noted[key] = Noted(file, sha256, about.st_size, about.st_mtime_ns)

    def write_manifest(self) -> None:
        """Keep what is noted, whole or not at all. Raises OSError."""
        said = {
            "model": self.model.name,
            "graph_format": GRAPH_FORMAT,
            "files": {key: noted._asdict() for key, noted in self._noted.items()},
        }
        write_file(self.path / MANIFEST, (json.dumps(said, indent=2) + "\n").encode())

    def changed(self) -> tuple[int, ...]:
        """What differs after every installation, and is empty without one: for telling if a loaded model is the one."""
        said: list[int] = []
        for place in (self.path, self.path / MANIFEST):
            try:
                about = place.stat()
            except OSError:
                break  # no model, or one whose files nothing was noted of
            said += [about.st_ino, about.st_mtime_ns]
        return tuple(said)

    def _read_manifest(self) -> dict[str, Noted]:
        """What was noted; nothing when there is no manifest, or none that can be used: files are then hashed."""
        try:
            with (self.path / MANIFEST).open("rb") as file:
                said = json.loads(file.read(LONGEST_MANIFEST))
            files = {key: _noted(one) for key, one in said["files"].items()}
            if said["graph_format"] != GRAPH_FORMAT:
                files.pop("graph", None)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return {}
        return files


def _noted(said: Any) -> Noted:
    """One entry of a manifest. Raises ValueError, KeyError or TypeError when it is none."""
    noted = Noted(str(said["file"]), str(said["sha256"]), int(said["bytes"]), int(said["changed_ns"]))
    if os.path.basename(noted.file) != noted.file or noted.file in ("", ".", ".."):
        raise ValueError("a file outside the folder")
    return noted


def hash_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for the person alone. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.writing")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        put_in_place(beside, path)
    finally:
        beside.unlink(missing_ok=True)
