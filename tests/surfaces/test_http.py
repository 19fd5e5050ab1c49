"""`oldhand serve` as programs and hostile pages meet it: only the one right request passes, nothing stays behind."""

import asyncio
import json
import random
import signal
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from oldhand.model.settings import SETTINGS
from oldhand.operation import call, every, plain
from oldhand.surfaces.http.security import HEADERS, LARGEST_BODY
from tests.conftest import Project
from tests.surfaces.peers import CLIENT, ERAS, MODERN, HttpPeer, command, environment, mcp, served

RETRY = "Payments are never retried automatically; the gateway is not idempotent."
ASKED = json.dumps({"cue": "payments"}).encode()
TOKEN = "a-token-of-the-person"
REFUSALS = {400, 401, 403, 404, 405, 413, 415, 421}


@pytest.fixture
def server(project: Project) -> Iterator[HttpPeer]:
    """A server of the project."""
    with served(project.root, project.home) as peer:
        yield peer


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpPeer]:
    """A server that serves many tests, of a project with an empty memory: for requests that change nothing."""
    folder = tmp_path_factory.mktemp("shared")
    project = Project(folder / "project", folder / "home")
    project.memory.close()
    with served(project.root, project.home) as peer:
        yield peer
    assert not project.findings() and project.call("status").memories == 0
    project.memory.close()


def variants(server: HttpPeer) -> dict[str, list[tuple[str, str | None]]]:
    """For each part of a request, (what it is called, its value or None when left out); the first is right."""
    port = server.port
    return {
        "Host": [("right", f"127.0.0.1:{port}"), ("rebound", f"evil.example:{port}"), ("other port", "127.0.0.1:1")],
        "Origin": [("absent", None), ("page", "http://evil.example"), ("opaque", "null")],
        "method": [("POST", "POST"), ("GET", "GET")],
        "Content-Type": [("json", "application/json"), ("form", "text/plain")],
        "Authorization": [("right", f"Bearer {server.token}"), ("wrong", f"Bearer {server.token[:-1]}~")],
    }


def test_only_the_one_right_request_passes(server: HttpPeer, project: Project) -> None:
    parts = variants(server)
    passed, tried = [], 0
    for chosen in product(*parts.values()):
        said = dict(zip(parts, chosen, strict=True))
        headers = {name: value for name, (_, value) in said.items() if name != "method" and value is not None}
        status, answered, body = server.ask(said["method"][1] or "", "/operations/recall", ASKED, headers)
        tried += 1
        if status == 200:
            passed.append([name for name, _ in chosen])
        assert status == 200 or (status in REFUSALS and "error" in json.loads(body))
        assert not [name for name in answered if name.lower().startswith("access-control-")]
        assert "server" not in answered
    assert tried == 72 and passed == [["right", "absent", "POST", "json", "right"]]


ODD: list[tuple[str, Callable[[HttpPeer], list[tuple[str, str]]], int]] = [
    ("no host", lambda s: [], 400),
    ("two hosts", lambda s: [("Host", f"127.0.0.1:{s.port}"), ("Host", f"127.0.0.1:{s.port}")], 400),
    ("host without port", lambda s: [("Host", "127.0.0.1")], 421),
    ("host as a prefix", lambda s: [("Host", f"127.0.0.1:{s.port}.evil.example")], 421),
    ("name in upper case", lambda s: [("Host", f"LOCALHOST:{s.port}")], 200),
    ("own origin", lambda s: [("Host", f"localhost:{s.port}"), ("Origin", f"http://localhost:{s.port}")], 200),
    ("own origin, https", lambda s: [("Host", f"localhost:{s.port}"), ("Origin", f"https://localhost:{s.port}")], 403),
    ("own origin, other port", lambda s: [("Host", f"localhost:{s.port}"), ("Origin", "http://localhost:1")], 403),
    ("two origins", lambda s: [("Host", f"localhost:{s.port}"), *[("Origin", f"http://localhost:{s.port}")] * 2], 403),
]


