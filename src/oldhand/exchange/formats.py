"""The formats of other memories that are read, and which of them is at a path."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from oldhand.errors import BadExport
from oldhand.exchange import (
    agent_files,
    basic_memory,
    beads,
    claude_mem,
    claude_memory,
    graph_cypher,
    graph_graphml,
    graph_json,
    lean_ctx,
    madr,
    mem0,
    mnemo,
    server_memory,
)
from oldhand.exchange.adr import read_record
from oldhand.exchange.foreign import Item, Skipped, Source
from oldhand.exchange.foreign_files import document, opened
from oldhand.exchange.foreign_json import Member, json_members
from oldhand.exchange.markdown import read as read_markdown
from oldhand.store.foreign_sqlite import HEADER, ForeignDatabase

NATIVE, FACTS = "native", "facts"  # our own, which `import` takes by itself
LOOKED_AT = 1 << 20  # bytes of the first line of a file that tell its format
MEMBERS_LOOKED_AT = 12  # of a JSON object, for those that tell its format
_FACT_NAMES = frozenset({
    "text", "kind", "title", "domain", "key", "confidence", "priority", "tags", "anchors", "valid_from", "valid_until",
    "ttl_days", "fields",
})  # fmt: skip
_RECORDS = re.compile(r"(adrs?|m?adr[-_]docs|decisions?|decision[-_]?records?|решения)\Z", re.IGNORECASE)
_MODULES = (
    agent_files, claude_memory, server_memory, basic_memory, claude_mem, mem0, mnemo, lean_ctx, beads, madr,
    graph_graphml, graph_json, graph_cypher,
)  # fmt: skip


class Format(NamedTuple):
    """A format: its name, what it is, and its reader."""

    name: str
    what: str
    read: Callable[[Source], Iterator[Item]]


def _format(module: ModuleType) -> Format:
    return Format(module.NAME, module.WHAT, module.read)


FORMATS: Mapping[str, Format] = {module.NAME: _format(module) for module in _MODULES}


class Found(NamedTuple):
    """A memory that was found: its format and the file or folder to read."""

    format: str
    path: Path


def at(path: Path, source: Source) -> list[Found]:
    """The memories at a path, the likeliest first; our own files are `native` or `facts`. Nothing is followed out."""
    if path.is_dir():
        return list(_in_folder(path, source))
    name = _of_file(path, source._replace(path=path))
    if name == claude_memory.NAME:
        return [Found(name, path.parent)]
    return [Found(name, path)] if name else []


def _of_file(path: Path, source: Source) -> str:
    """The format of a file; empty when it is of none."""
    file = opened(path, source.root)
    if isinstance(file, str):
        return ""
    with file:
        first = file.readline(LOOKED_AT)
    if first.startswith(HEADER):
        return _of_database(path)
    if name := _of_graph(path, source, first):
        return name
    if path.suffix.casefold() in (".md", ".mdc", ".markdown") or path.name.casefold() in agent_files.NAMES:
        return _of_document(path, source)
    said = _object(first)
    if said is not None and (name := _of_object(said)):
        return name
    return _of_members(path, source)


def _of_graph(path: Path, source: Source, first: bytes) -> str:
    """The format of a file that is a graph by its first line, or of GraphML by its first lines."""
    if graph_cypher.looks_like(first):
        return graph_cypher.NAME
    if not first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and first.strip():
        return ""
    file = opened(path, source.root)
    if isinstance(file, str):
        return ""
    with file:
        return graph_graphml.NAME if graph_graphml.looks_like(file.read(LOOKED_AT)) else ""


def _of_database(path: Path) -> str:
    try:
        with ForeignDatabase(path) as database:
            tables = database.tables
    except BadExport:
        return ""
    if claude_mem.looks_like_tables(tables):
        return claude_mem.NAME
    return mem0.NAME if mem0.looks_like_tables(tables) else ""


def _of_document(path: Path, source: Source) -> str:
    if path.name == claude_memory.INDEX:
        return claude_memory.NAME
    text = document(path, source)
    if isinstance(text, Skipped) or agent_files.is_one(path, source.root):
        return agent_files.NAME
    if basic_memory.looks_like(text):
        return basic_memory.NAME
    record = _RECORDS.match(path.parent.name) or re.match(r"(adr[-_ ]?)?\d{3,4}\b", path.name, re.IGNORECASE)
    return madr.NAME if record and read_record(path.name, read_markdown(text)) else agent_files.NAME


def _object(line: bytes) -> dict[str, Any] | None:
    """The JSON object on a line; None when there is none on it alone."""
    try:
        said = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _of_object(said: dict[str, Any]) -> str:
    """The format that the object on the first line of a file is of."""
    if said.get("format") == "oldhand":
        return NATIVE
    for module in (server_memory, beads, lean_ctx, mem0):
        if module.looks_like(said):
            return str(module.NAME)
    if graph_json.looks_like(set(said)):
        return graph_json.NAME
    if isinstance(said.get("results"), list):
        return mem0.NAME
    return FACTS if "text" in said and set(said) <= _FACT_NAMES else ""


def _of_members(path: Path, source: Source) -> str:
    """The format of a JSON file over many lines, by its first members."""
    names: set[str] = set()
    for count, member in enumerate(json_members(path, source)):
        if not isinstance(member, Member) or count >= MEMBERS_LOOKED_AT:
            break
        if member.number and isinstance(member.value, dict) and mem0.looks_like(member.value):
            return mem0.NAME
        names.add(member.name)
        if graph_json.looks_like(names):
            return graph_json.NAME
        if {"facts"} <= names and names & {"project_hash", "project_root"}:
            return lean_ctx.NAME
    return lean_ctx.NAME if {"project_hash", "project_root"} <= names else ""


def _in_folder(folder: Path, source: Source) -> Iterator[Found]:
    if store := mnemo.folder_of(folder):
        yield Found(mnemo.NAME, store)
    if claude_memory.folder_of(folder):
        yield Found(claude_memory.NAME, claude_memory.folder_of(folder) or folder)
    for name in (
        "claude-mem.db",
        "history.db",
        "knowledge.json",
        ".beads/issues.jsonl",
        "issues.jsonl",
        "memory.jsonl",
    ):
        if (folder / name).is_file() and (kind := _of_file(folder / name, source)) not in ("", NATIVE, FACTS):
            yield Found(kind, folder / name)
    if next(agent_files.instructions(folder), None):
        yield Found(agent_files.NAME, folder)
    for place in _record_folders(folder):
        if madr.is_folder(place, source):
            yield Found(madr.NAME, place)
    if basic_memory.is_folder(folder, source):
        yield Found(basic_memory.NAME, folder)


def _record_folders(folder: Path) -> Iterator[Path]:
    """The folder itself when it is called so, and the usual places below it."""
    if _RECORDS.match(folder.name):
        yield folder
        return
    for inside in ("", "doc", "docs"):
        try:
            entries = sorted(os.scandir(folder / inside), key=lambda entry: entry.name)
        except OSError:
            continue
        yield from (
            Path(entry.path) for entry in entries
            if _RECORDS.match(entry.name) and entry.is_dir(follow_symlinks=False)
        )  # fmt: skip
