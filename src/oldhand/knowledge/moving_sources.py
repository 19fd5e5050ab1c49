"""Where other memories are, and how their Markdown is taken apart into statements: what `audit` and `import` read."""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from oldhand.errors import BadArgument, BadExport
from oldhand.exchange import agent_files, claude_mem, claude_memory
from oldhand.exchange.foreign import Foreign, Item, Source, Split
from oldhand.exchange.foreign_files import files_below
from oldhand.exchange.formats import FORMATS, Found, at
from oldhand.exchange.markdown import read
from oldhand.knowledge.statements import statements_of
from oldhand.store.foreign_sqlite import HEADER
from oldhand.store.regular_files import open_regular

INSTRUCTING = frozenset({agent_files.NAME, claude_memory.NAME})  # formats whose texts say how to work, tersely
EVERYONE = "*"
LOOKED_AT = 4096  # bytes of a file by which it is told
_HIDDEN = re.compile(r"(?:^|/)\.[^/]+(?:/.*)?$")
_NOT_A_LETTER = re.compile(r"[^A-Za-z0-9]")


class Place(NamedTuple):
    """A usual place of another memory: what it is called for people, and where it would be."""

    what: str
    path: Path


def split_for(name: str) -> Split:
    """What takes a Markdown text of a format apart."""

    def split(where: str, text: str) -> Iterator[Foreign]:
        document = read(text)
        if "paths" in document.meta:  # what Claude Code calls the globs of a rule
            document.meta.setdefault("globs", document.meta["paths"])
        path = PurePosixPath(where)
        called = where
        if name in INSTRUCTING:
            folder = _HIDDEN.sub("", path.parent.as_posix()).strip("./")
            called = f"{folder}/CLAUDE.md" if folder and name == agent_files.NAME else "CLAUDE.md"
        try:
            found = statements_of(called, document)
        except (RecursionError, ValueError, IndexError, KeyError, AttributeError):
            # One document must not cost the others; it shows as none of its statements having come.
            return
        for said in found:
            yield Foreign(
                said.text, f"{where}:{said.line_start}", kind=said.kind, title=said.title, domain=said.domain,
                created=said.date,
            )  # fmt: skip

    return split


def items(
    found: Found, root: Path, part: str, project: Path, seen: Callable[[int], None] = lambda count: None
) -> Iterator[Item]:
    """Everything a memory holds. part: whose; project: the folder whose memories are meant where none is named."""
    whose = part or (project.name if found.format == claude_mem.NAME else EVERYONE)
    yield from FORMATS[found.format].read(source(found, root)._replace(part=whose, seen=seen))


def source(found: Found, root: Path) -> Source:
    """What a reader is given for a memory that was found."""
    return Source(found.path, root, split_for(found.format))


def chosen(path: Path, name: str) -> list[Found]:
    """The memories at a path that are of the format `name`; without a name those of the one format there is.

    Raises BadExport where there is none, and BadArgument where there are several to choose from.
    """
    found = [one for one in found_at(path) if one.format in FORMATS]
    if name:
        return [one for one in found if one.format == name] or [Found(name, path)]
    if not found:
        known = ", ".join(FORMATS)
        said = "it cannot be read, as no memory of a known format is there; if it is one, say which with --from"
        raise BadExport(path, f"{said} ({known})")
    if len({one.format for one in found}) > 1:
        said = ", ".join(f"{one.format} ({one.path.name})" for one in found)
        raise BadArgument("from", "", f"there are several memories here: {said}. Name one of them")
    return found


def root_of(path: Path) -> Path:
    """The folder outside of which nothing is read for a path that was named: itself, or the one a file lies in."""
    real = path.resolve()
    return real if real.is_dir() else real.parent


def found_at(path: Path) -> list[Found]:
    """The memories at a path."""
    root = root_of(path)
    return at(path.resolve(), Source(path, root, split_for("")))


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite database, of whatever program."""
    try:
        with open_regular(path) as file:
            return file.read(len(HEADER)) == HEADER
    except OSError:
        return False


def holds_lines(path: Path) -> bool:
    """Whether a file may be lines of JSON: it begins as JSON does, or is not there, or is empty."""
    try:
        with open_regular(path) as file:
            first = file.read(LOOKED_AT).removeprefix(codecs.BOM_UTF8).lstrip()
    except OSError:
        return True  # whoever reads it says what is wrong
    return not first or first.startswith((b"{", b"["))


def size_of(found: Found) -> int:
    """About how many bytes will be read, for progress: 1 when that cannot be told."""
    files = [found.path]
    if found.path.is_dir():
        files = [path for path in files_below(found.path, (".md", ".mdc", ".json")) if isinstance(path, Path)]
    size = 0
    for path in files:
        try:
            size += path.stat().st_size
        except OSError:
            continue  # it is gone: the reader says so
    return max(size, 1)


def usual_places(project: Path, environment: Mapping[str, str]) -> list[Place]:
    """Where memories of this project are kept by the programs we know: in the project, then the person's own."""
    places = [Place("the project", project)]
    home = environment.get("HOME", "")
    if not home or not Path(home).is_absolute():
        return places
    person = Path(home)
    claude = Path(environment.get("CLAUDE_CONFIG_DIR") or person / ".claude")
    slug = _NOT_A_LETTER.sub("-", str(project))
    places += [
        Place("your instructions", claude / "CLAUDE.md"),
        Place("Claude Code's memory of this project", claude / "projects" / slug / "memory"),
        Place("claude-mem", Path(environment.get("CLAUDE_MEM_DATA_DIR") or person / ".claude-mem") / "claude-mem.db"),
        Place("mem0", Path(environment.get("MEM0_DIR") or person / ".mem0") / "history.db"),
        Place("basic-memory", person / "basic-memory"),
    ]
    if server := environment.get("MEMORY_FILE_PATH"):
        places.append(Place("server-memory", Path(server)))
    data = Path(environment.get("LEAN_CTX_DATA_DIR") or person / ".lean-ctx") / "knowledge"
    places += [Place("lean-ctx", path) for path in _knowledge_of(data, project)]
    return places


def _knowledge_of(folder: Path, project: Path, most: int = 500) -> list[Path]:
    """The files of lean-ctx that are about this project: their first bytes name its folder."""
    found = []
    try:
        entries = sorted(folder.iterdir())[:most]
    except OSError:
        return []
    wanted = str(project).encode()
    for entry in entries:
        path = entry / "knowledge.json"
        try:
            with open_regular(path) as file:
                if wanted in file.read(LOOKED_AT):
                    found.append(path)
        except OSError:
            continue  # no memory of lean-ctx
    return found
