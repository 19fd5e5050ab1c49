"""Reading files of other memories within bounds: nothing outside the named folder, no device, no endless line."""

import codecs
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from oldhand.exchange.foreign import Skipped, Source
from oldhand.exchange.json_fault import json_fault
from oldhand.store.regular_files import open_regular, what_else

LONGEST_LINE = 16 << 20  # bytes of one line or one JSON element: held whole; a longer one is passed over
LARGEST_DOCUMENT = 1 << 20  # bytes of a Markdown file; what people write by hand is far smaller
CHUNK = 1 << 16  # bytes read at once
MOST_FILES = 50_000  # of one folder; beyond them a folder is no memory
MOST_ENTRIES = 500_000  # files of one folder whose names are looked at: some seconds
DEEPEST = 12  # folders below the named one
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_ENTERED = frozenset({"node_modules", "vendor", "__pycache__", "venv", "site-packages", "target"})


class Line(NamedTuple):
    """One line of a file as JSON: its number from 1, and the object on it."""

    number: int
    said: dict[str, Any]


def why_not(path: Path, root: Path) -> str:
    """Why a file is not read: a link out of the folder, no regular file, gone. Empty when it can be."""
    try:
        if not Path(os.path.realpath(path)).is_relative_to(root):
            return "it is a link out of the folder"
        entry = os.stat(path)
    except (OSError, ValueError, RuntimeError):
        return "it is not there"
    return what_else(entry.st_mode)


def opened(path: Path, root: Path) -> BinaryIO | str:
    """An open file, or why there is none. What is no regular file is never waited for."""
    if reason := why_not(path, root):
        return reason
    try:
        return open_regular(path)
    except OSError as error:
        return f"it cannot be read ({error.strerror or type(error).__name__})"


def named(path: Path, root: Path) -> str:
    """How a file is called in places: relative to the folder, printable."""
    try:
        name = Path(os.path.relpath(path, root)).as_posix()
    except ValueError:
        name = path.name
    return "".join(c if c.isprintable() else "\ufffd" for c in os.fsencode(name).decode("utf-8", "replace"))


def document(path: Path, source: Source) -> str | Skipped:
    """The text of a whole file, whatever its line ends and byte order mark, or why there is none."""
    name = named(path, source.root)
    file = opened(path, source.root)
    if isinstance(file, str):
        return Skipped(name, file)
    with file:
        try:
            raw = file.read(LARGEST_DOCUMENT + 1)
        except OSError as error:
            return Skipped(name, f"it cannot be read ({error.strerror})")
    source.seen(len(raw))
    if len(raw) > LARGEST_DOCUMENT:
        return Skipped(name, f"it is larger than {LARGEST_DOCUMENT >> 10} KiB")
    try:
        text = raw.decode("utf-16" if raw.startswith(_WIDE) else "utf-8-sig")
    except UnicodeDecodeError:
        return Skipped(name, "it is not written in UTF-8")
    if "\0" in text:
        return Skipped(name, "it is no text: there are NUL bytes in it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def json_lines(path: Path, source: Source) -> Iterator[Line | Skipped]:
    """The objects of a file of JSON lines, one held at a time. A line that is none is told with its number."""
    name = named(path, source.root)
    file = opened(path, source.root)
    if isinstance(file, str):
        yield Skipped(name, file)
        return
    number = 0
    with file:
        while True:
            try:
                raw = file.readline(LONGEST_LINE + 1)
            except OSError as error:
                yield Skipped(f"{name}:{number + 1}", f"it cannot be read ({error.strerror})")
                return
            if not raw:
                return
            number += 1
            source.seen(len(raw))
            if number == 1 and raw.startswith(_WIDE):
                yield Skipped(name, "it is written in UTF-16; save it as UTF-8")
                return
            if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
                _pass_over(file, source)
                yield Skipped(f"{name}:{number}", f"it is longer than {LONGEST_LINE >> 20} MiB")
                continue
            raw = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
            if raw.strip():
                yield _line(raw, number, name)


def _pass_over(file: BinaryIO, source: Source) -> None:
    """Read on to the end of a line that is too long, holding none of it."""
    while raw := file.readline(CHUNK):
        source.seen(len(raw))
        if raw.endswith(b"\n"):
            return


def _line(raw: bytes, number: int, name: str) -> Line | Skipped:
    place = f"{name}:{number}"
    try:
        said = json.loads(raw.rstrip(b"\r\n").decode("utf-8"))
    except UnicodeDecodeError:
        return Skipped(place, "it is not written in UTF-8")
    except RecursionError:
        return Skipped(place, "it is nested too deeply")
    except ValueError as error:
        return Skipped(place, f"it is no JSON ({json_fault(error)})")
    return Line(number, said) if isinstance(said, dict) else Skipped(place, "it is no JSON object")


def whole_json(path: Path, source: Source) -> Any:
    """The value in a small JSON file, or Skipped. Larger files are read with `json_members`."""
    name = named(path, source.root)
    file = opened(path, source.root)
    if isinstance(file, str):
        return Skipped(name, file)
    with file:
        raw = file.read(LONGEST_LINE + 1)
    source.seen(len(raw))
    if len(raw) > LONGEST_LINE:
        return Skipped(name, f"it is longer than {LONGEST_LINE >> 20} MiB")
    try:
        return json.loads(raw.decode("utf-16" if raw.startswith(_WIDE) else "utf-8-sig"))
    except RecursionError:
        return Skipped(name, "it is nested too deeply")
    except ValueError as error:
        return Skipped(name, f"it is no JSON ({json_fault(error)})")


def files_below(folder: Path, suffixes: tuple[str, ...], hidden: tuple[str, ...] = ()) -> Iterator[Path | Skipped]:
    """The files of a folder with these endings, in order; links to folders and hidden folders are not entered.

    hidden: the hidden folders that are entered all the same.
    """
    count, entries, base = 0, 0, len(folder.parts)
    for here, folders, files in os.walk(folder):
        inside = Path(here)
        deep = len(inside.parts) - base >= DEEPEST
        folders[:] = [] if deep else sorted(f for f in folders if f in hidden or not _shut(f))
        entries += len(files)
        for file in sorted(file for file in files if file.casefold().endswith(suffixes)):
            count += 1
            if count > MOST_FILES or entries > MOST_ENTRIES:
                yield Skipped(folder.name, "there are too many files here; the rest was not looked at")
                return
            yield inside / file


def _shut(folder: str) -> bool:
    return folder.startswith(".") or folder in _NOT_ENTERED
