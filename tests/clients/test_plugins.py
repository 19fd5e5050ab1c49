"""The plugin folders, the marketplace and `server.json`: as the code says, and harmless where nothing is installed."""

import importlib.util
import json
import re
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from oldhand import __version__
from oldhand.sessions.hooks_of_hosts import INSTALLED
from tests.tidy.house import REPOSITORY

SECONDS = 20
SKILL_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The program that writes the folders."""
    spec = importlib.util.spec_from_file_location("generate", REPOSITORY / "integrations" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(name: str) -> Any:
    """What a JSON file of the repository says."""
    return json.loads((REPOSITORY / name).read_text(encoding="utf-8"))


def test_every_file_is_as_the_code_says(generate: ModuleType) -> None:
    for name, text in generate.contents().items():
        assert (REPOSITORY / name).read_text(encoding="utf-8") == text, "run `python integrations/generate.py`"


@pytest.mark.parametrize("host", ["claude", "codex"])
def test_a_plugin_has_every_hook_that_install_writes(host: str) -> None:
    hooks = said(f"integrations/{host}/hooks/hooks.json")["hooks"]
    assert [
        (event, groups[0].get("matcher", ""), groups[0]["hooks"][0]["timeout"]) for event, groups in hooks.items()
    ] == [tuple(one) for one in INSTALLED[host]]
    manifest = said(f"integrations/{host}/.{host}-plugin/plugin.json")
    assert manifest["name"] == "oldhand" and manifest["version"] == __version__


def test_the_skill_fits_the_specification(generate: ModuleType) -> None:
    head = generate.SKILL.split("---")[1]
    name, description = re.findall(r"^(?:name|description): (.*)$", head, re.MULTILINE)
    assert SKILL_NAME.match(name) and (REPOSITORY / "integrations/claude/skills" / name / "SKILL.md").is_file()
    assert len(name) <= 64 and len(description) <= 1024


def test_the_entry_for_the_registry_has_what_its_schema_asks_for() -> None:
    entry = said("server.json")
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", entry["name"])
    assert 1 <= len(entry["description"]) <= 100 and entry["version"] == __version__
    (package,) = entry["packages"]
    assert {"registryType", "identifier", "transport"} <= package.keys() and package["transport"] == {"type": "stdio"}


def ran(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The plugin's launcher as a host starts it."""
    command = ["/bin/sh", str(REPOSITORY / "integrations/claude/bin/oldhand-hook"), "claude", "Stop"]
    return subprocess.run(
        command, env=environment, input='{"a": 1}', capture_output=True, text=True, timeout=SECONDS, check=False
    )


def test_a_plugin_says_and_does_nothing_where_oldhand_is_not_installed(tmp_path: Path) -> None:
    done = ran({"HOME": str(tmp_path), "PATH": "/nowhere"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not list(tmp_path.iterdir())


def test_a_plugin_starts_the_launcher_of_the_person(tmp_path: Path) -> None:
    for variable, folder in (("OLDHAND_HOME", "own"), ("XDG_DATA_HOME", "data/oldhand"), ("", ".local/share/oldhand")):
        launcher = tmp_path / folder / "bin" / "oldhand-hook"
        launcher.parent.mkdir(parents=True)
        launcher.write_text('#!/bin/sh\nread line\necho "$0 $@ $line"\n', encoding="utf-8")
        launcher.chmod(0o755)
        home = str(tmp_path / folder.partition("/")[0])
        environment = {"HOME": str(tmp_path), "PATH": "/bin:/usr/bin"} | ({variable: home} if variable else {})
        assert ran(environment).stdout == f'{launcher} claude Stop {{"a": 1}}\n'


def test_a_failing_program_does_not_make_the_hook_fail(tmp_path: Path) -> None:
    program = tmp_path / "oldhand"
    program.write_text("#!/bin/sh\necho no >&2\nexit 2\n", encoding="utf-8")
    program.chmod(0o755)
    done = ran({"HOME": str(tmp_path), "PATH": f"{tmp_path}:/bin"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
