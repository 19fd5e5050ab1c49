"""What the tests with real hosts share: the programs, a person, a project, and the scripted models."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hosts.agents import Claude, Codex, Host, Person
from tests.hosts.anthropic_model import AnthropicModel
from tests.hosts.openai_model import OpenAiModel
from tests.hosts.processes import end_all
from tests.hosts.programs import OFF, REQUIRED, SWITCH, Missing, Programs, install

OLDHAND = Path(sys.executable).with_name("oldhand")


@pytest.fixture(scope="session")
def programs() -> Programs:
    """The two agent programs. Where they cannot be had, the tests are left out, unless they are required."""
    wanted = os.environ.get(SWITCH)
    if wanted == OFF:
        pytest.skip(f"{SWITCH}=off: the real hosts are left out")
    try:
        return install()
    except Missing as missing:
        if wanted == REQUIRED:
            raise
        pytest.skip(f"the real hosts cannot be run here: {missing}")


class Place:
    """A person with a project, and the scripted models of the two hosts."""

    def __init__(
        self, folder: Path, programs: Programs, claude_model: AnthropicModel, codex_model: OpenAiModel
    ) -> None:
        self.person = Person(folder / "home", programs)
        self.project = folder / "project"
        self.project.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "Ann")
        self.git("config", "user.email", "ann@example.org")
        self.claude = Claude(programs, self.person, claude_model)
        self.codex = Codex(programs, self.person, codex_model)
        self.claude_model, self.codex_model = claude_model, codex_model

    def git(self, *arguments: str) -> str:
        """Run git in the project, as this person, and return what it printed."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.project, env=self.person.environment(), check=True, capture_output=True,
            text=True,
        )  # fmt: skip
        return done.stdout

    def oldhand(self, *arguments: str) -> str:
        """Run Oldhand's command line in the project, as this person, and return what it printed."""
        done = subprocess.run(
            [OLDHAND, *arguments], cwd=self.project, env=self.person.environment(), capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def connect(self, host: Host) -> None:
        """Connect Oldhand to a host, as a person does."""
        self.oldhand("install", "--client", host.name)


@contextmanager
def place_in(folder: Path, programs: Programs) -> Iterator[Place]:
    """A place, whose processes are all ended afterwards."""
    with AnthropicModel() as claude_model, OpenAiModel() as codex_model:
        made = Place(folder, programs, claude_model, codex_model)
        try:
            yield made
        finally:
            end_all(made.person.home)


@pytest.fixture(scope="module")
def shared_place(tmp_path_factory: pytest.TempPathFactory, programs: Programs) -> Iterator[Place]:
    """One place for the tests of a file."""
    with place_in(tmp_path_factory.mktemp("hosts"), programs) as place:
        yield place


@pytest.fixture
def own_place(tmp_path: Path, programs: Programs) -> Iterator[Place]:
    """A place for one test."""
    with place_in(tmp_path, programs) as place:
        yield place
