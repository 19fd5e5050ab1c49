"""Running what the documents show: commands in a new project, their output compared with what is written."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FIXTURES = Path(__file__).parent / "fixtures"
SECONDS = 60  # for one command on a busy machine
PROMPT = "$ "
ANY = "..."  # in a line: anything; as a line of its own: any lines, or none


class Shown(NamedTuple):
    """A command as a document shows it, and the output written below it."""

    command: str
    output: str


class Shell:
    """A person's shell in a project of its own, with a home of its own; no agent's marks, no terminal.

    example: the folder under fixtures that the project begins as; without one it is empty.
    """

    def __init__(self, place: Path, example: str = "") -> None:
        self.folder, self.home = place / "shop", place / "home"
        if example:
            shutil.copytree(FIXTURES / example, self.folder)
        else:
            self.folder.mkdir(parents=True)
        self.home.mkdir()
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT") if name in os.environ}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        self._environment = kept | {
            "PATH": path, "HOME": str(place), "OLDHAND_HOME": str(self.home), "PYTHONUTF8": "1",
        }  # fmt: skip
        self.run("git init --quiet .")

    def run(self, command: str) -> tuple[int, str]:
        """(exit code, what it printed on both streams) of a command."""
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self._environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout.decode()


def shown_in(text: str) -> Iterator[Shown]:
    """The commands of a console fence, each with its output. A line that ends in a backslash goes on."""
    command, output = "", []
    lines = iter(text.splitlines())
    for line in lines:
        if not line.startswith(PROMPT):
            output.append(line)
            continue
        if command:
            yield Shown(command, "\n".join(output).rstrip())
        command, output = line.removeprefix(PROMPT), []
        while command.endswith("\\"):
            command += "\n" + next(lines)
    if command:
        yield Shown(command, "\n".join(output).rstrip())


def matches(expected: str, printed: str) -> bool:
    """Whether what was printed is what the document shows, `...` standing for anything."""
    pattern = ""
    for line in expected.splitlines():
        if line.strip() == ANY:
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split(ANY)) + r"[ \t]*\n"
    return re.fullmatch(pattern, printed.rstrip() + "\n" if printed.strip() else "") is not None


def replayed(shell: Shell, fences: list[str]) -> list[str]:
    """What differs when the console fences of one document are run in order."""
    wrong = []
    for text in fences:
        for shown in shown_in(text):
            _, printed = shell.run(shown.command)
            if not matches(shown.output, printed):
                wrong.append(f"$ {shown.command}\nshows:\n{shown.output}\nprints:\n{printed}")
    return wrong
