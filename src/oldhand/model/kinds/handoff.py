"""The kind `handoff`."""

from typing import NamedTuple


class Handoff(NamedTuple):
    """Where a session stands: what it is about (`text`), what is done, next and open.

    made is checkpoint while it goes on and handoff at its end; source is said when somebody worded it, log when only
    the log of the session was there to tell; what a person worded is a memory of its own, with their trust. session,
    host, branch and commit say where it was; files are `DIGEST PATH` of what it touched, dirty what was not committed;
    commits are `COMMIT SUBJECT` made in it; failing the commands that failed last; told and decided the ids of
    memories told to it and of decisions made in it.
    """

    text: str
    title: str = ""
    made: str = ""
    source: str = ""
    session: str = ""
    host: str = ""
    branch: str = ""
    commit: str = ""
    done: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    dirty: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
