"""The SQLite database of claude-mem: what it observed in sessions, and its summaries of them.

Its schema moves fast, so the columns that are there are used and nothing else is asked for.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from oldhand.errors import BadExport
from oldhand.exchange.foreign import Foreign, Item, Skipped, Source, line_of, tags_of, text_of
from oldhand.exchange.foreign_files import named, why_not
from oldhand.store.foreign_sqlite import ForeignDatabase

NAME = "claude-mem"
WHAT = "the SQLite database of claude-mem"
OBSERVED = (
    "id", "project", "type", "title", "subtitle", "text", "narrative", "facts", "concepts", "files_modified",
    "created_at", "created_at_epoch",
)  # fmt: skip
SUMMED = ("id", "project", "request", "learned", "completed", "next_steps", "created_at", "created_at_epoch")
ROW_BYTES = 1_000  # about what an observation takes with its indexes: for progress alone
MOST_FACTS = 12  # of one observation
MOST_ANCHORS = 5  # files of one observation that it is tied to; one that changed more speaks of none of them
_KINDS = {"decision": "decision", "bugfix": "gotcha"}
_DOMAINS = {"decision": "decisions", "bugfix": "issues", "discovery": "architecture"}
EVERYONE = "*"


def looks_like_tables(tables: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a database is of this format."""
    return "project" in tables.get("observations", ()) and ("sdk_sessions" in tables or "session_summaries" in tables)


def read(source: Source) -> Iterator[Item]:
    """Observations and summaries of one project. Prompts and tool calls are records of sessions, and are left out."""
    name = named(source.path, source.root)
    if reason := why_not(source.path, source.root):
        yield Skipped(name, reason)
        return
    try:
        with ForeignDatabase(source.path) as database:
            for row in database.rows("observations", OBSERVED):
                yield from _of_project(source, row, f"{name}#observations:{row['rowid']}", _observation)
            if "session_summaries" in database.tables:
                for row in database.rows("session_summaries", SUMMED):
                    yield from _of_project(source, row, f"{name}#session_summaries:{row['rowid']}", _summary)
    except BadExport as error:
        yield Skipped(name, str(error.args[1]))


def _of_project(source: Source, row: Mapping[str, Any], place: str, told: Any) -> Iterator[Item]:
    source.seen(ROW_BYTES)
    project = line_of(row["project"])
    if source.part not in (EVERYONE, project):
        yield Skipped(place, f"it is of the project {project or '(none)'}", fault=False)
    else:
        yield told(row, place)


def _observation(row: Mapping[str, Any], place: str) -> Item:
    title, kind = line_of(row["title"]), line_of(row["type"], 60).casefold()
    parts = [text_of(row["subtitle"]), text_of(row["narrative"]) or text_of(row["text"])]
    facts = [fact for fact in _listed(row["facts"]) if fact not in parts[1]][:MOST_FACTS]
    told = "\n".join([part for part in (title, *parts) if part] + [f"- {fact}" for fact in facts])
    if not told:
        return Skipped(place, "the observation says nothing")
    files = _listed(row["files_modified"])
    return Foreign(
        told, place, id=f"observation:{row['rowid']}", kind=_KINDS.get(kind, "claim"), title=title,
        domain=_DOMAINS.get(kind, "history"), tags=tags_of([kind, *_listed(row["concepts"])]), created=_when(row),
        anchors=tuple(files) if len(files) <= MOST_ANCHORS else (),
    )  # fmt: skip


def _summary(row: Mapping[str, Any], place: str) -> Item:
    parts = [
        f"{label}: {text}"
        for label, name in (("Asked", "request"), ("Learned", "learned"), ("Done", "completed"), ("Next", "next_steps"))
        if (text := text_of(row[name]))
    ]
    if not parts:
        return Skipped(place, "the summary says nothing", fault=False)
    return Foreign(
        "\n".join(parts), place, id=f"summary:{row['rowid']}", kind="summary", domain="history",
        title=line_of(row["request"]), created=_when(row),
    )  # fmt: skip


def _listed(value: object) -> list[str]:
    """A JSON list of texts; a plain text is a list of itself; empty for anything else."""
    if not isinstance(value, str) or not value.strip():
        return []
    try:
        said = json.loads(value)
    except (ValueError, RecursionError):
        said = value
    items = said if isinstance(said, list) else [said]
    return [text for one in items[:200] if (text := text_of(one))]


def _when(row: Mapping[str, Any]) -> str:
    """When a row was made; the epoch is in milliseconds, in seconds in old databases."""
    epoch = row["created_at_epoch"]
    if isinstance(epoch, int) and 0 < epoch < 253_402_300_800_000:
        seconds = epoch / 1000 if epoch > 100_000_000_000 else float(epoch)
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return line_of(row["created_at"])
