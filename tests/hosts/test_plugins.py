"""The plugin folders and the host's own `mcp add`, with the real programs."""

import json
import os
import subprocess
from pathlib import Path

from tests.hosts.agents import SYSTEM_PATH
from tests.hosts.conftest import OLDHAND, Place
from tests.tidy.house import REPOSITORY

SECONDS = 60


def said(command: list[str], environment: dict[str, str], folder: Path) -> str:
    """What a program prints, which must succeed."""
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def test_claude_code_accepts_the_plugin_and_the_marketplace(own_place: Place) -> None:
    environment, program = own_place.claude.environment(), str(own_place.claude.program)
    for folder in (REPOSITORY, REPOSITORY / "integrations" / "claude"):
        told = said([program, "plugin", "validate", "--strict", str(folder)], environment, own_place.project)
        assert "Validation passed" in told
    said([program, "plugin", "marketplace", "add", str(REPOSITORY)], environment, own_place.project)
    said([program, "plugin", "install", "oldhand@oldhand"], environment, own_place.project)
    reply = json.loads(own_place.oldhand("install", "--client", "claude", "--json"))
    assert reply["clients"][0]["outcome"] == "already connected", "what the plugin does is not done twice"


def test_codex_accepts_the_plugin(own_place: Place) -> None:
    environment = own_place.codex.environment()
    plugin = [str(own_place.codex.program), "plugin", "--enable", "plugins"]
    said([*plugin, "marketplace", "add", str(REPOSITORY)], environment, own_place.project)
    said([*plugin, "add", "oldhand@oldhand"], environment, own_place.project)
    assert "installed, enabled" in said([*plugin, "list"], environment, own_place.project)


def test_a_server_added_by_claude_codes_own_program_is_ours_and_goes_again(own_place: Place) -> None:
    place, state = own_place, own_place.person.home / ".claude.json"
    state.write_text('{\n  "numStartups": 3\n}\n', encoding="utf-8")
    folder = place.person.home / "programs"
    folder.mkdir()
    (folder / "claude").symlink_to(place.claude.program)
    environment = {**place.claude.environment(), "PATH": f"{folder}{os.pathsep}{SYSTEM_PATH}"}
    before = state.read_bytes()
    for outcome in ("connected", "already connected"):
        reply = json.loads(said([str(OLDHAND), "install", "--client", "claude", "--json"], environment, place.project))
        assert reply["clients"][0]["outcome"] == outcome
    assert "machineID" in json.loads(state.read_bytes()), "Claude Code wrote it, and not we"
    assert "oldhand" in said([str(place.claude.program), "mcp", "get", "oldhand"], environment, place.project)
    said([str(OLDHAND), "uninstall", "--client", "claude"], environment, place.project)
    now = json.loads(state.read_bytes())
    assert state.read_bytes() == before or (now["numStartups"] == 3 and "mcpServers" not in now)
