"""What Codex itself says of the hooks it knows, and a person's approval of them."""

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from tests.hosts.agents import Codex


class KnownHook(NamedTuple):
    """A hook as Codex sees it: its place, the command, its hash, and whether it is trusted."""

    key: str
    command: str
    hash: str
    trust: str


def known_hooks(codex: Codex, folder: Path) -> list[KnownHook]:
    """The hooks that count in this folder, asked of the program's own server."""
    with subprocess.Popen(
        [str(codex.program), "app-server"], cwd=folder, env=codex.environment(), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        try:
            _answer(server, 1, "initialize", clientInfo={"name": "tests", "version": "1"})
            listed = _answer(server, 2, "hooks/list", cwds=[str(folder)])
        finally:
            server.kill()
    return [
        KnownHook(hook["key"], hook["command"], hook["currentHash"], hook["trustStatus"])
        for place in listed["data"]
        for hook in place["hooks"]
    ]


def _answer(server: "subprocess.Popen[str]", number: int, method: str, **params: Any) -> Any:
    assert server.stdin and server.stdout
    server.stdin.write(json.dumps({"id": number, "method": method, "params": params}) + "\n")
    server.stdin.flush()
    for line in server.stdout:
        said = json.loads(line)
        if said.get("id") == number:
            return said["result"]
    raise AssertionError(f"Codex ended before it answered {method}")


def approve(codex: Codex, hooks: list[KnownHook]) -> None:
    """Write down the approval of these hooks, as Codex does when a person gives it in /hooks."""
    with codex.settings.open("a", encoding="utf-8") as file:
        for hook in hooks:
            file.write(f"\n[hooks.state.{json.dumps(hook.key)}]\ntrusted_hash = {json.dumps(hook.hash)}\n")
