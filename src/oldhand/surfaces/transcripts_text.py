"""The reply of `session import` as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from oldhand.model.visible import line
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

NAMES = {
    "claude": "Claude Code", "codex": "Codex", "gemini": "Gemini CLI", "copilot": "Copilot CLI",
    "specstory": "SpecStory", "sweagent": "SWE-agent",
}  # fmt: skip


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of `session import` as lines."""
    if not reply.hosts:
        yield from _nothing(reply)
    else:
        sessions = _counted(sum(one.sessions for one in reply.hosts), "session")
        events = _counted(sum(one.events for one in reply.hosts) if reply.dry_run else reply.new, "event")
        if reply.dry_run:
            yield Line(HEAD, f"Would take in {events} of {sessions}. Nothing was written.")
        else:
            yield Line(HEAD, f"Took in {events} that were new, of {sessions}.")
        for one in reply.hosts:
            span = f"{_day(one.first)} to {_day(one.last)}" if one.last else "no times"
            yield Line(
                CODE,
                f"  {NAMES.get(one.host, one.host):<12} {_counted(one.sessions, 'session')}, {span}: "
                f"{_counted(one.prompts, 'prompt')}, {_counted(one.calls, 'call')} ({one.failures:,} failed), "
                f"{one.tokens:,} tokens",
            )
    yield from _left_out(reply)
    if reply.learning and (reply.new or reply.captured or reply.candidates):
        learned = f"{reply.captured:,} new memories at low trust, {reply.confirmed:,} known before"
        yield Line(NOTE, f"Learned from them: {learned}, {_counted(reply.candidates, 'decision candidate')}.")
    if reply.candidates:
        yield Line(TAIL, "Next: oldhand session candidates")
    elif reply.dry_run and reply.hosts:
        yield Line(TAIL, "Next: the same command with --yes in place of --dry-run")


def _nothing(reply: Any) -> Iterator[Line]:
    if reply.known:
        yield Line(HEAD, f"Nothing is new: {_counted(reply.known, 'file')} as last time.")
    elif reply.files:
        yield Line(HEAD, "There is nothing to take in.")
    else:
        yield Line(HEAD, "No transcripts of this project were found.")
        yield Line(TAIL, "Name files or folders to take in others: oldhand session import PATH")


def _left_out(reply: Any) -> Iterator[Line]:
    """What was not taken, and why."""
    if reply.known and reply.hosts:
        yield Line(NOTE, f"{_counted(reply.known, 'file')} as last time.")
    if reply.older:
        keep = "oldhand config set sessions.keep_days 0 keeps them for good"
        days = f"the log keeps sessions {reply.days:,} days; {keep}" if reply.days else "before the time asked for"
        yield Line(NOTE, f"{_counted(reply.older, 'session')} left out, too old ({days}).")
    if reply.elsewhere:
        yield Line(NOTE, f"{_counted(reply.elsewhere, 'session')} of other projects left out.")
    if reply.copies:
        yield Line(
            NOTE, f"{_counted(reply.copies, 'page')} left out: copies of sessions that came from their own host."
        )
    if reply.unread:
        yield Line(WARNING, f"{_counted(reply.unread, 'part')} could not be read:")
    yield from (Line(WARNING, line(note)) for note in reply.notes)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat() if at else "?"
