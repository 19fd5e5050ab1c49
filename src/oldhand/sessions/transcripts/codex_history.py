"""Codex's own history in SQLite (`thread_history_*.sqlite`): threads that have no rollout file any more.

Seen in version 0.169. The items of a thread stand in `thread_items`, as JSON; what the thread is, in the database
`state_*.sqlite` beside it. A thread whose rollout is still there is left to the reader of rollouts, which has more.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.errors import BadExport
from oldhand.sessions.record import (
    COMMAND,
    COMPACTED,
    EDIT,
    INJECTED,
    MCP,
    NOTE,
    PROMPT,
    REPLY,
    THOUGHT,
    WEB,
    Event,
    Session,
)
from oldhand.sessions.transcripts.calls import Calls
from oldhand.sessions.transcripts.neutral import (
    MOST_EXCERPT,
    MOST_PATHS,
    Called,
    clipped,
    excerpt,
    first_line,
    items,
    mapping,
    name_of,
    number,
    text_of,
    time_of,
    typed_as,
)  # fmt: skip
from oldhand.sessions.transcripts.reader import Head, Reader, Sessions
from oldhand.sessions.transcripts.reading import Reading
from oldhand.store.foreign_sqlite import HEADER, ForeignDatabase

TABLE = "thread_items"
MOST_THREADS = 20_000  # of one database
MOST_HELD = 16 << 20  # characters of items held at once, some 100 MiB of objects; a longer thread is held whole
_COLUMNS = ("thread_id", "turn_id", "item_id", "rollout_ordinal", "created_at_ms", "item_json")
_THREAD = (
    "id", "cwd", "title", "model", "git_branch", "cli_version", "created_at_ms", "updated_at_ms", "created_at",
    "updated_at", "rollout_path", "first_user_message",
)  # fmt: skip


class _Item(NamedTuple):
    ordinal: int
    at: int
    key: str
    turn: str
    said: dict[str, Any]


def _recognises(head: Head) -> bool:
    if not head.raw.startswith(HEADER):
        return False
    try:
        with ForeignDatabase(head.path) as database:
            return {"thread_id", "item_json"} <= set(database.tables.get(TABLE, ()))
    except BadExport:
        return False


def _read(path: Path, reading: Reading) -> Sessions:
    threads = _threads(path)
    for batch in _batches(path, threads, reading):
        for thread, found in _items(path, batch, reading).items():
            yield _session(path, thread, threads.get(thread, {}), found), _events(found)
    with suppress(OSError):
        reading.seen(path.stat().st_size)


def _batches(path: Path, threads: dict[str, dict[str, Any]], reading: Reading) -> Iterator[frozenset[str]]:
    """The threads that have no rollout any more, as many together as can be held while the database is gone through."""
    sizes: dict[str, int] = {}
    with ForeignDatabase(path) as database:
        for row in database.rows(TABLE, ("thread_id", "item_json")):
            thread = row["thread_id"]
            if isinstance(thread, str) and (thread in sizes or len(sizes) < MOST_THREADS):
                sizes[thread] = sizes.get(thread, 0) + len(str(row["item_json"]))
            elif thread is not None:
                reading.skip(f"row {row['rowid']}", "it is of one thread too many")
    batch: list[str] = []
    held = 0
    for thread, size in sizes.items():
        rollout = name_of(threads.get(thread, {}).get("rollout_path"), 4096)
        if rollout and os.path.isfile(rollout):
            continue
        if batch and held + size > MOST_HELD:
            yield frozenset(batch)
            batch, held = [], 0
        batch.append(thread)
        held += size
    if batch:
        yield frozenset(batch)


def _threads(path: Path) -> dict[str, dict[str, Any]]:
    """What is known of the threads, from the newest of the databases of that beside the history."""
    known: dict[str, dict[str, Any]] = {}
    for state in sorted(path.parent.glob("state_*.sqlite"))[:10]:
        with suppress(BadExport), ForeignDatabase(state) as database:
            for row in database.rows("threads", _THREAD):
                if isinstance(row["id"], str) and len(known) < MOST_THREADS:
                    known[row["id"]] = row
    return known


def _items(path: Path, wanted: frozenset[str], reading: Reading) -> dict[str, list[_Item]]:
    """The items of some threads, in order."""
    threads: dict[str, list[_Item]] = {}
    with ForeignDatabase(path) as database:
        for row in database.rows(TABLE, _COLUMNS):
            thread, raw = row["thread_id"], row["item_json"]
            if thread not in wanted or not isinstance(raw, str):
                continue
            try:
                said = json.loads(raw, strict=False)
            except (ValueError, RecursionError):
                reading.skip(f"row {row['rowid']}", "an item is no JSON")
                continue
            key = name_of(row["item_id"]) or f"row-{row['rowid']}"
            item = _Item(
                number(row["rollout_ordinal"]), time_of(row["created_at_ms"]), key, name_of(row["turn_id"]),
                _bounded(mapping(said)),
            )  # fmt: skip
            threads.setdefault(thread, []).append(item)
    for found in threads.values():
        found.sort(key=lambda item: (item.ordinal, item.at, item.key))
    return threads


def _bounded(said: dict[str, Any]) -> dict[str, Any]:
    """An item with its long texts clipped, as it is held until its thread is told."""
    return {name: clipped(value) if isinstance(value, str) else value for name, value in said.items()}


def _session(path: Path, thread: str, about: dict[str, Any], found: list[_Item]) -> Session:
    times = [item.at for item in found if item.at]
    prompts = (text_of(item.said.get("content")) for item in found if item.said.get("type") == "userMessage")
    folders = (name_of(item.said.get("cwd"), 4096) for item in found)
    return Session(
        host="codex",
        id=thread,
        folder=name_of(about.get("cwd"), 4096) or next(filter(None, folders), ""),
        started=time_of(about.get("created_at_ms") or about.get("created_at")) or min(times, default=0),
        ended=max((*times, time_of(about.get("updated_at_ms") or about.get("updated_at"))), default=0),
        title=first_line(name_of(about.get("title"), 4000) or next(filter(None, prompts), "")),
        branch=name_of(about.get("git_branch")),
        model=name_of(about.get("model")),
        version=name_of(about.get("cli_version")),
        source=str(path),
    )


def _events(found: list[_Item]) -> Iterator[Event]:
    calls, prompted = Calls(), ""
    for item in found:
        said, at, key, kind = item.said, item.at, item.key, item.said.get("type")
        if kind == "userMessage" and (text := text_of(said.get("content"))):
            if item.turn and item.turn != prompted:
                prompted = key = item.turn
            typed = not text.startswith("<")
            source = "typed" if typed else "host"
            yield Event(PROMPT if typed else INJECTED, at, key, text, detail={"source": source})
        elif kind == "agentMessage":
            yield Event(REPLY, at, key, text_of(said.get("text")))
        elif kind == "reasoning":
            parts = [text_of(part) for part in (*items(said.get("summary")), *items(said.get("content")))]
            yield from (Event(THOUGHT, at, f"{key}#{n}", part) for n, part in enumerate(parts) if part)
        elif kind == "contextCompaction":
            yield Event(COMPACTED, at, key)
        elif kind == "hookPrompt":
            yield Event(INJECTED, at, key, text_of(said.get("fragments")), detail={"source": "hook"})
        elif kind == "error":
            yield Event(NOTE, at, key, text_of(said.get("message")), detail={"what": "error"})
        else:
            yield from _call(calls, said, at, key)


def _call(calls: Calls, said: dict[str, Any], at: int, key: str) -> Iterator[Event]:
    """An item that is a call and its result in one."""
    kind, status = said.get("type"), said.get("status")
    ok = {"completed": True, "failed": False}.get(status) if isinstance(status, str) else None
    detail: dict[str, Any] = {}
    if kind == "commandExecution":
        about, name = Called(COMMAND, "", _unshelled(text_of(said.get("command"))), {}), "exec_command"
        code = said.get("exitCode")
        if isinstance(code, int):
            ok, detail = code == 0, {"exit": code}
        text = text_of(said.get("aggregatedOutput"))
    elif kind == "fileChange":
        changes = [change for change in map(mapping, items(said.get("changes"))[:MOST_PATHS]) if change]
        paths = [name_of(change.get("path"), 4096) for change in changes]
        new = "\n".join(text_of(change.get("diff")) for change in changes)
        more = {"paths": paths} if len(paths) > 1 else {}
        about = Called(EDIT, (paths or [""])[0], clipped(new), {"new": excerpt(new), **more})
        name, text, detail = "apply_patch", "", {"changed": paths} if ok else {}
    elif kind == "mcpToolCall":
        name = f"mcp__{name_of(said.get('server'))}__{name_of(said.get('tool'))}"
        asked = clipped(json.dumps(said.get("arguments"), ensure_ascii=False, sort_keys=True), MOST_EXCERPT)
        about = Called(MCP, "", asked, {})
        text = text_of(mapping(said.get("result")).get("content") or mapping(said.get("error")).get("message"))
    elif kind == "webSearch":
        about, name, text, ok = Called(WEB, "", text_of(said.get("query")), {}), "web_search", "", None
    else:
        return
    yield from calls.call(key, name, {}, at, key, about=about)
    if status != "inProgress":
        yield from calls.result(key, text, at + number(said.get("durationMs")), key, "", ok, detail)


def _unshelled(command: str) -> str:
    """A command without the shell that runs it: `/bin/bash -lc 'ls -l'` is `ls -l`."""
    import shlex

    try:
        words = shlex.split(command) if " -" in command[:40] else []
    except ValueError:
        return command
    return typed_as(list(words)) if len(words) == 3 else command


READER = Reader("codex", "Codex", _recognises, _read)
