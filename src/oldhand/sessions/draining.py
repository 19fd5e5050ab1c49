"""Draining the spool: what hooks left there is put into the log of sessions, in slices and within a time.

The file that hooks write to is taken by renaming it. A taken file is read at once, and removed when it was read to its
end and is old enough that nobody writes to it any more. How far it was read is noted in the same change as its events,
and events are known by their keys: after a crash anywhere nothing is lost and nothing is there twice.
"""

import os
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from oldhand.errors import OldhandError, StoreBusy
from oldhand.sessions.spool import BROKEN, LONGEST_LINE, ONCE, SPOOL, TAKEN, WAITING, BrokenLine, noted
from oldhand.store.lock import WriteLock
from oldhand.store.own_folders import opened, own
from oldhand.store.regular_files import open_regular, what_else
from oldhand.store.session_log import Noted, SessionLog

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.sessions.capturing import Learned

BUDGET_MS = 200  # what a call of ours may be held up by it: some 500 lines
SETTLED_MS = 1000  # how long after a file was taken no hook writes to it any more: their own deadline is 800 ms
SLICE = 100  # lines written at once: some 40 ms, most of it the screening for secrets
MOST_BROKEN = 1 << 20  # bytes of broken lines that are kept aside
LONGEST_BROKEN = 4096  # characters of one of them
ONCE_MS = 3_600_000  # how old a marker of `once` is when it goes: two copies of a hook run within a second
MOST_MARKERS = 10_000  # looked at in one draining: as many as an hour of hard work leaves
TRIM_MS = 86_400_000  # how often what is too old is looked for
MOST_HANDED_OVER = 2  # sessions that ended, for which the handing over is made in one draining: some 50 ms each
LOCK = "draining.lock"
BROKEN_MARK, TRIMMED_MARK = "spool broken", "trimmed"  # in the log: how many lines were broken; when it was trimmed


class Drained(NamedTuple):
    """What a draining did. lines: read; events: that were new; broken: lines that could not be used; sessions: that
    something was new in; left: whether lines wait still, because the time was over or others drain; trouble: what was
    in the way, empty for nothing; learned: what was taken in, None where that was not asked for or not come to."""

    lines: int = 0
    events: int = 0
    broken: int = 0
    sessions: tuple[str, ...] = ()
    left: bool = False
    trouble: str = ""
    learned: "Learned | None" = None


def drain(memory: "Memory", budget_ms: int = BUDGET_MS, *, learning: bool = False) -> Drained:
    """Drain the project's spool for at most about so many milliseconds (0: to its end). Never raises OldhandError.

    learning: also take in what sessions teach (`sessions.capturing`), when time is left: only those do who may change
    the memory. Afterwards the day's tokens are put where hooks find them.
    """
    folder = memory.project.store / SPOOL
    if not memory.project.remembered:
        return Drained()
    until = time.monotonic() + budget_ms / 1000 if budget_ms else float("inf")
    if not own(folder):  # a link is left alone, and `doctor` names it
        return _without_spool(memory, until)
    lock = WriteLock(folder / LOCK)
    try:
        lock.acquire(0)
        memory.session_log().mark(BROKEN_MARK)  # a log that cannot be used is told before anything is taken
        _take(folder, memory.now())
        drained = _read_all(memory, folder, until)
        try:
            return _afterwards(memory, folder, drained, until, learning)
        except (OldhandError, OSError) as error:  # told; what was read is in the log all the same
            return drained._replace(trouble=f"what hooks left was read, but not all was done with it: {error}")
    except StoreBusy:
        return Drained(left=True)  # another process drains, or writes for longer than we may wait
    except (OldhandError, OSError) as error:
        return Drained(left=True, trouble=f"the spool cannot be drained: {error}")
    finally:
        lock.close()


def _without_spool(memory: "Memory", until: float) -> Drained:
    """Where no hook ever wrote: what the person's own memory has forgotten goes from what was imported or said."""
    from oldhand.sessions.forgetting_elsewhere import catch_up

    try:
        catch_up(memory, until)
    except (OldhandError, OSError) as error:
        return Drained(trouble=f"not all that was forgotten left this project: {error}")
    return Drained()


