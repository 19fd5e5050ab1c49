"""A client of any MCP server on standard input and output: the same one for us and for the peer."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.measuring import environment

HANDSHAKE = "2025-06-18"  # a revision that both speak
MODERN = "2026-07-28"  # the revision without a handshake
CLIENT = {"name": "benchmark", "version": "1"}
END_SECONDS = 10  # for a server to end when its input has


class McpClient:
    """A running MCP server and its only client. Use it in `with`: the server ends with the block."""

    def __init__(self, command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment(**variables), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._last = 0

    def __enter__(self) -> "McpClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def send(self, **message: Any) -> None:
        """Send one message."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method: str, /, **params: Any) -> Any:
        """Send a request and wait for its result. Raises RuntimeError when the server refuses or ends."""
        assert self.process.stdout
        self._last += 1
        self.send(id=self._last, method=method, params=params)
        for line in self.process.stdout:
            said = json.loads(line)
            if said.get("id") == self._last:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']}")
                return said["result"]
        raise RuntimeError(f"{method}: the server ended")

    def greet(self) -> Any:
        """The handshake; the server's answer."""
        said = self.ask("initialize", protocolVersion=HANDSHAKE, capabilities={}, clientInfo=CLIENT)
        self.send(method="notifications/initialized")
        return said

    def discover(self) -> Any:
        """What takes the handshake's place in the modern revision."""
        prefix = "io.modelcontextprotocol/"
        meta = {prefix + "protocolVersion": MODERN, prefix + "clientCapabilities": {}, prefix + "clientInfo": CLIENT}
        return self.ask("server/discover", _meta=meta)

    def tool(self, name: str, /, **arguments: Any) -> str:
        """Call a tool and return the text of its answer. Raises RuntimeError when it failed."""
        said = self.ask("tools/call", name=name, arguments=arguments)
        text = "\n".join(part.get("text", "") for part in said["content"])
        if said.get("isError"):
            raise RuntimeError(f"{name}: {text[:200]}")
        return text
