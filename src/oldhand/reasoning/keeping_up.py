"""Keeping outcomes up to date by itself: what became of decisions, and what did not work, while nobody waits for it.

It is what `outcomes update` and `negative update` do, begun by a process that runs anyway (the MCP server in its idle
times, a command that tells outcomes), in slices, within a time, by one process at a time. What it did last stands in a
small file of the store's folder, so that a look with nothing new costs a fraction of a millisecond; what went wrong
stands there too, and `health` and `doctor` tell it. decisions/0048 says why there and not elsewhere.
"""

import errno
import json
import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code import history
from oldhand.code.checkout import boundary, checkout
from oldhand.errors import NotWritable, OldhandError, StoreBusy, UnusableStore
from oldhand.model.secrets import masked
from oldhand.reasoning.outcome_state import STATE_FILE, first_line, sweep
from oldhand.store.by_kind import how_many
from oldhand.store.lock import WriteLock
from oldhand.store.regular_files import open_regular, what_else

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader

SETTING = "outcomes.automatic"
NOTE, LOCK = "outcomes-kept-up.json", "outcomes.lock"  # in the store's folder
REMOVE = "remove it"  # the next step where something else stands in a file's place
LARGEST_NOTE = 65_536  # bytes
LONGEST_TROUBLE = 300  # characters
# Between two updates for something else than a new commit: the memory changes with every remembered fact, and an update
# that finds nothing costs some 50 ms. The same after trouble: what is broken is not tried again and again.
PAUSE_MS = 300_000
IDLE_SECONDS = 5.0  # of one idle time: a whole history of 60,000 commits is read in some six of them
LAST_SECONDS = 1.0  # at a server's end, which its host waits for
COMMAND_SECONDS = 1.0  # that a command may take longer by it; mostly it takes a tenth of that
# What outcomes and negative knowledge are derived from: where one of these is made, changed or tied, it is followed at
# once. Anything else may be so too (a setting, a room), and waits for the pause.
ORIGINS = frozenset({"decision", "outcome", "negative", "assumption", "engram"})
MOST_EVENTS = 1_000  # of the journal that are looked at for one of those, some 20 ms; more are followed as if one was
ROUNDS = 3  # updates in one go: the second one sees what the first one wrote, and what came in meanwhile
MOST_FOR_COMMAND = 500  # new commits that a command reads before it answers: some 0.7 s; more is told, and left


class Note(NamedTuple):
    """What was done last: the commit and root of the memory that are up to date, when that was (ms since 1970), what
    went wrong, empty for nothing, up to which position of the journal that was, and where the history began here, as in
    a shallow clone (`checkout.boundary`)."""

    commit: str = ""
    root: str = ""
    at: int = 0
    trouble: str = ""
    position: int = 0
    boundary: str = ""

    @property
    def history(self) -> tuple[str, str]:
        """Which history was read."""
        return self.commit, self.boundary


def keep_up(
    memory: "Memory", seconds: float, busy: Callable[[], bool] = lambda: False, *, more: bool = False
) -> bool:  # fmt: skip
    """Bring outcomes up to date where something is new, for about so many seconds; whether there is more to do.

    busy: whether somebody asks for something, for whom it stops at the next slice; more: whether sessions are known to
    have gone on, which else waits for the pause. Never raises but for an interruption by a person. Does nothing where
    the setting is off, there is no decision, the store cannot be written, or another process does it.
    """
    try:
        here = _due(memory, more)
        return here is not None and _locked(memory, here, time.monotonic() + seconds, busy)
    # Told by `health` and `doctor`: nobody asked for this, so it must not fail what somebody did ask for.
    except Exception as error:  # noqa: BLE001
        return _failed(memory, error)


def before_telling(memory: "Memory") -> None:
    """What a command does that is about to tell outcomes: little, or nothing where there is much to do."""
    from oldhand.reasoning.outcomes_behind import behind
    from oldhand.sessions.draining import drain

    try:
        if not memory.project.remembered or memory.setting(SETTING) != "yes":
            return
        more = drain(memory).events > 0  # what hooks left may tell of tests
        if not _due(memory, more):
            return
        with memory.reading() as reader:
            far = behind(memory, reader)
    except (OldhandError, OSError):
        return  # the command itself meets the same, and tells it
    if far is None or 0 <= far.commits <= MOST_FOR_COMMAND:
        shown, memory.progress = memory.progress, lambda done, total, what: None
        try:
            keep_up(memory, COMMAND_SECONDS, more=more)
        finally:
            memory.progress = shown


def note_of(folder: Path) -> Note:
    """What was done last in a store's folder; an empty one where nothing was, or its file is no such file."""
    try:
        with open_regular(folder / NOTE) as file:
            said = json.loads(file.read(LARGEST_NOTE))
        return Note(
            str(said["commit"]), str(said["root"]), int(said["at"]), str(said["trouble"])[:LONGEST_TROUBLE],
            int(said["position"]), str(said["boundary"]),
        )  # fmt: skip
    except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return Note()


def solved(memory: "Memory") -> None:
    """Somebody brought all of it up to date by hand: what went wrong before is told no more, and looked at again."""
    if note_of(memory.project.store).trouble:
        with suppress(OSError):
            (memory.project.store / NOTE).unlink(missing_ok=True)


