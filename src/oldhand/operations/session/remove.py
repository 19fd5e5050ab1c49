"""The operation `session remove`."""

from typing import NamedTuple

from oldhand.errors import NeedsConsent, Refused
from oldhand.memory import Memory
from oldhand.operation import DESTRUCTIVE, operation
from oldhand.operations.session.list_ import SessionLine, told
from oldhand.sessions.draining import drain
from oldhand.sessions.surveying import publish

BY_PERSON = "user"  # the trust of who may take away what tells of an agent's doing


class SessionRemoved(NamedTuple):
    """The session that was removed from the local log, or would be. What memory learned from it stays."""

    session: SessionLine
    removed: bool


@operation(DESTRUCTIVE)
def remove(memory: Memory, name: str, *, dry_run: bool = False, yes: bool = False) -> SessionRemoved:
    """Remove a session from the local log, for good

    Its events, its tokens, its waiting decision candidates and what was answered of it in the survey go; what was
    remembered from it stays (`oldhand forget` takes that out). A transcript of its host's own is not touched, and can
    be imported again.
    Only a person removes one: an agent does not take away what tells of its own doing.

    Parameters
    name: the session, by the beginning of its id (at least 4 characters)
    dry_run: tell what would go and change nothing
    yes: go on without being asked
    """
    drain(memory)
    log = memory.session_log()
    row = log.session(name)
    if not dry_run and memory.trust != BY_PERSON:
        raise Refused(f"Only a person removes a session. Ask them to: `oldhand session remove {row.session.id}`.")
    if not dry_run and not yes:
        raise NeedsConsent(f"This removes the session {row.session.id} with its {row.events:,} events from the log.")
    shown = told(log, row)
    if not dry_run:
        log.remove_session(row.session.id)
        with memory.reading() as reader:
            publish(memory, reader)  # what was answered of it goes too
    return SessionRemoved(shown, not dry_run)
