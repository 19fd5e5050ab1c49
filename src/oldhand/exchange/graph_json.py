"""The graph as node-link JSON, as networkx reads and writes it: one node or edge a line (docs/GRAPH.md)."""

import json
from collections.abc import Iterator
from typing import Any

from oldhand.exchange.foreign import Item, Skipped, Source
from oldhand.exchange.foreign_files import named
from oldhand.exchange.foreign_json import Member, json_members
from oldhand.exchange.graph_items import edge_item, leaving, leaving_ties, node_item
from oldhand.model.visible import in_json
from oldhand.store.reader import Reader

NAME = "graph-json"
WHAT = "a graph as node-link JSON, as networkx writes it"
FORMAT, VERSION = "oldhand-graph", 1
_EDGES = ("edges", "links")  # networkx called them links until 3.4
_ENDS = (("source", "target"), ("from", "to"), ("start", "end"))


def looks_like(names: set[str]) -> bool:
    """Whether a JSON object with these members is of this format."""
    return "nodes" in names and bool(names & {"directed", "multigraph", *_EDGES})


def lines(reader: Reader, *, with_derived: bool = False) -> Iterator[tuple[str, bytes]]:
    """("node", "edge" or empty; a piece of the file) of an export. The same store always gives the same bytes."""
    root = reader.root()
    head = {"format": FORMAT, "version": VERSION, "root": root.root.hex() if root.number else ""}
    yield "", b'{"directed":true,"multigraph":true,"graph":' + _written(head) + b',\n"nodes":['
    comma = b"\n"
    for one in leaving(reader, with_derived=with_derived):
        yield "node", comma + _written({"id": one.id, "labels": list(one.labels)} | one.properties)
        comma = b",\n"
    yield "", b'\n],\n"edges":['
    comma = b"\n"
    for tie in leaving_ties(reader, with_derived=with_derived):
        said = {"source": tie.source, "target": tie.target, "key": tie.type, "type": tie.type}
        yield "edge", comma + _written(said | tie.properties)
        comma = b",\n"
    yield "", b"\n]}\n"


def _written(value: Any) -> bytes:
    """A value on one line, with escapes for whatever a terminal obeys."""
    return in_json(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))).encode()


def read(source: Source) -> Iterator[Item]:
    """Each node is a memory, each edge with a relation of ours a tie."""
    name = named(source.path, source.root)
    for member in json_members(source.path, source):
        if isinstance(member, Skipped):
            yield member
        elif member.number and member.name == "nodes":
            yield _node(member, f"{name}#nodes:{member.number}")
        elif member.number and member.name in _EDGES:
            yield _edge(member, f"{name}#{member.name}:{member.number}")


def _node(member: Member, place: str) -> Item:
    said = member.value
    if not isinstance(said, dict):
        return Skipped(place, "it is no JSON object")
    given = said.get("labels")
    labels = tuple(one for one in given if isinstance(one, str)) if isinstance(given, list) else ()
    return node_item(_name(said.get("id")), labels, said, place)


def _edge(member: Member, place: str) -> Item:
    said = member.value
    if not isinstance(said, dict):
        return Skipped(place, "it is no JSON object")
    ends = next((pair for pair in _ENDS if pair[0] in said and pair[1] in said), _ENDS[0])
    type_ = next((said[name] for name in ("type", "relation", "label", "key") if isinstance(said.get(name), str)), "")
    return edge_item(_name(said.get(ends[0])), type_, _name(said.get(ends[1])), place)


def _name(value: object) -> str:
    """How a node is called, which some write as a number."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
