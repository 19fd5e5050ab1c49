"""The store of mnemo: a folder of nodes, one JSON file each, and the list of those that are active."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oldhand.exchange.foreign import Foreign, Item, Skipped, Source, Tie, line_of, share, tags_of, text_of
from oldhand.exchange.foreign_files import files_below, named, whole_json
from oldhand.model.relation import RELATIONS

NAME = "mnemo"
WHAT = "the store of mnemo, its folder .mnemo"
MOST_ACTIVE = 1_000_000  # addresses in the list of active nodes that are held
PRIORITY = 50  # of ours for 1.0 there, where it outranks what is merely relevant
MOST_ANCHORS = 8  # of one node
DAY_SECONDS = 86_400
_DOMAINS = frozenset({
    "architecture", "decisions", "patterns", "tasks", "issues", "dependencies", "history", "context",
})  # fmt: skip
_KINDS = {"decisions": "decision", "issues": "gotcha", "patterns": "convention"}
_OTHERS = {"pipeline": "programs are not taken", "vector": "programs are not taken", "root": "a root is a snapshot"}


def folder_of(path: Path) -> Path | None:
    """The store in or at a folder, if there is one."""
    for folder in (path, path / ".mnemo"):
        if (folder / "nodes").is_dir() and (folder / "active.json").is_file():
            return folder
    return None


def read(source: Source) -> Iterator[Item]:
    """Each claim is a memory; what replaced another supersedes it; what is no longer active is put away."""
    folder = folder_of(source.path) or source.path
    said = whole_json(folder / "active.json", source)
    if isinstance(said, Skipped):
        yield said._replace(reason=f"{said.reason}; every node counts as active")
        said = None
    active = _addresses(said)
    for path in files_below(folder / "nodes", (".json",)):
        if isinstance(path, Skipped):
            yield path
            continue
        place = named(path, source.root)
        node = whole_json(path, source)
        if isinstance(node, Skipped):
            yield node
        elif not isinstance(node, dict):
            yield Skipped(place, "it is no JSON object")
        else:
            yield from _node(node, line_of(node.get("addr"), 64) or path.stem, active, place)


def _addresses(said: Any) -> frozenset[str] | None:
    """The addresses of the active nodes; None when they are not known."""
    if isinstance(said, dict):
        inner = said.get("active") or said.get("addresses")
        said = inner if isinstance(inner, list) else list(said)
    return frozenset(str(one) for one in said[:MOST_ACTIVE]) if isinstance(said, list) else None


def _node(node: Mapping[str, Any], name: str, active: frozenset[str] | None, place: str) -> Iterator[Item]:
    kind = line_of(node.get("type"), 40)
    if kind in _OTHERS:
        yield Skipped(place, _OTHERS[kind], fault=False)
        return
    text = text_of(_content(node.get("content")))
    meta = node.get("meta")
    said = meta if isinstance(meta, dict) else {}
    if not text:
        yield Skipped(place, "the node says nothing")
        return
    if any(said.get(mark) for mark in ("handoff", "checkpoint")):
        yield Skipped(place, "a handoff or a checkpoint is about a session", fault=False)
        return
    given = node.get("inputs")
    inputs = [line_of(one, 64) for one in given if isinstance(one, str)] if isinstance(given, list) else []
    old = line_of(said.get("supersedes"), 64) or (inputs[0] if kind == "supersede" and inputs else "")
    yield _told(node, said, text, kind, name, retired=active is not None and name not in active, place=place)
    if old and old != name:
        yield Tie(name, "supersedes", old, place)
    if kind == "compress":
        yield from (Tie(name, "derived_from", one, place) for one in inputs if one != name)
    yield from _links(said.get("links"), name, place)


def _told(
    node: Mapping[str, Any], said: Mapping[str, Any], text: str, kind: str, name: str, *, retired: bool, place: str
) -> Foreign:
    domain = line_of(said.get("domain"), 40).casefold()
    domain = domain if domain in _DOMAINS else ""
    sort = "summary" if kind == "compress" else "gap" if said.get("gap") else "question" if said.get("ask") else ""
    priority = said.get("priority")
    number = priority if isinstance(priority, (int, float)) and not isinstance(priority, bool) else 0
    created = _moment(node.get("created"))
    return Foreign(
        text, place, id=name, kind=sort or _KINDS.get(domain, "claim"), domain=domain, created=created,
        valid_until=_until(node.get("created"), said.get("ttl_days")), confidence=share(said.get("confidence")),
        priority=round(max(-1.0, min(2.0, number)) * PRIORITY), anchors=tuple(_anchors(said.get("anchors"))),
        tags=tags_of(said["tags"] if isinstance(said.get("tags"), list) else ()),
        retired=retired, replaced=retired,
        author=line_of(said.get("agent_id") or said.get("source")),
    )  # fmt: skip


def _content(value: object) -> object:
    """The text of a node: its content, or what its content calls its text."""
    if isinstance(value, dict):
        return next((value[name] for name in ("text", "content", "claim", "summary") if name in value), "")
    return value


def _anchors(value: object) -> Iterator[str]:
    """Anchors as ours name them; what ours cannot say is left away."""
    for one in value[:MOST_ANCHORS] if isinstance(value, list) else ():
        if not isinstance(one, dict):
            continue
        path = line_of(one.get("path") or one.get("file"), 500)
        if one.get("type") == "dependency" and line_of(one.get("name")):
            yield f"dep:{line_of(one.get('name'))}"
        elif one.get("type") == "grep" and path and '"' not in line_of(one.get("pattern")):
            yield f'{path}::"{line_of(one.get("pattern"))}"'
        elif path:
            yield path


def _links(value: object, name: str, place: str) -> Iterator[Item]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            target, relation = line_of(one.get("addr"), 64), line_of(one.get("rel"), 40)
            if target and target != name and relation in RELATIONS:
                yield Tie(name, relation, target, place)


def _seconds(value: object) -> float | None:
    """A moment as seconds since 1970, given as a number or written out."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 253_402_300_800:
        return float(value)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _moment(value: object) -> str:
    return _written(_seconds(value))


def _written(seconds: float | None) -> str:
    """Seconds since 1970 as a time; empty for none, and for one that no calendar has."""
    try:
        return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return ""


def _until(created: object, days: object) -> str:
    """Until when a node holds that was given so many days to live."""
    start = _seconds(created)
    if start is None or not isinstance(days, (int, float)) or isinstance(days, bool) or not 0 < days < 36_500:
        return ""
    return _written(start + days * DAY_SECONDS)
