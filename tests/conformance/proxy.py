"""A loopback proxy that adds our token to each request: the conformance suite knows no way to send a header.

It passes bytes through as they come, one request a connection, and changes three things in the head of
a request: it adds the headers it was given, asks for the connection to be closed after the answer, and
writes the server's port where Host and Origin name the proxy's. Any other Host or Origin goes through
as it is, so that the server's own checks of them are what the suite sees.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HEAD_LIMIT = 65_536  # bytes of one request's head
CHUNK = 65_536
ANSWER_SECONDS = 120  # a listening stream stays open for as long as a scenario runs


def rewritten(head: bytes, headers: dict[str, str], proxy_port: int, server_port: int) -> bytes:
    """The head of a request as the server shall see it."""
    lines = head.split(b"\r\n")
    kept = [line for line in lines[1:] if line and not line.lower().startswith((b"connection:", b"keep-alive:"))]
    ours, theirs = f":{proxy_port}".encode(), f":{server_port}".encode()
    for number, line in enumerate(kept):
        if line.lower().startswith((b"host:", b"origin:")) and line.endswith(ours):
            kept[number] = line[: -len(ours)] + theirs
    added = [f"{name}: {value}".encode() for name, value in {**headers, "Connection": "close"}.items()]
    return b"\r\n".join([lines[0], *kept, *added, b"", b""])


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(CHUNK):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # either side may hang up at any time; the other then sees the end


def _head(client: socket.socket) -> tuple[bytes, bytes]:
    """The head of a request, and what came of its body with it."""
    seen = b""
    while b"\r\n\r\n" not in seen and len(seen) < HEAD_LIMIT:
        data = client.recv(CHUNK)
        if not data:
            return b"", b""
        seen += data
    head, _, rest = seen.partition(b"\r\n\r\n")
    return head, rest


def _serve(client: socket.socket, headers: dict[str, str], proxy_port: int, server_port: int) -> None:
    with client:
        try:
            head, rest = _head(client)
            if not head:
                return
            with socket.create_connection(("127.0.0.1", server_port), timeout=ANSWER_SECONDS) as server:
                server.sendall(rewritten(head, headers, proxy_port, server_port) + rest)
                up = threading.Thread(target=_pump, args=(client, server), daemon=True)
                up.start()
                _pump(server, client)
        except OSError:
            return  # the suite hangs up on streams it has seen enough of


@contextmanager
def adding(headers: dict[str, str], server_port: int) -> Iterator[int]:
    """A proxy in front of the server at a port, adding `headers` to each request; gives its own port."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_serve, args=(client, headers, port, server_port), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield port
    finally:
        listener.close()