def _due(memory: "Memory", more: bool = False) -> Note | None:
    """What an update would be of, where one is due. more: as `keep_up` has it."""
    if not memory.project.remembered or memory.setting(SETTING) != "yes":
        return None
    last = note_of(memory.project.store)
    with memory.reading() as reader:
        if not how_many(reader, ("decision",), ("active", "contested", "superseded")):
            return None
        here = _here(memory, reader)
        if here.history == last.history:
            left = first_line(memory.project.store)  # what was read may have been removed since
            read = left.head == here.commit or not here.commit
            if read and not last.trouble and here.root == last.root and not _sessions_went_on(memory, left.events):
                return None
            paused = 0 <= here.at - last.at < PAUSE_MS
            if paused and last.trouble:
                return None
            if paused and read and not more and not _concerned(reader, last.position, here.position):
                return None
    return here if memory.store().writable else None


def _here(memory: "Memory", reader: "Reader") -> Note:
    """How it stands now."""
    root, tree = reader.root(), memory.project.tree
    return Note(checkout(tree).commit, root.root.hex(), memory.now(), "", root.position, boundary(tree))


def _concerned(reader: "Reader", after: int, until: int) -> bool:
    """Whether something happened behind a position of the journal that outcomes rest on."""
    if until < after or until - after > MOST_EVENTS:
        return True  # the journal is another one, or there is too much to look through
    names = set[str]()
    for _, event in reader.journal(after):
        names |= {event.memory} if event.memory else set()
        names |= {str(event.fields["target"])} if event.op in ("link", "unlink") and "target" in event.fields else set()
    return any((held := reader.find(name)) is None or held.kind in ORIGINS for name in names)


def _sessions_went_on(memory: "Memory", after: int) -> bool:
    """Whether sessions went on since results of tests were read from them, up to a number of their events."""
    with suppress(OldhandError):  # a log that cannot be used, which `doctor` tells
        return bool(memory.session_log().changed(after))
    return False


def _locked(memory: "Memory", here: Note, until: float, busy: Callable[[], bool]) -> bool:
    """Do it, unless another process does; whether there is more to do."""
    path = memory.project.store / LOCK
    lock = WriteLock(path)
    try:
        lock.acquire(0)
    except StoreBusy:
        return False
    except NotWritable:
        with suppress(FileNotFoundError):
            _in_the_way(path)
        raise
    try:
        return _updated(memory, here, lambda: busy() or time.monotonic() >= until)
    finally:
        lock.close()


def _in_the_way(path: Path) -> None:
    """Raise OSError, which names a file and the next step, where something else stands in its place."""
    mode = os.lstat(path).st_mode
    kind = "it is a link, which is not followed" if stat.S_ISLNK(mode) else what_else(mode)
    if kind:
        raise OSError(errno.EEXIST, f"{kind}; {REMOVE}", str(path))


def _updated(memory: "Memory", here: Note, stop: Callable[[], bool]) -> bool:
    """Bring all up to date. It is noted as of a moment before: what came in meanwhile is looked at too."""
    from oldhand.reasoning.updating_negative import update as update_negative
    from oldhand.reasoning.updating_outcomes import update as update_outcomes

    path = memory.project.store / STATE_FILE
    if here.commit and not history.head(memory.project.tree, memory.environment):
        raise OSError(errno.ENOENT, "git does not answer, and the history is not read without it", "git")
    for _ in range(ROUNDS):
        done = update_outcomes(memory, stop=stop)
        if done.unfinished:
            return True
        if first_line(path.parent).head != done.head:  # it was not kept: all of it would be read again each time
            with suppress(FileNotFoundError):
                _in_the_way(path)
            return True
        if stop():
            return True  # the next time finds nothing new of outcomes, and goes on here
        update_negative(memory)
        with memory.reading() as reader:
            now = _here(memory, reader)
            more = now.history != here.history or _concerned(reader, here.position, now.position)
        if not more:
            break
        here = now
    _write(memory.project.store, now._replace(commit=here.commit, boundary=here.boundary))
    return False


def _failed(memory: "Memory", error: Exception) -> bool:
    """Note what went wrong: of the store and its files in words, of anything else only what it is and where it was
    raised, as its text may quote a memory, which would outlive being forgotten."""
    with suppress(OldhandError, OSError):
        if isinstance(error, OSError) and error.filename and error.strerror:
            said = masked(f"{error.filename}: {error.strerror}")[:LONGEST_TROUBLE]
        elif isinstance(error, (NotWritable, UnusableStore, OSError)):
            said = masked(" ".join(str(error).split()))[:LONGEST_TROUBLE]
        else:
            said = f"{type(error).__name__} at {_raised_at(error)}"
        tree = memory.project.tree
        note = Note(checkout(tree).commit, "", memory.now(), said, boundary=boundary(tree))
        _write(memory.project.store, note)
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
    sweep(folder, NOTE)
    with suppress(OSError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        with os.fdopen(os.open(unfinished, flags, 0o600), "w", encoding="ascii") as file:
            json.dump(note._asdict(), file)
        os.replace(unfinished, folder / NOTE)
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
