"""What the code index knows of one file, as it is at hand: nothing is read anew, so nobody waits for it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.checkout import checkout
from oldhand.code.languages import language_of, role_of
from oldhand.code.paths import exists, read_bytes
from oldhand.code.sources import blob_of
from oldhand.errors import OldhandError, UnusableStore
from oldhand.model.moment import iso

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.model.symbol import Symbol
    from oldhand.store.code_index import CodeIndex
    from oldhand.store.code_records import IndexedFile

MOST_SYMBOLS = 40  # of a file that are told: more than fit on a screen
MOST_FILES = 12  # importers, imported files and companions told
MOST_COMMITS = 5  # told with their subjects
COMMITS_READ = 100  # the latest of a file, from which owners and companions are counted: older ones tell of who left
MOST_OWNERS = 3
LEAST_TOGETHER = 1.0  # weight of changes together: below it, they met in one large commit


class SymbolAt(NamedTuple):
    """A symbol of the file: its kind, its lines (1-based) and its signature."""

    name: str
    kind: str
    first: int
    last: int
    signature: str


class CommitAt(NamedTuple):
    """A commit that changed the file: its id, when it was committed, by whom, its subject."""

    commit: str
    at: str
    author: str
    subject: str


class Facts(NamedTuple):
    """What is known of a file by itself, as the code index was last brought up to date.

    language: empty when unknown; role: code, test, docs, config, generated, vendored or data; lines, tokens: 0
    when unknown; changes: commits that changed it, and since when they are counted; owners: who made most of the
    latest changes, with the share; together: files that changed in the same commits; notes: what is missing, and why.
    """

    language: str
    role: str
    lines: int
    tokens: int
    symbols: list[SymbolAt]
    imports: list[str]
    imported_by: list[str]
    together: list[str]
    changes: int
    commits: list[CommitAt]
    owners: list[str]
    notes: list[str]


@contextmanager
def at_hand(memory: "Memory") -> Iterator["CodeIndex | None"]:
    """The code index of the working tree as it is, or None where there is none that can be read."""
    from oldhand.store.code_file import CodeFile, name_for

    project = memory.project
    file = CodeFile(project.store, name_for(project.root, project.tree))
    if not file.path.exists():
        yield None
        return
    from oldhand.store.code_index import CodeIndex

    with ExitStack() as stack:
        stack.callback(file.close)
        try:
            index = CodeIndex(stack.enter_context(file.reading()))
            index.history_head()  # opens the file
        except UnusableStore:
            index = None  # it is made again by whoever brings it up to date
        yield index


@contextmanager
def not_at_hand(_memory: "Memory") -> Iterator["CodeIndex | None"]:
    """No code index, where the one there is turned out damaged."""
    yield None


def facts_of(memory: "Memory", index: "CodeIndex | None", path: str) -> tuple[Facts, list["Symbol"]]:
    """What is known of a file, and all its symbols where their lines are those of the file as it is now."""
    bare = Facts(language_of(path), role_of(path), 0, 0, [], [], [], [], 0, [], [], [])
    if index is None:
        return bare._replace(notes=["the code is not indexed yet: `oldhand scan` does it"]), []
    entry = index.file(path)
    if entry is None:
        if not exists(memory.project.tree, path):
            return bare._replace(notes=[f"there is no file {path} now"]), []
        return bare._replace(notes=["the code index does not know this file yet: `oldhand scan` reads it in"]), []
    from oldhand.store.code_companions import companions

    notes = []
    symbols = index.symbols(path)
    fresh = _unchanged(memory, entry)
    if not exists(memory.project.tree, path):
        notes.append(f"there is no file {path} now: what is told of it is from when it was indexed")
    elif not fresh:
        notes.append("the file changed since it was indexed: its symbols and lines are those of then")
    now, read = checkout(memory.project.tree).commit, index.history_head()
    if read and now != read:
        notes.append(f"its history is told up to commit {read[:12]}")
    changed = index.changes_of(path)
    people = Counter(change.author for change in changed[:COMMITS_READ])
    total = sum(people.values())
    return Facts(
        entry.language, entry.role, entry.lines, entry.tokens,
        [SymbolAt(one.name, one.kind, one.first, one.last, one.signature) for one in symbols],
        index.imports_of(path), index.importers_of(path),
        [other for other, weight in companions(index, path, COMMITS_READ, MOST_FILES) if weight >= LEAST_TOGETHER],
        len(changed),
        [CommitAt(one.sha, iso(one.time), one.author, one.subject) for one in changed[:MOST_COMMITS]],
        [f"{name} {100 * count // total} %" for name, count in people.most_common(MOST_OWNERS)], notes,
    ), symbols if fresh else []  # fmt: skip


def _unchanged(memory: "Memory", entry: "IndexedFile") -> bool:
    """Whether a file is as it was when it was indexed: by its size and time, else by its bytes."""
    try:
        status = (memory.project.tree / entry.path).lstat()
        if status.st_size != entry.size or status.st_mtime_ns == entry.mtime_ns:
            return status.st_size == entry.size
        return bool(entry.blob) and entry.blob.startswith(blob_of(read_bytes(memory.project.tree, entry.path)))
    except (OSError, OldhandError):
        return False


def former_names(memory: "Memory", index: "CodeIndex", path: str) -> list[str]:
    """The names a file had before, as far as its history is in the index, the latest first.

    A file that the index does not know yet may have been renamed just now: then it has the bytes of one that is gone.
    """
    if index.file(path) is None:
        return _renamed_just_now(memory, index, path)
    return [name for name in dict.fromkeys(change.path for change in index.changes_of(path)) if name != path]


def _renamed_just_now(memory: "Memory", index: "CodeIndex", path: str) -> list[str]:
    from oldhand.store.code_companions import of_bytes

    try:
        blob = blob_of(read_bytes(memory.project.tree, path))
    except OldhandError:
        return []
    gone = [name for name in of_bytes(index, blob) if not exists(memory.project.tree, name)]
    return gone if len(gone) == 1 else []  # of several that were alike nobody knows which one it was


def symbols_at(symbols: list[SymbolAt], first: int, last: int) -> list[SymbolAt]:
    """The symbols that have any of the lines; of a whole file (0, 0) those that no other one encloses."""
    if first:
        return [one for one in symbols if one.first <= last and first <= one.last]
    return [one for one in symbols if "." not in one.name]
