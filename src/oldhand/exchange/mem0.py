"""What mem0 keeps: the items of `get_all()` or an export as JSON, and the `history.db` of its open-source program."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from oldhand.errors import BadExport
from oldhand.exchange.foreign import Foreign, Item, Skipped, Source, Tie, line_of, tags_of, text_of
from oldhand.exchange.foreign_files import json_lines, named, why_not
from oldhand.exchange.foreign_json import json_members
from oldhand.store.foreign_sqlite import HEADER, ForeignDatabase
from oldhand.store.regular_files import open_regular

NAME = "mem0"
WHAT = "an export of mem0 (get_all as JSON), or its history.db"
COLUMNS = ("id", "memory_id", "old_memory", "new_memory", "event", "created_at", "updated_at", "is_deleted", "actor_id")
ROW_BYTES = 250  # about what a row takes: for progress alone
MOST_HELD = 500_000  # memories of a history whose latest rows are held, in some 100 MB
_SETS = frozenset({"results", "memories", "data", ""})  # the member that holds the items; "" for a bare list


def looks_like(said: Mapping[str, Any]) -> bool:
    """Whether a JSON object is an item of this format."""
    return isinstance(said.get("memory"), str) and "id" in said


def looks_like_tables(tables: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a database is a history of this format."""
    return {"memory_id", "new_memory", "event"} <= set(tables.get("history", ()))


def read(source: Source) -> Iterator[Item]:
    """Each item is one memory under its own id; a history gives the versions before as superseded memories."""
    name = named(source.path, source.root)
    if _is_database(source.path):
        yield from _history(source, name)
    elif source.path.suffix == ".jsonl":
        for line in json_lines(source.path, source):
            yield line if isinstance(line, Skipped) else _item(line.said, f"{name}:{line.number}")
    else:
        for member in json_members(source.path, source):
            if isinstance(member, Skipped):
                yield member
            elif member.number and member.name in _SETS:
                place = f"{name}#{member.name or 'items'}:{member.number}"
                yield (
                    _item(member.value, place)
                    if isinstance(member.value, dict)
                    else Skipped(place, "it is no JSON object")
                )


def _is_database(path: Path) -> bool:
    try:
        with open_regular(path) as file:
            return file.read(len(HEADER)) == HEADER
    except OSError:
        return False


def _item(said: Mapping[str, Any], place: str) -> Item:
    text, name = text_of(said.get("memory")), line_of(said.get("id"), 100)
    if not text:
        return Skipped(place, "the item has no text in 'memory'")
    categories = said.get("categories")
    return Foreign(
        text, place, id=name, key=f"mem0/{name}" if name else "",
        tags=tags_of(categories if isinstance(categories, list) else ()),
        created=line_of(said.get("created_at")), updated=line_of(said.get("updated_at")),
        author=line_of(said.get("actor_id") or said.get("agent_id") or said.get("user_id")),
    )  # fmt: skip


def _history(source: Source, name: str) -> Iterator[Item]:
    """Every version by the order of the rows; what was deleted there is left out, its versions too.

    Two passes, so that only one id for each memory is held: which row says its latest word.
    """
    if reason := why_not(source.path, source.root):
        yield Skipped(name, reason)
        return
    try:
        with ForeignDatabase(source.path) as database:
            latest: dict[str, int] = {}  # as many as MOST_HELD
            deleted: set[str] = set()
            for row in database.rows("history", COLUMNS):
                one = line_of(row["memory_id"], 100)
                if len(latest) >= MOST_HELD and one not in latest:
                    yield Skipped(name, f"it has more than {MOST_HELD:,} memories: export them with get_all()")
                    return
                latest[one] = row["rowid"]
                (deleted.add if row["event"] == "DELETE" or row["is_deleted"] == 1 else deleted.discard)(one)
            for row in database.rows("history", COLUMNS):
                source.seen(ROW_BYTES)
                yield from _version(row, f"{name}#history:{row['rowid']}", latest, deleted)
    except BadExport as error:
        yield Skipped(name, str(error.args[1]))


def _version(row: Mapping[str, Any], place: str, latest: Mapping[str, int], deleted: set[str]) -> Iterator[Item]:
    one, text = line_of(row["memory_id"], 100), text_of(row["new_memory"])
    if one in deleted:
        yield Skipped(place, "it was deleted there", fault=False)
        return
    if not text or not one:
        yield Skipped(place, "the row has no text or no memory")
        return
    said = Foreign(
        text, place, id=one, key=f"mem0/{one}", created=line_of(row["created_at"]), updated=line_of(row["updated_at"]),
        valid_from=line_of(row["updated_at"]) or line_of(row["created_at"]), author=line_of(row["actor_id"]),
    )  # fmt: skip
    if latest[one] == row["rowid"]:
        yield said
        return
    old = f"{one}@{row['rowid']}"
    yield said._replace(id=old, key="", replaced=True)
    yield Tie(one, "supersedes", old, place)
