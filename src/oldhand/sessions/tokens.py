"""Tokens of sessions: counted as hosts recorded them where they did, else estimated; and the cap of a day.

Nothing is downloaded to count. `oldhand.model.tokens.estimate` takes four ASCII characters or two others for a token.
Against what the model counted in 271 steps of 11 real sessions of Claude Code (the growth of its context from one
answer to the next) the estimate is 0.67 of it in the median, and 0.46 to 0.83 in 80 % of the steps: what hosts and
models add unseen (reasoning, reminders, the frame of calls) is in the model's count and in no transcript. So where a
whole day is estimated it is divided by SHARE_SEEN; texts are told as they are estimated.
"""

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from oldhand.model.session import COMMAND, EDIT, INJECTED, MCP, READ, SEARCH, TASK, USAGE, WEB, WRITE
from oldhand.sessions.spool import SPOOL, TOKENS
from oldhand.store.session_usage import Content, contents, injected, used
from oldhand.store.store import FILE_MODE

if TYPE_CHECKING:
    from oldhand.memory import Memory

SHARE_SEEN = 0.67  # of what the model counts that the estimate of a transcript's texts gives; see above
NEAR = 0.8  # of the cap from which on it is warned of
DAY_MS = 86_400_000
OPEN, NEAR_CAP, OVER = "open", "near", "over"
By = Literal["session", "tool", "agent", "intent", "model"]

_INTENTS = {
    READ: "reading", EDIT: "editing", WRITE: "editing", COMMAND: "running", SEARCH: "searching", WEB: "searching",
    TASK: "delegating",
}  # fmt: skip
REMEMBERING, TALKING, GIVEN, OTHER = "remembering", "talking", "given", "other tools"


class Allowance(NamedTuple):
    """How a day stands against the cap. day: in UTC; cap: 0 for none; recorded, estimated: tokens so far, of which
    `used` is the whole; level: open, near (at least NEAR of the cap) or over: then hooks tell only the gravest."""

    day: str
    cap: int
    recorded: int
    estimated: int
    used: int
    level: str


class Line(NamedTuple):
    """One line of a report. input, output, cache_read, cache_written, reasoning: as hosts recorded them, 0 where they
    did not, or where it cannot be told for this sort of line; estimated: of the texts; share: in hundredths of all
    that is estimated."""

    name: str
    input: int
    output: int
    cache_read: int
    cache_written: int
    reasoning: int
    estimated: int
    share: int


class Overhead(NamedTuple):
    """What memory itself cost. told, injected: how often hooks told something, and its tokens; replies: tokens of what
    its tools answered; share: of all that is estimated, in hundredths."""

    told: int
    injected: int
    replies: int
    share: int


def allowance(memory: "Memory", now: int) -> Allowance:
    """How today stands against the setting tokens.daily_cap. Raises the errors of the log and of settings."""
    cap = memory.setting("tokens.daily_cap")
    begin = now - now % DAY_MS
    recorded, seen = used(memory.session_log(), begin, begin + DAY_MS)
    estimated = round(seen / SHARE_SEEN)
    total = recorded + estimated
    level = OPEN if not cap or total < NEAR * cap else NEAR_CAP if total < cap else OVER
    return Allowance(_day(now), cap, recorded, estimated, total, level)


def _day(now: int) -> str:
    from oldhand.model.moment import iso

    return iso(now)[:10]


def write_day(memory: "Memory", now: int) -> Allowance | None:
    """Put the day's standing where hooks find it, in the spool; None, and no file, while there is no cap.

    The file holds {"v": 1, "day": …, "used": …, "cap": …, "level": …}; hooks pass over one of another day.
    """
    folder = memory.project.store / SPOOL
    path = folder / TOKENS
    if folder.is_symlink():
        return None  # left alone, and `doctor` names it
    if not memory.setting("tokens.daily_cap"):
        with suppress(OSError):  # what cannot be removed is of another day soon, and `doctor` names the folder
            path.unlink()
        return None
    said = allowance(memory, now)
    text = json.dumps({"v": 1, "day": said.day, "used": said.used, "cap": said.cap, "level": said.level})
    whole = folder / f"{TOKENS}.{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        os.replace(whole, path)  # not synced: it is written anew at every draining
    except OSError:
        whole.unlink(missing_ok=True)  # hooks then tell as they do without a cap
    return said


def report(
    memory: "Memory", by: By, session: str = "", since: int = 0, until: int = 0
) -> tuple[list[Line], Overhead, int]:  # fmt: skip
    """(lines, the dearest first; what memory itself cost; all that is estimated) of a session or of all."""
    log = memory.session_log()
    texts = [one for one in contents(log, session, since, until) if one.kind != USAGE]
    total = sum(one.tokens for one in texts)
    sums: dict[str, int] = {}
    for one in texts:
        name = _named(by, one)
        if name is not None:
            sums[name] = sums.get(name, 0) + one.tokens
    recorded: dict[str, list[int]] = {}
    if by in ("session", "agent", "model"):
        for use in log.usage(session, since):
            name = {"session": use.session, "agent": use.agent or "(itself)", "model": use.model or "(not told)"}[by]
            counts = recorded.setdefault(name, [0] * 5)
            for place, value in enumerate((use.input, use.output, use.cache_read, use.cache_written, use.reasoning)):
                counts[place] += value
    lines = [
        Line._make((name, *recorded.get(name, [0] * 5), sums.get(name, 0), _share(sums.get(name, 0), total)))
        for name in dict.fromkeys([*sums, *recorded])
    ]
    lines = [line for line in lines if any(line[1:])]
    lines.sort(key=lambda line: (-(line.input + line.output + line.cache_written), -line.estimated, line.name))
    count, tokens = injected(log, session, since, until)
    replies = sum(one.tokens for one in texts if one.own)
    return lines, Overhead(count, tokens, replies, _share(tokens + replies, total + tokens)), total


def _named(by: By, one: Content) -> str | None:
    """The line that a text belongs to; None for none."""
    if by == "session":
        return one.session
    if by == "agent":
        return one.agent or "(itself)"
    if by == "intent":
        return intent(one)
    if by == "tool":
        return one.name or one.tool or one.kind
    return None


def intent(one: Content) -> str:
    """What a text is there for: reading, editing, running, searching, delegating, remembering, talking, or given."""
    if one.own:
        return REMEMBERING
    if one.tool:
        return _INTENTS.get(one.tool, OTHER) if one.tool != MCP else OTHER
    return GIVEN if one.kind == INJECTED else TALKING


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