@pytest.mark.parametrize(("what", "named", "status"), ODD, ids=[what for what, _, _ in ODD])
def test_odd_hosts_and_origins_are_told_apart(
    shared: HttpPeer, what: str, named: Callable[[HttpPeer], list[tuple[str, str]]], status: int
) -> None:
    rest = [("Authorization", f"Bearer {shared.token}"), ("Content-Type", "application/json")]
    assert shared.ask("POST", "/operations/recall", ASKED, [*named(shared), *rest])[0] == status


def test_every_path_wants_the_token_and_every_answer_is_hardened(shared: HttpPeer) -> None:
    paths = ["/", "/mcp", "/operations", "/operations/recall", "/health", "/serve.json", "/..%2f..%2fetc"]
    for method, path in product(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"], paths):
        for authorization in (None, "", "Bearer", "Bearer ", f"bearer {shared.token}x", f"Basic {shared.token}"):
            named = {**shared.right, "Authorization": authorization or ""}
            if authorization is None:
                del named["Authorization"]
            status, answered, _ = shared.ask(method, path, None, named)
            assert status == 401 and answered["www-authenticate"] == "Bearer"
            assert all(answered[name.decode()] == value.decode() for name, value in HEADERS)
    assert shared.ask("GET", f"/health?token={shared.token}", None, {"Host": f"127.0.0.1:{shared.port}"})[0] == 401
    for method, path, status in [("GET", "/", 404), ("GET", "/operations/recall", 405), ("DELETE", "/health", 405)]:
        assert shared.ask(method, path)[0] == status


def test_a_body_is_json_of_a_bounded_size(shared: HttpPeer) -> None:
    recall = "/operations/recall"
    assert shared.ask("POST", recall, b" " * (LARGEST_BODY + 1))[0] == 413
    assert shared.ask("POST", recall, None, {**shared.right, "Content-Length": "9" * 30})[0] in (400, 413)
    assert shared.ask("POST", recall, json.dumps({"cue": "x" * 1000}).encode() + b" " * 7_000_000)[0] == 200
    for kind in ("application/json; charset=utf-8", "Application/JSON"):
        assert shared.ask("POST", recall, ASKED, {**shared.right, "Content-Type": kind})[0] == 200
    for kind in ("application/jsonp", "text/json", "application/x-www-form-urlencoded", ""):
        assert shared.ask("POST", recall, ASKED, {**shared.right, "Content-Type": kind})[0] == 415
    for body in (b"{", b"[]", b"7", b"\xff", b"[" * 100_000, b'{"cue":', b"null"):
        status, _, answer = shared.ask("POST", recall, body)
        assert status == 400 and json.loads(answer)["error"]["exit_code"] == 2
    assert chunked(shared, LARGEST_BODY + 1) == 413
    assert shared.run("recall", cue="payments")[0] == 200


def chunked(server: HttpPeer, size: int) -> int:
    """Send a body of `size` bytes without saying its length; the status of the answer."""
    head = "".join(f"{name}: {value}\r\n" for name, value in server.right.items())
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(f"POST /operations/recall HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        try:
            wire.sendall(b"%x\r\n" % size + b" " * size + b"\r\n0\r\n\r\n")
        except OSError:
            pass  # it was refused before all of it was sent
        return int(wire.recv(64).split()[1])


def test_an_operation_gives_what_it_gives_elsewhere(server: HttpPeer, project: Project) -> None:
    status, said = server.run("remember", text=RETRY, kind="decision", tags=["pay"])
    assert status == 200 and said["memories"][0]["outcome"] == "remembered"
    with mcp(project.root, project.home) as peer:
        shown = {"name": said["memories"][0]["id"]}
        for name, arguments in [("recall", {"cue": "payments"}), ("active", {}), ("show", shown)]:
            expected = plain(call(project.memory, name, arguments))
            assert server.run(name, **arguments) == (200, expected)
            assert peer.record(name, **arguments) == expected
    (event,) = project.call("log").events
    assert (event.actor, event.origin, event.trust) == ("agent", "http", "agent")


@pytest.mark.parametrize(
    ("name", "arguments", "status", "code"),
    [
        ("nothing", {}, 404, "UnknownOperation"),
        ("show", {"name": "ffffffffffff"}, 404, "UnknownId"),
        ("show", {"name": "d4"}, 404, "TooShortId"),
        ("show", {}, 400, "MissingArgument"),
        ("show", {"nmae": "x"}, 400, "UnknownArgument"),
        ("recall", {"cue": ["x"]}, 400, "BadArgument"),
        ("recall", {"cue": "x", "as_of": "2026-13-01"}, 400, "BadDate"),
        ("recall", {"cue": "\ud800"}, 400, "BadText"),
        ("recall", {"cue": "x", "project": "nowhere"}, 404, "UnknownProject"),
    ],
)
def test_errors_have_fitting_statuses_and_records(
    shared: HttpPeer, name: str, arguments: dict[str, Any], status: int, code: str
) -> None:
    answered, said = shared.run(name, **arguments)
    assert (answered, said["error"]["code"]) == (status, code)
    assert said["error"].keys() == {"code", "message", "exit_code"} and "\n" not in said["error"]["message"]


def test_the_list_of_operations_has_their_schemas(shared: HttpPeer) -> None:
    status, _, body = shared.ask("GET", "/operations")
    listed = {one["name"]: one for one in json.loads(body)["operations"]}
    assert status == 200 and listed.keys() == {operation.name for operation in every()}
    assert listed["recall"]["input"]["required"] == ["cue"] and listed["recall"]["effect"] == "read"
    assert listed["recall"]["reply"]["properties"]["items"]["items"] == {"$ref": "#/$defs/RecalledItem"}
    status, _, body = shared.ask("GET", "/health")
    assert status == 200 and json.loads(body)["status"] == "ok" and json.loads(body)["pid"] == shared.pid


@pytest.mark.parametrize("era", ERAS)
def test_each_era_is_served_over_http(server: HttpPeer, project: Project, era: str) -> None:
    headers = {**server.right, "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": era}
    prefix = "io.modelcontextprotocol/"
    meta = {prefix + "protocolVersion": era, prefix + "clientCapabilities": {}, prefix + "clientInfo": CLIENT}

    def ask(method: str, params: dict[str, Any], **more: str) -> tuple[int, Any, Any]:
        params = {**params, "_meta": meta} if era == MODERN else params
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        status, answered, said = server.ask("POST", "/mcp", body, {**headers, **more})
        return status, answered, json.loads(said) if said else None

    session: dict[str, str] = {}
    if era != MODERN:
        greeting = {"protocolVersion": era, "capabilities": {}, "clientInfo": CLIENT}
        status, answered, said = ask("initialize", greeting)
        assert status == 200 and said["result"]["protocolVersion"] == era
        session = {"Mcp-Session-Id": answered["mcp-session-id"]}
    asked = {"name": "remember", "arguments": {"text": RETRY}}
    named = {"Mcp-Method": "tools/call", "Mcp-Name": "remember"} if era == MODERN else {}
    status, _, said = ask("tools/call", asked, **session, **named)
    assert status == 200 and said["result"]["content"][0]["text"].startswith("remembered")
    assert project.call("log").events[0].actor == "agent:test-client"


@pytest.mark.parametrize("mode", ["legacy", MODERN])
def test_the_official_client_is_served_over_http(server: HttpPeer, mode: str) -> None:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async def converse() -> str:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {server.token}"}) as http,
            Client(streamable_http_client(f"{server.url}/mcp", http_client=http), mode=mode) as client,
        ):
            await client.call_tool("remember", {"text": RETRY})
            said = await client.call_tool("recall", {"cue": "payments"})
            return str(said.content[0].text)  # type: ignore[union-attr]

    assert RETRY in asyncio.run(converse())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_and_takes_back_its_file(project: Project, number: int) -> None:
    with served(project.root, project.home) as server:
        path = project.folder / "serve.json"
        said = json.loads(path.read_text(encoding="utf-8"))
        assert said == {"url": server.url, "mcp": f"{server.url}/mcp", "token": server.token, "pid": server.pid}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert server.run("remember", text=RETRY)[0] == 200
        with socket.create_connection(("127.0.0.1", server.port)):  # one that says nothing does not hold it up
            assert server.end(number) == 0
        assert not path.exists() and not list(project.folder.glob("*.tmp"))
        assert server.process.stdout is not None and server.process.stdout.read() == b""
        assert server.process.stderr is not None and server.process.stderr.read() == b""


def test_the_file_of_a_later_server_is_left_alone(project: Project) -> None:
    path = project.folder / "serve.json"
    with served(project.root, project.home) as first, served(project.root, project.home) as second:
        assert first.end(signal.SIGTERM) == 0
        assert json.loads(path.read_text(encoding="utf-8"))["pid"] == second.pid
        assert second.end(signal.SIGTERM) == 0 and not path.exists()


def test_a_token_may_be_given_and_is_not_repeated(project: Project) -> None:
    with served(project.root, project.home, OLDHAND_TOKEN=TOKEN) as server:
        assert server.token == TOKEN and server.run("status")[0] == 200
        assert server.end(signal.SIGTERM) == 0
        assert server.process.stderr is not None and TOKEN.encode() not in server.process.stderr.read()
    seen = set()
    for _ in range(2):
        with served(project.root, project.home) as server:
            seen.add(server.token)
    assert len(seen) == 2 and all(len(token) > 40 for token in seen)


def refused(project: Project, *options: str, **variables: str) -> str:
    """What `oldhand serve` says when it does not start."""
    done = subprocess.run(
        command("serve", *options), cwd=project.root, env=environment(project.home, **variables),
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and done.stdout == b""
    return done.stderr.decode()


def test_what_cannot_be_served_is_refused_at_once(project: Project, server: HttpPeer) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.com", ""):
        assert "this machine only" in refused(project, "--host", host)
    assert "no port" in refused(project, "--port", "70000")
    assert "cannot be used" in refused(project, "--port", str(server.port))
    assert "at least 16" in refused(project, "--port", "0", OLDHAND_TOKEN="short")
    assert "no group" in refused(project, "--tools", "nonsense")
    assert "no folder" in refused(project, "--project", str(project.root / "missing"))
    assert any(setting.name == "serve.port" for setting in SETTINGS)


def test_it_listens_on_the_loopback_address_only(shared: HttpPeer) -> None:
    listening = Path("/proc/net/tcp")
    if not listening.exists():
        pytest.skip("this system has no /proc")
    rows = [row.split() for row in listening.read_text(encoding="utf-8").splitlines()[1:]]
    places = [columns[1] for columns in rows if columns[3] == "0A"]  # 0A: listening
    assert [place for place in places if int(place.split(":")[1], 16) == shared.port] == [f"0100007F:{shared.port:04X}"]


def test_a_store_that_appears_later_is_served(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    with served(folder, home) as server:
        status, said = server.run("recall", cue="x")
        assert (status, said["error"]["code"]) == (404, "NoStore")
        project = Project(folder, home)
        assert server.run("remember", text=RETRY)[0] == 200
    assert project.findings() == []


def test_many_clients_at_once_are_all_served(server: HttpPeer, project: Project) -> None:
    from concurrent.futures import ThreadPoolExecutor

    chance = random.Random(1)
    facts = [f"Fact {number} is {chance.random()}." for number in range(60)]
    with ThreadPoolExecutor(12) as pool:
        assert {status for status, _ in pool.map(lambda fact: server.run("remember", text=fact), facts)} == {200}
    assert server.run("status")[1]["memories"] == 60
