"""What hooks had trouble with: they themselves stay silent, and `doctor` tells it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from oldhand.store.own_folders import own
from oldhand.store.regular_files import open_regular

TROUBLE = "trouble.jsonl"  # in the folder of the spool
SEEN = "seen-"  # how the name of a file begins whose time is that of a host's last hook
SPOOL = "spool"
LARGEST = 65_536  # bytes of the file at which hooks stop to add to it: some 300 troubles
LONGEST = 500  # characters of one fault


class Trouble(NamedTuple):
    """Something a hook had trouble with. at: milliseconds since 1970; event: the host's own name of it."""

    at: int
    host: str
    event: str
    fault: str


def recent(store_folder: Path, limit: int = 5, home: Path | None = None) -> list[Trouble]:
    """The latest troubles, the latest first; empty when there are none or they cannot be read.

    home: the person's folder, where hooks note trouble that they may not write into the store's folder.
    """
    found = [*_read(store_folder / SPOOL / TROUBLE), *(_read(home / TROUBLE) if home else ())]
    return sorted(found, key=lambda one: -one.at)[:limit]


def clear(store_folder: Path) -> None:
    """Forget the troubles of a store. Raises OSError."""
    if own(store_folder / SPOOL):
        (store_folder / SPOOL / TROUBLE).unlink(missing_ok=True)


def last_seen(store_folder: Path, host: str) -> int:
    """When a hook of a host last wrote into this store (milliseconds since 1970); 0 when none did."""
    try:
        return os.stat(store_folder / SPOOL / f"{SEEN}{host}", follow_symlinks=False).st_mtime_ns // 1_000_000
    except OSError:
        return 0


def _read(path: Path) -> Iterator[Trouble]:
    try:
        with open_regular(path) as file:
            lines = file.read(2 * LARGEST).decode("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            said = json.loads(line)
            at, told = int(said["at"]), [str(said.get(name, ""))[:LONGEST] for name in ("host", "event", "fault")]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue  # cut off while it was written
        yield Trouble(at, *told)
