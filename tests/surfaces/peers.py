"""The two servers as processes of their own, and clients that speak to them byte by byte."""

import http.client
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

WAIT_SECONDS = 60  # for one answer on a busy machine; no test waits that long unless it fails
END_SECONDS = 10  # for a server to end
MODERN = "2026-07-28"
ERAS = ("2025-06-18", "2025-11-25", MODERN)  # the handshake revisions that hosts ask for, and the one without
CLIENT = {"name": "test client", "version": "1"}


def environment(home: Path, **more: str) -> dict[str, str]:
    """A bare environment with the person's folder at `home`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "OLDHAND_HOME": str(home), **more}


def command(*words: str) -> list[str]:
    """The command line of Oldhand with these words."""
    return [sys.executable, "-m", "oldhand", *words]


class McpPeer:
    """`oldhand mcp` and one client of it, which speaks JSON lines.

    era: the handshake revision that `greet` asks for, or 2026-07-28, which needs no handshake.
    """

    def __init__(self, folder: Path, home: Path, *options: str, era: str = "2025-06-18", **variables: str) -> None:
        self.era = era
        self._log = (home / "mcp.stderr").open("ab+")
        self.process = subprocess.Popen(
            command("mcp", *options), cwd=folder, env=environment(home, **variables),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
        )  # fmt: skip
        assert self.process.stdin is not None
        self.stdin: IO[bytes] = self.process.stdin
        self._arrived: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._unclaimed: list[dict[str, Any]] = []
        self._last = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._arrived.put(line)
        self._arrived.put(b"")

    def write(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self.stdin.write(raw)
        self.stdin.flush()

    def send(self, **message: Any) -> None:
        """Send one message."""
        self.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def read(self) -> dict[str, Any] | None:
        """The next message from the server, whatever it is; None when its output has ended."""
        line = self._arrived.get(timeout=WAIT_SECONDS)
        if not line:
            return None
        said = json.loads(line)
        assert isinstance(said, dict) and said["jsonrpc"] == "2.0", f"not the protocol: {line!r}"
        return said

    def answer(self, identity: Any) -> dict[str, Any]:
        """The answer to the request `identity`; others that arrive first are kept."""
        for message in self._unclaimed:
            if message.get("id") == identity:
                self._unclaimed.remove(message)
                return message
        while (said := self.read()) is not None:
            if said.get("id") == identity:
                return said
            self._unclaimed.append(said)
        raise AssertionError(f"the server ended without an answer to {identity}: {self.log()}")

    def ask(self, method: str, identity: Any = None, /, **params: Any) -> Any:
        """Send a request and return its whole answer."""
        if identity is None:
            self._last += 1
            identity = f"r{self._last}"
        self.send(id=identity, method=method, params=self.dressed(params))
        return self.answer(identity)

    def dressed(self, params: dict[str, Any]) -> dict[str, Any]:
        """Parameters of a request, with what the era wants in each."""
        if self.era != MODERN:
            return params
        prefix = "io.modelcontextprotocol/"
        meta = {prefix + "protocolVersion": MODERN, prefix + "clientCapabilities": {}, prefix + "clientInfo": CLIENT}
        return {**params, "_meta": meta}

    def greet(self) -> Any:
        """Begin as the era begins; the server's answer."""
        if self.era == MODERN:
            return self.ask("server/discover")["result"]
        said = self.ask("initialize", protocolVersion=self.era, capabilities={}, clientInfo=CLIENT)["result"]
        self.send(method="notifications/initialized")
        return said

    def tool(self, name: str, /, **arguments: Any) -> tuple[str, bool]:
        """Call a tool: its text and whether it failed. Nothing but text may come back."""
        result = self.ask("tools/call", name=name, arguments=arguments)["result"]
        assert "structuredContent" not in result
        (content,) = result["content"]
        assert content["type"] == "text"
        return content["text"], bool(result.get("isError"))

    def record(self, name: str, /, **arguments: Any) -> Any:
        """Call an operation through `operate` and return its record."""
        text, failed = self.tool("operate", name=name, arguments=arguments, json=True)
        assert not failed, text
        return json.loads(text)

    def log(self) -> str:
        """What the server wrote to stderr."""
        self._log.seek(0)
        return self._log.read().decode()

    def end(self) -> int:
        """Close the server's input and return its exit code."""
        if not self.stdin.closed:
            self.stdin.close()
        return self.process.wait(END_SECONDS)


@contextmanager
def mcp(folder: Path, home: Path, *options: str, **named: str) -> Iterator[McpPeer]:
    """A running MCP server that was greeted; it has to end by itself and to have printed no traceback."""
    peer = McpPeer(folder, home, *options, **named)
    try:
        peer.greet()
        yield peer
        assert peer.end() == 0
        assert "Traceback" not in peer.log()
    finally:
        if peer.process.poll() is None:
            peer.process.kill()
            peer.process.wait()
        for stream in (peer.stdin, peer.process.stdout, peer._log):
            if stream is not None:
                stream.close()


class HttpPeer:
    """`oldhand serve` on a free port, and what it said when it was ready: url, mcp, token, pid."""

    def __init__(self, folder: Path, home: Path, *options: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            command("serve", "--port", "0", "--json", *options), cwd=folder, env=environment(home, **variables),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        assert line.startswith(b"{"), line + self.process.stderr.read()
        said = json.loads(line)
        self.url, self.token, self.pid = said["url"], said["token"] or variables.get("OLDHAND_TOKEN", ""), said["pid"]
        self.port = int(self.url.rpartition(":")[2])

    @property
    def right(self) -> dict[str, str]:
        """The headers of a request that is let in."""
        return {
            "Host": f"127.0.0.1:{self.port}",
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
        }

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Any = None) -> tuple[int, Any, bytes]:
        """Send one request with exactly these headers (a dictionary or pairs): status, headers, body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            given = self.right if headers is None else headers
            for name, value in given.items() if isinstance(given, dict) else given:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def run(self, name: str, /, **arguments: Any) -> tuple[int, Any]:
        """Run an operation: the status and the record."""
        status, _, body = self.ask("POST", f"/operations/{name}", json.dumps(arguments).encode())
        return status, json.loads(body)

    def end(self, number: int) -> int:
        """Send a signal, wait for the end and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(END_SECONDS)


@contextmanager
def served(folder: Path, home: Path, *options: str, **variables: str) -> Iterator[HttpPeer]:
    """A running HTTP server, killed at the end if it still runs."""
    peer = HttpPeer(folder, home, *options, **variables)
    try:
        yield peer
    finally:
        if peer.process.poll() is None:
            peer.process.kill()
            peer.process.wait()
        for stream in (peer.process.stdout, peer.process.stderr):
            if stream is not None:
                stream.close()
