"""What a code index says, in a form that two indexes of the same code share: by paths and commits, not by numbers."""

from typing import Any

from oldhand.code.indexing import indexed
from oldhand.memory import Memory
from oldhand.store.code_index import CodeIndex


def seen(memory: Memory) -> dict[str, Any]:
    """Everything that the index of a memory's project says."""
    with indexed(memory) as index:
        assert not index.notes, index.notes
        return everything(index)


def everything(index: CodeIndex) -> dict[str, Any]:
    """Everything that an index says."""
    terms = {row[0] for row in index._rows("SELECT DISTINCT term FROM postings")}
    documents, commits = index.documents(), index.commit_documents()
    paths = [file.path for file in index.files()]
    return {
        "files": [file._replace(mtime_ns=0) for file in index.files()],
        "symbols": {path: index.symbols(path) for path in paths},
        "imports": sorted(index.imports()),
        "lengths": {documents.names[number]: length for number, length in documents.lengths.items()},
        "words": {term: _postings(found, documents.names) for term, found in index.matching(terms).items()},
        "messages": {term: _postings(found, commits.names) for term, found in index.commits_matching(terms).items()},
        "commits": sorted(commit[1:] for commit in index.commits(commits.names).values()),
        "changes": {path: index.changes_of(path) for path in paths},
        "together": {p: sorted((o, round(w, 6)) for o, w in index.changed_together(p, 0)) for p in paths},
        "history": sorted((one.time, sorted(documents.names[n] for n in one.documents)) for one in index.history(0)),
        "activity": {
            p: one._replace(weight=round(one.weight, 6)) for p, one in index.activity(1_700_000_000_000).items()
        },
        "head": index.history_head(),
    }


def _postings(found: Any, names: dict[int, str]) -> dict[str, tuple[int, ...]]:
    return {names[number]: tuple(field[at] for field in found.counts) for at, number in enumerate(found.documents)}
