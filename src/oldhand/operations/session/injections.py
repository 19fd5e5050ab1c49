"""The operation `session injections`."""

from typing import NamedTuple

from oldhand.knowledge.silencing import all_silenced
from oldhand.memory import Memory
from oldhand.model.moment import iso, parse
from oldhand.operation import READ, operation
from oldhand.sessions.draining import drain
from oldhand.sessions.injections import Shown, told
from oldhand.store import survey_file


class InjectionLine(NamedTuple):
    """What hooks told an agent at one moment, and what followed.

    event: at what event of the host; about: the file or command that it concerned; withheld: nothing was told, because
    the session is in the holdout; tokens: of it, estimated; memories: the first of them, more: how many beyond; used:
    of how many something shows afterwards; calls: of tools in what followed, failed: of those; then: `corrected` (by
    the person) and `work taken back`, where that followed.
    """

    session: str
    agent: str
    at: str
    event: str
    about: str
    withheld: bool
    tokens: int
    memories: list[Shown]
    more: int
    used: int
    calls: int
    failed: int
    then: list[str]


class InjectionsTold(NamedTuple):
    """Injections, the latest first. trouble: what was in the way of reading what hooks left, empty for nothing;
    silenced: how many memories hooks do not tell at actions, because the survey called them noise."""

    injections: list[InjectionLine]
    trouble: str
    silenced: int


@operation(READ)
def injections(memory: Memory, name: str = "", *, since: str = "", limit: int = 20) -> InjectionsTold:
    """Tell what memory told agents by itself, when, to which session, and what followed

    Of each memory it is looked, in the 40 calls after it, whether a file that it is tied to was touched, whether
    its rare words were taken up, or whether the command that it warned of was not run again. That shows use and
    proves no cause: `session holdout` measures whether memory helps.

    Parameters
    name: of this session, by the beginning of its id; without it of all
    since: only what was told since this date or time
    limit: at most so many, the latest
    """
    drained = drain(memory)
    log, now = memory.session_log(), memory.now()
    session = log.session(name).session.id if name else ""
    noted = log.injections(session, parse(since, now) if since else 0, limit) if limit else []
    with memory.reading() as reader:
        lines = [
            InjectionLine(
                one.injection.session, one.injection.agent, iso(one.injection.at), one.injection.event,
                one.injection.action, one.injection.withheld, one.injection.tokens, one.memories, one.more, one.used,
                one.calls, one.failed, one.then,
            )
            for one in reversed(told(memory, reader, noted))
        ]  # fmt: skip
        quiet = survey_file.read(memory.project.store).quiet if memory.setting("survey.tuning") == "yes" else {}
        silent = all_silenced(reader, quiet)
    return InjectionsTold(lines, drained.trouble, len(silent))
