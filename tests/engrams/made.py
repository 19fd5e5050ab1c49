"""Sessions and repositories made for tests: events as readers give them, and a git that asks nobody."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from oldhand.model.session import CALL, COMMAND, EDIT, PROMPT, READ, REPLY, RESULT, Event, Session
from tests.conftest import Project

AT = 1_790_000_000_000  # when the made sessions begin, ms
SESSION = "5f1c0001-aaaa-bbbb"
LEFT_OUT = ("GIT_", "CLAUDE", "CODEX", "GEMINI", "CURSOR", "OPENCODE", "COPILOT", "AI_AGENT", "OLDHAND_")


class Story:
    """The events of a made session, one after another, a second apart."""

    def __init__(self, at: int = AT) -> None:
        self.events: list[Event] = []
        self._at = at

    def _add(self, kind: str, text: str = "", **said: Any) -> Event:
        self._at += 1000
        event = Event(kind, self._at, said.pop("key", f"k{len(self.events)}-{self._at}"), text, **said)
        self.events.append(event)
        return event

    def prompt(self, text: str, **said: Any) -> "Story":
        """The person types something."""
        self._add(PROMPT, text, **said)
        return self

    def reply(self, text: str, **said: Any) -> "Story":
        """The agent says something."""
        self._add(REPLY, text, **said)
        return self

    def note(self, kind: str, text: str = "", **said: Any) -> "Story":
        """Anything else."""
        self._add(kind, text, **said)
        return self

    def call(
        self,
        tool: str,
        target: str = "",
        text: str = "",
        ok: bool | None = True,
        output: str = "",
        seconds: int = 1,
        **said: Any,
    ) -> "Story":
        """A call of a tool and what came of it, so many seconds later."""
        name = {COMMAND: "Bash", EDIT: "Edit", READ: "Read"}.get(tool, said.pop("name", tool))
        name_of_call = f"toolu_{len(self.events)}"
        agent = said.pop("agent", "")
        self._add(
            CALL,
            text,
            key=name_of_call,
            call=name_of_call,
            tool=tool,
            name=name,
            target=target,
            agent=agent,
            detail=said.pop("detail", {}),
        )
        self._at += (seconds - 1) * 1000
        result = said.pop("result", {})
        self._add(
            RESULT,
            output,
            key=name_of_call,
            call=name_of_call,
            tool=tool,
            name=name,
            target=target,
            ok=ok,
            agent=agent,
            detail=result,
        )
        return self

    def run(self, command: str, ok: bool = True, output: str = "", **said: Any) -> "Story":
        """A command is run."""
        return self.call(COMMAND, text=command, ok=ok, output=output, result={"exit": 0 if ok else 1}, **said)

    def edit(self, path: str, **said: Any) -> "Story":
        """A file is edited."""
        return self.call(EDIT, path, text=said.pop("text", "new"), result={"changed": [path]}, **said)

    def read(self, path: str, **said: Any) -> "Story":
        """A file is read."""
        return self.call(READ, path, **said)


def logged(project: Project, story: Story | Sequence[Event], session: str = SESSION, **said: Any) -> str:
    """Put a session into the log; its id."""
    events = story.events if isinstance(story, Story) else story
    log = project.memory.session_log()
    log.begin(Session("claude", session, str(project.root), model=said.pop("model", "big-model"), **said))
    log.add(session, events)
    return session


def environment(project: Project, session: str = "") -> dict[str, str]:
    """The variables of a shell: a person's, or with a session that of an agent."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
    kept |= {
        "HOME": str(project.home),
        "OLDHAND_HOME": str(project.home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_EDITOR": "true",
    }
    return kept | ({"CLAUDE_CODE_SESSION_ID": session, "CLAUDECODE": "1"} if session else {})


class Repository:
    """The git repository of a project, in which a person and an agent commit."""

    def __init__(self, project: Project, folder: Path | None = None) -> None:
        self.project, self.folder = project, folder or project.root
        if folder is None:
            self.git("init", "-q", "-b", "main")
            self.git("config", "user.name", "Ann")
            self.git("config", "user.email", "ann@example.com")
            (self.folder / ".git" / "info").mkdir(exist_ok=True)
            (self.folder / ".git" / "info" / "exclude").write_text("/.oldhand/\n", "utf-8")
            self.commit("README.md", "Begin", session="")
        # Only now does the project know that it has a repository.
        project.memory.close()
        project.reopened()

    def git(self, *words: str, session: str = "", check: bool = True, **more: str) -> str:
        """What git prints."""
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env=environment(self.project, session) | more, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stdout.decode(errors="replace")
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(self, path: str, message: str, *words: str, session: str = SESSION, text: str = "") -> str:
        """Change a file and commit it; the commit's id."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (self.folder / path).open("a", encoding="utf-8") as file:
            file.write(text or f"{message}\n")
        self.git("add", "--", path)
        self.git("commit", "-q", "-m", message, *words, session=session)
        return self.head()

    def head(self, name: str = "HEAD") -> str:
        """The id of a commit."""
        return self.git("rev-parse", name)

    def trailer(self, commit: str = "HEAD") -> str:
        """The engram that a commit names."""
        return self.git("log", "-1", "--format=%(trailers:key=Oldhand-Engram,valueonly)", commit).strip()

    def settled(self) -> list[Any]:
        """The engrams, the latest first, once everything that hooks noted is worked off."""
        self.project.reopened()
        self.project.call("session_drain")
        return list(self.project.call("engram_list", limit=1000).engrams)
