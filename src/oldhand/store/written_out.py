"""What was written out of a store: the paths of exports and of backups elsewhere, so that erasing can name them."""

import json
import os
from pathlib import Path

from oldhand.store.regular_files import open_regular
from oldhand.store.store import FILE_MODE

NAME = "written.json"
MOST = 500  # paths remembered, the latest ones: nobody keeps more exports apart
LARGEST = 1 << 20  # bytes of the note; a larger one was not written by us
CHUNK = 1 << 20  # bytes of a file looked through at once


def note(folder: Path, path: Path) -> None:
    """Remember that something was written to a path. A note that cannot be kept stops nothing."""
    known = [*(one for one in _known(folder) if one != str(path)), str(path)][-MOST:]
    unfinished = folder / f"{NAME}.{os.getpid()}.part"
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
        try:
            os.write(descriptor, json.dumps(known, ensure_ascii=False).encode("utf-8", "surrogateescape"))
        finally:
            os.close(descriptor)
        os.replace(unfinished, folder / NAME)
    except OSError:
        unfinished.unlink(missing_ok=True)  # the export itself is what was asked for


def _known(folder: Path) -> list[str]:
    try:
        if (folder / NAME).stat().st_size > LARGEST:
            return []
        known = json.loads((folder / NAME).read_text("utf-8", "surrogateescape"))
    except (OSError, ValueError, RecursionError):
        return []
    return [one for one in known if isinstance(one, str) and "\0" not in one] if isinstance(known, list) else []


def holding(folder: Path, needles: list[bytes]) -> list[str]:
    """The files that were written out of a store, are still there, and hold one of these bytes."""
    return [path for path in _known(folder) if contains(Path(path), needles)]


def contains(path: Path, needles: list[bytes]) -> bool:
    """Whether a file holds one of these bytes; a file that cannot be read is taken to."""
    reach = max(map(len, needles), default=1) - 1
    if not path.is_file():  # gone, or by now something else
        return False
    try:
        with open_regular(path) as file:
            before = b""
            while chunk := file.read(CHUNK):
                seen = before + chunk
                if any(needle in seen for needle in needles):
                    return True
                before = seen[-reach:] if reach else b""
    except FileNotFoundError:
        return False
    except OSError:
        return path.exists()
    return False
