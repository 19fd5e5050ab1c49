"""Keeping outcomes up to date by itself: what became of decisions, and what did not work, while nobody waits for it.

It is what `outcomes update` and `negative update` do, begun by a process that runs anyway (the MCP server in its idle
times, a command that tells outcomes), in slices, within a time, by one process at a time. What it did last stands in a
small file of the store's folder, so that a look with nothing new costs a fraction of a millisecond; what went wrong
stands there too, and `health` and `doctor` tell it. decisions/0048 says why there and not elsewhere.
"""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.checkout import checkout
from oldhand.errors import NotWritable, OldhandError, StoreBusy, UnusableStore
from oldhand.model.secrets import masked
from oldhand.store.by_kind import how_many
from oldhand.store.lock import WriteLock
from oldhand.store.regular_files import open_regular

if TYPE_CHECKING:
    from oldhand.memory import Memory

SETTING = "outcomes.automatic"
NOTE, LOCK = "outcomes-kept-up.json", "outcomes.lock"  # in the store's folder
LARGEST_NOTE = 65_536  # bytes
LONGEST_TROUBLE = 300  # characters
# Between two updates for something else than a new commit: the memory changes with every remembered fact, and an update
# that finds nothing costs some 50 ms. The same after trouble: what is broken is not tried again and again.
PAUSE_MS = 300_000
IDLE_SECONDS = 5.0  # of one idle time: a whole history of 60,000 commits is read in some six of them
LAST_SECONDS = 1.0  # at a server's end, which its host waits for
COMMAND_SECONDS = 1.0  # that a command may take longer by it; mostly it takes a tenth of that
MOST_FOR_COMMAND = 500  # new commits that a command reads before it answers: some 0.7 s; more is told, and left


class Note(NamedTuple):
    """What was done last: the commit and root of the memory that are up to date, when that was (ms since 1970), and
    what went wrong, empty for nothing."""

    commit: str = ""
    root: str = ""
    at: int = 0
    trouble: str = ""


def keep_up(memory: "Memory", seconds: float, busy: Callable[[], bool] = lambda: False) -> bool:
    """Bring outcomes up to date where something is new, for about so many seconds; whether there is more to do.

    busy: whether somebody asks for something, for whom it stops at the next slice. Never raises but for an interruption
    by a person. Does nothing where the setting is off, there is no decision, the store cannot be written, or another
    process does it.
    """
    try:
        here = _due(memory)
        return here is not None and _locked(memory, here, time.monotonic() + seconds, busy)
    # Told by `health` and `doctor`: nobody asked for this, so it must not fail what somebody did ask for.
    except Exception as error:  # noqa: BLE001
        return _failed(memory, error)


def before_telling(memory: "Memory") -> None:
    """What a command does that is about to tell outcomes: little, or nothing where there is much to do."""
    from oldhand.reasoning.outcomes_behind import behind

    try:
        if not memory.project.remembered or not _due(memory):
            return
        with memory.reading() as reader:
            far = behind(memory, reader)
    except (OldhandError, OSError):
        return  # the command itself meets the same, and tells it
    if far is None or 0 <= far.commits <= MOST_FOR_COMMAND:
        shown, memory.progress = memory.progress, lambda done, total, what: None
        try:
            keep_up(memory, COMMAND_SECONDS)
        finally:
            memory.progress = shown


def note_of(folder: Path) -> Note:
    """What was done last in a store's folder; an empty one where nothing was, or its file is no such file."""
    try:
        with open_regular(folder / NOTE) as file:
            said = json.loads(file.read(LARGEST_NOTE))
        return Note(str(said["commit"]), str(said["root"]), int(said["at"]), str(said["trouble"])[:LONGEST_TROUBLE])
    except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return Note()


def _due(memory: "Memory") -> Note | None:
    """What an update would be of, where one is due."""
    if not memory.project.remembered or memory.setting(SETTING) != "yes":
        return None
    with memory.reading() as reader:
        if not how_many(reader, ("decision",), ("active", "contested", "superseded")):
            return None
        root = reader.root().root.hex()
    here, last = Note(checkout(memory.project.tree).commit, root, memory.now()), note_of(memory.project.store)
    if (here.commit, here.root) == (last.commit, last.root) and not last.trouble:
        return None
    if here.commit == last.commit and 0 <= here.at - last.at < PAUSE_MS:
        return None
    return here if memory.store().writable else None


def _locked(memory: "Memory", here: Note, until: float, busy: Callable[[], bool]) -> bool:
    """Do it, unless another process does; whether there is more to do."""
    lock = WriteLock(memory.project.store / LOCK)
    try:
        lock.acquire(0)
    except StoreBusy:
        return False
    try:
        return _updated(memory, here, lambda: busy() or time.monotonic() >= until)
    finally:
        lock.close()


def _updated(memory: "Memory", here: Note, stop: Callable[[], bool]) -> bool:
    from oldhand.reasoning.updating_negative import update as update_negative
    from oldhand.reasoning.updating_outcomes import update as update_outcomes

    if update_outcomes(memory, stop=stop).unfinished:
        return True
    if stop():
        return True  # the next time finds nothing new of outcomes, and goes on here
    update_negative(memory)
    with memory.reading() as reader:
        root = reader.root().root.hex()
    _write(memory.project.store, here._replace(root=root))
    return False


def _failed(memory: "Memory", error: Exception) -> bool:
    """Note what went wrong: of the store and its files in words, of anything else only what it is and where it was
    raised, as its text may quote a memory, which would outlive being forgotten."""
    with suppress(OldhandError, OSError):
        if isinstance(error, (NotWritable, UnusableStore, OSError)):
            said = masked(" ".join(str(error).split()))[:LONGEST_TROUBLE]
        else:
            said = f"{type(error).__name__} at {_raised_at(error)}"
        _write(memory.project.store, Note(checkout(memory.project.tree).commit, "", memory.now(), said))
    return False


def _raised_at(error: Exception) -> str:
    """Where an error was raised, as module:line."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return f"{place.tb_frame.f_globals.get('__name__', '?')}:{place.tb_lineno}" if place is not None else "?"


def _write(folder: Path, note: Note) -> None:
    """Keep what was done; where the folder cannot be written, the next one does it again."""
    unfinished = folder / f"{NOTE}.{os.getpid()}.part"
    with suppress(OSError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        with os.fdopen(os.open(unfinished, flags, 0o600), "w", encoding="ascii") as file:
            json.dump(note._asdict(), file)
        os.replace(unfinished, folder / NOTE)
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
