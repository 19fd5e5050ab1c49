"""Bringing the code index up to date and giving it to readers.

What changed is told by size and time of each file, as git does it, and by the commit that is checked out.
The index is made of the working tree alone and can be removed at any time; a damaged one is made again.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code import import_resolution, indexing_erased, indexing_history
from oldhand.code.file_reading import Seen, blob_name, grammars_here, seen, settled
from oldhand.code.languages import role_of
from oldhand.code.paths import read_bytes, walk
from oldhand.code.reading_many import Job, Reading, read_many
from oldhand.errors import NotWritable, OldhandError, StorageFull, StoreBusy, UnusableIndex
from oldhand.store import code_writing as writing
from oldhand.store.code_file import CodeFile, name_for
from oldhand.store.code_index import OF_COMMITS, OF_FILES, CodeIndex
from oldhand.store.code_records import LISTED, PLAIN, Known
from oldhand.store.lock import WriteLock

if TYPE_CHECKING:
    from oldhand.memory import Memory

Progress = Callable[[int, int, str], None]

WAIT_SECONDS = 3.0  # for another process that brings the index up to date; a commit's worth of files takes one second
FIRST_SECONDS = 30.0  # for another one that reads the code for the first time, when there is no older state to tell
MOST_FILES = 200_000  # listed in one index; a larger tree is cut, what is likely source first
GIT_DIGITS = 40  # of git's names, unless the commit that is checked out has another length
_RANKS = {role: rank for rank, role in enumerate(("code", "test", "config", "docs", "data", "generated", "vendored"))}
NO_SYMBOLS = "without symbols and imports, which need the extra 'code': `pip install 'oldhand[code]'`"


@contextmanager
def indexed(memory: "Memory", progress: Progress | None = None) -> Iterator[CodeIndex]:
    """The code index of the project's working tree, up to date, as one unchanging view.

    progress: called with (done, total, what) while files are read; the memory's own by default. Raises
    NoStore. Everything else that goes wrong with the index is mended, or told in its `notes`.
    """
    memory.store()  # raises NoStore
    project = memory.project
    tell = progress or memory.progress
    file = CodeFile(project.store, name_for(project.root, project.tree))
    given = (file, project.tree, project.git, memory.environment, tell)
    try:
        with ExitStack() as stack:
            notes = _mended(*given)
            try:
                connection = stack.enter_context(file.reading())
            except UnusableIndex:  # another process has removed a damaged one just now
                notes = _mended(*given)
                connection = stack.enter_context(file.reading())
            index = CodeIndex(connection, notes)
            yield index
        if index.damaged:
            file.remove()
    finally:
        file.close()


def _mended(
    file: CodeFile, tree: Path, git: Path | None, environment: Mapping[str, str], progress: Progress
) -> list[str]:
    """Bring the index up to date, made anew when it is damaged and in memory alone where it cannot be written."""
    notes: list[str] = []
    try:
        try:
            return _Update(file, tree, git, environment, progress).run()
        except UnusableIndex as error:
            notes.append(f"the code index could not be used and has been made again ({error.args[1]})")
            file.remove()
            return notes + _Update(file, tree, git, environment, progress).run()
    except (NotWritable, StorageFull):
        file.keep_in_memory()
        return [
            *notes,
            "the code was read for this answer alone: nothing can be written beside the memory",
            *_Update(file, tree, git, environment, progress).run(),
        ]


class _Changed(NamedTuple):
    """What differs between the working tree and the index. present: how many files there are."""

    jobs: list[tuple[str, Seen]]
    touched: list[tuple[str, Seen]]
    gone: list[str]
    present: int

    def __bool__(self) -> bool:
        return bool(self.jobs or self.touched or self.gone)


class _Update:
    """One bringing up to date of one index."""

    def __init__(
        self, file: CodeFile, tree: Path, git: Path | None, environment: Mapping[str, str], progress: Progress
    ) -> None:
        self.file, self.tree, self.git = file, tree, git
        self.environment, self.progress = environment, progress
        self.notes: list[str] = []
        self.grammars = grammars_here()

    def run(self) -> list[str]:
        """Read what changed; returns what should be told."""
        if not self.grammars:
            self.notes.append(NO_SYMBOLS)
        head = indexing_history.present_head(self.tree, self.git, self.environment)
        changed = self._changed()
        if not changed and not self._unfinished(head):
            return self.notes
        if self.file.only_in_memory:
            self._update(changed, head)
            return self.notes
        if self.file.only_readable:
            self.notes.append("the code index is older than the code: the folder of the memory cannot be written")
            return self.notes
        lock = WriteLock(self.file.updating)
        try:
            try:
                lock.acquire(0)
            except StoreBusy:
                lock.acquire(WAIT_SECONDS if self._complete() else FIRST_SECONDS)
                changed = self._changed()  # the other has done some of it
            self._update(changed, head)
        except StoreBusy:
            so_far = "this is the state before" if self._complete() else "this is only what it has read so far"
            self.notes.append(f"another process is reading the code just now; {so_far}")
        finally:
            lock.close()
        return self.notes

    def _complete(self) -> bool:
        """Whether the code was ever read to its end."""
        with self.file.reading() as connection:
            return bool(writing.state(connection, "complete"))

    def _unfinished(self, head: str) -> bool:
        with self.file.reading() as connection:
            unfinished = writing.state(connection, "edges") or not writing.state(connection, "complete")
            return bool(unfinished) or indexing_history.is_behind(connection, head, self.git)

    def _changed(self) -> _Changed:
        with self.file.reading() as connection:
            known = writing.known_files(connection)
        changed = _Changed([], [], [], 0)
        names = self._listed()
        here = set()
        for path in names:
            found = seen(self.tree, path)
            if found is None:
                continue
            here.add(path)
            before = known.get(path)
            if before is None:
                changed.jobs.append((path, found))
            elif before[:2] != found[:2] or self._to_be_parsed(before):
                same = before.blob and not self._to_be_parsed(before) and self._same_bytes(path, found, before)
                (changed.touched if same else changed.jobs).append((path, found))
        return changed._replace(gone=[path for path in known if path not in here], present=len(here))

    def _listed(self) -> list[str]:
        names = walk(self.tree, self.environment)
        if len(names) > MOST_FILES:
            self.notes.append(f"the project has {len(names):,} files; {MOST_FILES:,} of them are in the index")
            names = sorted(names, key=lambda name: (_RANKS[role_of(name)], name.count("/"), name))[:MOST_FILES]
        return names

    def _to_be_parsed(self, before: Known) -> bool:
        """Whether a file was read without its symbols, and now they can be had."""
        return self.grammars and before.depth == PLAIN and bool(before.language)

    def _same_bytes(self, path: str, found: Seen, before: Known) -> bool:
        if found.size != before.size or not found.regular or before.depth == LISTED:
            return False
        try:
            raw = read_bytes(self.tree, path, found.size)
        except OldhandError:  # it is read as a changed one, which lists it
            return False
        return blob_name(raw, len(before.blob)) == before.blob

    def _update(self, changed: _Changed, head: str) -> None:
        now = time.time_ns()
        with self.file.writing() as connection:
            for path, found in changed.touched:
                writing.touch_file(connection, path, found.size, settled(found.mtime_ns, now))
            known = writing.known_files(connection)
            writing.remove_files(connection, changed.gone)
            # A file that comes or goes changes where the imports of others lead; so may an interruption before.
            every = bool(writing.state(connection, "edges")) or any(path not in known for path, _ in changed.jobs)
            if changed.jobs or changed.gone:
                writing.note(connection, "edges", "due")
            first = writing.next_number(connection, OF_FILES)
        reading = Reading(self.tree, now, len(head) or GIT_DIGITS)
        jobs = [Job(path, first + at, found) for at, (path, found) in enumerate(changed.jobs)]
        with closing(read_many(reading, jobs, self.environment, self.progress)) as parts:  # type: ignore[type-var]
            for part in parts:
                with self.file.writing() as connection:
                    writing.put_files(connection, part.files)
                    writing.put_postings(connection, OF_FILES, part.postings, len(part.files))
        with self.file.writing() as connection:
            if writing.state(connection, "edges"):
                changed_alone = None if every or changed.gone else [path for path, _ in changed.jobs]
                import_resolution.resolve(connection, self.tree, changed_alone)
                writing.note(connection, "edges", "")
            indexing_history.update(connection, self.tree, self.git, self.environment, head, self.progress)
            for kind in (OF_FILES, OF_COMMITS):
                writing.join_segments(connection, kind)
            writing.note(connection, "complete", "yes")
        touched = {*(path for path, _ in changed.jobs), *changed.gone}
        if touched and not touched.isdisjoint(indexing_erased.noted(self.file.folder)):
            indexing_erased.purge(self.file)  # what was erased from memory stood in one of them
            if not self.file.path.exists():  # somebody reads it: nothing but a new file is without it at once
                self._update(self._changed(), head)
