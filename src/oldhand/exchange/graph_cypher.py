"""The graph as a script of Cypher: one statement a line, each of which may be run again (docs/GRAPH.md).

FalkorDB and Neo4j load it. Read are the statements as they are written here, and no others: this is no Cypher engine.
"""

import re
from collections.abc import Iterator
from typing import Any

from oldhand.exchange.foreign import Item, Skipped, Source
from oldhand.exchange.foreign_files import LONGEST_LINE, named, opened
from oldhand.exchange.graph_items import edge_item, leaving, leaving_ties, node_item
from oldhand.graph.definition import DERIVED_LABELS, MEMORY
from oldhand.graph.falkordb.literals import literal
from oldhand.model.canonical import LARGEST_INTEGER
from oldhand.store.reader import Reader

NAME = "cypher"
WHAT = "a script of Cypher as `graph export` writes it"
FORMAT, VERSION = "oldhand-graph", 1
MOST_PROPERTIES = 500  # of one node: a memory has some thirty
_LABELS = {label.lower(): label for label in DERIVED_LABELS}
_NODE = re.compile(r"MERGE \(n((?::[A-Za-z]{1,40}){1,4}) \{id: ")
_NODE_SET = re.compile(r"\}\) SET n \+= ")
_EDGE = re.compile(r"MATCH \(a:[A-Za-z]{1,40} \{id: ")
_EDGE_OTHER = re.compile(r"\}\), \(b:[A-Za-z]{1,40} \{id: ")
_EDGE_SET = re.compile(r"\}\) MERGE \(a\)-\[r:([A-Z_]{1,60})\]->\(b\) SET r \+= ")
_END = re.compile(r";\s*\Z")
_TEXT = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,16}")
_KEY = re.compile(r"`([^`]{1,200})`:")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def looks_like(first: bytes) -> bool:
    """Whether a file that begins so is of this format."""
    return first.startswith(f"// {FORMAT} ".encode())


# -- writing -------------------------------------------------------------------------------------------


def lines(reader: Reader, *, with_derived: bool = False) -> Iterator[tuple[str, bytes]]:
    """("node", "edge" or empty; a statement) of an export. The same store always gives the same bytes."""
    root = reader.root()
    yield "", f"// {FORMAT} {VERSION}, root {root.root.hex() if root.number else 'none'}\n".encode()
    for label in (MEMORY, *(DERIVED_LABELS if with_derived else ())):
        # As a comment: where the index is there already, some servers refuse the statement and stop.
        yield "", f"// once, before a large one: CREATE INDEX FOR (n:{label}) ON (n.id)\n".encode()
    for one in leaving(reader, with_derived=with_derived):
        labels = "".join(f":{label}" for label in one.labels)
        properties = literal({name: value for name, value in one.properties.items() if name != "id"})
        yield "node", _line(f"MERGE (n{labels} {{id: {literal(one.id)}}}) SET n += {properties};")
    for tie in leaving_ties(reader, with_derived=with_derived):
        label = _LABELS.get(tie.target.partition(":")[0], MEMORY)
        ends = f"(a:{MEMORY} {{id: {literal(tie.source)}}}), (b:{label} {{id: {literal(tie.target)}}})"
        made = f"MERGE (a)-[r:{tie.type}]->(b) SET r += {literal(tie.properties)};"
        yield "edge", _line(f"MATCH {ends} {made}")


def _line(statement: str) -> bytes:
    """A statement on one line: line breaks stand in texts alone, where Cypher has escapes for them."""
    return statement.replace("\n", "\\n").replace("\r", "\\r").encode() + b"\n"


# -- reading -------------------------------------------------------------------------------------------


def read(source: Source) -> Iterator[Item]:
    """Each statement that makes a node is a memory, each that makes an edge a tie."""
    name = named(source.path, source.root)
    file = opened(source.path, source.root)
    if isinstance(file, str):
        yield Skipped(name, file)
        return
    number = 0
    with file:
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            source.seen(len(raw))
            if len(raw) > LONGEST_LINE:
                yield Skipped(f"{name}:{number}", f"it is longer than {LONGEST_LINE >> 20} MiB; the rest was not read")
                return
            if raw.strip() and not raw.startswith((b"//", b"CREATE INDEX ")):
                yield _item(raw, f"{name}:{number}")


def _item(raw: bytes, place: str) -> Item:
    try:
        statement = raw.decode("utf-8")
        return _node(statement, place) or _edge(statement, place) or Skipped(place, "it is no statement of an export")
    except UnicodeDecodeError:
        return Skipped(place, "it is not written in UTF-8")
    except (ValueError, RecursionError):
        return Skipped(place, "a value in it is none that an export writes")


def _node(statement: str, place: str) -> Item | None:
    head = _NODE.match(statement)
    if not head:
        return None
    name, at = _value(statement, head.end())
    at = _behind(_NODE_SET, statement, at)
    said, at = _map(statement, at)
    _behind(_END, statement, at)
    return node_item(str(name), tuple(head[1][1:].split(":")), said, place)


def _edge(statement: str, place: str) -> Item | None:
    head = _EDGE.match(statement)
    if not head:
        return None
    source, at = _value(statement, head.end())
    target, at = _value(statement, _behind(_EDGE_OTHER, statement, at))
    made = _EDGE_SET.match(statement, at)
    if not made:
        raise ValueError(place)
    _, at = _map(statement, made.end())
    _behind(_END, statement, at)
    return edge_item(str(source), made[1], str(target), place)


def _behind(pattern: re.Pattern[str], statement: str, at: int) -> int:
    """Where what the pattern names ends. Raises ValueError when it is not there."""
    found = pattern.match(statement, at)
    if not found:
        raise ValueError(at)
    return found.end()


def _map(statement: str, at: int) -> tuple[dict[str, Any], int]:
    """A map of properties from a place on, and where it ends."""
    if statement[at : at + 1] != "{":
        raise ValueError(at)
    at += 1
    said: dict[str, Any] = {}
    while statement[at : at + 1] != "}":
        key = _KEY.match(statement, at)
        if not key or len(said) >= MOST_PROPERTIES:
            raise ValueError(at)
        said[key[1]], at = _value(statement, key.end())
        at += statement[at : at + 1] == ","
    return said, at + 1


def _value(statement: str, at: int, *, within: bool = False) -> tuple[Any, int]:
    """A text, a whole number or a list of them from a place on, and where it ends. Raises ValueError for others."""
    if found := _TEXT.match(statement, at):
        return _ESCAPE.sub(_unescaped, found[1]), found.end()
    if found := _NUMBER.match(statement, at):
        number = int(found[0])
        if abs(number) > LARGEST_INTEGER:
            raise ValueError(at)
        return number, found.end()
    if statement[at : at + 1] != "[" or within:
        raise ValueError(at)
    at += 1
    items: list[Any] = []
    while statement[at : at + 1] != "]":
        item, at = _value(statement, at, within=True)
        items.append(item)
        at += statement[at : at + 1] == ","
    return items, at + 1


def _unescaped(found: re.Match[str]) -> str:
    said = found[1]
    return chr(int(said[1:], 16)) if len(said) == 5 else _PLAIN.get(said, said)
