"""The `knowledge.json` of lean-ctx: facts by category and key with their validity, patterns and insights."""

from collections.abc import Iterator, Mapping
from typing import Any

from oldhand.exchange.foreign import Foreign, Item, Skipped, Source, Tie, line_of, share, tags_of, text_of
from oldhand.exchange.foreign_files import named
from oldhand.exchange.foreign_json import json_members

NAME = "lean-ctx"
WHAT = "the knowledge.json of lean-ctx"
_DOMAINS = {
    "architecture": "architecture", "arch": "architecture", "data_model": "architecture", "schema": "architecture",
    "decision": "decisions", "decisions": "decisions", "gotcha": "issues", "gotchas": "issues", "bug": "issues",
    "bugs": "issues", "known_bugs": "issues", "known_issues": "issues", "blocker": "issues", "blockers": "issues",
    "convention": "patterns", "conventions": "patterns", "style": "patterns", "pattern": "patterns",
    "patterns": "patterns", "workflow": "patterns", "dependency": "dependencies", "dependencies": "dependencies",
    "deps": "dependencies", "finding": "history", "findings": "history", "observation": "history",
}  # fmt: skip
_KINDS = {"decision": "decision", "gotcha": "gotcha", "convention": "convention", "preference": "convention"}
_OF_DOMAIN = {"decisions": "decision", "issues": "gotcha"}


def looks_like(said: Mapping[str, Any]) -> bool:
    """Whether a JSON object is of this format."""
    return isinstance(said.get("facts"), list) and ("project_hash" in said or "project_root" in said)


def read(source: Source) -> Iterator[Item]:
    """Current facts answer their slot; those whose time is over are memories of their own, superseded by them."""
    name = named(source.path, source.root)
    for member in json_members(source.path, source):
        if isinstance(member, Skipped):
            yield member
            continue
        place = f"{name}#{member.name}:{member.number}"
        if member.number and member.name in _READERS and isinstance(member.value, dict):
            yield from _READERS[member.name](member.value, place)
        elif member.number and member.name in _READERS:
            yield Skipped(place, "it is no JSON object")


def _fact(said: Mapping[str, Any], place: str) -> Iterator[Item]:
    category, key = line_of(said.get("category"), 60).casefold(), line_of(said.get("key"), 150)
    value = text_of(said.get("value"))
    if not key or not value:
        yield Skipped(place, "the fact has no key, or no value")
        return
    domain = _DOMAINS.get(category, "context")
    slot, since = f"{category}/{key}", line_of(said.get("valid_from")) or line_of(said.get("created_at"))
    until = line_of(said.get("valid_until"))
    kind = _KINDS.get(line_of(said.get("archetype")), _OF_DOMAIN.get(domain, "claim"))
    fact = Foreign(
        value if key.casefold() in value.casefold() else f"{key}: {value}", place, id=slot, kind=kind, title=key,
        domain=domain, key=key, tags=tags_of([category]), created=line_of(said.get("created_at")),
        updated=line_of(said.get("last_confirmed")), valid_from=since, confidence=share(said.get("confidence")),
        author=line_of(said.get("source_session")),
    )  # fmt: skip
    if not until:
        yield fact
        return
    old = f"{slot}@{since}"
    yield fact._replace(id=old, key="", valid_until=until, replaced=True)
    yield Tie(slot, "supersedes", old, place)


def _pattern(said: Mapping[str, Any], place: str) -> Iterator[Item]:
    text, sort = text_of(said.get("description")), line_of(said.get("pattern_type"), 60)
    if not text:
        yield Skipped(place, "the pattern says nothing")
        return
    examples = said.get("examples")
    shown = [text_of(one) for one in examples if text_of(one)][:5] if isinstance(examples, list) else []
    told = f"{text} Examples: {'; '.join(shown)}" if shown else text
    yield Foreign(
        told, place, kind="convention", title=sort, domain="patterns", tags=tags_of([sort]),
        created=line_of(said.get("created_at")),
    )  # fmt: skip


def _insight(said: Mapping[str, Any], place: str) -> Iterator[Item]:
    if text := text_of(said.get("summary")):
        yield Foreign(text, place, kind="summary", domain="history", created=line_of(said.get("timestamp")))
    else:
        yield Skipped(place, "the insight says nothing")


_READERS = {"facts": _fact, "patterns": _pattern, "history": _insight}
