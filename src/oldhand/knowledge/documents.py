"""Which of a project's files are documents to read on day one, and why the others are not."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from oldhand.store.regular_files import open_regular

MOST_FILES = 1_000  # documents; a project with more keeps a library, and its first thousand are the nearest
MOST_BYTES = 512 * 1024  # of one document; hand-written ones are far smaller, larger ones are generated
MOST_ENTRIES = 200_000  # files looked at when walking without git's list
_SKIPPED_FOLDERS = re.compile(
    r"(node_modules|bower_components|vendor|third[_-]party|build|dist|out|target|coverage|__\w+__|v?env|site-packages"
    r"|fixtures|test-?data|snapshots|templates|issue_template|pull_request_template|versioned_docs|i18n|locales?"
    r"|translations|changelogs?|licenses|generated|typedoc|javadoc|apidoc|archived?)$"
)
_HIDDEN_READ = (".github", ".cursor")
_SKIPPED_NAMES = re.compile(
    r"(changelog|changes|history|release[-_ ]?notes?|releases|licen[cs]e|copying|notice|authors|contributors"
    r"|maintainers|code[-_]of[-_]conduct|pull_request_template|issue_template|bug_report|feature_request|summary"
    r"|_sidebar|_navbar|funding|codeowners|third[-_]party.*|credits|sponsors|backers|adopters)([-_.][a-z-]+)?$"
    r"|(.*[-_ ])?template\.\w+$"
)
_MARKDOWN = (".md", ".mdx", ".mdc", ".markdown")
INSTRUCTIONS = re.compile(
    r"(claude|agents?|gemini|copilot-instructions|contributing|conventions|\.?cursorrules|\.?windsurfrules|\.clinerules)"
    r"(\.md)?$|.*\.instructions\.md$|.*\.mdc$"
)
_ADR_FOLDER = re.compile(
    r"(adrs?|m?adr[-_]docs|decisions?|decision[-_ ]?(records?|logs?)|(architecture|architectural|technical|tech)"
    r"[-_ ]?decisions?([-_ ]?(records?|logs?))?|решения)$"
)
_ADR_NAME = re.compile(r"m?adr[-_ ]?\d+|.*[-_]adr[-_]?([a-z]+[-_])?\d+")
_TRANSLATION = re.compile(r"readme[-_.]([a-z]{2}|[a-z]{2}[-_][a-z]{2,4}|[a-z]{5,10})\.md$")
GENERATED = re.compile(
    r"this (?:file|document|page|readme) (?:is|was|has been) (?:auto\w*[- ])?generated|<!--[^>]{0,200}generated"
    r"|do not edit (?:this file|manually|by hand)|@generated|code generated .{0,80}do not edit",
    re.IGNORECASE,
)


def documents(root: Path, tracked: Sequence[str] | None) -> list[str]:
    """The documents that are read, in order: instructions, README, decision records, then the rest.

    `tracked` is git's list of files and is respected; without it the tree is walked.
    Links are never followed out of the root, nor vendored, built or hidden folders entered.
    """
    return survey(root, tracked)[0]


def survey(root: Path, tracked: Sequence[str] | None) -> tuple[list[str], list[tuple[str, str]]]:
    """The documents to read, and those of their kind that are left out with the reason."""
    left: list[tuple[str, str]] = []
    names = tracked if tracked is not None else _walk(root, left)
    ranked: list[tuple[int, int, str]] = []
    for name in dict.fromkeys(names):
        parts = PurePosixPath(name).parts
        rank = rank_of(parts)
        if rank is None or name.startswith("/") or ".." in parts:
            continue
        if name.encode("utf-8", "replace").decode() != name:
            left.append((name.encode("utf-8", "replace").decode(), "its name is not UTF-8"))
            continue
        ranked.append((rank, len(parts), name))
    ranked.sort()
    kept: list[str] = []
    names_kept = {name.casefold() for _, _, name in ranked}
    for _, _, name in ranked:
        translated = _TRANSLATION.match(PurePosixPath(name).name.casefold())
        original = str(PurePosixPath(name).parent / "readme.md").casefold()
        reason = f"a translation of {original}" if translated and original in names_kept else _unfit(root, name)
        if not reason and len(kept) >= MOST_FILES:
            reason = f"more than {MOST_FILES} documents"
        if reason:
            left.append((name, reason))
        else:
            kept.append(name)
    return kept, left


def _walk(root: Path, left: list[tuple[str, str]]) -> Iterator[str]:
    """Every file below the root, folders in order, links to folders not entered."""
    seen = 0
    for folder, folders, files in os.walk(
        root, onerror=lambda e: left.append((_below(root, e.filename), "not readable"))
    ):
        folders[:] = sorted(f for f in folders if _enterable(f))
        for file in sorted(files):
            seen += 1
            if seen > MOST_ENTRIES:
                left.append((_below(root, folder), f"more than {MOST_ENTRIES} files: the rest was not looked at"))
                return
            yield _below(root, os.path.join(folder, file))


def _below(root: Path, path: str) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _enterable(folder: str) -> bool:
    lowered = folder.casefold()
    return not _SKIPPED_FOLDERS.match(lowered) and (not folder.startswith(".") or folder in _HIDDEN_READ)


def rank_of(parts: tuple[str, ...]) -> int | None:
    """The place of a document in the order of reading; None for what is not read."""
    if not parts or not all(_enterable(part) for part in parts[:-1]):
        return None
    name = parts[-1].casefold()
    folders = [part.casefold() for part in parts[:-1]]
    if INSTRUCTIONS.match(name):
        return 2 if name.startswith("contributing") else 0
    if not name.endswith(_MARKDOWN) and name != "readme" and name != "readme.txt":
        return None
    if _SKIPPED_NAMES.match(name) or (folders[:1] == [".github"] and name != "readme.md"):
        return None
    index = name.startswith(("readme", "index.")) and bool(folders) and bool(_ADR_FOLDER.match(folders[-1]))
    if _ADR_NAME.match(name) or (not index and any(_ADR_FOLDER.match(folder) for folder in folders)):
        return 3
    if name.startswith("readme"):
        return 1 if len(parts) == 1 else 4
    documented = not folders or any(
        f in ("docs", "doc", "documentation", "architecture", "design", "wiki") for f in folders
    )
    return 4 if documented or "architecture" in name else None


def _unfit(root: Path, name: str) -> str:
    """Why a file cannot be read, "" when it can; looks at its entry, not at its content."""
    path = root / name
    try:
        real = os.path.realpath(path)
        if not Path(real).is_relative_to(os.path.realpath(root)):
            return "a link out of the project"
        entry = os.stat(path)
    except (OSError, ValueError):
        return "not there"
    if not stat.S_ISREG(entry.st_mode):
        return "not a regular file"
    return f"larger than {MOST_BYTES // 1024} KiB" if entry.st_size > MOST_BYTES else ""


def text_of(root: Path, name: str) -> tuple[str, str]:
    """A document's text, or "" and the reason why there is none."""
    try:
        with open_regular(root / name) as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        return "", f"not readable: {error.strerror or type(error).__name__}"
    if len(raw) > MOST_BYTES:
        return "", f"larger than {MOST_BYTES // 1024} KiB"
    if b"\x00" in raw:
        return "", "not text"
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "", "not UTF-8"
    return (text, "") if text.strip() else ("", "empty")
