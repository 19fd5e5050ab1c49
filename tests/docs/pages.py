"""The documents of this repository as their tests read them: pages, fences, links, headings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"

_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^()\s>]+)>?\)")
_HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.MULTILINE)


class Fence(NamedTuple):
    """A code fence: what stands after its backticks, its text, and the line it begins at."""

    info: str
    text: str
    line: int


def pages() -> list[Path]:
    """Every document that people read: those at the root and all under docs."""
    return [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def text_of(path: Path) -> str:
    """The text of a document."""
    return path.read_text(encoding="utf-8")


def fences(text: str) -> Iterator[Fence]:
    """The code fences of a document, in order."""
    for match in _FENCE.finditer(text):
        yield Fence(match[2].strip(), match[3], text.count("\n", 0, match.start()) + 1)


def links(text: str) -> list[str]:
    """Where a document's links and pictures lead, code left out."""
    return _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """The names by which a document's headings can be linked to, made as GitHub makes them."""
    names: set[str] = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", bare.strip().lower()).replace(" ", "-")
        number, unique = 0, name
        while unique in names:
            number += 1
            unique = f"{name}-{number}"
        names.add(unique)
    return names


def unresolved(path: Path, text: str) -> list[str]:
    """The links of a document that lead nowhere. Addresses on the web are left alone."""
    found = []
    for link in links(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, fragment = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if name and not target.exists():
            found.append(f"{path.name}: {link} is not there")
        elif fragment and target.suffix == ".md" and fragment not in anchors(text_of(target) if name else text):
            found.append(f"{path.name}: {link} names no heading")
    return found