def _afterwards(memory: "Memory", folder: Path, drained: Drained, until: float, learning: bool) -> Drained:
    """What is done once lines were read: reading on, learning, engrams, the day's tokens, tidying."""
    if not drained.left:
        from oldhand.sessions.following import follow
        from oldhand.sessions.forgetting_elsewhere import catch_up

        catch_up(memory, until)
        drained = drained._replace(events=drained.events + follow(memory, until))
    if learning and not drained.left:
        drained = _learned(memory, drained, until)
    if learning:
        drained = _engrams(memory, drained, until)
    from oldhand.sessions.tokens import write_day

    write_day(memory, memory.now())  # also without events: the cap may be another, in the settings of all projects
    _tidy(memory, folder)
    return drained


def _learned(memory: "Memory", drained: Drained, until: float) -> Drained:
    """Take in what sessions teach, and hand over for those that ended."""
    from oldhand.sessions.capturing import learn

    left_ms = max(int((until - time.monotonic()) * 1000), 1) if until != float("inf") else 0
    drained = drained._replace(learned=learn(memory, left_ms))
    if time.monotonic() < until and drained.learned and not drained.learned.left:
        from oldhand.sessions.handing_over import left_over

        left_over(memory, MOST_HANDED_OVER)
    return drained


def _engrams(memory: "Memory", drained: Drained, until: float) -> Drained:
    """Make the engrams of commits that git's hooks noted."""
    from oldhand.sessions.engram_making import waiting as commits_wait
    from oldhand.sessions.engram_making import work_off

    if not commits_wait(memory.project.store):
        return drained
    worked = work_off(memory, until)
    return drained._replace(left=drained.left or worked.left, trouble=drained.trouble or worked.trouble)


def waiting(folder: Path) -> int:
    """How many bytes wait in the spool of a store folder: for those who only tell of it."""
    try:
        names = [entry for entry in os.scandir(folder / SPOOL) if entry.name == WAITING or _is_taken(entry.name)]
        return sum(entry.stat(follow_symlinks=False).st_size for entry in names)
    except OSError:
        return 0


def broken(log: SessionLog) -> int:
    """How many lines of the spool could not be used so far."""
    said = log.mark(BROKEN_MARK)
    return int(said) if said.isdecimal() else 0


def _is_taken(name: str) -> bool:
    return name.startswith(TAKEN) and name.endswith(".jsonl")


def _take(folder: Path, now: int) -> None:
    """Take what hooks have written, so that they begin a new file."""
    path = folder / WAITING
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if why := what_else(found.st_mode):
        raise OSError(f"{WAITING}: {why}")
    if found.st_size:
        name = f"{TAKEN}{now}-{os.getpid()}"
        number = 0
        while (target := folder / (f"{name}-{number}.jsonl" if number else f"{name}.jsonl")).exists():
            number += 1
        path.rename(target)


def _read_all(memory: "Memory", folder: Path, until: float) -> Drained:
    """Read every taken file, the earliest first, until the time is over."""
    log, total = memory.session_log(), Drained()
    sessions: dict[str, None] = {}
    for path in sorted(path for path in folder.iterdir() if _is_taken(path.name)):
        if total.lines and time.monotonic() > until:  # each draining gets on by a slice at least
            total = total._replace(left=True)
            break
        settled = memory.now() - _taken_at(path) >= SETTLED_MS
        try:
            with open_regular(path) as file:
                done = _read(log, path, file, until, settled)
        except FileNotFoundError:
            continue
        except OSError as error:
            total = total._replace(trouble=f"{path.name}: {error.strerror or error}")
            continue
        sessions |= dict.fromkeys(done.sessions)
        total = total._replace(
            lines=total.lines + done.lines, events=total.events + done.events, broken=total.broken + done.broken,
            left=total.left or done.left,
        )  # fmt: skip
        if settled and not done.left:
            path.unlink(missing_ok=True)
            log.set_mark(_mark(path), "")
    return total._replace(sessions=tuple(sessions))


def _taken_at(path: Path) -> int:
    """When a file was taken, from its name; 0 for a name of another form."""
    said = path.name.removeprefix(TAKEN).partition("-")[0]
    return int(said) if said.isdecimal() and len(said) < 16 else 0


def _mark(path: Path) -> str:
    return f"spool {path.name}"


def _read(log: SessionLog, path: Path, file: BinaryIO, until: float, settled: bool) -> Drained:
    """Read a taken file from where its reading ended."""
    said = log.mark(_mark(path))
    offset = int(said) if said.isdecimal() else 0
    file.seek(offset)
    lines = events = bad = 0
    sessions: dict[str, None] = {}
    while True:
        found, ruins, ended = _slice(file, settled)
        if not found and not ruins:
            return Drained(lines, events, bad, tuple(sessions), not ended)
        offset += sum(map(len, found)) + sum(length for length, _ in ruins)
        put = _put(log, path, found, [text for _, text in ruins], offset)
        lines += len(found) + len(ruins)
        events += put.events
        bad += put.broken
        sessions |= dict.fromkeys(put.sessions)
        if time.monotonic() > until:
            return Drained(lines, events, bad, tuple(sessions), True)


