"""The operation `export`."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Literal, NamedTuple

from oldhand.errors import AlreadyThere, NeedsConsent, Refused
from oldhand.exchange import native
from oldhand.exchange.whole_file import write_whole
from oldhand.knowledge import facts
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.store.written_out import note

LARGEST_TEXT = 16 << 20  # bytes given back in a reply, which holds it in memory several times over


class Exported(NamedTuple):
    """What was exported: to which file (empty: it is in `text`), how much, of which root, and the file's SHA-256."""

    path: str
    format: str
    lines: int
    bytes: int
    root: str
    sha256: str
    text: str


@operation(WRITE)
def export(
    memory: Memory, file: str = "", *, format: Literal["native", "facts"] = "native",  # noqa: A002
    scope: Literal["project", "global"] = "project", yes: bool = False,
) -> Exported:  # fmt: skip
    """Export the whole memory as lines of JSON, or its current facts alone

    The native export holds everything: every wording, event, date, link and recorded root, and what
    was erased as its tombstone. Imported into an empty store and exported again, it gives the same
    bytes. Facts are the current memories only, as `remember --jsonl` takes them.

    Parameters
    file: where to write it, a relative name from the project's root on (without one, or `-`: to the
        reply's text, which a small memory fits)
    format: native, or facts
    scope: the project's memory, or the global one
    yes: replace a file that is already there
    """
    with memory.reading(scope=scope) as reader:
        tally = _Tally(native.lines(reader) if format == "native" else facts.lines(reader))
        root = reader.root().root.hex()
        if file in ("", "-"):
            text = b"".join(_small(tally)).decode()
            return Exported("", format, tally.lines, tally.bytes, root, tally.digest.hexdigest(), text)
        path = named_file(memory, "file", file, written=True)
        if path.is_dir():
            raise AlreadyThere(f"The folder {path}", "Give the name of a file.")
        if path.exists() and not yes:
            raise NeedsConsent(f"{path} is already there and would be replaced.")
        write_whole(path, tally)
    note(memory.store(scope).folder, path)  # so that what is forgotten later can be named in it
    return Exported(str(path), format, tally.lines, tally.bytes, root, tally.digest.hexdigest(), "")


class _Tally:
    """Lines that are counted and digested as they pass."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self.lines = self.bytes = 0
        self.digest = sha256()

    def __iter__(self) -> Iterator[bytes]:
        for line in self._source:
            self.lines += 1
            self.bytes += len(line)
            self.digest.update(line)
            yield line


def _small(tally: _Tally) -> Iterator[bytes]:
    """The lines, as long as they fit a reply. Raises Refused."""
    for line in tally:
        if tally.bytes > LARGEST_TEXT:
            raise Refused(f"This export is larger than {LARGEST_TEXT >> 20} MiB; `oldhand export FILE` takes any size.")
        yield line
