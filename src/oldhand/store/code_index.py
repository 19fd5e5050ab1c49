"""The code index as its readers see it: one unchanging view of files, symbols, imports, words and history."""

import struct
from collections.abc import Iterable
from typing import Any

import apsw

from oldhand.model.symbol import Symbol
from oldhand.store import code_history
from oldhand.store.code_records import (
    FIELDS,
    RECORD_BYTES,
    Activity,
    Documents,
    IndexedCommit,
    IndexedFile,
    PastCommit,
    PathChange,
    Postings,
    unpacked,
)

AT_ONCE = 400  # names in one query: the statement is prepared once and stays small
SYMBOL_BITS = 20  # of a symbol's number say its place in the file: no file has a million symbols
OF_FILES, OF_COMMITS = 0, 1  # kinds of documents
DAMAGE = (apsw.CorruptError, apsw.NotADBError, apsw.FormatError, UnicodeDecodeError)
DAMAGED = "the code index is damaged and part of this answer may be missing; ask again, it is made anew"
_LENGTHS = struct.Struct(f"<{FIELDS}I")
_FILE = "paths.path, size, mtime_ns, blob, language, role, lines, tokens FROM files JOIN paths ON number = files.path"
_SYMBOL = "name, kind, first, final, signature, doc, digest, parent"


