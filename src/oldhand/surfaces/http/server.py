"""`oldhand serve`: the memory over HTTP on the loopback address, for MCP clients and programs.

    POST /mcp                  MCP, streamable HTTP (the same server as `oldhand mcp`)
    GET  /operations           every operation with its schemas
    POST /operations/NAME      run one: a JSON object of arguments, answered by the documented record
    GET  /health               whether the server is there

Every request needs the token; see oldhand.surfaces.http.security for all that it has to get right.
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand import __version__
from oldhand.errors import BadInput, OldhandError, UnknownOperation
from oldhand.memory import Memory
from oldhand.operation import every, find
from oldhand.schema import input_schema, reply_schema
from oldhand.surfaces.environment import open_memory
from oldhand.surfaces.http.security import LARGEST_BODY, Guard, error_body
from oldhand.surfaces.mcp.server import log_without_texts, mcp_server, shared_options
from oldhand.surfaces.mcp.tools import Toolbox, as_json_text, failure
from oldhand.surfaces.mcp.worker import Caller, MemoryThread

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

SURFACE = "http"
JSON = "application/json"
HOST = "127.0.0.1"
HOSTS = {HOST: HOST, "localhost": HOST, "::1": "::1", "[::1]": "::1"}  # what --host may be, and what is listened on
SERVE_FILE = "serve.json"  # in the store's folder while a server runs: where it is and its token
TOKEN_BYTES = 32  # of a random token
SHORTEST_TOKEN = 16  # characters of one that is given
LONGEST_PORT = 65_535
CLOSE_SECONDS = 2.0  # how long open requests, and then the closing of the store, may hold up the end
MOST_REQUESTS = 128  # answered at the same time; the memory itself is asked one at a time
# HTTP statuses by the exit code that an error's class fixes (oldhand.errors).
STATUSES = {1: 500, 2: 400, 3: 404, 4: 404, 5: 503, 6: 503, 7: 507, 8: 403, 9: 500, 10: 409, 11: 501}
CALLER = Caller("", SURFACE)


class Place(NamedTuple):
    """Where a server listens, and what it takes to be let in. given: whether the token came from the environment."""

    url: str
    token: str
    given: bool


def main(arguments: Sequence[str]) -> int:
    """Serve until a signal ends it; returns the exit code. Raises BadInput for a port or token that cannot be used."""
    options = _options(arguments)
    log_without_texts()
    thread = MemoryThread(lambda: open_memory(SURFACE, folder=options.project, trust="agent", origin=SURFACE))
    try:
        asyncio.run(_serve(options, thread))
    finally:
        closed = thread.close(CLOSE_SECONDS)
    if not closed:
        os._exit(0)  # an operation still runs; it is atomic, and nobody is left to hear its answer
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="oldhand serve", description="Serve this project's memory over HTTP on the loopback address."
    )
    parser.add_argument("--host", type=_loopback, default=HOST, help="a loopback address; others are refused")
    parser.add_argument("--port", type=_port, default=None, help="0: any free one (default: the setting serve.port)")
    parser.add_argument("--json", action="store_true", help="tell the address and token as one line of JSON")
    return shared_options(parser, arguments)


def _loopback(said: str) -> str:
    if said in HOSTS:
        return HOSTS[said]
    raise argparse.ArgumentTypeError(f"'{said}' is not {HOST} or ::1; memory is served to this machine only")


def _port(said: str) -> int:
    if not said.isdecimal() or int(said) > LONGEST_PORT:
        raise argparse.ArgumentTypeError(f"'{said}' is no port: a number from 0 to {LONGEST_PORT}")
    return int(said)


async def _serve(options: argparse.Namespace, thread: MemoryThread) -> None:
    """Listen, tell where, serve, and take back what was told."""
    port = options.port
    if port is None:
        port = await thread.run(CALLER, lambda memory: memory.setting("serve.port"))
    store = await thread.run(CALLER, _store_folder)
    token, given = _token()
    with _listening(options.host, port) as listener:
        host, port = listener.getsockname()[:2]
        place = Place(f"http://{f'[{host}]' if ':' in host else host}:{port}", token, given)
        app = Guard(application(Toolbox(options.tools), thread), port=port, token=token)
        with _told_in(store, place):
            await _run(app, listener, place, options.json)


def _store_folder(memory: Memory) -> Path | None:
    return memory.project.store if memory.project.remembered else None


def _token() -> tuple[str, bool]:
    """The token of this start, and whether it was given. Raises BadInput for one that is easily guessed."""
    given = os.environ.get("OLDHAND_TOKEN", "")
    if given and (len(given) < SHORTEST_TOKEN or not given.isascii() or not given.isprintable() or " " in given):
        raise BadInput(f"OLDHAND_TOKEN cannot be used: give at least {SHORTEST_TOKEN} ASCII characters without spaces.")
    return given or secrets.token_urlsafe(TOKEN_BYTES), bool(given)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens. Raises BadInput when the port is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise BadInput(
                f"Port {port} on {host} cannot be used ({error.strerror}). Give another with --port; 0 takes any."
            ) from None
        yield listener


@contextmanager
def _told_in(store: Path | None, place: Place) -> Iterator[None]:
    """Tell programs of the same person where the server is, in the store's folder, for as long as it runs."""
    if store is None:
        yield
        return
    path = store / SERVE_FILE
    unfinished = path.with_name(f"{SERVE_FILE}.{os.getpid()}")
    said = json.dumps({"url": place.url, "mcp": place.url + "/mcp", "token": place.token, "pid": os.getpid()})
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(said + "\n")
        os.replace(unfinished, path)
    except OSError as error:
        sys.stderr.write(f"{path} could not be written ({error.strerror}); the server runs without it.\n")
    try:
        yield
    finally:
        try:
            if path.read_text(encoding="utf-8").strip() == said:  # not that of a server started since
                path.unlink()
        except OSError:
            pass  # it is gone, which is what was wanted


