"""A graph as it leaves and as it comes back, whatever the format: memories as vertices, links as relationships.

What leaves is what `graph.definition` says the graph is. What comes back is memories and ties like those of any other
memory (`knowledge.moving_in`): believed no further than who imports, screened, and never over what people said here.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from oldhand.exchange.foreign import LONGEST_ID, LONGEST_TEXT, First, Foreign, Item, Skipped, Tie, line_of, text_of
from oldhand.graph.definition import (
    DERIVED_LABELS,
    DERIVED_TYPES,
    MEMORY,
    SURENESS,
    Relationship,
    Vertex,
    derived,
    relationships,
    vertex,
)
from oldhand.model import kinds
from oldhand.model.moment import FIRST_MS, LAST_MS, iso
from oldhand.model.relation import RELATIONS
from oldhand.model.trust import RANK
from oldhand.store import graph_reading
from oldhand.store.reader import Reader

FIRST_WORDING = "first_wording"  # of a memory without a key that was reworded: what its id follows from, as JSON
UNIT = 10_000  # confidence is kept in ten-thousandths
MOST_TAGS, MOST_ANCHORS, MOST_INPUTS = 32, 200, 10_000  # of one node that are taken: more is no memory
# What nodes of other programs call what a memory calls its text, the likeliest first.
_TEXTS = ("text", "content", "description", "label", "name", "title")
_DERIVED = frozenset(label.lower() for label in DERIVED_LABELS)
_FOLLOWS = "files, commits and agents follow from the memories, and are not taken"
_HEX = frozenset("0123456789abcdef")


def leaving(reader: Reader, *, with_derived: bool) -> Iterator[Vertex]:
    """Every vertex of an export, in a fixed order, with what an import needs to give memories their ids again."""
    more: dict[str, Vertex] = {}
    for node in graph_reading.nodes(reader):
        told = vertex(node)
        if not node.key and not node.revision.startswith(node.id) and (said := graph_reading.first_body(reader, node)):
            told.properties[FIRST_WORDING] = said.decode()
        yield told
        if with_derived:
            more.update((one.id, one) for one in derived(node)[0])
    for identity in sorted(more):
        yield more[identity]


def leaving_ties(reader: Reader, *, with_derived: bool) -> Iterator[Relationship]:
    """Every relationship of an export, behind its vertices: those of memories that turned out damaged are left out."""
    damaged = set(reader.damaged)
    for one in relationships(reader, with_derived=with_derived):
        if one.source not in damaged and one.target not in damaged:
            yield one


def node_item(name: str, labels: tuple[str, ...], said: Mapping[str, Any], place: str) -> Item:
    """A node of a graph as something to take in. said: its properties, lists as lists."""
    if MEMORY not in labels and any(label.lower() in _DERIVED for label in labels):
        return Skipped(place, _FOLLOWS, fault=False)
    ours = isinstance(said.get("kind"), str) and isinstance(said.get("text"), str)
    text = said["text"] if ours else next((one for one in map(text_of, map(said.get, _TEXTS)) if one), "")
    if not text:
        return Skipped(place, "the node says nothing: it has no text")
    if len(text) > LONGEST_TEXT:
        return Skipped(place, f"its text is longer than {LONGEST_TEXT >> 10} KiB: keep it as a file")
    kind = said["kind"] if ours and said["kind"] in kinds.names() else "claim"
    title = said.get("title", "")
    title = (title if isinstance(title, str) else "") if ours else line_of(title)
    item = Foreign(
        text, place, id=_name(name or said.get("id")), kind=kind,
        title="" if title == text else title, domain=_text(said, "domain"), key=_text(said, "key"),
        tags=_texts(said.get("tags"), MOST_TAGS), anchors=_texts(said.get("anchors"), MOST_ANCHORS),
        valid_from=_moment(said.get("valid_from")), valid_until=_moment(said.get("valid_until")),
        confidence=_share(said.get(SURENESS)), priority=_priority(said.get("priority")),
        retired=said.get("standing") == "retired", fields=_fields(kind, said) if ours else (),
        trust=said["trust"] if said.get("trust") in RANK else "", author=line_of(said.get("said_by")),
    )  # fmt: skip
    if not ours:
        return item
    return item._replace(title=title, inputs=_addresses(said.get("inputs")), first=_first(said.get(FIRST_WORDING)))


def edge_item(source: str, type_: str, target: str, place: str) -> Item:
    """An edge of a graph as something to take in. type_: in whatever case, with dashes, blanks or underscores."""
    if type_ in DERIVED_TYPES:
        return Skipped(place, _FOLLOWS, fault=False)
    relation = type_.strip().lower().replace("-", "_").replace(" ", "_")
    if relation not in RELATIONS:
        return Skipped(place, f"its relation is none of ours: {line_of(type_, 60) or 'it has none'}", fault=False)
    if not (start := _name(source)) or not (end := _name(target)):
        return Skipped(place, "the edge has no ends")
    return Tie(start, relation, end, place)


def _name(value: object) -> str:
    """How a node is called, as text that can be kept; empty for none."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return ""
    return str(value)[:LONGEST_ID].replace("\0", "").encode("utf-8", "replace").decode()


def _fields(kind: str, said: Mapping[str, Any]) -> tuple[tuple[str, str | tuple[str, ...]], ...]:
    """The further fields that the kind has."""
    found: list[tuple[str, str | tuple[str, ...]]] = []
    for name, default in kinds.defaults_of(kind).items():
        value = said.get(name)
        if name == "title" or value is None or isinstance(value, (bool, float)):
            continue
        if isinstance(default, tuple):
            found.append((name, _texts(value, MOST_INPUTS)))
        elif isinstance(value, (str, int)):
            found.append((name, str(value)))
    return tuple(found)


def _first(value: object) -> First | None:
    """The first wording that a node tells; None when there is none, or it is none."""
    try:
        said = json.loads(value) if isinstance(value, str) and len(value) <= kinds.LONGEST_TEXT else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(content := said.get("content"), dict):
        return None
    fields = {name: tuple(one) if isinstance(one, list) else one for name, one in content.items()}
    kind = said.get("kind")
    if kind not in kinds.names() or not all(isinstance(one, (str, tuple)) for one in fields.values()):
        return None
    return First(str(kind), fields, _addresses(said.get("inputs")))


def _addresses(value: object) -> tuple[str, ...]:
    return tuple(one for one in _texts(value, MOST_INPUTS) if len(one) == 64 and _HEX.issuperset(one))


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _texts(value: object, most: int) -> tuple[str, ...]:
    """A list of texts; one text is a list of it, and JSON of a list is that list."""
    if isinstance(value, str):
        try:
            found = json.loads(value) if value.startswith("[") else [value]
        except (ValueError, RecursionError):
            found = [value]
        value = found if isinstance(found, list) else [str(value)]
    return tuple(one for one in value if isinstance(one, str))[:most] if isinstance(value, (list, tuple)) else ()


def _moment(value: object) -> str:
    """A moment in milliseconds since 1970, or as somebody wrote it, as a time."""
    if isinstance(value, int) and not isinstance(value, bool):
        return iso(value) if FIRST_MS <= value <= LAST_MS else ""
    return value if isinstance(value, str) and len(value) < 64 else ""


def _share(value: object) -> float:
    return value / UNIT if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= UNIT else -1.0


def _priority(value: object) -> int:
    return max(-100, min(100, value)) if isinstance(value, int) and not isinstance(value, bool) else 0
