"""kill -9 on the MCP server in the midst of its work: what it answered is kept."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from oldhand.store.store import Store
from tests.crash.killing import Child, damage, missing

NOW = 1_767_225_600_000  # 2026-01-01T00:00:00Z, in milliseconds
SEED = 20_261_121
CALLS = 60  # requests waiting in the pipe when the server is killed
LIVING_SECONDS = 0.25  # it is killed within so long after its first answer
PROTOCOL = "2025-06-18"  # a revision with the handshake


def request(number: int, method: str, **parameters: Any) -> bytes:
    """A JSON-RPC request on a line."""
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}).encode() + b"\n"


def introduced(child: Child) -> None:
    """Go through the handshake."""
    client = {"name": "kill", "version": "1"}
    child.input.write(request(0, "initialize", protocolVersion=PROTOCOL, capabilities={}, clientInfo=client))
    child.input.flush()
    assert "result" in json.loads(child.line())
    child.input.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')


def kill_servers(place: Path, kills: int, seed: int) -> None:
    """Kill so many servers, each while it works on a queue of calls."""
    project, home, chance = place / "project", place / "home", random.Random(seed)
    project.mkdir()
    home.mkdir()
    Store.create(project / ".oldhand", NOW, home).close()
    acknowledged: set[str] = set()
    for number in range(kills):
        child = Child(["-m", "oldhand", "mcp"], project, home)
        introduced(child)
        texts = [f"server {number} fact {call}" for call in range(1, CALLS + 1)]
        for call, text in enumerate(texts, 1):
            child.input.write(request(call, "tools/call", name="remember", arguments={"text": text}))
        child.input.flush()
        said = [child.line(), *child.lines(chance.uniform(0, LIVING_SECONDS)), *child.kill()]
        answers = [json.loads(line) for line in said]
        kept = [answer["id"] for answer in answers if "result" in answer and not answer["result"].get("isError")]
        assert kept
        acknowledged.update(texts[call - 1] for call in kept)
        assert not missing(project / ".oldhand", acknowledged)
    assert not damage(project / ".oldhand")
    print(f"{kills} servers killed, {len(acknowledged)} of {kills * CALLS} calls were answered, none lost")
    assert len(acknowledged) < kills * CALLS  # the kills fell into the work


def test_no_kill_of_the_server_loses_what_it_answered(tmp_path: Path) -> None:
    kill_servers(tmp_path, 3, SEED)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_a_hundred_kills_of_the_server_lose_nothing_it_answered(tmp_path: Path) -> None:
    kill_servers(tmp_path, 100, SEED + 1)
