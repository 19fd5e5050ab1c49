"""The issues of beads as JSON lines (`bd export`, `.beads/issues.jsonl`), and what `bd remember` kept among them."""

from collections.abc import Iterator, Mapping
from typing import Any

from oldhand.exchange.foreign import Foreign, Item, Skipped, Source, Tie, line_of, tags_of, text_of
from oldhand.exchange.foreign_files import json_lines, named
from oldhand.exchange.prose import shorten

NAME = "beads"
WHAT = "issues and memories of beads as JSON lines (bd export)"
LONGEST_DESCRIPTION = 2_000  # characters: what an issue is about; its whole text stays in beads
# Types that record how agents ran, not what is known.
_OPERATIONAL = frozenset({
    "event", "agent", "molecule", "message", "gate", "rig", "role", "merge-request", "slot", "convoy", "wisp",
})  # fmt: skip
_TIES = {
    "blocks": "depends_on", "parent-child": "part_of", "discovered-from": "caused_by", "related": "relates_to",
    "relates-to": "relates_to", "supersedes": "supersedes", "duplicates": "relates_to",
}  # fmt: skip
_DOMAINS = {"decision": "decisions", "bug": "issues"}
_DONE = frozenset({"closed", "done", "resolved"})


def looks_like(said: dict[str, Any]) -> bool:
    """Whether a line is of this format."""
    kind = said.get("_type", "issue")
    return (kind == "memory" and "value" in said) or ("issue_type" in said and "title" in said and "id" in said)


def read(source: Source) -> Iterator[Item]:
    """An issue is one memory with its id as key, so that its state is followed; dependencies are ties."""
    name = named(source.path, source.root)
    for line in json_lines(source.path, source):
        if isinstance(line, Skipped):
            yield line
        elif line.said.get("_type") == "memory":
            yield _memory(line.said, f"{name}:{line.number}")
        else:
            yield from _issue(line.said, f"{name}:{line.number}")


def _memory(said: Mapping[str, Any], place: str) -> Item:
    key, text = line_of(said.get("key"), 150), text_of(said.get("value") or said.get("text"))
    if not text:
        return Skipped(place, "the memory says nothing")
    created, updated = line_of(said.get("created_at")), line_of(said.get("updated_at"))
    return Foreign(
        text, place, id=f"memory:{key}" if key else "", key=f"beads/{key}" if key else "", title=key,
        created=created, updated=updated,
    )  # fmt: skip


def _issue(said: Mapping[str, Any], place: str) -> Iterator[Item]:
    name, title = line_of(said.get("id"), 120), line_of(said.get("title"))
    if not name or not title:
        yield Skipped(place, "the issue has no id, or no title")
        return
    kind, status = line_of(said.get("issue_type"), 60).casefold(), line_of(said.get("status"), 60).casefold()
    if status == "tombstone" or kind in _OPERATIONAL:
        why = "it was deleted there" if status == "tombstone" else f"a record of the type {kind} is about runs"
        yield Skipped(place, why, fault=False)
        return
    labels = said.get("labels")
    done = status in _DONE
    yield Foreign(
        _told(said, name, title, kind, status, done=done), place, id=name, key=f"beads/{name}",
        kind="decision" if kind == "decision" else "claim", title=title,
        domain=_DOMAINS.get(kind, "tasks"),  # not by its state: a slot is a domain and a key
        tags=tags_of([kind, status, *(labels if isinstance(labels, list) else ())]),
        created=line_of(said.get("created_at")), updated=line_of(said.get("updated_at")),
        author=line_of(said.get("created_by")),
    )  # fmt: skip
    yield from _ties(said, name, place)


def _told(said: Mapping[str, Any], name: str, title: str, kind: str, status: str, *, done: bool) -> str:
    """An issue as a statement: what it is about, how it stands, and what came of it."""
    ended = line_of(said.get("close_reason"), 600)
    when = line_of(said.get("closed_at"), 40)[:10]
    state = f"closed{f' {when}' if when else ''}{f': {ended}' if ended else ''}" if done else status or "open"
    about = shorten(text_of(said.get("description")), LONGEST_DESCRIPTION)
    parts = [f"{(kind or 'issue').capitalize()} {name} ({state}): {title}", about]
    parts += [
        f"{label.replace('_', ' ').capitalize()}: {more}"
        for label in ("design", "acceptance_criteria", "notes")
        if (more := shorten(text_of(said.get(label)), LONGEST_DESCRIPTION // 2))
    ]
    return "\n".join(part for part in parts if part)


def _ties(said: Mapping[str, Any], name: str, place: str) -> Iterator[Item]:
    depends = said.get("dependencies")
    for one in depends if isinstance(depends, list) else ():
        if isinstance(one, dict):
            relation = _TIES.get(line_of(one.get("type")))
            target = line_of(one.get("depends_on_id"), 120)
            if relation and target and target != name:
                yield Tie(name, relation, target, place)
