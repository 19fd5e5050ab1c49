"""The graph as GraphML (graphml.graphdrawing.org, version 1.0), as networkx, yEd and Gephi read it.

A list is written as JSON. A text that XML cannot hold (control characters), or that begins as one written so, is
written as `json:` and its JSON. Reading knows no document type, so no entity is ever expanded.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from oldhand.exchange.foreign import Item, Skipped, Source
from oldhand.exchange.foreign_files import CHUNK, named, opened
from oldhand.exchange.graph_items import edge_item, leaving, leaving_ties, node_item
from oldhand.graph.definition import Value
from oldhand.store.reader import Reader

NAME = "graphml"
WHAT = "a graph as GraphML"
AS_JSON = "json:"
DEEPEST = 32  # elements within one another: GraphML has five, and graphs in graphs some more
LONGEST_VALUE = 4 << 20  # characters of one value: more than any memory has
LONGEST_TOKEN = 16 << 20  # bytes without an end of a tag or text, after which the rest is not read
MOST_KEYS = 10_000  # declared properties: a graph has some hundred
# A parser would make blanks or line feeds of the last three.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)
_FORBIDDEN = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
_NUMBERS = ("int", "long")
_WHOLE = re.compile(r"-?[0-9]{1,18}\Z")
_TYPES = ("label", "type", "relation")  # what programs call the type of an edge
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
    ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)


def looks_like(first: bytes) -> bool:
    """Whether a file that begins so is of this format."""
    return b"<graphml" in first and first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


# -- writing -------------------------------------------------------------------------------------------


def lines(reader: Reader, *, with_derived: bool = False) -> Iterator[tuple[str, bytes]]:
    """("node", "edge" or empty; a piece of the file) of an export. The same store always gives the same bytes.

    Properties are declared before they are used, so nodes and edges wait in a temporary file.
    """
    keys: dict[tuple[str, str, str], None] = {}
    with tempfile.TemporaryFile() as waiting:
        sorts: list[str] = []
        for sort, text in _elements(reader, keys, with_derived):
            sorts.append(sort)
            waiting.write(text.encode() + b"\n")
        yield "", _HEAD.encode()
        for domain, name, type_ in sorted(keys):
            said = f'attr.name={_attribute(name)} attr.type="{type_}"'
            yield "", f'<key id={_attribute(_key(domain, name, type_))} for="{domain}" {said}/>\n'.encode()
        yield "", b'<graph id="oldhand" edgedefault="directed">\n'
        waiting.seek(0)
        for sort, line in zip(sorts, waiting, strict=True):
            yield sort, line
    yield "", b"</graph>\n</graphml>\n"


def _elements(
    reader: Reader, keys: dict[tuple[str, str, str], None], with_derived: bool
) -> Iterator[tuple[str, str]]:  # fmt: skip
    for one in leaving(reader, with_derived=with_derived):
        said: dict[str, Value] = {"labels": "".join(f":{label}" for label in one.labels)} | one.properties
        yield "node", f"<node id={_attribute(one.id)}>{_data('node', said, keys)}</node>"
    for tie in leaving_ties(reader, with_derived=with_derived):
        ends = f"source={_attribute(tie.source)} target={_attribute(tie.target)}"
        yield "edge", f"<edge {ends}>{_data('edge', {'label': tie.type} | tie.properties, keys)}</edge>"


def _data(domain: str, said: dict[str, Value], keys: dict[tuple[str, str, str], None]) -> str:
    found = []
    for name, value in said.items():
        type_ = "long" if isinstance(value, int) else "string"
        keys[domain, name, type_] = None
        found.append(f"<data key={_attribute(_key(domain, name, type_))}>{_value(value)}</data>")
    return "".join(found)


def _key(domain: str, name: str, type_: str) -> str:
    return f"{domain}.{name}.{type_}"


def _value(value: Value) -> str:
    if isinstance(value, list):
        return _escaped(_json(value))
    if isinstance(value, str) and (value.startswith(AS_JSON) or _FORBIDDEN.search(value)):
        return _escaped(AS_JSON + _json(value))
    return _escaped(str(value))


def _escaped(text: str) -> str:
    """A text as XML holds it, with references for whatever a terminal obeys or nobody sees."""
    said = text.translate(_ESCAPES)
    return said if said.isprintable() else "".join(one if one.isprintable() else f"&#{ord(one)};" for one in said)


def _json(value: Value) -> str:
    """JSON of characters that XML can hold: those it cannot are told by their numbers."""
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _attribute(name: str) -> str:
    """A name as an attribute; of a file's name, what XML cannot hold is replaced."""
    return '"' + _escaped(_FORBIDDEN.sub("\ufffd", name)) + '"'


