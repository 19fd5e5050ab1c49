"""What the graph is: one definition for questions, exports and FalkorDB (docs/GRAPH.md).

Nodes are memories: the label Memory and that of their kind (Decision, Outcome, Negative, ...). Edges are links: their
type is the relation in capitals (OUTCOME_OF, DEPENDS_ON, ...). Nodes that follow from memories are derived on request:
files, dependencies, commits, pull requests, incidents and agents. The same store always gives the same graph.
"""

from collections.abc import Iterator
from typing import NamedTuple

from oldhand.model.anchor import DEPENDENCY
from oldhand.store import graph_reading
from oldhand.store.graph_reading import Link, Node
from oldhand.store.reader import Reader

Value = str | int | list[str]

MEMORY = "Memory"
FILE, DEPENDENCY_LABEL, COMMIT = "File", "Dependency", "Commit"
PULL_REQUEST, INCIDENT, AGENT = "PullRequest", "Incident", "Agent"
DERIVED_LABELS = (FILE, DEPENDENCY_LABEL, COMMIT, PULL_REQUEST, INCIDENT, AGENT)
# relation of ours that is not a link -> what it says
ANCHORED_TO, USES, IMPLEMENTED_IN, RECORDS = "ANCHORED_TO", "USES", "IMPLEMENTED_IN", "RECORDS"
IN_PULL_REQUEST, TIED_TO_INCIDENT, SAID_BY = "IN_PULL_REQUEST", "TIED_TO_INCIDENT", "SAID_BY"
DERIVED_TYPES = (ANCHORED_TO, USES, IMPLEMENTED_IN, RECORDS, IN_PULL_REQUEST, TIED_TO_INCIDENT, SAID_BY)
WORK = ("engram",)  # kinds whose commit tag names the work they record, not where a decision was carried out
_TAGS = {"commit:": COMMIT, "pr:": PULL_REQUEST, "incident:": INCIDENT}
_BY_TAG = {COMMIT: IMPLEMENTED_IN, PULL_REQUEST: IN_PULL_REQUEST, INCIDENT: TIED_TO_INCIDENT}
# Fields of kinds that hold a whole number as text; as properties they are numbers, so that they can be compared.
NUMBERS = frozenset({"confidence", "estimate", "value", "weight", "quality", "took"})
SURENESS = "memory_confidence"  # `confidence` alone is what a decision stated


class Vertex(NamedTuple):
    """A node as graph programs see it: an id, labels with the general one first, and properties that are not empty."""

    id: str
    labels: tuple[str, ...]
    properties: dict[str, Value]


class Relationship(NamedTuple):
    """An edge as graph programs see it: the ids of its ends, its type and its properties."""

    source: str
    type: str
    target: str
    properties: dict[str, Value]


def label(kind: str) -> str:
    """The label of a kind: `decision` is Decision."""
    return kind.capitalize()


def edge_type(relation: str) -> str:
    """The type of a relation's edges: `outcome_of` is OUTCOME_OF."""
    return relation.upper()


def vertex(node: Node) -> Vertex:
    """A memory as a vertex."""
    said: dict[str, Value] = {
        "id": node.id, "kind": node.kind, "standing": node.standing, "trust": node.trust, "domain": node.domain,
        "key": node.key, "text": node.text, "title": node.title, "said_by": node.actor, "revision": node.revision,
        "tags": list(node.tags), "anchors": list(node.anchors), "inputs": list(node.inputs),
    }  # fmt: skip
    said = {name: value for name, value in said.items() if value or name == "text"}
    said |= {"created": node.created, "updated": node.updated}
    if node.priority:
        said["priority"] = node.priority
    if node.confidence >= 0:
        said[SURENESS] = node.confidence
    for name, moment in (("valid_from", node.valid_from), ("valid_until", node.valid_until)):
        if moment is not None:
            said[name] = moment
    for name, value in node.fields:
        said[name] = list(value) if isinstance(value, tuple) else as_number(name, value)
    return Vertex(node.id, (MEMORY, label(node.kind)), said)


def as_number(name: str, value: str) -> str | int:
    """The value of a field as a property: a number where the field holds one and nothing of its writing is lost."""
    if name in NUMBERS and value.isascii() and value.isdigit() and len(value) < 16 and str(int(value)) == value:
        return int(value)
    return value


def relationship(link: Link) -> Relationship:
    """A link as a relationship."""
    return Relationship(link.source, edge_type(link.rel), link.target, {"since": link.since})


def derived(node: Node) -> tuple[list[Vertex], list[Relationship]]:
    """What follows from one memory: the files, commits and so on it speaks of and who said it, and its ties to them."""
    vertices: dict[str, Vertex] = {}
    ties: list[Relationship] = []

    def tie(kind: str, name: str, type_: str, properties: dict[str, Value]) -> None:
        identity = f"{kind.lower()}:{name}"
        vertices[identity] = Vertex(identity, (kind,), {"id": identity, "name": name})
        ties.append(Relationship(node.id, type_, identity, properties))

    for anchor in node.anchors:
        if anchor.startswith(DEPENDENCY):
            tie(DEPENDENCY_LABEL, anchor[len(DEPENDENCY) :], USES, {})
        else:
            tie(FILE, path_of(anchor), ANCHORED_TO, {"place": anchor})
    for tag in node.tags:
        for prefix, kind in _TAGS.items():
            if tag.startswith(prefix) and tag[len(prefix) :]:
                way = RECORDS if kind == COMMIT and node.kind in WORK else _BY_TAG[kind]
                tie(kind, tag[len(prefix) :], way, {})
    if node.actor:
        tie(AGENT, node.actor, SAID_BY, {"at": node.updated, "trust": node.trust})
    return list(vertices.values()), ties


def path_of(anchor: str) -> str:
    """The file that an anchor names."""
    from oldhand.errors import BadInput
    from oldhand.model.anchor import parse

    try:
        return parse(anchor).path
    except BadInput:  # a newer program wrote it: the file ends where a place in it begins
        return anchor.partition("::")[0]


def vertices(reader: Reader, *, with_derived: bool = False) -> Iterator[Vertex]:
    """Every vertex: memories in the order of their ids, then what is derived from them in the order of its ids."""
    more: dict[str, Vertex] = {}
    for node in graph_reading.nodes(reader):
        yield vertex(node)
        if with_derived:
            more.update((one.id, one) for one in derived(node)[0])
    for identity in sorted(more):
        yield more[identity]


def relationships(reader: Reader, *, with_derived: bool = False) -> Iterator[Relationship]:
    """Every relationship: links by source, type and target, then derived ties by source."""
    for link in graph_reading.links(reader):
        yield relationship(link)
    if with_derived:
        for node in graph_reading.nodes(reader):
            yield from derived(node)[1]
