"""The wire on standard input and output: one JSON-RPC message a line, nothing else ever on stdout.

Our own transport under the SDK's protocol, for what a server must withstand and the SDK's does not
promise: a line of any bytes is answered rather than dropped, requests already read are answered
after the input has ended, the end of the parent is noticed, and no thread outlives the process.
"""

import asyncio
import json
import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, BinaryIO

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.lowlevel import Server
from mcp.shared.message import SessionMessage
from mcp_types.jsonrpc import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError

LONGEST_LINE = 128 * 1_048_576  # bytes of one message: the largest argument, twice, for JSON's escapes
LAST_ANSWERS_SECONDS = 2.0  # how long requests already read are still answered after the input ended
PARENT_SECONDS = 1.0  # between looks whether the process that started us is still there
STDIN, STDOUT, STDERR = 0, 1, 2


class BadMessage(Exception):
    """A line that is no message: (JSON-RPC error code, what is wrong, the id to answer to or None)."""


def message_of(line: bytes) -> Any:
    """The JSON-RPC message in a line. Raises BadMessage."""
    try:
        said = json.loads(line.decode("utf-8"), parse_constant=_refused)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        what = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else "it is no JSON"
        raise BadMessage(PARSE_ERROR, f"The line is no message: {what}.", _id_in_ruins(line)) from None
    identity = said.get("id") if isinstance(said, dict) else None
    try:
        return jsonrpc_message_adapter.validate_python(said, by_name=False)
    except (ValidationError, RecursionError):
        raise BadMessage(INVALID_REQUEST, "The line is no JSON-RPC 2.0 message.", _usable_id(identity)) from None


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _id_in_ruins(line: bytes) -> int | str | None:
    """The id of a line that is JSON but for its encoding, so that whoever waits for the answer gets one."""
    try:
        said = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return _usable_id(said.get("id")) if isinstance(said, dict) else None


def _usable_id(identity: Any) -> int | str | None:
    if isinstance(identity, str) and identity.isascii():
        return identity
    return identity if isinstance(identity, int) and not isinstance(identity, bool) else None


class Wire:
    """Standard input and output, claimed for the protocol: whatever else prints goes to stderr instead.

    Reading and writing block in threads of their own, which end with the process at the latest.
    """

    def __init__(self) -> None:
        self._input: BinaryIO = os.fdopen(os.dup(STDIN), "rb")
        self._output = os.dup(STDOUT)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, STDIN)
        os.close(nothing)
        os.dup2(STDERR, STDOUT)
        self._unanswered: Counter[tuple[type, Any]] = Counter()
        self._answered = asyncio.Event()
        self._lines: SimpleQueue[tuple[bytes, Future[None]]] = SimpleQueue()
        self._loop = asyncio.get_running_loop()

    async def serve(self, server: "Server[Any]", stop: anyio.CancelScope, parent: int) -> None:
        """Serve until the input ends, the reader of the output goes away, the parent dies or `stop` is cancelled.

        parent: the process id of the host that started this process.
        """
        incoming, received = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        outgoing, to_send = anyio.create_memory_object_stream[SessionMessage](0)
        threading.Thread(target=self._read, args=(incoming,), name="oldhand-stdin", daemon=True).start()
        threading.Thread(target=self._write, name="oldhand-stdout", daemon=True).start()
        with stop:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_end_with_parent, parent, stop.cancel)
                tasks.start_soon(self._send_all, to_send, stop.cancel)
                await server.run(received, outgoing, server.create_initialization_options())

    # -- in ------------------------------------------------------------------------------------

    def _read(self, incoming: "MemoryObjectSendStream[SessionMessage | Exception]") -> None:
        """Hand over line after line, each when the one before it was taken; runs in a thread."""
        ended = False
        while not ended:
            line = self._next_line()
            ended = not line
            try:
                asyncio.run_coroutine_threadsafe(self._take(line, incoming), self._loop).result()
            except (RuntimeError, asyncio.CancelledError, anyio.BrokenResourceError, anyio.ClosedResourceError):
                return  # the server has stopped

    def _next_line(self) -> bytes:
        """The next line; empty at the end of the input. The rest of one that is too long is passed over."""
        try:
            line = self._input.readline(LONGEST_LINE)
            rest = line
            while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
                rest = self._input.readline(LONGEST_LINE)
                line = b"{too long}\n"
        except (OSError, ValueError):
            return b""
        return line

    async def _take(self, line: bytes, incoming: "MemoryObjectSendStream[SessionMessage | Exception]") -> None:
        """Pass one line on as a message, or answer that it is none; the end of the input ends the stream."""
        if not line:
            with anyio.move_on_after(LAST_ANSWERS_SECONDS):
                while self._unanswered:
                    self._answered.clear()
                    await self._answered.wait()
            await incoming.aclose()
        elif line.strip():
            try:
                message = message_of(line)
            except BadMessage as error:
                code, what, identity = error.args
                refusal = JSONRPCError(jsonrpc="2.0", id=identity, error=ErrorData(code=code, message=what))
                await self._put(refusal)
                return
            self._note(message)
            await incoming.send(SessionMessage(message))

    def _note(self, message: Any) -> None:
        """Keep count of the requests that wait for an answer; one that was cancelled gets none."""
        if isinstance(message, JSONRPCRequest):
            self._unanswered[_key(message.id)] += 1
        elif isinstance(message, JSONRPCNotification) and message.method == "notifications/cancelled":
            self._settle((message.params or {}).get("requestId"))

    def _settle(self, identity: Any) -> None:
        if isinstance(identity, (int, str)):
            key = _key(identity)
            self._unanswered[key] -= 1
            if self._unanswered[key] <= 0:
                del self._unanswered[key]
            self._answered.set()

    # -- out -----------------------------------------------------------------------------------

    async def _send_all(self, to_send: "MemoryObjectReceiveStream[SessionMessage]", stop: Callable[[], None]) -> None:
        try:
            async for message in to_send:
                await self._put(message.message)
                self._settle(getattr(message.message, "id", None))
        except OSError:  # whoever read our output is gone
            pass
        stop()

    async def _put(self, message: Any) -> None:
        """Write one message and wait until it is written. ASCII only, so that no character can break a line."""
        said = message.model_dump(by_alias=True, exclude_unset=True)
        line = json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"
        written: Future[None] = Future()
        self._lines.put((line, written))
        await asyncio.wrap_future(written)

    def _write(self) -> None:
        """Write what is put, in order; runs in a thread."""
        while True:
            line, written = self._lines.get()
            if not written.set_running_or_notify_cancel():
                continue
            try:
                left = memoryview(line)
                while left:
                    left = left[os.write(self._output, left) :]
                written.set_result(None)
            except OSError as error:
                written.set_exception(error)


def _key(identity: int | str) -> tuple[type, Any]:
    """A request's id as a key that tells 1 from "1"."""
    return type(identity), identity


async def _end_with_parent(parent: int, stop: Callable[[], None]) -> None:
    """Stop when the process that started this one is gone, which a host that crashed cannot tell by itself."""
    while os.getppid() == parent:
        await anyio.sleep(PARENT_SECONDS)
    stop()
