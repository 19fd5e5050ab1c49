"""A server with TLS: whose certificate is not known, or is of another name, gets no text and no password."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand.errors import GraphAway
from oldhand.graph.falkordb.address import parsed
from oldhand.graph.falkordb.client import to_server
from tests.falkordb.servers import Server, needs_falkordb

pytestmark = [
    needs_falkordb,
    pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate"),
]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost, with its key in one file, that nobody has signed."""
    key, made, both = tmp_path / "key.pem", tmp_path / "made.pem", tmp_path / "both.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(made),
            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_bytes(key.read_bytes() + made.read_bytes())
    return both


@pytest.fixture
def port(server: Server, certificate: Path) -> Iterator[int]:
    """A port where the server is reached with TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_served, args=(listening, context, server.port), daemon=True).start()
        yield listening.getsockname()[1]


def _served(listening: socket.socket, context: ssl.SSLContext, port: int) -> None:
    while True:
        try:
            plain, _ = listening.accept()
        except OSError:
            return  # the test has ended
        try:
            coded = context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()
            continue  # the client did not like the certificate
        there = socket.create_connection(("127.0.0.1", port))
        for source, target in ((coded, there), (there, coded)):
            threading.Thread(target=_passed_on, args=(source, target), daemon=True).start()


def _passed_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while said := source.recv(65_536):
            target.sendall(said)
    except OSError:
        pass
    finally:
        source.close()
        target.close()


def test_a_server_is_known_by_its_certificate(port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    connection = to_server(parsed(f"falkordbs://localhost:{port}"), "")
    assert connection.graph("x").write("RETURN 1").rows == [[1]]
    connection.close()


def test_an_unknown_certificate_or_one_of_another_name_is_refused(
    port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(GraphAway, match="self-signed certificate"):
        to_server(parsed(f"falkordbs://localhost:{port}"), "")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(GraphAway, match=r"not valid for '127\.0\.0\.1'"):
        to_server(parsed(f"falkordbs://127.0.0.1:{port}"), "")
