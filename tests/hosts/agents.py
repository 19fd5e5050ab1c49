"""Running the agent programs headless, each with a home of its own and nothing of the person's environment."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple, Self

from tests.hosts import anthropic_model, openai_model
from tests.hosts.programs import Programs
from tests.hosts.script import Call
from tests.hosts.serving import ModelServer

LONGEST_SECONDS = 90.0  # a session that takes longer hangs; sessions here take 2 to 10 s
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"  # where hosts find sh and git


class Said(NamedTuple):
    """What a session printed, and how it ended."""

    output: str
    errors: str
    code: int


class Session:
    """One running agent program, the leader of its own process group."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True,
        )  # fmt: skip

    def end(self, seconds: float = LONGEST_SECONDS) -> Said:
        """Wait for the session to end by itself. It is killed when it takes too long, and that is an error."""
        try:
            output, errors = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            output, errors = self.process.communicate()
            raise AssertionError(f"no end within {seconds} s: {output[-2000:]} {errors[-2000:]}") from None
        return Said(output, errors, self.process.returncode)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End the program itself at once; what it started is left to find out by itself."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


class Person:
    """A person with a home, in which the agent programs and Oldhand keep their files.

    home: the person's folder; memory_home: Oldhand's own folder in it; path: where programs are looked for.
    """

    def __init__(self, home: Path, programs: Programs) -> None:
        self.home = home
        self.path = f"{programs.claude.parent}:{programs.codex.parent}:{SYSTEM_PATH}"
        self.memory_home = home / ".oldhand"
        home.mkdir(parents=True, exist_ok=True)

    def environment(self, model: ModelServer | None = None) -> dict[str, str]:
        """All that programs of this person see. What they ask of the network goes to the model, which refuses it."""
        found = {
            "HOME": str(self.home), "PATH": self.path, "LANG": "C.UTF-8", "TMPDIR": str(self._made("tmp")),
            "OLDHAND_HOME": str(self.memory_home), "NO_COLOR": "1", "TERM": "dumb",
            "XDG_CONFIG_HOME": str(self.home / ".config"), "GIT_CONFIG_NOSYSTEM": "1",
        }  # fmt: skip
        if model:
            found |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), model.url)
            found |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        return found

    def _made(self, name: str) -> Path:
        folder = self.home / name
        folder.mkdir(exist_ok=True)
        return folder


class Claude:
    """Claude Code of one person. `extra` is added to its environment."""

    name = "claude"
    told, results = staticmethod(anthropic_model.told), staticmethod(anthropic_model.results)

    def __init__(self, programs: Programs, person: Person, model: ModelServer, **extra: str) -> None:
        self.program, self.person, self.model, self.extra = programs.claude, person, model, extra

    def environment(self) -> dict[str, str]:
        """The environment of its sessions."""
        return {
            **self.person.environment(self.model), "ANTHROPIC_BASE_URL": self.model.url,
            "ANTHROPIC_API_KEY": "not-a-key", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
            "DISABLE_ERROR_REPORTING": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", **self.extra,
        }  # fmt: skip

    def reading(self, file: Path) -> Call:
        """The model looks at a file."""
        return Call("Read", {"file_path": str(file)})

    def editing(self, file: Path, old: str, new: str) -> Call:
        """The model replaces a line of a file, which it must have read before."""
        return Call("Edit", {"file_path": str(file), "old_string": old, "new_string": new})

    def adding(self, file: Path, text: str) -> Call:
        """The model writes a file that is not there yet, of one line."""
        return Call("Write", {"file_path": str(file), "content": f"{text}\n"})

    def running(self, command: str) -> Call:
        """The model runs a command."""
        return Call("Bash", {"command": command, "description": "as asked"})

    def start(self, folder: Path, prompt: str, *arguments: str) -> Session:
        """Begin a session with this prompt, in this folder."""
        command = [str(self.program), "-p", prompt, "--output-format", "json", "--dangerously-skip-permissions"]
        return Session([*command, *arguments], folder, {**self.environment(), "IS_SANDBOX": "1"})

    def run(self, folder: Path, prompt: str, *arguments: str) -> Said:
        """A whole session."""
        with self.start(folder, prompt, *arguments) as session:
            return session.end()


def _patch(changes: str) -> Call:
    return Call("apply_patch", {"patch": f"*** Begin Patch\n{changes}*** End Patch\n"})


CODEX_SETTINGS = """\
# settings of the person
model = "gpt-5.5"  # one of the models that the program knows; an unknown one gets no apply_patch
model_provider = "scripted"
check_for_update_on_startup = false
mcp_optional_startup_grace_ms = 30000  # the first request waits for the tools of MCP servers

[model_providers.scripted]
name = "scripted"
base_url = "{url}/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0

[features]
apps = false  # these three ask the network at every start
plugins = false
remote_plugin = false

[analytics]
enabled = false
"""


class Codex:
    """Codex of one person, with the model as its provider."""

    name = "codex"
    told, results = staticmethod(openai_model.told), staticmethod(openai_model.results)

    def __init__(self, programs: Programs, person: Person, model: ModelServer) -> None:
        self.program, self.person, self.model = programs.codex, person, model
        self.home = person.home / ".codex"
        self.home.mkdir(exist_ok=True)
        self.settings = self.home / "config.toml"
        if not self.settings.exists():
            self.settings.write_text(CODEX_SETTINGS.format(url=model.url), encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """The environment of its sessions."""
        return {**self.person.environment(self.model), "CODEX_HOME": str(self.home)}

    def reading(self, file: Path) -> Call:
        """The model looks at a file; there is no tool for it but the shell."""
        return self.running(f"sed -n 1,80p {file}")

    def editing(self, file: Path, old: str, new: str) -> Call:
        """The model replaces a line of a file."""
        return _patch(f"*** Update File: {file}\n@@\n-{old}\n+{new}\n")

    def adding(self, file: Path, text: str) -> Call:
        """The model writes a file that is not there yet, of one line."""
        return _patch(f"*** Add File: {file}\n+{text}\n")

    def running(self, command: str) -> Call:
        """The model runs a command."""
        return Call("exec_command", {"cmd": command})

    def start(self, folder: Path, prompt: str, *arguments: str, trusting: bool = True) -> Session:
        """Begin a session with this prompt, in this folder. When trusting, hooks run without the person's approval."""
        command = [str(self.program), "exec", "--json", "--dangerously-bypass-approvals-and-sandbox"]
        command += ["--dangerously-bypass-hook-trust"] * trusting
        return Session([*command, *arguments, prompt], folder, self.environment())

    def run(self, folder: Path, prompt: str, *arguments: str, trusting: bool = True) -> Said:
        """A whole session."""
        with self.start(folder, prompt, *arguments, trusting=trusting) as session:
            return session.end()


Host = Claude | Codex
