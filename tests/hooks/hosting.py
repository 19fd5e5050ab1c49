"""A host, as hooks see it: it starts the launcher with an event's JSON and takes what comes back."""

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.sessions import launcher
from tests.conftest import Project

SECONDS = 30  # for one process on a busy machine; the hook ends itself long before
OWN_DEADLINE_MS = 1_600  # its own alarm and some room


class Said(NamedTuple):
    """What a hook did: its exit code, what it printed, and the context for the model within that."""

    code: int
    output: bytes
    errors: bytes

    @property
    def context(self) -> str:
        """The text for the model; empty when there is none."""
        if not self.output.strip():
            return ""
        said = json.loads(self.output)
        return str(said.get("hookSpecificOutput", said).get("additionalContext", said.get("additional_context", "")))


class Host:
    """A host with a session in a project."""

    def __init__(self, folder: Path, home: Path, name: str = "claude", session: str = "s-1") -> None:
        self.folder, self.home, self.name, self.session = folder, home, name, session
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(home)}
        self.program = launcher.write(home)
        self._calls = 0

    def say(self, event: str, payload: bytes, folder: Path | str = "/") -> Said:
        """Start a hook with exactly these bytes, in a folder."""
        done = subprocess.run(
            [str(self.program), self.name, event], input=payload, capture_output=True, timeout=SECONDS,
            env=self.environment, check=False, cwd=folder,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    def fires(self, event: str, **said: Any) -> Said:
        """Start a hook as this host does."""
        payload = {"session_id": self.session, "cwd": str(self.folder), "hook_event_name": event, **said}
        return self.say(event, json.dumps(payload).encode())

    def before(self, tool: str, **given: Any) -> Said:
        """A tool is about to be used."""
        self._calls += 1
        return self.fires("PreToolUse", tool_name=tool, tool_input=given, tool_use_id=f"t{self._calls}")

    def edits(self, path: str) -> Said:
        """A file is about to be edited."""
        return self.before("Edit", file_path=path, old_string="a", new_string="b")

    def runs(self, command: str) -> Said:
        """A command is about to be run."""
        return self.before("Bash", command=command)

    def starts(self, source: str = "startup") -> Said:
        """A session begins."""
        return self.fires("SessionStart", source=source)


def spooled(project: Project) -> list[dict[str, Any]]:
    """The lines that wait in a project's spool."""
    path = project.folder / "spool" / "waiting.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def troubles(project: Project) -> list[str]:
    """What hooks had trouble with in a project."""
    from oldhand.sessions.hook_trouble import recent

    return [one.fault for one in recent(project.folder, home=project.home)]
