"""What the code index keeps of files that say what was erased from memory: nothing, once they say it no more.

A file of the project may go on saying it, and then its words are in the index. So these files are noted, and when one
of them changes or goes, the index is written anew without what is not in the files any more, free pages included.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from oldhand.errors import OldhandError
from oldhand.store import code_writing
from oldhand.store.code_file import CodeFile
from oldhand.store.regular_files import open_regular
from oldhand.store.store import FILE_MODE

NOTE = "code.erased.json"  # in the store's folder: paths of files that said what was erased, as the index names them
LARGEST = 1 << 20  # bytes of the note; a larger one was not written by us
MOST = 2_000  # paths that are noted, the latest ones


def noted(folder: Path) -> frozenset[str]:
    """The files that said what was erased."""
    try:
        with open_regular(folder / NOTE) as file:
            said = json.loads(file.read(LARGEST))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    return frozenset(one for one in said if isinstance(one, str)) if isinstance(said, list) else frozenset()


def note(folder: Path, paths: Iterable[str]) -> None:
    """Note files that say what was erased. Raises OSError."""
    fresh = set(paths)
    if not fresh or fresh <= (known := noted(folder)):
        return
    unfinished = folder / f"{NOTE}.{os.getpid()}.part"
    kept = [*sorted(known - fresh), *sorted(fresh)][-MOST:]
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file)
        os.replace(unfinished, folder / NOTE)
    finally:
        unfinished.unlink(missing_ok=True)


def purge(file: CodeFile) -> None:
    """Have an index hold nothing but what it was last read from; one where that cannot be done is removed.

    Takes about as long as copying the file. Raises what removing it raises.
    """
    try:
        with file.writing() as connection:
            code_writing.drop_dead(connection)
        whole = file.compact()
    except OldhandError:
        whole = False
    if not whole:
        file.remove()
