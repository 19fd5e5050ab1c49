"""The note beside a store of what was forgotten: keyed digests of its words, in `erased.json`.

Numbers of forgettings never fall, also where a note is lost: each is the time in nanoseconds at least. A note that
cannot be read is kept aside before another one takes its place, and `health` names it.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.store.lock import WriteLock
from oldhand.store.regular_files import open_regular
from oldhand.store.store import FILE_MODE

if TYPE_CHECKING:
    from oldhand.memory import Memory

NOTE = "erased.json"  # in the folder of a store
LOCK = "erased.lock"
ASIDE = f"{NOTE}.unreadable"  # begins the names of notes that could not be read
LARGEST = 4 << 20  # bytes of the note that are read: MOST digests are less than half of that
MOST = 20_000  # digests in one note, some 75 bytes each, read in 20 ms: 400 texts of 50 sentences
NEXT_STEP = "forget again what must not come back; then remove a file that could not be read"
FEWEST_WORDS = 3  # of what is noted: fewer are in many texts by chance
MOST_WORDS = 256  # of one run: a longer text is noted as several, so that no place of a text costs more than one run


class Known(NamedTuple):
    """A run of words that is noted. number: of the forgetting; words: how many there are; ends: bits of the first two
    and of the last two; whole: whether it is a text from its beginning, and no sentence out of one."""

    number: int
    words: int
    first: int
    last: int
    whole: int
    digest: str


class Noted(NamedTuple):
    """What a note holds. last: the number of the latest forgetting; carried: up to which forgetting of the person's own
    memory this project was gone through; dropped: how many digests no longer fitted."""

    last: int = 0
    carried: int = 0
    dropped: int = 0
    known: tuple[Known, ...] = ()


def read(folder: Path) -> Noted:
    """What is noted beside a store; nothing where there is no note, or none that can be read (`trouble`)."""
    return _read(folder) or Noted()


def state(folder: Path) -> tuple[int, int, int] | None:
    """What changes whenever a note does; None without one."""
    try:
        found = os.stat(folder / NOTE)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def trouble(folder: Path) -> list[str]:
    """What is wrong with the note of a store, in words: it cannot be read, an earlier one could not, or not all of it
    fits."""
    brings = "a transcript from before may bring them again"
    if _read(folder) is None:
        return [f"{folder / NOTE} cannot be read: the words of what was forgotten are not known, {brings}"]
    try:
        aside = sorted(one.name for one in os.scandir(folder) if one.name.startswith(ASIDE))
    except OSError:
        aside = []
    found = [
        f"{folder / one} is a note that could not be read: words forgotten before it are not known, {brings}"
        for one in aside
    ]
    if dropped := read(folder).dropped:
        found.append(f"{folder / NOTE}: {unfitting(dropped)}")
    return found


def doctored(memory: "Memory") -> list[tuple[str, str, str, str]]:
    """The same of the notes that a project goes by, as `doctor` tells it: (component, state, detail, next step)."""
    folders = [memory.project.store, *([memory.store("global").folder] if memory.has_global() else [])]
    return [("sessions", "warn", one, NEXT_STEP) for folder in folders for one in trouble(folder)]


def unfitting(dropped: int) -> str:
    """What is told of digests that no longer fitted."""
    return (
        f"it holds {MOST:,} digests of forgotten words; {dropped:,} earlier ones, of single sentences first, no longer "
        "fit, and a transcript from before may bring these words again"
    )


def next_number(before: Noted) -> int:
    """The number of a new forgetting: more than any before, also than those of a note that is lost."""
    return max(before.last + 1, time.time_ns())


def fitting(known: Iterable[Known]) -> tuple[Known, ...]:
    """Those that fit into a note: the earliest sentences go first, the earliest whole texts last."""
    every = tuple(known)
    if len(every) <= MOST:
        return every
    places = sorted(range(len(every)), key=lambda at: (every[at].whole, at))
    going = set(places[: len(every) - MOST])
    return tuple(one for at, one in enumerate(every) if at not in going)


def changed(folder: Path, change: Callable[[Noted], Noted]) -> tuple[Noted, Noted]:
    """Change the note of a store, one process after the other: (before, after). Raises NotWritable and StoreBusy."""
    from oldhand.errors import NotWritable

    lock = WriteLock(folder / LOCK)
    lock.acquire()
    try:
        before = _read(folder)
        after = change(before or Noted())
        if before is None:
            os.replace(folder / NOTE, _aside(folder))
        if before is None or after != before:
            _write(folder, after)
        return before or Noted(), after
    except OSError as error:
        raise NotWritable(folder, error.strerror) from None
    finally:
        lock.close()


def _aside(folder: Path) -> Path:
    path = folder / ASIDE
    return path.with_name(f"{ASIDE}-{time.time_ns()}") if os.path.lexists(path) else path


def _read(folder: Path) -> Noted | None:
    """What is noted; None where there is something that cannot be read."""
    try:
        with open_regular(folder / NOTE) as file:
            said = json.loads(file.read(LARGEST))
        known = tuple(Known(*one) for one in said["known"])
        noted = Noted(int(said["last"]), int(said["carried"]), int(said["dropped"]), known)
    except FileNotFoundError:
        return Noted()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    numbers = all(isinstance(part, int) for one in known for part in one[:5])
    right = numbers and all(FEWEST_WORDS <= one.words <= MOST_WORDS and isinstance(one.digest, str) for one in known)
    return noted if right else None


def _write(folder: Path, noted: Noted) -> None:
    whole = folder / f"{NOTE}.{os.getpid()}.part"
    said = noted._asdict() | {"known": [list(one) for one in noted.known]}
    try:
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
        with open(descriptor, "w", encoding="ascii") as file:
            json.dump(said, file, separators=(",", ":"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(whole, folder / NOTE)
    finally:
        whole.unlink(missing_ok=True)