# -- reading -------------------------------------------------------------------------------------------


def read(source: Source) -> Iterator[Item]:
    """Each node is a memory, each edge with a relation of ours a tie. What follows a fault cannot be read."""
    name = named(source.path, source.root)
    file = opened(source.path, source.root)
    if isinstance(file, str):
        yield Skipped(name, file)
        return
    with file:
        reading = _Reading(name)
        while True:
            try:
                raw = file.read(CHUNK)
                source.seen(len(raw))
                reading.feed(raw)
            except (expat.ExpatError, _Refused, OSError, ValueError, LookupError) as error:
                yield from reading.ready()
                yield Skipped(f"{name}:{reading.line}", f"{_why(error)}; what follows was not read")
                return
            yield from reading.ready()
            if not raw:
                return


def _why(error: Exception) -> str:
    if isinstance(error, expat.ExpatError):
        return f"it is no XML ({expat.ErrorString(error.code)})"
    return str(error) or type(error).__name__


class _Refused(Exception):
    """The document is none that is read."""


class _Reading:
    """A document while it is read: what is complete waits in `_items`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refused
        self._parser.EntityDeclHandler = self._refused
        self._keys: dict[str, tuple[str, str]] = {}
        self._items: list[Item] = []
        self._depth = 0
        self._said: dict[str, Any] | None = None  # the properties of the node or edge that is open
        self._open: dict[str, str] = {}  # its attributes
        self._place = ""
        self._data = ""  # the key of the value that is open
        self._text: list[str] = []
        self._length = self._quiet = 0

    @property
    def line(self) -> int:
        """The line where reading stands."""
        return self._parser.CurrentLineNumber

    def feed(self, raw: bytes) -> None:
        """Read some more; nothing is the end. Raises ExpatError and _Refused."""
        self._quiet += len(raw)
        self._parser.Parse(raw, not raw)
        if self._quiet > LONGEST_TOKEN:
            raise _Refused(f"there is no end of a tag or text for {LONGEST_TOKEN >> 20} MiB")

    def ready(self) -> list[Item]:
        """What is complete, once."""
        found, self._items = self._items, []
        return found

    def _refused(self, *_: object) -> None:
        raise _Refused("it declares a document type or entities, which no graph needs")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._quiet = 0
        if self._depth > DEEPEST:
            raise _Refused("it is nested too deeply")
        what = tag.rpartition(" ")[2]
        if what == "key":
            if len(self._keys) >= MOST_KEYS:
                raise _Refused(f"it declares more than {MOST_KEYS:,} properties")
            # yEd keeps what a node says inside its drawing, which has no name of its own.
            drawn = "label" if attributes.get("yfiles.type", "").endswith("graphics") else attributes.get("id", "")
            named_ = attributes.get("attr.name", drawn)
            self._keys[attributes.get("id", "")] = (named_, attributes.get("attr.type", "string"))
        elif what in ("node", "edge"):
            self._open, self._said = attributes, {}
            self._place = f"{self._name}:{self.line}"
        elif what == "data" and self._said is not None:
            self._data, self._text, self._length = attributes.get("key", ""), [], 0

    def _characters(self, text: str) -> None:
        self._quiet = 0
        if self._data:
            self._length += len(text)
            if self._length <= LONGEST_VALUE:
                self._text.append(text)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._quiet = 0
        what = tag.rpartition(" ")[2]
        if what == "data" and self._data and self._said is not None:
            name, type_ = self._keys.get(self._data, (self._data, "string"))
            self._said[name] = _read_value("".join(self._text), type_)
            self._data = ""
        elif what == "node" and self._said is not None:
            labels = self._said.get("labels", "")
            found = tuple(one for one in labels.split(":") if one) if isinstance(labels, str) else ()
            self._items.append(node_item(self._open.get("id", ""), found, self._said, self._place))
            self._said = None
        elif what == "edge" and self._said is not None:
            type_ = next((one for one in map(self._said.get, _TYPES) if isinstance(one, str)), "")
            ends = self._open.get("source", ""), self._open.get("target", "")
            self._items.append(edge_item(ends[0], type_, ends[1], self._place))
            self._said = None


def _read_value(text: str, type_: str) -> object:
    """A value as it was written: numbers as numbers, and what was written as JSON read again."""
    if type_ in _NUMBERS:
        digits = text.strip()
        return int(digits) if _WHOLE.match(digits) else text
    if text.startswith(AS_JSON):
        try:
            return json.loads(text[len(AS_JSON) :])
        except (ValueError, RecursionError):
            return text
    return text
