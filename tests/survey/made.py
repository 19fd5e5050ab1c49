"""Sessions that were told something, made for tests of the survey."""

from typing import Any

from oldhand.memory import Memory
from oldhand.model.session import PROMPT, Event, Session
from oldhand.operation import call
from oldhand.store.session_log import Noted
from oldhand.store.session_rows import Injection
from oldhand.store.survey_file import Tuning, read
from tests.conftest import Project

MINUTE_MS = 60_000
DAY_MS = 86_400_000


def says(project: Project, text: str, **more: Any) -> str:
    """Have an agent remember a text; the memory's whole id."""
    return str(project.call("remember", text=text, **more).memories[0].id)


def told(project: Project, session: str, *memories: str, ago_ms: int = MINUTE_MS) -> None:
    """Put a session into the log that began a moment ago here and was told some memories by hooks."""
    at = project.memory.now() - ago_ms
    shown = Injection(session, at + 1, "SessionStart", "", "", memories, 40, False, f"{session}-i")
    events = ((session, Event(PROMPT, at + 2, f"{session}-p", "Please make the build pass.")),)
    begun = Session("claude", session, str(project.root), at)
    project.memory.session_log().note(Noted((begun,), events, (shown,)))


def by_agent(project: Project, session: str, days: int = 0, **answer: Any) -> Any:
    """Answer as the agent of a session, so many days from now."""
    with Memory(project.root, project.home, environment={"CLAUDE_CODE_SESSION_ID": session}) as memory:
        at = memory.now() + days * DAY_MS
        memory.now = lambda: at  # type: ignore[method-assign]
        return call(memory, "session_survey", answer)


def by_person(project: Project, session: str, **answer: Any) -> Any:
    """Answer as a person."""
    return project.by_person("session_survey", name=session, **answer)


def changed(project: Project) -> Tuning:
    """What the answers change."""
    return read(project.folder)


def shown(project: Project, cue: str, **more: Any) -> list[str]:
    """The ids of what recall shows, best first."""
    return [item.id for item in project.call("recall", cue=cue, **more).items]
