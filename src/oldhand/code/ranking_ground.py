"""What ranking reads of the code index for one task: the files as numbered documents, and the parts of their names."""

from array import array
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from oldhand.store.code_records import Documents, IndexedFile, PastCommit, Postings

if TYPE_CHECKING:
    from oldhand.store.code_index import CodeIndex

COMMITS = 2000  # newest commits that are looked at: some years of most projects, read in 30 ms
MOST_KEPT = 65_536  # paths whose parts are kept: the files of a very large project, about 30 MB
ASIDE = frozenset((
    "example", "examples", "sample", "samples", "demo", "demos", "bench", "benches", "benchmark", "benchmarks", "docs",
    "doc", "www", "website", "scripts", "tools", "metrics",
))  # fmt: skip
ENTRIES = frozenset({"index", "mod", "lib", "main", "root", "__init__"})
SOURCE = frozenset({"code", "test"})

Values = dict[int, float]  # what a signal gives each document; 0 where it is left out


class Ground(NamedTuple):
    """The files of a project, by their document numbers.

    files: every file; numbers: documents by path; sources: the files that people program in (all files, where
    there are none): scores are measured by the best of these; by_name, by_stem, by_folder: documents by the name of
    the file, by the part of it before the first dot (in lower case, `-` as `_`), and by each folder above it in
    lower case; commits: the newest that changed any of the files, newest first; messages: all commits as documents.
    """

    code_index: "CodeIndex"
    files: dict[int, IndexedFile]
    numbers: dict[str, int]
    sources: frozenset[int]
    by_name: Mapping[str, list[int]]
    by_stem: Mapping[str, list[int]]
    by_folder: Mapping[str, list[int]]
    commits: list[PastCommit]
    messages: Documents

    def path(self, number: int) -> str:
        """The path of a document."""
        return self.files[number].path

    def relative(self, values: Values) -> Values:
        """Values as shares of the highest one a source has, at most 1."""
        most = max((value for number, value in values.items() if number in self.sources), default=0.0)
        if most <= 0:
            return {}
        return {number: min(value / most, 1.0) for number, value in values.items() if number in self.files}


def ground(index: "CodeIndex") -> Ground:
    """What is known of all files of the index, and of the newest commits."""
    global _kept
    documents, read_to = index.documents(), _read_to(index)
    if _kept is None or _kept.read_to != read_to or _kept.documents != documents:
        _kept = _Kept(documents, read_to, _made(index))
    return _kept.ground._replace(code_index=index)


class _Kept(NamedTuple):
    """The last ground that was made. A file that changes gets a new number, and no other project has files of the same
    names, numbers and lengths, so the same documents mean the same files."""

    documents: Documents
    read_to: tuple[str, int]
    ground: Ground


_kept: _Kept | None = None  # one project's: a server answers one task after the other about the same files


def _read_to(index: "CodeIndex") -> tuple[str, int]:
    """What tells one state of the history in the index from another: its newest commit and that one's number."""
    head = index.history_head()
    newest = index.commit(head) if head else None
    return head, newest.number if newest else 0


def _made(index: "CodeIndex") -> Ground:
    known = {file.path: file for file in index.files()}
    files = {number: known[path] for number, path in index.documents().names.items() if path in known}
    sources = frozenset(number for number, file in files.items() if file.role in SOURCE and file.language)
    by_name: dict[str, list[int]] = defaultdict(list)
    by_stem: dict[str, list[int]] = defaultdict(list)
    by_folder: dict[str, list[int]] = defaultdict(list)
    for number, file in files.items():
        parts = parts_of(file.path)
        by_name[parts.name].append(number)
        by_stem[parts.stem].append(number)
        for folder in parts.folders:
            by_folder[folder].append(number)
    numbers = {file.path: number for number, file in files.items()}
    commits = [commit for commit in index.history(COMMITS) if commit.documents]
    messages = index.commit_documents()
    return Ground(
        index,
        files,
        numbers,
        sources or frozenset(files),
        dict(by_name),
        dict(by_stem),
        dict(by_folder),
        commits,
        messages,
    )


class Parts(NamedTuple):
    """What a path is made of. folders: each once, in lower case; above: the folder it lies in; aside: whether one of
    its folders holds what stands beside the program; entry: whether it is named as a place to enter by."""

    name: str
    stem: str
    folders: tuple[str, ...]
    above: str
    aside: bool
    entry: bool


@lru_cache(maxsize=MOST_KEPT)
def parts_of(path: str) -> Parts:
    """The parts of a path; kept, because the same paths are asked for at every task."""
    above, _, name = path.rpartition("/")
    folders = tuple(dict.fromkeys(above.lower().split("/"))) if above else ()
    stem = stem_of(name)
    return Parts(name, stem, folders, above, not ASIDE.isdisjoint(folders), name.split(".", 1)[0] in ENTRIES)


def stem_of(name: str) -> str:
    """The part of a file's name that names what is in it: before the first dot, in lower case, with `_` for `-`."""
    return name.split(".", 1)[0].lower().replace("-", "_")


def frequencies(postings: Mapping[str, Postings], among: frozenset[int]) -> dict[str, int]:
    """In how many of some documents each term occurs."""
    return {term: _within(found.documents, among) for term, found in postings.items()}


def _within(documents: "array[int]", among: frozenset[int]) -> int:
    return sum(map(among.__contains__, documents))
