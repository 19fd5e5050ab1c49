"""The kind `engram`."""

from typing import NamedTuple


class Engram(NamedTuple):
    """What an agent's session did until a commit: a record of work, told by `oldhand engram` alone.

    `text` sums it up. `name` stands in the commit's trailer; `before` are ids that the commit had until it was amended
    or rebased, `also` other commits that it belongs to; `tied` says how the session was found: shell, latest or named.
    Times are milliseconds since 1970, durations milliseconds. Lists tell one thing an entry, in the form that
    docs/SESSIONS.md gives for each. The transcript itself stays on the machine where it came from, under `name`.
    """

    text: str
    title: str = ""
    name: str = ""
    session: str = ""
    tied: str = ""
    commit: str = ""
    before: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    branch: str = ""
    at: str = ""
    begun: str = ""
    host: str = ""
    model: str = ""
    duration: str = ""
    active: str = ""
    tokens: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    influence: str = ""
    gotchas: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    eliminated: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    calls: str = ""
    critical: tuple[str, ...] = ()
    work: tuple[str, ...] = ()
    friction: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    outcome: str = ""
    subagents: tuple[str, ...] = ()
    sandbox: tuple[str, ...] = ()
    events: str = ""
