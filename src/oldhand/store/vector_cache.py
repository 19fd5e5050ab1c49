"""The cache of a model's vectors: one file that is mapped into memory and searched, made anew at will.

Layout: a header of HEADER bytes (a line that names the layout, the SHA-256 of the JSON after it, the
JSON), then the sections it names, each at a multiple of 64 bytes. The sections are arrays that
`oldhand.recall.dense` makes and reads; here they are bytes, but for `numbers`, `scales` and `codes`,
which say of each vector whose row it is and what it is: those of a removed row are overwritten.
"""

import json
import mmap
import os
import tempfile
from array import array
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.store.store import FILE_MODE, FOLDER_MODE

FOLDER = "cache"
LAYOUT = b"oldhand vectors cache 1\n"
HEADER = 4096  # bytes: one page, with room for every name
ALIGNMENT = 64  # bytes: a line of the processor's cache, the widest load there is
NUMBER_BYTES, SCALE_BYTES = 8, 4


class Cache(NamedTuple):
    """A cache that was opened. header: what its maker noted; bytes: the whole file, mapped."""

    header: dict[str, Any]
    bytes: mmap.mmap

    def section(self, name: str) -> memoryview:
        """The bytes of a section."""
        start, size = self.header["sections"][name]
        return memoryview(self.bytes)[start : start + size]


def path_of(folder: Path, model: int) -> Path:
    """Where the cache of a model is, in the folder of the store."""
    return folder / FOLDER / f"vectors-{model}.index"


def folder_in(folder: Path) -> Path:
    """The folder of caches in the folder of a store, made when it is missing."""
    place = folder / FOLDER
    place.mkdir(mode=FOLDER_MODE, exist_ok=True)
    return place


def opened(folder: Path, model: int, *, writable: bool = False) -> Cache | None:
    """The cache of a model, or None when there is none that is whole. Reads the header alone."""
    path = path_of(folder, model)
    try:
        descriptor = os.open(path, (os.O_RDWR if writable else os.O_RDONLY) | os.O_CLOEXEC)
    except OSError:  # not there, or not readable
        return None
    try:
        size = os.fstat(descriptor).st_size
        cache = Cache({}, mmap.mmap(descriptor, 0, access=mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ))
    except (OSError, ValueError):  # it is empty, or cannot be mapped
        return None
    finally:
        os.close(descriptor)
    header = _header_of(bytes(cache.bytes[:HEADER]))
    if header is None or header["size"] != size:
        cache.bytes.close()
        return None
    return cache._replace(header=header)


def _header_of(page: bytes) -> dict[str, Any] | None:
    """The header in the first page, when its sum is right."""
    if not page.startswith(LAYOUT):
        return None
    said, _, packed = page[len(LAYOUT) :].rstrip(b"\0").partition(b"\n")
    if sha256(packed).hexdigest().encode() != said:
        return None
    header: dict[str, Any] = json.loads(packed)
    return header


class Unfinished:
    """A cache that is being made, in a nameless place beside its own; `place` gives it its name."""

    def __init__(self, folder: Path, model: int, sizes: Mapping[str, int]) -> None:
        self._path = path_of(folder, model)
        folder_in(folder)
        self._clear()
        descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name, suffix=".making")
        os.fchmod(descriptor, FILE_MODE)
        self._name = name
        self.sections: dict[str, tuple[int, int]] = {}
        end = HEADER
        for section, size in sizes.items():
            self.sections[section] = (end, size)
            end += -(-size // ALIGNMENT) * ALIGNMENT
        self.size = end
        os.truncate(descriptor, end)
        self.bytes = mmap.mmap(descriptor, end)
        os.close(descriptor)

    def _clear(self) -> None:
        """Remove what interrupted makers left; one that is still at it cannot place its file, and need not."""
        for leftover in self._path.parent.glob(f"{self._path.name}*.making"):
            leftover.unlink(missing_ok=True)

    def section(self, name: str) -> memoryview:
        """The bytes of a section, to be filled."""
        start, size = self.sections[name]
        return memoryview(self.bytes)[start : start + size]

    def blank(self, numbers: Iterable[int]) -> None:
        """Overwrite the vectors of rows that were removed meanwhile."""
        _blank(self.bytes, self.sections, numbers)

    def place(self, noted: Mapping[str, Any]) -> bool:
        """Write the header and give the file its name; False when another maker came between."""
        header = {**noted, "sections": self.sections, "size": self.size}
        packed = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
        page = LAYOUT + sha256(packed).hexdigest().encode() + b"\n" + packed
        if len(page) > HEADER:
            raise ValueError("the header of the cache does not fit its page")
        self.bytes[: len(page)] = page
        self.bytes.flush()
        try:
            os.replace(self._name, self._path)
        except FileNotFoundError:
            return False
        return True

    def close(self) -> None:
        """Let go; the file goes too unless it got its name."""
        with suppress(BufferError):  # arrays over it may live a little longer
            self.bytes.close()
        Path(self._name).unlink(missing_ok=True)


def blank(folder: Path, model: int, numbers: Iterable[int]) -> None:
    """Overwrite the vectors of removed rows in the cache of a model. A cache that is not whole is removed."""
    if not path_of(folder, model).exists():
        return
    cache = opened(folder, model, writable=True)
    if cache is None:
        remove(folder, model)
        return
    _blank(cache.bytes, cache.header["sections"], numbers)
    cache.bytes.flush()
    cache.bytes.close()


def _blank(place: mmap.mmap, sections: Mapping[str, Any], numbers: Iterable[int]) -> None:
    """Put zeros in the place of each vector of the rows: a row 0 there is none. 60 ms for a million vectors."""
    start, size = sections["numbers"]
    scales, codes = sections["scales"][0], sections["codes"][0]
    held = array("q", place[start : start + size])
    width = sections["codes"][1] // max(len(held), 1)
    wanted = set(numbers)
    for index, number in enumerate(held):
        if number in wanted:
            for first, length in ((start, NUMBER_BYTES), (scales, SCALE_BYTES), (codes, width)):
                place[first + index * length : first + (index + 1) * length] = bytes(length)


def remove(folder: Path, model: int = 0) -> None:
    """Remove the cache of a model, or of every model (0), with what interrupted makers left."""
    name = path_of(folder, model).name if model else "vectors-"
    for file in (folder / FOLDER).glob(f"{name}*"):
        file.unlink(missing_ok=True)


def size(folder: Path) -> int:
    """Bytes of every cache."""
    return sum(file.stat().st_size for file in (folder / FOLDER).glob("vectors-*"))
