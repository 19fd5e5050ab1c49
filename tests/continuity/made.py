"""A project with git, and sessions in its log, as the tests of continuity need them."""

import subprocess
from pathlib import Path

from oldhand.memory import Memory
from oldhand.model.session import CALL, COMMAND, EDIT, NOTE, OTHER, PROMPT, REPLY, RESULT, Event, Session
from oldhand.sessions.orienting import orientation
from tests.conftest import Project

HOUR_MS = 3_600_000


def git(project: Project, *words: str) -> str:
    """What a git command says in a project."""
    command = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", *words]
    done = subprocess.run(command, cwd=project.root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def with_git(project: Project) -> Project:
    """The project with a repository, a file and a first commit."""
    git(project, "init", "-q", "-b", "main")
    (project.root / ".git" / "info").mkdir(exist_ok=True)
    (project.root / ".git" / "info" / "exclude").write_text("/.oldhand/\n", "utf-8")
    write(project, "src/cart.py", "cart = []\n")
    commit(project, "first")
    project.reopened()  # a memory looks for its project when it is opened
    return project


def write(project: Project, name: str, text: str) -> Path:
    """Write a file of a project."""
    path = project.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def commit(project: Project, message: str) -> str:
    """Commit all there is; the commit's id."""
    git(project, "add", "-A")
    git(project, "commit", "-q", "--allow-empty", "-m", message)
    return git(project, "rev-parse", "HEAD")


def spoke(memory: Memory, session: str, *events: Event, started: int = 0, host: str = "claude") -> None:
    """Put a session with these events into the log, as the drainer does. started: ms; 0 is an hour ago."""
    begun = started or memory.now() - HOUR_MS
    log = memory.session_log()
    log.begin(Session(host, session, str(memory.project.tree), begun))
    log.add(session, [one._replace(at=one.at or begun + number * 1000) for number, one in enumerate(events, 1)])


def asked(text: str, key: str = "p1", **more: object) -> Event:
    """Something that a person typed."""
    return Event(PROMPT, 0, key, text, detail=dict(more))


def replied(text: str, key: str = "r1") -> Event:
    """Something that the agent said."""
    return Event(REPLY, 0, key, text)


def edited(path: str, key: str = "e1") -> list[Event]:
    """An edit of a file."""
    return [
        Event(CALL, 0, key, "", tool=EDIT, name="Edit", call=key, target=path),
        Event(RESULT, 0, key, "", tool=EDIT, name="Edit", call=key, target=path, ok=True),
    ]


def ran(command: str, code: int, key: str, output: str = "") -> list[Event]:
    """A command that was run."""
    return [
        Event(CALL, 0, key, command, tool=COMMAND, name="Bash", call=key),
        Event(RESULT, 0, key, output, tool=COMMAND, name="Bash", call=key, ok=code == 0, detail={"exit": code}),
    ]


def listed(text: str, key: str = "t1") -> Event:
    """A list of tasks that the host keeps. text: JSON."""
    return Event(CALL, 0, key, text, tool=OTHER, name="TodoWrite", call=key)


def ended(key: str = "end") -> Event:
    """The end of a session, as a hook tells it."""
    return Event(NOTE, 0, key, "end", detail={"event": "end", "reason": "exit"})


def told_at_start(memory: Memory, session: str = "") -> list[str]:
    """The lines by which a session that begins is told of the last one."""
    return orientation(memory, session)[0]
