"""What was observed at the anchors of the current memories, read from their records alone."""

from collections.abc import Iterator
from typing import NamedTuple

from oldhand.model.anchor import as_noted
from oldhand.store.fold import registers
from oldhand.store.reader import Reader
from oldhand.store.rows import hashes_to, record_of

_TIED = (
    "SELECT id, record, digest FROM memories WHERE standing IN ('active', 'contested') AND id IN"
    " (SELECT memory FROM anchors WHERE {where})"
)


class Observation(NamedTuple):
    """One anchor of one memory: the memory's id, the anchor's text, what was observed there, and its path."""

    memory: str
    anchor: str
    value: str
    path: str


def observations(reader: Reader, path: str = "") -> list[Observation]:
    """The anchors of current memories in a file or below a folder (empty: everywhere), in the order of their paths.

    Memories whose records are damaged are left out and named in `reader.damaged`.
    """
    where, arguments = ("path = ? OR (path >= ? AND path < ?)", (path, path + "/", path + "0")) if path else ("1", ())
    rows = reader._connection.execute(_TIED.format(where=where), arguments)
    found = [one for name, record, digest in rows for one in _of(reader, name.hex(), record, digest, path)]
    return sorted(found, key=lambda one: (one.path, one.anchor, one.memory))


def _of(reader: Reader, memory: str, record: bytes, digest: bytes, path: str) -> Iterator[Observation]:
    if not hashes_to(record, digest):
        reader.damaged.append(memory)
        return
    for name, value in registers(record_of(record)).items():
        if value is False or not name.startswith("anchor/"):
            continue
        anchor = as_noted(name[7:], value)
        if not path or anchor.path == path or anchor.path.startswith(path + "/"):
            yield Observation(memory, name[7:], value, anchor.path)
