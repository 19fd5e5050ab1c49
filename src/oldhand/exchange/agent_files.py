"""Instructions for agents: CLAUDE.md with what it imports, AGENTS.md, rules, and their kin of other hosts."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from oldhand.exchange.foreign import Item, Skipped, Source
from oldhand.exchange.foreign_files import document, files_below, named

NAME = "agent-files"
WHAT = "CLAUDE.md and what it imports, AGENTS.md, .claude/rules and other instructions for agents"
DEEPEST_IMPORT = 4  # hops that the host follows
NAMES = frozenset({
    "claude.md", "claude.local.md", "agents.md", "agents.override.md", "agent.md", "gemini.md",
    "copilot-instructions.md", ".cursorrules", ".windsurfrules", ".clinerules", "conventions.md",
})  # fmt: skip
_RULES = (".claude/rules", ".cursor/rules", ".github/instructions", ".clinerules", ".windsurf/rules")
_HIDDEN = (".claude", ".cursor", ".github", ".clinerules", ".windsurf")
_IMPORT = re.compile(r"(?:^|(?<=\s))@(?!\s)([^\s@`'\"()<>\[\]{},;:*|]{1,300})")
_SPAN = re.compile(r"`[^`]{0,2000}`")


def is_one(path: Path, root: Path) -> bool:
    """Whether a file holds instructions for agents, by its name and place."""
    if path.name.casefold() in NAMES:
        return True
    try:
        inside = f"{path.relative_to(root).parent.as_posix()}/"
    except ValueError:
        return False
    return path.suffix in (".md", ".mdc") and any(f"/{rules}/" in f"/{inside}" for rules in _RULES)


def instructions(folder: Path) -> Iterator[Path]:
    """The files of a project that instruct agents, those at the top first."""
    found = [
        path for path in files_below(folder, (".md", ".mdc", "rules"), _HIDDEN)
        if isinstance(path, Path) and is_one(path, folder)
    ]  # fmt: skip
    yield from sorted(found, key=lambda path: (len(path.parts), path))


def read(source: Source) -> Iterator[Item]:
    """The statements of the instructions and of the files that they import, each file once."""
    for one in texts(source):
        if isinstance(one, Skipped):
            yield one
        else:
            yield from source.split(*one)


def texts(source: Source) -> Iterator[tuple[str, str] | Skipped]:
    """The instructions and what they import, as (name, text), each file once."""
    seen: set[str] = set()
    for path in instructions(source.path) if source.path.is_dir() else [source.path]:
        yield from _texts(path, source, seen, DEEPEST_IMPORT)


def _texts(path: Path, source: Source, seen: set[str], hops: int) -> Iterator[tuple[str, str] | Skipped]:
    real = os.path.realpath(path)
    if real in seen:
        return
    seen.add(real)
    text = document(path, source)
    if isinstance(text, Skipped):
        yield text
        return
    yield named(path, source.root), text
    for wanted in imported(text):
        place = f"{named(path, source.root)} (@{wanted})"
        if wanted.startswith(("~", "/")):
            yield Skipped(place, "it imports a file outside the folder", fault=False)
            continue
        try:
            target = path.parent / wanted
            there = target.is_file()
        except (OSError, ValueError):
            continue
        if there and hops:
            yield from _texts(target, source, seen, hops - 1)
        elif there:
            yield Skipped(place, f"it lies more than {DEEPEST_IMPORT} imports deep", fault=False)


def _without_comments(text: str) -> str:
    """A text without its HTML comments, as the host reads it; one that is not closed takes the rest."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, text[at:]])


def imported(text: str) -> list[str]:
    """What a text imports as `@path`, code and comments aside. A name without a dot or a slash is a mention."""
    fence, kept = "", []
    for line in _without_comments(text).split("\n"):
        stripped = line.lstrip()
        if stripped.startswith(("```", "~~~")):
            fence = "" if fence == stripped[:3] else fence or stripped[:3]
        elif not fence:
            kept.append(_SPAN.sub("", line[:6000]))
    found = (name.rstrip(".!?") for line in kept for name in _IMPORT.findall(line))
    return list(dict.fromkeys(name for name in found if "." in name or "/" in name))
