"""The operation `provenance`."""

import json
from typing import Any, Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.model.moment import iso
from oldhand.model.relation import LINEAGE
from oldhand.model.trust import least
from oldhand.operation import READ, operation
from oldhand.store.reader import Reader

DEEPEST = 64  # steps followed towards the leaves: beyond that the lineage is a circle or a mistake


class Source(NamedTuple):
    """A wording that went into a memory: who said it, when, by which way in; depth 0 is the memory itself.

    leaf: whether it was made from nothing else; how: the tie that led to it (wording, input, derived_from …).
    """

    revision: str
    memory: str
    text: str
    how: str
    depth: int
    leaf: bool
    at: str
    actor: str
    origin: str
    trust: str


class Provenance(NamedTuple):
    """Where a memory comes from, down to the leaves; trust: the least of all of them."""

    id: str
    trust: str
    sources: list[Source]
    root: str
    scope: str


@operation(READ)
def provenance(
    memory: Memory, name: str, *, as_of: str = "", scope: Literal["project", "global"] = "project"
) -> Provenance:  # fmt: skip
    """Tell where a memory comes from: who said it, when, and from what it was made, to the leaves

    Parameters
    name: at least 6 characters of its id or of the address of one of its wordings
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    """
    with memory.reading(as_of, scope) as reader:
        start = reader.resolve(name)
        memory.trace_detail = {"memory": short(start)} if scope == "project" else {}  # that it was used, for `utility`
        sources: list[Source] = []
        seen: set[str] = set()
        _follow(reader, start, "wording", 0, seen, sources)
        return Provenance(
            start, least(*(source.trust for source in sources)) if sources else "", sources,
            reader.root().root.hex(), scope,
        )  # fmt: skip


def _follow(reader: Reader, memory: str, how: str, depth: int, seen: set[str], sources: list[Source]) -> None:
    """Add the current wordings of a memory and what they were made from, each once."""
    held = reader.find(memory)
    if held is None or memory in seen or depth > DEEPEST:
        return
    seen.add(memory)
    ties = [edge for edge in reader.edges(memory) if edge.source == memory and edge.rel in LINEAGE]
    for wording in held.wordings:
        sources.append(
            Source(
                wording.revision, memory, wording.content["text"], how, depth, not (wording.inputs or ties),
                iso(wording.at), wording.actor, wording.origin, wording.trust,
            )
        )  # fmt: skip
        for revision in wording.inputs:
            _follow_input(reader, revision, depth + 1, seen, sources)
    for edge in ties:
        _follow(reader, edge.target, edge.rel, depth + 1, seen, sources)


def _follow_input(reader: Reader, revision: str, depth: int, seen: set[str], sources: list[Source]) -> None:
    """Add a wording that another was made from, by its address; it may be an old wording of a memory, or gone."""
    if revision in seen or depth > DEEPEST:
        return
    seen.add(revision)
    body = reader.intact(revision)
    parsed: dict[str, Any] = json.loads(body) if body else {"content": {"text": ""}, "inputs": []}
    said = reader.said(revision)
    sources.append(
        Source(
            revision, said.memory if said else "", parsed["content"]["text"], "input", depth, not parsed["inputs"],
            iso(said.clock.wall) if said else "", said.actor if said else "", said.origin if said else "",
            str(said.fields.get("trust", "")) if said else "",
        )
    )  # fmt: skip
    for deeper in parsed["inputs"]:
        _follow_input(reader, deeper, depth + 1, seen, sources)