def _slice(file: BinaryIO, settled: bool) -> tuple[list[bytes], list[tuple[int, bytes]], bool]:
    """The next whole lines; those that are too long, as (length, beginning); whether the file ends here.

    A last line without an end is still being written, unless the file is settled: then it was cut off.
    """
    lines: list[bytes] = []
    ruins: list[tuple[int, bytes]] = []
    while len(lines) + len(ruins) < SLICE:
        place = file.tell()
        line = file.readline(LONGEST_LINE)
        if not line:
            return lines, ruins, True
        if line.endswith(b"\n"):
            lines.append(line)
            continue
        length, rest = len(line), line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
            length += len(rest)
        if not rest and not settled:
            file.seek(place)
            return lines, ruins, True
        if length == len(line):
            lines.append(line)
        else:
            ruins.append((length, line))
    return lines, ruins, False


def _put(log: SessionLog, path: Path, lines: list[bytes], ruins: list[bytes], offset: int) -> Drained:
    """Write what lines say, and how far the file is read then."""
    told, bad = [], list(ruins)
    for line in lines:
        if not line.strip():
            continue
        try:
            told.append(noted(line))
        except BrokenLine:
            bad.append(line)
    if bad:
        _keep_aside(log, path.parent, bad)
    marks = [(_mark(path), str(offset))]
    if bad:
        marks.append((BROKEN_MARK, str(broken(log) + len(bad))))
    added = log.note(
        Noted(
            tuple(one for said in told for one in said.sessions), tuple(one for said in told for one in said.events),
            tuple(one for said in told for one in said.injections), tuple(marks),
        )
    )  # fmt: skip
    return Drained(0, added, len(bad), tuple(dict.fromkeys(one.id for said in told for one in said.sessions)))


def _keep_aside(log: SessionLog, folder: Path, lines: list[bytes]) -> None:
    """Keep broken lines, without their secrets and as far as there is room, for whoever looks for the fault."""
    path = folder / BROKEN
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(path, flags, 0o600)
    except OSError:
        return  # they are counted all the same
    try:
        found = os.fstat(descriptor)
        if what_else(found.st_mode) or found.st_size > MOST_BROKEN:
            return
        said = [log.screened(line.decode("utf-8", "replace").replace("\n", " ").strip()) for line in lines]
        whole = "".join(f"{text[:LONGEST_BROKEN]}\n" for text in said)
        os.write(descriptor, whole.encode("utf-8", "replace")[:MOST_BROKEN])
    except OSError:
        pass  # a full disk: they are counted all the same
    finally:
        os.close(descriptor)


def _old_markers(folder: Path, now: int) -> None:
    """Remove the old markers of a folder of ours; what is no file stays, and so does what a link leads to."""
    try:
        within = opened(folder)
    except OSError:
        return
    try:
        with os.scandir(within) as entries:
            for marker in islice(entries, MOST_MARKERS):
                if marker.is_dir(follow_symlinks=False):
                    continue
                if now - marker.stat(follow_symlinks=False).st_mtime_ns // 1_000_000 > ONCE_MS:
                    os.unlink(marker.name, dir_fd=within)
    except FileNotFoundError:
        return  # another process was quicker
    finally:
        os.close(within)


def _tidy(memory: "Memory", folder: Path) -> None:
    """Remove old markers of hooks that ran twice; once a day, what the log holds for too long."""
    now, log = memory.now(), memory.session_log()
    _old_markers(folder / ONCE, now)
    said = log.mark(TRIMMED_MARK)
    if said.isdecimal() and 0 <= now - int(said) < TRIM_MS:
        return
    if log.how_many() == (0, 0):
        return
    log.trim(memory.setting("sessions.keep_days"), memory.setting("sessions.keep_mib"), now)
    if own(memory.project.store / "transcripts"):
        from oldhand.sessions.engram_transcript import trim

        trim(memory.project.store, memory.setting("engrams.keep_days"), memory.setting("engrams.keep_mib"), now)
    log.set_mark(TRIMMED_MARK, str(now))
