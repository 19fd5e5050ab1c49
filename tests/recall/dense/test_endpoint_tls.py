"""Endpoints under TLS: a certificate that this machine does not trust, or for another name, is given nothing."""

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from oldhand.errors import EncoderFailed
from oldhand.model.address import parsed
from oldhand.recall.dense.endpoint import Endpoint, Place
from tests.recall.dense.endpoint_server import Server, serving

SECONDS = 60  # for one process on a busy machine
ASK = """
import sys
from pathlib import Path
from oldhand.errors import EncoderFailed
from oldhand.recall.dense.endpoint import Endpoint, Place
try:
    print(Endpoint(Place("openai", sys.argv[1], "m", 0), "sk-secret-key", Path(sys.argv[2])).encode(["one"]).shape)
except EncoderFailed as error:
    print(error)
"""

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made by openssl")


class Secure(NamedTuple):
    """A server under TLS, and the certificate that it signed itself, for the name `localhost`."""

    server: Server
    certificate: Path

    def url(self, host: str) -> str:
        """Its address by one of its names."""
        return f"https://{host}:{parsed(self.server.url).port}/v1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `localhost`, its key beside it."""
    folder = tmp_path_factory.mktemp("certificate")
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem",
    ]  # fmt: skip
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=SECONDS)
    return folder / "cert.pem"


@pytest.fixture
def secure(certificate: Path) -> Iterator[Secure]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    with serving(context) as server:
        yield Secure(server, certificate)


def asked_trusting(secure: Secure, host: str, home: Path) -> str:
    """What a process that trusts the certificate gets by one of the server's names."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASK, secure.url(host), str(home)], capture_output=True, check=True,
        timeout=SECONDS, env={**os.environ, "SSL_CERT_FILE": str(secure.certificate)},
    )  # fmt: skip
    assert done.stderr == b""
    return done.stdout.decode().strip()


def test_an_endpoint_with_a_trusted_certificate_answers(secure: Secure, home: Path) -> None:
    assert asked_trusting(secure, "localhost", home) == "(1, 8)"
    assert secure.server.received[0].headers["authorization"] == "Bearer sk-secret-key"


def test_a_certificate_nobody_vouches_for_is_not_accepted(secure: Secure, home: Path) -> None:
    with pytest.raises(EncoderFailed, match=r"its certificate is not accepted .*self.signed"):
        Endpoint(Place("openai", secure.url("localhost"), "m", 0), "sk-secret-key", home).encode(["a"])
    assert not secure.server.received


def test_a_certificate_for_another_name_is_not_accepted(secure: Secure, home: Path) -> None:
    assert "its certificate is not accepted" in asked_trusting(secure, "127.0.0.1", home)
    assert not secure.server.received
