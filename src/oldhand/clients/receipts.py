"""Receipts: what was done to which file of a host, and what the file held before, so that it can be undone.

One JSON file for each host and scope in OLDHAND_HOME/receipts, the files' former bytes beside it, all readable by the
person alone: settings may hold secrets. A receipt is written before the files it tells of are changed.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.clients.files import digest, read
from oldhand.clients.hosts import PROJECT
from oldhand.exchange.whole_file import UNFINISHED, write_whole
from oldhand.store.store import make_private

FOLDER = "receipts"
VERSION = 1
DIGITS = 12  # hex digits of a project's folder in the name of a receipt: two folders of one person do not share them


class File(NamedTuple):
    """One file: how it was and how we left it.

    created: it was not there before; folders: those made for it; before, after: SHA-256 of its bytes, empty for none;
    made: the objects that were made in it, by their names from the top; replaced: an entry that ours took the place of.
    """

    path: str
    created: bool
    folders: list[str]
    before: str
    after: str
    made: list[list[str]]
    replaced: Any


class Receipt(NamedTuple):
    """What connecting a host did. root: the project, empty for the scope `user`."""

    client: str
    scope: str
    root: str
    files: list[File]

    def of(self, path: Path) -> File | None:
        """What was done to this file."""
        return next((one for one in self.files if one.path == str(path)), None)


def name_of(client: str, scope: str, root: Path) -> str:
    """The name of a receipt's file."""
    if scope != PROJECT:
        return f"{client}-{scope}.json"
    return f"{client}-{scope}-{hashlib.sha256(str(root).encode('utf-8', 'surrogateescape')).hexdigest()[:DIGITS]}.json"


def load(memory_home: Path, client: str, scope: str, root: Path) -> Receipt:
    """The receipt of a host; one without files when there is none or it cannot be read."""
    found = _read(memory_home / FOLDER / name_of(client, scope, root))
    return found or Receipt(client, scope, str(root) if scope == PROJECT else "", [])


def every(memory_home: Path) -> list[Receipt]:
    """All receipts that can be read."""
    found = (_read(path) for path in sorted((memory_home / FOLDER).glob("*.json")))
    return [one for one in found if one]


def _read(path: Path) -> Receipt | None:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        files = [File(**one) for one in said["files"]]
        return Receipt(said["client"], said["scope"], said["root"], files)
    except (OSError, ValueError, TypeError, KeyError):
        return None  # uninstalling finds our entries by what they say then


def save(memory_home: Path, receipt: Receipt, originals: dict[str, bytes]) -> None:
    """Write a receipt and the former bytes of its files, by their digests. An empty receipt is removed."""
    path = memory_home / FOLDER / name_of(receipt.client, receipt.scope, Path(receipt.root))
    if not receipt.files:
        path.unlink(missing_ok=True)
    else:
        make_private(memory_home / FOLDER)
        for raw in originals.values():
            kept = memory_home / FOLDER / f"{digest(raw)}.before"
            if read(kept) != raw:
                write_whole(kept, [raw])
        said = {"v": VERSION, **receipt._asdict(), "files": [one._asdict() for one in receipt.files]}
        write_whole(path, [json.dumps(said, indent=1).encode() + b"\n"])
    _drop_unused(memory_home)


def original(memory_home: Path, file: File) -> bytes | None:
    """What the file held before; None when it was not there, or when its copy is lost."""
    raw = read(memory_home / FOLDER / f"{file.before}.before") if file.before else None
    return raw if digest(raw) == file.before else None


def _drop_unused(memory_home: Path) -> None:
    """Remove the former bytes that no receipt names, and what a run that was killed left half written."""
    folder = memory_home / FOLDER
    named = {file.before for receipt in every(memory_home) for file in receipt.files}
    for kept in folder.glob("*.before"):
        if kept.stem not in named:
            kept.unlink(missing_ok=True)
    for left in folder.glob(f".*{UNFINISHED}"):  # of runs that were killed; only the holder of the lock is here
        left.unlink(missing_ok=True)
