"""The JSON lines of `@modelcontextprotocol/server-memory`: entities with observations, and relations between them."""

from collections.abc import Iterator
from typing import Any

from oldhand.exchange.foreign import Foreign, Item, Skipped, Source, Tie, line_of, tags_of, text_of
from oldhand.exchange.foreign_files import Line, json_lines, named
from oldhand.model.relation import RELATIONS

NAME = "server-memory"
WHAT = "the JSON lines of @modelcontextprotocol/server-memory"
# What people call relations there, and the tie of ours that means the same. The sentence is kept beside it.
_RELATIONS = {
    "uses": "depends_on", "requires": "depends_on", "needs": "depends_on", "contains": "", "belongs_to": "part_of",
    "is_part_of": "part_of", "replaces": "supersedes", "supersedes": "supersedes", "conflicts_with": "contradicts",
}  # fmt: skip


def looks_like(said: dict[str, Any]) -> bool:
    """Whether a line is of this format."""
    return (said.get("type") == "entity" and "observations" in said) or (
        said.get("type") == "relation" and "from" in said
    )


def read(source: Source) -> Iterator[Item]:
    """Each observation is a memory; a relation is a statement tied to its ends, and a tie where we know its like."""
    name = named(source.path, source.root)
    for line in json_lines(source.path, source):
        if isinstance(line, Skipped):
            yield line
        elif line.said.get("type") == "entity":
            yield from _entity(line, f"{name}:{line.number}")
        elif line.said.get("type") == "relation":
            yield from _relation(line, f"{name}:{line.number}")
        else:
            yield Skipped(f"{name}:{line.number}", "it is neither an entity nor a relation")


def _entity(line: Line, place: str) -> Iterator[Item]:
    name, sort = line_of(line.said.get("name")), line_of(line.said.get("entityType"), 60)
    observations = line.said.get("observations")
    if not name or not isinstance(observations, list):
        yield Skipped(place, "the entity has no name, or no list of observations")
        return
    tags = tags_of([sort])
    texts = [text_of(one) for one in observations]
    for number, text in enumerate(text for text in texts if text):
        said = text if name.casefold() in text.casefold() else f"{name}: {text}"
        yield Foreign(said, place, id="" if number else name, title=name, tags=tags)
    if not any(texts):
        what = f" is a {sort}" if sort else ""
        yield (
            Foreign(f"{name}{what}.", place, id=name, title=name, tags=tags)
            if what
            else Skipped(place, "nothing is said of the entity", fault=False)
        )
    if len(texts) != len([text for text in texts if text]):
        yield Skipped(place, "an observation is empty, or no text")


def _relation(line: Line, place: str) -> Iterator[Item]:
    start, end = line_of(line.said.get("from")), line_of(line.said.get("to"))
    relation = line_of(line.said.get("relationType"), 100)
    if not (start and end and relation):
        yield Skipped(place, "the relation has no ends, or no type")
        return
    links = (("relates_to", start), ("relates_to", end))
    words = relation.replace("_", " ")
    yield Foreign(f"{start} {words} {end}.", place, title=f"{start} {words} {end}"[:200], links=links)
    known = relation.casefold().replace("-", "_").replace(" ", "_")
    tie = known if known in RELATIONS else _RELATIONS.get(known, "")
    if tie:
        yield Tie(start, tie, end, place)
