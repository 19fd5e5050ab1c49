"""The operation `graph export`."""

from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from typing import Literal, NamedTuple

from oldhand.errors import AlreadyThere, NeedsConsent, Refused
from oldhand.exchange.whole_file import write_whole
from oldhand.memory import Memory
from oldhand.model.visible import escaped
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.store.graph_reading import sizes
from oldhand.store.reader import Reader
from oldhand.store.written_out import note

LARGEST_TEXT = 16 << 20  # bytes given back in a reply, which holds it in memory several times over
PULSE = 1000  # nodes and edges between two tellings of progress
MODULES = {"graphml": "graph_graphml", "json": "graph_json", "cypher": "graph_cypher"}  # of oldhand.exchange


class GraphExported(NamedTuple):
    """What was exported: to which file (empty: it is in `text`), how many nodes and edges, and the file's SHA-256."""

    path: str
    format: str
    nodes: int
    edges: int
    bytes: int
    root: str
    sha256: str
    text: str
    degraded: str


@operation(WRITE)
def export(
    memory: Memory, file: str = "", *, format: Literal["graphml", "json", "cypher"] = "graphml",  # noqa: A002
    derived: bool = False, scope: Literal["project", "global"] = "project", yes: bool = False,
) -> GraphExported:  # fmt: skip
    """Export the graph for other programs: memories as nodes, links as edges

    Each memory as it stands, with the wording that holds; its history is in `oldhand export`. GraphML is read by
    networkx, Gephi and yEd, JSON by networkx and D3, Cypher by FalkorDB and Neo4j.

    Parameters
    file: where to write it, a relative name from the project's root on (without one, or `-`: to the reply's text,
        where Cypher has U+FFFD for characters that a terminal would obey)
    format: graphml, json (node-link), or cypher (one statement a line)
    derived: also the files, dependencies, commits, pull requests, incidents and agents that memories speak of
    scope: the project's memory, or the global one
    yes: replace a file that is already there
    """
    with memory.reading(scope=scope) as reader:
        tally = _Tally(reader, format, derived, memory, shown=file in ("", "-"))
        root = reader.root().root.hex()
        if file in ("", "-"):
            text, path = b"".join(_small(tally)).decode(), None
        else:
            text, path = "", named_file(memory, "file", file, written=True)
            if path.is_dir():
                raise AlreadyThere(f"The folder {path}", "Give the name of a file.")
            if path.exists() and not yes:
                raise NeedsConsent(f"{path} is already there and would be replaced.")
            write_whole(path, tally)
        degraded = reader.degradation()
    if path:
        note(memory.store(scope).folder, path)  # so that what is forgotten later can be named in it
    memory.trace_detail = {"nodes": tally.sorts["node"], "edges": tally.sorts["edge"], "format": format}
    return GraphExported(
        str(path or ""), format, tally.sorts["node"], tally.sorts["edge"], tally.bytes, root,
        tally.digest.hexdigest(), text, degraded,
    )  # fmt: skip


class _Tally:
    """Pieces of an export that are counted and digested as they pass."""

    def __init__(self, reader: Reader, name: str, derived: bool, memory: Memory, *, shown: bool) -> None:
        lines = import_module(f"oldhand.exchange.{MODULES[name]}").lines
        source: Iterator[tuple[str, bytes]] = lines(reader, with_derived=derived)
        self._source = _without_controls(source) if shown and name == "cypher" else source
        self._memory, self._total = memory, sum(sizes(reader))
        self.sorts = {"node": 0, "edge": 0, "": 0}
        self.bytes = 0
        self.digest = sha256()

    def __iter__(self) -> Iterator[bytes]:
        for sort, piece in self._source:
            self.sorts[sort] += 1
            self.bytes += len(piece)
            self.digest.update(piece)
            if (done := self.sorts["node"] + self.sorts["edge"]) % PULSE == 0:
                self._memory.progress(min(done, self._total), self._total, "Exporting the graph")
            yield piece


def _without_controls(source: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Cypher for a terminal or a pipe: it has no escapes for what a terminal obeys, so U+FFFD stands there."""
    for sort, piece in source:
        text = piece.decode()
        if not text[:-1].isprintable():
            text = "".join(one if one == "\n" or escaped(one) == one else "\ufffd" for one in text)
        yield sort, text.encode()


def _small(tally: _Tally) -> Iterator[bytes]:
    """The pieces, as long as they fit a reply. Raises Refused."""
    for piece in tally:
        if tally.bytes > LARGEST_TEXT:
            raise Refused(f"This export is larger than {LARGEST_TEXT >> 20} MiB; name a file, which takes any size.")
        yield piece
