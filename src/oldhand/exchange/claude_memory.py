"""Claude Code's own memory: a folder with MEMORY.md, its index, and one Markdown file a topic beside it."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from oldhand.exchange.foreign import Foreign, Item, Skipped, Source, line_of, tags_of
from oldhand.exchange.foreign_files import document, files_below, named
from oldhand.exchange.markdown import read as read_markdown

NAME = "claude-memory"
WHAT = "the memory folder of Claude Code, with its MEMORY.md"
INDEX = "MEMORY.md"
LONGEST_TOPIC = 2_500  # characters of a topic that is one memory; a longer one is taken apart into statements
LONGEST_KEY = 160  # characters of a key made of names
_POINTER = re.compile(r"\s{0,8}[-*]\s+\[[^\[\]]{1,200}\]\(([^()\s]{1,200})\)")
_KINDS = {"feedback": "convention", "user": "claim", "project": "claim", "reference": "claim"}
_FRONTMATTER = re.compile(r"---[ \t]*\n.{0,8000}?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def folder_of(path: Path) -> Path | None:
    """The memory folder at a path: itself, its `memory`, or the one of an index file; None when there is none."""
    if path.name == INDEX and path.is_file():
        return path.parent
    return next((folder for folder in (path, path / "memory") if (folder / INDEX).is_file()), None)


def read(source: Source) -> Iterator[Item]:
    """A topic is one memory; so is each statement of the index that does not only point to a topic."""
    folder = folder_of(source.path) or source.path
    for path in files_below(folder, (".md",)):
        if isinstance(path, Skipped):
            yield path
            continue
        text = document(path, source)
        name = named(path, source.root)
        if isinstance(text, Skipped):
            yield text
        elif path.name == INDEX:
            yield from source.split(name, _without_pointers(text, path.parent))
        else:
            yield from _topic(text, name, path, source)


def _without_pointers(text: str, folder: Path) -> str:
    """The index without the lines that only say which topic is where; line numbers stay."""
    return "\n".join(
        "" if (found := _POINTER.match(line[:600])) and _is_topic(folder, found[1]) else line
        for line in text.split("\n")
    )


def _is_topic(folder: Path, name: str) -> bool:
    try:
        return name.endswith(".md") and (folder / name).is_file()
    except (OSError, ValueError):
        return False


def _topic(text: str, name: str, path: Path, source: Source) -> Iterator[Item]:
    meta = read_markdown(text).meta
    found = _FRONTMATTER.match(text)
    body = text[found.end() :].strip() if found else text.strip()
    if not body:
        yield Skipped(name, "it is empty", fault=False)
        return
    sort = line_of(meta.get("type") or _nested(text), 40).casefold()
    title = line_of(meta.get("description") or meta.get("name") or path.stem)
    if len(body) > LONGEST_TOPIC:
        yield from (said._replace(tags=tags_of([*said.tags, sort])) for said in source.split(name, text))
        return
    yield Foreign(
        body, f"{name}:{1 + text.count(chr(10), 0, found.end()) if found else 1}", id=name,
        kind=_KINDS.get(sort, "claim"), title=title, domain="patterns" if sort == "feedback" else "",
        key=_key(path), tags=tags_of([sort]), created=line_of(meta.get("created") or meta.get("date") or "", 40),
    )  # fmt: skip


def _nested(text: str) -> str:
    """The type, where it stands below `metadata:` in the frontmatter."""
    found = re.search(r"^[ \t]{1,8}type:[ \t]*([a-z]{1,40})[ \t]*$", text[:4000], re.MULTILINE)
    return found[1] if found else ""


def _key(path: Path) -> str:
    """A key for a topic: its own name, and the folder's when that tells whose it is; a hash when it is too long.

    The folder above, which spells out where the project lies on this machine, is left out.
    """
    owner = "" if path.parent.name == "memory" else f"{path.parent.name}/"
    key = line_of(f"claude-memory/{owner}{path.stem}", 1000)
    return key if len(key) <= LONGEST_KEY else f"claude-memory/{sha256(key.encode()).hexdigest()[:32]}"
