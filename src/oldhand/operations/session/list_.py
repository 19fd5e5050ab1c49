"""The operation `session list`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import iso, parse
from oldhand.model.session import PROMPT
from oldhand.operation import READ, operation
from oldhand.recall.render import clipped
from oldhand.sessions.draining import drain
from oldhand.store.session_candidates import waiting
from oldhand.store.session_log import SessionLog
from oldhand.store.session_rows import Row

TITLE = 80  # characters of a title that is made of a prompt


class SessionLine(NamedTuple):
    """A session of an agent as lists tell it.

    id: the host's own name of it; started, last: when it began and when something last happened in it; ended: whether
    its host said that it ended; parent: the session whose subagent it is; calls: of tools, failures: of those, told:
    how often memory told something in it, and told_tokens: estimated.
    """

    id: str
    host: str
    title: str
    started: str
    last: str
    ended: bool
    branch: str
    model: str
    folder: str
    parent: str
    events: int
    prompts: int
    calls: int
    failures: int
    told: int
    told_tokens: int


class Sessions(NamedTuple):
    """The sessions of the local log, the latest first.

    total, events: how many sessions and events it holds; candidates: decisions found in them that wait to be settled;
    trouble: what was in the way of reading what hooks left, empty for nothing.
    """

    sessions: list[SessionLine]
    total: int
    events: int
    candidates: int
    trouble: str


@operation(READ)
def list_(memory: Memory, *, limit: int = 20, since: str = "", host: str = "", branch: str = "") -> Sessions:
    """List the sessions of agents in this project, the latest first

    What hooks have left since is read first. The log is local: it is never exported and never synchronised.

    Parameters
    limit: at most so many
    since: only those in which something happened since this date or time
    host: only those of this host: claude, codex, gemini, cursor, copilot …
    branch: only those that began on this branch
    """
    drained = drain(memory)
    log = memory.session_log()
    moment = parse(since, memory.now()) if since else 0
    rows = log.sessions(limit, moment, host, branch)
    total, events = log.how_many()
    found, more = waiting(log, 0)
    return Sessions([told(log, row) for row in rows], total, events, len(found) + more, drained.trouble)


def told(log: SessionLog, row: Row) -> SessionLine:
    """A session as replies tell it. One without a title of its host's has the beginning of its first prompt."""
    one = row.session
    title = one.title or next((clipped(event.text, TITLE) for event in log.events(one.id, (PROMPT,), limit=1)), "")
    last = max(row.last, one.ended)
    ended = bool(one.ended) and one.ended >= row.last
    return SessionLine(
        one.id, one.host, title, iso(one.started or None), iso(last or None), ended, one.branch, one.model,
        one.folder, one.parent, row.events, row.prompts, row.calls, row.failures, row.injections, row.injected_tokens,
    )  # fmt: skip
