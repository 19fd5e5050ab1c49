"""The operation `session import`."""

import os
from pathlib import Path
from typing import Literal, NamedTuple

from oldhand.errors import BadArgument, NeedsConsent
from oldhand.memory import Memory
from oldhand.model.moment import parse
from oldhand.operation import WRITE, operation
from oldhand.operations.store import BY_PERSON, named_file
from oldhand.sessions.importing import Counts, Job, Taken, take_in
from oldhand.sessions.transcripts.finding import below, places_of, transcripts

LEARNING_MS = 1000  # of learning between two signs of progress
DAY_MS = 86_400_000
ANY = "any"


class OfHost(NamedTuple):
    """What one host's transcripts hold. sessions; prompts: what people said; calls: of tools; failures: calls that
    failed; tokens: of every kind, as the host recorded them; first, last: times of the first and last event, ms."""

    host: str
    sessions: int
    events: int
    prompts: int
    calls: int
    failures: int
    tokens: int
    first: int
    last: int


class SessionsImported(NamedTuple):
    """What an import of transcripts did, or would do with dry_run.

    hosts: what was read, by host; new: events that were not known; files: read, known: without anything new, bytes:
    of all of them; older: sessions left out because they ended too long ago, days: how long the log keeps sessions
    (0: for good); elsewhere: sessions of other projects; copies: pages of sessions that their own host keeps too;
    unread: files and records that cannot be read, told of in notes; captured, confirmed: memories that were learned,
    and known before; candidates: decisions found, for `session candidates`; learning: whether anything is learned.
    """

    dry_run: bool
    hosts: list[OfHost]
    new: int
    files: int
    known: int
    bytes: int
    older: int
    days: int
    elsewhere: int
    copies: int
    unread: int
    notes: list[str]
    captured: int
    confirmed: int
    candidates: int
    learning: bool


@operation(WRITE)
def import_(
    memory: Memory, paths: list[str] = [], *,
    host: Literal["any", "claude", "codex", "gemini", "copilot", "specstory", "sweagent"] = "any",
    since: str = "", dry_run: bool = False, yes: bool = False,
) -> SessionsImported:  # fmt: skip
    """Take in the transcripts of sessions that hosts have kept, so that memory starts with history

    Without paths it finds what Claude Code, Codex, Gemini CLI, Copilot CLI and SpecStory have kept of this
    project. It goes into the local log of sessions, which never leaves this machine, with secrets replaced;
    from there gotchas, corrections and candidates of decisions are learned at low trust. It tells first what
    would come and asks. Importing again reads only what is new, and one that was interrupted goes on.
    What memory itself told the agents is kept apart and never learned.

    Parameters
    paths: transcripts or folders of them, whatever project they are of; a relative name starts at the project's root
    host: only the transcripts of this host
    since: only sessions that ended since this date or time
    dry_run: tell what would come and change nothing
    yes: take it in without asking
    """
    log = memory.session_log()
    days = int(memory.setting("sessions.keep_days"))
    oldest = max(parse(since, memory.now()) if since else 0, memory.now() - days * DAY_MS if days else 0)
    places = places_of(memory.project, memory.environment)
    hosts = () if host == ANY else (host,)
    files = _named(memory, paths) if paths else [path for _, path in transcripts(places, *((hosts,) if hosts else ()))]
    size = sum(map(_size, files))

    def job(dry: bool) -> Job:
        done = 0

        def seen(count: int) -> None:
            nonlocal done
            done += count
            memory.progress(min(done, size), max(size, 1), "Reading transcripts" if dry else "Taking in transcripts")

        believed = not paths or memory.trust == BY_PERSON
        wanted = (lambda folder: True) if paths else places.holds
        return Job(log, wanted, oldest, frozenset(hosts), dry, believed, seen)

    if not yes or dry_run:
        told = _known(take_in(files, job(True)), paths, host)
        if dry_run or not _something(told):
            return _reply(told, True, size, days)
        raise NeedsConsent(_question(told, size, days))
    return _learned(memory, _reply(_known(take_in(files, job(False)), paths, host), False, size, days))


def _named(memory: Memory, paths: list[str]) -> list[Path]:
    """The files that paths name; those of a folder, all that may be transcripts. Raises BadArgument."""
    found: dict[Path, None] = {}
    for name in paths:
        path = named_file(memory, "paths", name)
        if path.is_dir():
            found.update((one, None) for one in below(path) if Path(os.path.realpath(one)).is_relative_to(path))
        elif path.exists():
            found[path] = None
        else:
            raise BadArgument("paths", name, "there is nothing of that name")
    return list(found)


def _known(taken: Taken, paths: list[str], host: str) -> Taken:
    """What was done. Raises BadArgument when paths were named and nothing there is a transcript that is known."""
    if paths and not (taken.files or taken.known or taken.unread):
        whose = "a host that is known" if host == ANY else host
        raise BadArgument("paths", ", ".join(paths), f"no transcript of {whose} lies there")
    return taken


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # gone since it was found: reading it notes so


def _something(told: Taken) -> bool:
    return any(counts.events for counts in told.by_host.values())


def _reply(taken: Taken, dry_run: bool, size: int, days: int) -> SessionsImported:
    hosts = [OfHost(host, *counts) for host, counts in sorted(taken.by_host.items()) if counts.events]
    return SessionsImported(
        dry_run, hosts, taken.new, taken.files, taken.known, size, taken.older, days, taken.elsewhere, taken.copies,
        taken.unread, taken.notes, 0, 0, 0, False,
    )  # fmt: skip


def _question(told: Taken, size: int, days: int) -> str:
    """What would come, in a sentence or two, for the one who is asked."""
    counts = Counts()
    for one in told.by_host.values():
        counts = counts.plus(one)
    hosts = ", ".join(f"{name} {one.sessions:,}" for name, one in sorted(told.by_host.items()) if one.events)
    from datetime import UTC, datetime

    first, last = (datetime.fromtimestamp(at / 1000, UTC).date().isoformat() for at in (counts.first, counts.last))
    older = f" {told.older:,} older than {days} days are left out." if told.older and days else ""
    said = ", ".join((_counted(counts.prompts, "prompt"), _counted(counts.calls, "call")))
    return (
        f"From {_counted(counts.sessions, 'session')} ({hosts}), {first} to {last}, would come {said} and "
        f"{counts.tokens:,} tokens of use, out of {_sized(size)} of transcripts.{older} They go into the local "
        "log, which never leaves this machine, with secrets replaced."
    )


def _sized(size: int) -> str:
    """A number of bytes in words: 12 KB, 3.4 MB."""
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3)):,} KB"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _learned(memory: Memory, reply: SessionsImported) -> SessionsImported:
    """Learn from what is new, as from sessions that hooks tell of."""
    from oldhand.sessions.capturing import learn

    captured = confirmed = candidates = 0
    while True:
        done = learn(memory, LEARNING_MS)
        captured, confirmed = captured + done.captured, confirmed + done.confirmed
        candidates += done.candidates
        if not done.left:
            break
    memory.trace_detail = {"new": reply.new, "captured": captured, "candidates": candidates}
    return reply._replace(captured=captured, confirmed=confirmed, candidates=candidates, learning=not done.off)