async def _run(app: Guard, listener: socket.socket, place: Place, as_json: bool) -> None:
    """Answer requests until SIGINT or SIGTERM; the address is told once requests are answered."""
    import uvicorn

    class Listening(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                _tell(place, as_json)

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self.handle_exit, number, None)
            yield

    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, proxy_headers=False, ws="none", http="h11",
        loop="asyncio", lifespan="on", limit_concurrency=MOST_REQUESTS, timeout_graceful_shutdown=int(CLOSE_SECONDS),
    )  # fmt: skip
    await Listening(config).serve(sockets=[listener])


def _tell(place: Place, as_json: bool) -> None:
    """Say on stderr where the server is, and the token unless it was given to us."""
    if as_json:
        token = "" if place.given else place.token
        said = {"url": place.url, "mcp": f"{place.url}/mcp", "token": token, "pid": os.getpid()}
        sys.stderr.write(json.dumps(said) + "\n")
    else:
        sys.stderr.write(f"Serving {place.url} (MCP at {place.url}/mcp). Ctrl-C ends it.\n")
        sys.stderr.write("Token: the one in OLDHAND_TOKEN\n" if place.given else f"Token: {place.token}\n")
    sys.stderr.flush()


# -- what is answered --------------------------------------------------------------------------------


def application(toolbox: Toolbox, thread: MemoryThread) -> "Starlette":
    """Everything behind the guard."""
    from starlette.exceptions import HTTPException
    from starlette.responses import Response
    from starlette.routing import Route

    async def operations(request: "Request") -> "Response":
        return _json(as_json_text({"operations": described_operations()}))

    async def health(request: "Request") -> "Response":
        return _json(as_json_text({"status": "ok", "version": __version__, "pid": os.getpid()}))

    async def run(request: "Request") -> "Response":
        return await _operate(thread, request.path_params["name"], await request.body())

    async def nowhere(request: "Request", error: Exception) -> "Response":
        status = error.status_code if isinstance(error, HTTPException) else 500
        said = error_body("NotHere", "POST /operations/NAME or /mcp; GET /operations or /health.")
        return Response(said, status, error.headers if isinstance(error, HTTPException) else None, JSON)

    app = mcp_server(toolbox, thread).streamable_http_app(
        json_response=True,
        max_request_body_size=LARGEST_BODY,
        custom_starlette_routes=[
            Route("/operations", operations, methods=["GET"]),
            Route("/operations/{name}", run, methods=["POST"]),
            Route("/health", health, methods=["GET"]),
        ],
    )
    app.add_exception_handler(HTTPException, nowhere)
    app.router.redirect_slashes = False
    return app


def described_operations() -> list[dict[str, Any]]:
    """Every operation: its name, command, effect, help and schemas."""
    return [
        {
            "name": operation.name, "command": list(operation.command), "effect": operation.effect,
            "summary": operation.summary, "description": operation.description,
            "input": input_schema(operation), "reply": reply_schema(operation),
        }
        for operation in every()
    ]  # fmt: skip


async def _operate(thread: MemoryThread, name: str, body: bytes) -> "Response":
    """Run one operation and answer with its record, or with the error and a status that fits it."""
    try:
        operation = find(name)
        arguments = _arguments(body)
        return _json(await thread.call(CALLER, operation.name, arguments, as_json_text))
    except OldhandError as error:
        status = 404 if isinstance(error, UnknownOperation) else STATUSES.get(error.exit_code, 500)
        return _json(as_json_text(failure(error)), status)


def _arguments(body: bytes) -> dict[str, Any]:
    """The arguments in a request's body; none when it is empty. Raises BadInput."""
    try:
        said = json.loads(body.decode("utf-8")) if body.strip() else {}
    except (ValueError, RecursionError):
        raise BadInput("The body is no JSON. Send one object with the arguments by name.") from None
    if not isinstance(said, dict):
        raise BadInput("The body is no JSON object. Send one object with the arguments by name.")
    return said


def _json(text: str, status: int = 200) -> "Response":
    from starlette.responses import Response

    return Response(text, status, media_type=JSON)
