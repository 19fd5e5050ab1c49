"""The guard before everything that the HTTP server answers.

A web page that the person happens to visit can send requests to loopback addresses too. So each
request has to name this very server (Host), to come from nowhere else (Origin), to know the token
of this start and, when it carries a body, to be JSON of a bounded size. Nothing is answered before
all of that holds, and no CORS header is ever sent.
"""

import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

LARGEST_BODY = 8 * 1_048_576  # bytes of one request: ten texts of the largest size in JSON
LARGEST_PASSED_OVER = 8 * LARGEST_BODY  # bytes of a too large one that are still read, so that its sender hears why
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
WEB_PORT = 80  # the port that a Host header leaves out
WITH_BODY = ("POST", "PUT", "PATCH")
BAD_REQUEST_CODE = 2  # the exit code of errors of the caller's making, as in oldhand.errors

# Sent with every answer: nothing may be guessed, framed, cached, referred to or run.
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Refusal(Exception):
    """A request that is not let in: (HTTP status, code, message)."""


class Guard:
    """An ASGI application that lets requests through to another one only when they may pass.

    port: where this server listens; token: what each request has to know.
    """

    def __init__(self, app: App, *, port: int, token: str) -> None:
        self._app = app
        self._authorization = f"Bearer {token}".encode("ascii")
        places = [f"{name}:{port}" for name in LOOPBACK_NAMES] + (list(LOOPBACK_NAMES) if port == WEB_PORT else [])
        self._hosts = frozenset(place.encode("ascii") for place in places)
        self._origins = frozenset(f"http://{place}".encode("ascii") for place in places)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on; WebSockets are closed."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            hardened = _hardened(send)
            try:
                self._check(scope)
                if scope["method"] in WITH_BODY:
                    receive = await _bounded(scope, receive)
            except Refusal as refusal:
                status, code, message = refusal.args
                await _refuse(hardened, status, code, message)
                return
            await self._app(scope, receive, hardened)
        else:
            await send({"type": "websocket.close", "code": 1008})  # 1008: not allowed by policy

    def _check(self, scope: Scope) -> None:
        """Raise Refusal unless host, origin, token and content type are right."""
        hosts, origins = _all(scope, b"host"), _all(scope, b"origin")
        tokens, types = _all(scope, b"authorization"), _all(scope, b"content-type")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise Refusal(421, "BadHost", "This server answers only to its own loopback address and port.")
        if origins and (len(origins) != 1 or origins[0].lower() not in self._origins):
            raise Refusal(403, "BadOrigin", "Pages of other origins may not ask this server.")
        if len(tokens) != 1 or not hmac.compare_digest(tokens[0], self._authorization):
            raise Refusal(401, "BadToken", "Send the token of this start: Authorization: Bearer TOKEN.")
        json_only = len(types) == 1 and types[0].split(b";")[0].strip().lower() == b"application/json"
        if scope["method"] in WITH_BODY and not json_only:
            raise Refusal(415, "BadContentType", "Send JSON: Content-Type: application/json.")


def _all(scope: Scope, name: bytes) -> list[bytes]:
    return [value for header, value in scope["headers"] if header.lower() == name]


async def _bounded(scope: Scope, receive: Receive) -> Receive:
    """The request's body, read up to its limit, for whoever reads it next. Raises Refusal when it is too large.

    The rest of one that is somewhat too large is read and thrown away: many clients look at the
    answer only after they have sent everything.
    """
    too_large = Refusal(413, "TooLarge", f"A request has at most {LARGEST_BODY} bytes.")
    said = _all(scope, b"content-length")
    if said and (not said[0].isdigit() or int(said[0]) > LARGEST_PASSED_OVER):
        raise too_large
    body, size, more = bytearray(), 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Refusal(400, "Incomplete", "The request ended before its body did.")
        size += len(message.get("body", b""))
        if size <= LARGEST_BODY:
            body += message.get("body", b"")
        more = message.get("more_body", False) and size <= LARGEST_PASSED_OVER
    if size > LARGEST_BODY:
        raise too_large
    handed: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def again() -> Message:
        return handed.pop() if handed else await receive()

    return again


def _hardened(send: Send) -> Send:
    """`send`, with the headers that every answer carries; one that the application chose itself stays."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.get("headers", ())}
            added = [(name, value) for name, value in HEADERS if name not in present]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return sending


def error_body(code: str, message: str, exit_code: int = BAD_REQUEST_CODE) -> bytes:
    """An error as the documented JSON record."""
    said = {"error": {"code": code, "message": message, "exit_code": exit_code}}
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode("ascii")


async def _refuse(send: Send, status: int, code: str, message: str) -> None:
    body = error_body(code, message)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode("ascii"))]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    headers.append((b"connection", b"close"))  # a body that was not read must not be taken for the next request
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
