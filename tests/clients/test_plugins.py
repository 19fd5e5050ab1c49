"""The plugin folders, the marketplace and `server.json`: as the code says, and harmless where nothing is installed."""

import importlib.util
import json
import re
import subprocess
import tomllib
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


# Rules of the published schema of the registry, held in our own words: the address of it is what an entry must name.
SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
NAME, LONGEST_NAME = re.compile(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+"), 200
TEXTS = {"description": 100, "title": 100, "version": 255}  # members that are texts of 1 to so many characters
OF_ENTRY = {"$schema", "name", "description", "title", "repository", "version", "websiteUrl", "icons", "packages",
            "remotes", "_meta"}  # fmt: skip
OF_PACKAGE = {"registryType", "registryBaseUrl", "identifier", "version", "fileSha256", "runtimeHint", "transport",
              "runtimeArguments", "packageArguments", "environmentVariables"}  # fmt: skip
RANGE = re.compile(r"latest|.*[\^~<>=*|].*|.*\b[xX]\b.*")  # no version of one release


def faults_of_entry(entry: dict[str, Any]) -> list[str]:
    """What the schema of the registry would find wrong in an entry."""
    faults = [f"{name} is missing" for name in ("$schema", "name", "description", "version") if name not in entry]
    faults += [f"{name} is not known" for name in entry.keys() - OF_ENTRY]
    if entry.get("$schema") != SCHEMA:
        faults.append("another schema")
    name = entry.get("name", "")
    if not NAME.fullmatch(name) or not 3 <= len(name) <= LONGEST_NAME:
        faults.append("name")
    faults += [one for one, most in TEXTS.items() if one in entry and not 1 <= len(entry[one]) <= most]
    faults += ["version"] if RANGE.fullmatch(entry.get("version", "")) else []
    for package in entry.get("packages", []):
        faults += [f"package: {one} is missing" for one in ("registryType", "identifier", "transport")
                   if one not in package]  # fmt: skip
        faults += [f"package: {one} is not known" for one in package.keys() - OF_PACKAGE]
        if RANGE.fullmatch(package.get("version", "")):
            faults.append("package: version")
        transport = package.get("transport", {})
        if transport.get("type") not in ("stdio", "streamable-http", "sse"):
            faults.append("package: transport")
        elif transport["type"] != "stdio" and "url" not in transport:
            faults.append("package: url")
        for one in package.get("packageArguments", []) + package.get("runtimeArguments", []):
            named = one.get("type") == "named" and "name" in one
            if not named and not (one.get("type") == "positional" and ("value" in one or "valueHint" in one)):
                faults.append("package: argument")
    return faults


def test_the_entry_for_the_registry_has_what_its_schema_asks_for() -> None:
    entry = said("server.json")
    assert faults_of_entry(entry) == []
    assert entry["version"] == __version__ == entry["packages"][0]["version"]
    assert entry["packages"][0]["transport"] == {"type": "stdio"}


@pytest.mark.parametrize(("change", "fault"), [
    ({"name": "oldhand"}, "name"), ({"name": "a/b/c"}, "name"), ({"description": "x" * 101}, "description"),
    ({"description": ""}, "description"), ({"title": ""}, "title"), ({"version": "^1.2.3"}, "version"),
    ({"version": "latest"}, "version"), ({"$schema": "https://example.com"}, "another schema"),
    ({"licence": "MIT"}, "licence is not known"),
    ({"packages": [{"registryType": "pypi", "identifier": "x"}]}, "package: transport is missing"),
    ({"packages": [{"registryType": "pypi", "identifier": "x", "transport": {"type": "sse"}}]}, "package: url"),
    ({"packages": [{"registryType": "pypi", "identifier": "x", "transport": {"type": "stdio"},
                    "packageArguments": [{"type": "positional"}]}]}, "package: argument"),
])  # fmt: skip
def test_an_entry_that_the_schema_would_refuse_is_seen(change: dict[str, Any], fault: str) -> None:
    assert fault in faults_of_entry(said("server.json") | change)


def test_the_readme_names_the_entry_as_the_registry_asks_of_a_package() -> None:
    """The registry looks for `mcp-name: NAME` in the description of the package, which is the README."""
    named = re.findall(r"mcp-name: (\S+)", (REPOSITORY / "README.md").read_text("utf-8"))
    assert named == [said("server.json")["name"]]
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["readme"] == "README.md" and project["name"] == said("server.json")["packages"][0]["identifier"]


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