class CodeIndex:
    """What is known of the code, over one connection. `indexed` in oldhand.code.indexing gives one that is up to date.

    notes: what whoever is answered should be told, such as that another process is still reading the code.
    Where the file turns out damaged, what cannot be read is left out, a note says so, and `damaged` is set:
    the next `indexed` makes it again.
    """

    def __init__(self, connection: apsw.Connection, notes: Iterable[str] = ()) -> None:
        self._connection = connection
        self.notes = list(notes)
        self.damaged = False
        self._documents: dict[int, Documents] = {}
        self._histories: dict[int, list[PastCommit]] = {}

    # -- files, symbols, imports ---------------------------------------------------------------

    def files(self) -> list[IndexedFile]:
        """Every file of the project, by path."""
        return [IndexedFile._make(row) for row in self._rows(f"SELECT {_FILE} ORDER BY paths.path")]

    def file(self, path: str) -> IndexedFile | None:
        """The file with this path, or None."""
        rows = self._rows(f"SELECT {_FILE} WHERE paths.path = ?", (path,))
        return IndexedFile._make(rows[0]) if rows else None

    def symbols(self, path: str) -> list[Symbol]:
        """The symbols of a file, in their order; none when there is no grammar for it."""
        found = self._rows("SELECT number FROM paths WHERE path = ?", (path,))
        if not found:
            return []
        first = found[0][0] << SYMBOL_BITS
        rows = self._rows(
            f"SELECT {_SYMBOL} FROM symbols WHERE number BETWEEN ? AND ?", (first, first + (1 << SYMBOL_BITS) - 1)
        )
        return [Symbol._make(row) for row in rows]

    def symbols_named(self, name: str) -> list[tuple[str, Symbol]]:
        """(path, symbol) of every symbol whose qualified name, or the last part of it, is `name`; case counts."""
        last = name.rpartition(".")[2].partition("#")[0]
        found = self._symbols("last = ?", last)
        return [(path, symbol) for path, symbol in found if name in (symbol.name, last)]

    def symbols_with_digest(self, digest: str) -> list[tuple[str, Symbol]]:
        """(path, symbol) of every symbol with this token digest."""
        return self._symbols("digest = ?", digest)

    def _symbols(self, condition: str, value: str) -> list[tuple[str, Symbol]]:
        rows = self._rows(
            f"SELECT paths.path, {_SYMBOL} FROM symbols JOIN paths ON paths.number = symbols.number >> {SYMBOL_BITS}"
            f" WHERE {condition} ORDER BY paths.path, symbols.number", (value,)
        )  # fmt: skip
        return [(row[0], Symbol._make(row[1:])) for row in rows]

    def imports(self) -> list[tuple[str, str]]:
        """(importer, imported) of every import that leads to a file of the project."""
        return self._rows(
            "SELECT a.path, b.path FROM edges JOIN paths a ON a.number = importer JOIN paths b ON b.number = imported"
        )

    def imports_of(self, path: str) -> list[str]:
        """The files of the project that a file imports."""
        return self._names(
            "SELECT b.path FROM edges JOIN paths a ON a.number = importer JOIN paths b ON b.number = imported"
            " WHERE a.path = ? ORDER BY b.path", path
        )  # fmt: skip

    def importers_of(self, path: str) -> list[str]:
        """The files of the project that import a file."""
        return self._names(
            "SELECT a.path FROM paths b JOIN edges ON imported = b.number JOIN paths a ON a.number = importer"
            " WHERE b.path = ? ORDER BY a.path", path
        )  # fmt: skip

    # -- words ---------------------------------------------------------------------------------

    def documents(self) -> Documents:
        """The files as documents; read once while the index is open."""
        return self._all_documents(
            OF_FILES, "SELECT document, paths.path, lengths FROM files JOIN paths ON number = files.path"
        )

    def commit_documents(self) -> Documents:
        """The commits as documents, named by their ids; read once while the index is open."""
        return self._all_documents(OF_COMMITS, "SELECT number, sha, lengths FROM commits")

    def matching(self, terms: Iterable[str]) -> dict[str, Postings]:
        """The files that have each of the terms (of `oldhand.model.terms.index_terms`); terms nowhere are left out."""
        return self._matching(OF_FILES, terms, self.documents())

    def commits_matching(self, terms: Iterable[str]) -> dict[str, Postings]:
        """The commits whose message has each of the terms; terms nowhere are left out."""
        return self._matching(OF_COMMITS, terms, self.commit_documents())

    def _all_documents(self, kind: int, query: str) -> Documents:
        if kind not in self._documents:
            names: dict[int, str] = {}
            lengths: dict[int, tuple[int, int, int, int]] = {}
            for number, name, packed in self._rows(query):
                names[number] = name
                lengths[number] = _LENGTHS.unpack(packed)
            count = max(1, len(names))
            totals = [sum(column) for column in zip(*lengths.values(), strict=True)] or [0] * FIELDS
            self._documents[kind] = Documents(names, lengths, tuple(max(1.0, total / count) for total in totals))
        return self._documents[kind]

    def _matching(self, kind: int, terms: Iterable[str], documents: Documents) -> dict[str, Postings]:
        wanted = list(dict.fromkeys(terms))
        records: dict[str, bytes] = {}
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            for term, found in self._rows(
                f"SELECT term, records FROM postings WHERE kind = ? AND term IN ({','.join('?' * len(part))})"
                " ORDER BY segment", (kind, *part)
            ):  # fmt: skip
                records[term] = records[term] + found if term in records else found
        living = documents.names.keys()
        dead = self._numbers("SELECT sum(documents) FROM segments WHERE kind = ?", kind) != [len(living)]
        found = {term: _living(raw, living) if dead else unpacked(raw) for term, raw in records.items()}
        return {term: postings for term, postings in found.items() if postings.documents}

    # -- history -------------------------------------------------------------------------------

    def commits(self, numbers: Iterable[int]) -> dict[int, IndexedCommit]:
        """The commits with these numbers, as `Postings.documents` names them."""
        return code_history.commits(self._rows, numbers)

    def commit(self, sha: str) -> IndexedCommit | None:
        """The commit with this id, whole; None when it is not in the index (older than what is read, or a merge)."""
        found = self._numbers("SELECT number FROM commits WHERE sha = ?", sha)
        return self.commits(found).get(found[0]) if found else None

    def changes_of(self, path: str, limit: int = 0) -> list[PathChange]:
        """The commits that changed a path, also under its earlier names; newest first, at most `limit` (0: all)."""
        return code_history.changes_of(self._rows, path, limit)

    def changed_together(self, path: str, limit: int = 20) -> list[tuple[str, float]]:
        """(other path, weight) of what changed in the same commits, heaviest first.

        A commit of n files counts 1 / (n - 1) for each other one; commits of more than 50 files do not count.
        """
        return code_history.changed_together(self._rows, path, limit)

    def activity(self, now: int, half_life_days: float = 90.0) -> dict[str, Activity]:
        """How much history changed each of the present files; `now` in milliseconds since 1970."""
        return code_history.activity(self._rows, now, half_life_days)

    def history(self, limit: int = 2000) -> list[PastCommit]:
        """The newest commits that changed any of the present files, newest first; `limit` of 0: all there are."""
        if limit not in self._histories:
            self._histories[limit] = code_history.newest(self._rows, limit)
        return self._histories[limit]

    def history_head(self) -> str:
        """The id of the commit up to which history was read; empty without history."""
        found = self._names("SELECT value FROM state WHERE name = ?", "head")
        return found[0] if found else ""

    # -- asking --------------------------------------------------------------------------------

    def _rows(self, query: str, arguments: tuple[Any, ...] = ()) -> list[Any]:
        try:
            return self._connection.execute(query, arguments).fetchall()
        except DAMAGE:
            if not self.damaged:
                self.notes.append(DAMAGED)
            self.damaged = True
            return []

    def _names(self, query: str, value: str) -> list[str]:
        return [row[0] for row in self._rows(query, (value,))]

    def _numbers(self, query: str, value: int | str) -> list[int]:
        return [row[0] or 0 for row in self._rows(query, (value,))]


def _living(records: bytes, living: Any) -> Postings:
    """The postings without the documents that are there no more."""
    postings = unpacked(records)
    gone = [at for at, number in enumerate(postings.documents) if number not in living]
    if not gone:
        return postings
    kept = bytearray(records)
    for at in reversed(gone):
        del kept[at * RECORD_BYTES : (at + 1) * RECORD_BYTES]
    return unpacked(bytes(kept))
