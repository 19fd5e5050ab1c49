"""The HTTP side of a scripted model, on loopback. What a host asks of other places is refused and written down."""

import json
import sys
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

from tests.hosts.script import Scripts


class Reply(NamedTuple):
    """An answer: its content type and its bytes."""

    content_type: str
    content: bytes

    @classmethod
    def of_json(cls, value: Any) -> Self:
        """One JSON value."""
        return cls("application/json", json.dumps(value).encode())

    @classmethod
    def of_events(cls, events: Iterable[dict[str, Any]]) -> Self:
        """A stream of server-sent events, each named by its type."""
        return cls(
            "text/event-stream",
            b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events),
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that broke: the tests kill hosts while they ask."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class ModelServer:
    """A model at `url`. It is also the proxy of the hosts it serves: what they ask of other places is refused and
    kept in `strangers`, so nothing of a test leaves the machine."""

    def __init__(self) -> None:
        self.scripts = Scripts()
        self.strangers: list[str] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply(self, path: str, body: dict[str, Any]) -> Reply:
        """Answer one POST."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(model: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests look at what was asked."""

        def _send(self, reply: Reply, status: int = 200) -> None:
            try:
                self.send_response(status)
                self.send_header("content-type", reply.content_type)
                self.send_header("content-length", str(len(reply.content)))
                self.end_headers()
                self.wfile.write(reply.content)
            except OSError:
                self.close_connection = True  # the host was killed while it waited; the tests do that

        def _is_stranger(self) -> bool:
            if self.path.startswith("/"):
                return False
            model.strangers.append(self.path)
            self.close_connection = True
            self._send(Reply.of_json({"error": "no such place"}), 403)
            return True

        def do_CONNECT(self) -> None:
            self._is_stranger()

        def do_HEAD(self) -> None:
            self._send(Reply("text/plain", b""))

        def do_GET(self) -> None:
            if not self._is_stranger():
                self._send(Reply.of_json({"models": [], "data": []}))

        def do_POST(self) -> None:
            if self._is_stranger():
                return
            try:
                body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
            except (ValueError, OSError):
                body = {}
            self._send(model.reply(self.path, body if isinstance(body, dict) else {}))

    return Handler
