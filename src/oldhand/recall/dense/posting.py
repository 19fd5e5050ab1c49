"""One POST to an endpoint under one deadline: name look-up, connection, sending and reading together.

Nothing is followed, guessed or repeated here. Certificates are always checked, proxies are not used,
and a plain http connection is given nothing before its other end is seen to be this machine.
"""

import io
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from oldhand.model.address import CALL, USUAL_PORTS, Address

if TYPE_CHECKING:
    import socket
    import ssl

CHUNK = 1 << 16  # bytes sent or read between two looks at the clock
LARGEST_REFUSAL = 1 << 16  # bytes read of an answer that is not 200: enough for any error there is
HERE = ("127.", "::1")  # how the numeric addresses of this machine begin


class Answer(NamedTuple):
    """What came back: the status, the headers that matter (empty: not sent), and the body."""

    status: int
    retry_after: str
    location: str
    body: bytes


class Unanswered(Exception):
    """No answer that could be used. words: why, without any text or key; passing: whether waiting can mend it."""

    def __init__(self, words: str, *, passing: bool = True) -> None:
        super().__init__(words)
        self.words, self.passing = words, passing


class Deadline:
    """A point in time until which everything must be done. clock: seconds, never going back."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = clock() + seconds
        self.seconds = seconds

    def left(self) -> float:
        """Seconds that are left. Raises TimeoutError when there are none."""
        left = self._until - self._clock()
        if left <= 0:
            raise TimeoutError
        return left

    def allows(self, seconds: float) -> bool:
        """Whether so many seconds are left and more."""
        return self._until - self._clock() > seconds


def post(address: Address, body: bytes, key: str, *, limit: int, connecting: float, deadline: Deadline) -> Answer:
    """Send `body` (JSON) and read the answer. Raises Unanswered.

    key: sent as a bearer token (empty: none is sent); limit: the most bytes an answer may have;
    connecting: seconds for each address that the host's name has.
    """
    from http.client import HTTPException

    opened: socket.socket | None = None
    try:
        opened = _socket(address, connecting, deadline)
        opened = _made_safe(opened, address, deadline)
        return _exchanged(_Timed(opened, deadline), address, body, key, limit)
    except TimeoutError:
        raise Unanswered(f"no answer within {deadline.seconds:.2g} seconds") from None
    except OSError as error:
        import ssl

        raise Unanswered(_words(error), passing=not isinstance(error, ssl.SSLCertVerificationError)) from None
    except HTTPException:
        raise Unanswered("the answer is no HTTP, or it broke off") from None
    finally:
        if opened is not None:
            opened.close()


def _words(error: OSError) -> str:
    """Why a connection failed, in words."""
    import socket
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no secure connection ({error.reason or 'it broke off'})"
    if isinstance(error, socket.gaierror):
        return "its name cannot be found"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens at its address"
    if isinstance(error, ConnectionError):
        return "it closed the connection"
    return error.strerror or type(error).__name__


def _made_safe(opened: "socket.socket", address: Address, deadline: Deadline) -> "socket.socket":
    """The connection under TLS; or as it is, where plain http is to be spoken and it ends at this machine."""
    if address.scheme == "https":
        opened.settimeout(deadline.left())
        return _tls().wrap_socket(opened, server_hostname=address.host.strip("[]"))
    if not str(opened.getpeername()[0]).startswith(HERE):
        raise Unanswered("its name does not lead to this machine, and plain http goes nowhere else", passing=False)
    return opened


@cache
def _tls() -> "ssl.SSLContext":
    """How secure connections are made: certificate and name are checked. Loading takes some 20 ms, so once."""
    import ssl

    return ssl.create_default_context()


def _socket(address: Address, seconds: float, deadline: Deadline) -> "socket.socket":
    """A socket connected to the first address of the host that answers."""
    import socket

    failure: OSError | None = None
    for family, kind, protocol, _, place in _places(address, deadline):
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(min(seconds, deadline.left()))
            made.connect(place)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            made.close()
            failure = error
        else:
            return made
    if failure is None or isinstance(failure, TimeoutError):
        raise Unanswered(f"no connection within {deadline.seconds:.2g} seconds")
    raise failure


def _places(address: Address, deadline: Deadline) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
    """What the name service says of a host. Raises TimeoutError: the system's own look-up knows no time limit.

    It runs in a thread that nobody waits for once the deadline has passed; it ends with the look-up.
    """
    import socket
    import threading

    found: list[list[tuple[int, int, int, str, tuple[object, ...]]] | OSError] = []

    def look_up() -> None:
        try:
            found.append(list(socket.getaddrinfo(address.host.strip("[]"), address.port, type=socket.SOCK_STREAM)))
        except OSError as error:
            found.append(error)
        except UnicodeError:
            found.append(socket.gaierror("no name"))  # a label of more than 63 characters

    thread = threading.Thread(target=look_up, daemon=True, name="oldhand-name-look-up")
    thread.start()
    thread.join(deadline.left())
    if not found:
        raise TimeoutError
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]


class _Timed:
    """A socket as `http.client` uses it, in which every send and every read keeps one deadline."""

    def __init__(self, inner: "socket.socket", deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def sendall(self, data: bytes) -> None:
        """Send all of it, a chunk at a time."""
        for start in range(0, len(data), CHUNK):
            self._inner.settimeout(self._deadline.left())
            self._inner.sendall(data[start : start + CHUNK])

    def makefile(self, *_: object) -> io.BufferedReader:
        """What is read from it."""
        return io.BufferedReader(_Reading(self._inner, self._deadline))

    def close(self) -> None:
        """Nothing: `http.client` closes before it has read to the end; `post` closes the socket itself."""


class _Reading(io.RawIOBase):
    """The bytes that arrive at a socket until a deadline."""

    def __init__(self, inner: "socket.socket", deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read what is there into a buffer. Raises TimeoutError."""
        self._inner.settimeout(self._deadline.left())
        return self._inner.recv_into(buffer)


def _exchanged(opened: _Timed, address: Address, body: bytes, key: str, limit: int) -> Answer:
    """The answer to a request, of at most `limit` bytes; of a refusal only its beginning is read."""
    from http.client import HTTPConnection

    connection = HTTPConnection(address.host.strip("[]"), address.port)
    connection.default_port = USUAL_PORTS[address.scheme]  # which is left out of the header Host
    connection.sock = opened
    headers = {
        "Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity",
        "User-Agent": "oldhand", "Connection": "close",
    }  # fmt: skip
    if key:
        headers["Authorization"] = f"Bearer {key}"
    connection.request("POST", address.path + CALL, body, headers)
    with connection.getresponse() as response:
        sound = response.status == 200
        if sound and (response.headers["Content-Encoding"] or "identity").lower() != "identity":
            raise Unanswered("the answer is compressed, which was not asked for")
        most = limit if sound else LARGEST_REFUSAL
        parts, size = [], 0
        while size <= most and (part := response.read(CHUNK)):
            parts.append(part)
            size += len(part)
        if sound and size > most:
            raise Unanswered(f"the answer has more than the {most} bytes that vectors can take")
        if sound and response.length:
            raise Unanswered("the answer broke off")
        said = response.headers["Retry-After"] or "", response.headers["Location"] or ""
        return Answer(response.status, *said, b"".join(parts)[:most])
