"""Reading transcripts within bounds: one line held at a time, no endless line, no device, no endless file.

A transcript is written by another program while we read it: its last line may be half there, lines may begin with NUL
bytes, and what is in it is hostile input like everything that people, pages and tools say.
"""

import errno
import gzip
import importlib
import io
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from oldhand.errors import MissingExtra
from oldhand.store.regular_files import open_regular

LONGEST_LINE = 8 << 20  # bytes of one line, held whole: a picture of 5 MB in base64 fits; a longer one is passed over
MOST_BYTES = 4 << 30  # bytes of one file, unpacked: what is larger is no transcript, or is packed to harm
CHUNK = 1 << 16  # bytes read at once
MOST_NOTES = 20  # notes kept of one file; the rest are counted
HEAD = 256 << 10  # bytes at the start of a file in which a session says who it is
TAIL = 64 << 10  # bytes at its end, where hosts repeat titles and the last time stands
LARGEST_WINDOW = 128 << 20  # bytes that unpacking by zstd may hold: as much as `zstd` itself takes unasked
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class Place(NamedTuple):
    """Where reading a file ended: bytes from its start, and what the reader has to know to go on from there."""

    offset: int = 0
    state: dict[str, Any] = {}  # noqa: RUF012 - never changed; who goes on gives its own


class Line(NamedTuple):
    """One line of a file as JSON. start, end: its bytes in the file."""

    start: int
    end: int
    said: dict[str, Any]


class Reading:
    """One reading of a transcript: where it begins, and what is learnt on the way.

    begun: where an earlier reading ended; seen: is told of every byte read, for progress. `place` is where this one
    ended, `skipped` counts the lines that could not be read, `notes` says of the first of them why.
    """

    def __init__(self, begun: Place | None = None, seen: Callable[[int], None] | None = None) -> None:
        self.begun = begun or Place()
        self.place = self.begun
        self.seen = seen or (lambda count: None)
        self.notes: list[str] = []
        self.skipped = 0

    def skip(self, where: str, why: str) -> None:
        """Note that a part was not read."""
        self.skipped += 1
        if len(self.notes) < MOST_NOTES:
            self.notes.append(f"{where}: {why}")

    def reached(self, offset: int, state: dict[str, Any] | None = None) -> None:
        """Note how far the file has been read whole."""
        self.place = Place(offset, state or {})


def opened(path: Path) -> tuple[BinaryIO, bool]:
    """A transcript open for reading, unpacked when it is packed; whether it is. Raises OSError and MissingExtra."""
    file = open_regular(path)
    magic = file.read(4)
    file.seek(0)
    if magic.startswith(GZIP):
        return io.BufferedReader(_Unpacked(gzip.GzipFile(fileobj=file), file), CHUNK), True
    if magic == ZSTD:
        try:
            return io.BufferedReader(_unpacked_by_zstd(file), CHUNK), True
        except MissingExtra:
            file.close()
            raise
    return file, False


def _unpacked_by_zstd(file: BinaryIO) -> "_Unpacked":
    """What zstd packed: by Python itself from 3.14 on, else by the package. Raises MissingExtra."""
    try:
        own = importlib.import_module("compression.zstd")
        return _Unpacked(own.ZstdFile(file), file, own.ZstdError)
    except ImportError:
        pass
    try:
        package = importlib.import_module("zstandard")
    except ImportError:
        raise MissingExtra("Reading a transcript packed by zstd", "oldhand[transcripts]") from None
    packed = package.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
    stream = packed.stream_reader(file, read_across_frames=True)
    return _Unpacked(stream, file, package.ZstdError)


