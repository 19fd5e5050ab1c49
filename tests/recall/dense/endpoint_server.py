"""A server on the loopback address that speaks both protocols for embeddings and fails as a test tells it to."""

import base64
import json
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Fault = Callable[["Handler", "Request"], None]  # answers a request in its own way


class Request(NamedTuple):
    """What was received: the path, the headers by their small name, and the body."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Handler(BaseHTTPRequestHandler):
    """Answers one request: by the next fault of the script, else as a sound server would."""

    server: "Server"

    def do_POST(self) -> None:
        """Receive a request and answer it."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        with self.server.guard:
            self.server.received.append(request)
            fault = self.server.script.pop(0) if self.server.script else sound
        fault(self, request)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send an answer; headers: their names with `_` for `-`."""
        self.send_response(status)
        for name, value in {"Content_Type": "application/json", "Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """The server. script: faults for the next requests, in order; dimensions: of its model; closing: set at the end."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[Request] = []
        self.script: list[Fault] = []
        self.dimensions = 8
        self.guard = threading.Lock()
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """Its address as the setting takes it."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def texts(self) -> list[str]:
        """Every text it received."""
        return [text for request in self.received for text in request.body["input"]]

    def handle_error(self, *_: object) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server that listens until the end of the block, under TLS if told."""
    server = Server()
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def vector(text: str, dimensions: int, kind: str = "") -> list[float]:
    """The vector of a text: of any length, the same each time, another one for another kind of input."""
    digest = sha256(f"{kind}|{text}".encode()).digest()
    return [(digest[place % 32] - 127.5) / 16 for place in range(dimensions)]


def sound(handler: Handler, request: Request) -> None:
    """Answer as both protocols want it, the vectors in another order than the texts."""
    body = request.body
    dimensions = body.get("dimensions") or body.get("output_dimension") or handler.server.dimensions
    data = []
    for index, text in enumerate(body["input"]):
        row: Any = vector(text, dimensions, body.get("input_type", ""))
        if body.get("encoding_format") == "base64":
            row = base64.b64encode(struct.pack(f"<{dimensions}f", *row)).decode()
        data.append({"object": "embedding", "index": index, "embedding": row})
    said = {"object": "list", "model": body["model"], "data": data[::-1], "usage": {"total_tokens": 1}}
    handler.answer(json.dumps(said).encode())


def status(code: int, body: bytes = b"{}", **headers: str) -> Fault:
    """A refusal."""
    return lambda handler, request: handler.answer(body, code, **headers)


def saying(body: bytes | str) -> Fault:
    """An answer with status 200 and any body."""
    return lambda handler, request: handler.answer(body if isinstance(body, bytes) else body.encode())


def rows(*vectors: Any, index: bool = True) -> Fault:
    """An answer with these vectors, whatever was asked."""
    data = [{"embedding": row} | ({"index": place} if index else {}) for place, row in enumerate(vectors)]
    return saying(json.dumps({"data": data}))


def broken_off(handler: Handler, request: Request) -> None:
    """Promise more than comes."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.close_connection = True


def hung_up(handler: Handler, request: Request) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def silent(handler: Handler, request: Request) -> None:
    """Say nothing until the test is over."""
    handler.server.closing.wait()


def dripping(handler: Handler, request: Request) -> None:
    """Send a header for ever, a few bytes at a time: every single wait is short, all of them are not."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not handler.server.closing.wait(0.02):
        handler.wfile.write(b"x")


def endless(handler: Handler, request: Request) -> None:
    """Send a body that never ends, without telling its size."""
    handler.wfile.write(b'HTTP/1.1 200 OK\r\n\r\n{"data": [')
    while not handler.server.closing.is_set():
        handler.wfile.write(b"[" * 65_536)


def compressed(handler: Handler, request: Request) -> None:
    """Send a small answer that would unpack to a large one."""
    handler.answer(b"\x1f\x8b\x08\x00", Content_Encoding="gzip")
