"""Bringing the edges of the code index up to date: which files of the project its files import."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.code.imports import resolver
from oldhand.code.paths import read_bytes
from oldhand.errors import OldhandError
from oldhand.store import code_writing as writing

if TYPE_CHECKING:
    import apsw

FILES_AT_ONCE = 1000  # whose edges are written together: bounds the memory
LARGEST_MANIFEST = 1 << 18  # bytes: a package.json of a hundred dependencies has 10 KB


def resolve(connection: "apsw.Connection", tree: Path, changed: Iterable[str] | None = None) -> None:
    """Write where imports lead: those of all files, or of those that changed where no file came or went."""
    known = writing.known_files(connection)
    leads_to = resolver(known, lambda path: _manifest(tree, path))
    if changed is None:
        writing.forget_edges(connection)
    else:
        changed = [path for path in changed if path in known]
        writing.put_edges(connection, dict.fromkeys(changed, ()))
    edges: dict[str, set[str]] = {}
    for path, group in groupby(writing.imports_written(connection, changed), key=itemgetter(0)):
        if path in known:
            edges[path] = {found for _, one in group for found in leads_to(path, known[path].language, one)}
        if len(edges) == FILES_AT_ONCE:
            writing.put_edges(connection, edges)
            edges = {}
    writing.put_edges(connection, edges)


def _manifest(tree: Path, path: str) -> bytes | None:
    try:
        return read_bytes(tree, path, LARGEST_MANIFEST)
    except OldhandError:  # gone, closed or too large: what it would tell is not known, and some imports lead nowhere
        return None