class _Unpacked(io.RawIOBase):
    """A packed file as its bytes were before. Errors of what unpacks it are told as OSErrors."""

    def __init__(self, stream: Any, file: BinaryIO, error: type[Exception] = zlib.error) -> None:
        self._stream, self._file, self._error = stream, file, error

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; how many bytes there were. Raises OSError."""
        try:
            return int(self._stream.readinto(buffer))
        except (self._error, EOFError) as error:
            raise OSError(errno.EIO, f"it is damaged ({str(error)[:60]})") from None

    def close(self) -> None:
        """Close what unpacks it and the file."""
        self._stream.close()
        self._file.close()
        super().close()


def raw_lines(path: Path, reading: Reading, start: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """The lines of a file from byte `start` on, each with its first and last byte's place; long ones are passed over.

    A packed file is always read from its start. Raises OSError where it cannot be opened.
    """
    file, packed = opened(path)
    with file:
        at = 0
        if start and not packed:
            file.seek(start)
            at = start
        while at < MOST_BYTES:
            try:
                raw = file.readline(LONGEST_LINE + 1)
                if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
                    first, at = at, at + len(raw) + _pass_over(file)
                    reading.seen(at - first)
                    reading.skip(f"byte {first:,}", f"a line is longer than {LONGEST_LINE >> 20} MiB")
                    continue
            except OSError as error:
                reading.skip(f"byte {at:,}", f"it cannot be read ({error.strerror or str(error)[:80]})")
                return
            if not raw:
                return
            reading.seen(len(raw))
            yield at, at + len(raw), raw
            at += len(raw)
        reading.skip(f"byte {at:,}", f"it is larger than {MOST_BYTES >> 30} GiB; the rest was not read")


def _pass_over(file: BinaryIO) -> int:
    """Read on to the end of a line that is too long, holding none of it; how many bytes that were."""
    count = 0
    while raw := file.readline(CHUNK):
        count += len(raw)
        if raw.endswith(b"\n"):
            break
    return count


def json_lines(path: Path, reading: Reading, start: int = 0, unread: tuple[bytes, ...] = ()) -> Iterator[Line]:
    """The objects of a file of JSON lines from byte `start` on. Lines that begin with one of `unread` are left out.

    A last line without its end that is no JSON yet is left for the next reading: `reading.place` stays before it.
    """
    for first, last, raw in raw_lines(path, reading, start):
        if unread and raw.startswith(unread):
            continue
        said = as_object(raw)
        if isinstance(said, dict):
            yield Line(first, last, said)
        elif said and raw.endswith(b"\n"):
            reading.skip(f"byte {first:,}", said)
        elif said:
            return  # half-written


def as_object(raw: bytes) -> dict[str, Any] | str:
    """A line as a JSON object, or why it is none; empty for a blank one. NUL bytes are left out."""
    if b"\0" in raw:
        raw = raw.replace(b"\0", b"")
    if not raw.strip():
        return ""
    try:
        said = json.loads(raw.decode("utf-8", "replace"), strict=False)
    except RecursionError:
        return "a line is nested too deeply"
    except ValueError as error:
        return f"a line is no JSON ({str(error)[:60]})"
    return said if isinstance(said, dict) else "a line is no JSON object"


def first_bytes(path: Path, most: int = CHUNK) -> bytes:
    """The first bytes of a transcript, unpacked, as many as can be read of them. Raises OSError and MissingExtra."""
    parts, left = [], most
    file, _ = opened(path)
    with file:
        try:
            while left and (raw := file.read1(min(left, CHUNK))):  # type: ignore[attr-defined]
                parts.append(raw)
                left -= len(raw)
        except OSError:
            pass  # damaged from here on: what came before it counts, and reading the lines tells of it
    return b"".join(parts)


def head_of(path: Path, most: int = HEAD) -> list[dict[str, Any]]:
    """The objects of the whole lines within the first bytes of a file; empty when there are none or it is no file."""
    try:
        raw = first_bytes(path, most)
    except (OSError, ValueError):
        return []
    lines = raw.split(b"\n")
    return _objects(lines if len(raw) < most else lines[:-1])


def tail_of(path: Path, most: int = TAIL) -> list[dict[str, Any]]:
    """The objects of the whole lines within the last bytes of a file; empty for a packed one."""
    try:
        file, packed = opened(path)
        with file:
            if packed:
                return []
            size = file.seek(0, io.SEEK_END)
            file.seek(max(0, size - most))
            raw = file.read(most)
    except (OSError, ValueError):
        return []
    lines = raw.split(b"\n")
    return _objects(lines if size <= most else lines[1:])


def _objects(lines: list[bytes]) -> list[dict[str, Any]]:
    return [said for said in map(as_object, lines) if isinstance(said, dict)]
