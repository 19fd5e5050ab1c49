"""`oldhand mcp`: the memory as an MCP server on standard input and output.

The official SDK speaks the protocol, both the handshake revisions and 2026-07-28; definitions,
texts, the thread of the memory and the wire are ours. No socket, no child process.
"""

import argparse
import gc
import logging
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oldhand import __version__
from oldhand.model.visible import escaped
from oldhand.operations import GROUPS
from oldhand.surfaces.environment import open_memory
from oldhand.surfaces.mcp.tools import ALL, INSTRUCTIONS, Toolbox, UnknownTool
from oldhand.surfaces.mcp.worker import Caller, Idleness, MemoryThread, innermost

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

    from oldhand.memory import Memory

NAME = "oldhand"
SURFACE = "mcp"
CLOSE_SECONDS = 2.0  # how long a running operation and the closing of the store may hold up the end
LONGEST_CLIENT_NAME = 64  # characters of a client's name that become part of who spoke
LONGEST_LOG_LINE = 300  # characters
TOOLS_FRESH_MS = 300_000  # how long a client may keep the list of tools, which never changes while we run


def main(arguments: Sequence[str]) -> int:
    """Serve MCP on standard input and output until the input ends; returns the exit code."""
    options, parent = _options(arguments), os.getppid()
    gc.disable()  # the SDK builds some hundred thousand lasting objects: nothing of it can be collected
    import anyio

    log_without_texts()
    folder = project_folder(options.project)
    thread = MemoryThread(lambda: open_memory(SURFACE, folder=folder, trust="agent", origin=SURFACE), _kept_up)
    server = mcp_server(Toolbox(options.tools, as_json=options.json), thread)
    gc.freeze()
    gc.enable()
    anyio.run(_serve, server, parent)
    if not thread.close(CLOSE_SECONDS):
        from oldhand.code.git import end_all

        end_all()  # which would go on for a minute, with nobody to read it
        os._exit(0)  # an operation still runs; it is atomic, and nobody is left to hear its answer
    return 0


def _kept_up(memory: "Memory", idle: Idleness) -> bool:
    """Read what hooks have left meanwhile, for a moment, then see what became of decisions; whether there is more."""
    from oldhand.sessions.draining import drain

    done = drain(memory, learning=True)
    if done.left:
        return not done.trouble
    if not idle.wanted():
        from oldhand.reasoning.keeping_up import IDLE_SECONDS, LAST_SECONDS, keep_up

        keep_up(memory, LAST_SECONDS if idle.ending else IDLE_SECONDS, idle.wanted)
    from oldhand.surfaces.hooks.opening_made import prepare

    prepare(memory)
    return False


async def _serve(server: "Server[Any]", parent: int) -> None:
    import asyncio

    import anyio

    from oldhand.surfaces.mcp.stdio import Wire

    stop = anyio.CancelScope()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.cancel)
    await Wire().serve(server, stop, parent)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="oldhand mcp", description="Serve this project's memory to an MCP host on standard input and output."
    )
    parser.add_argument("--json", action="store_true", help="answer with JSON records instead of compact text")
    return shared_options(parser, arguments)


def shared_options(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of a server, with the options that every one takes: its tools and its project."""
    parser.add_argument(
        "--tools", type=_groups, default=(), metavar="GROUPS",
        help=f"each operation of these groups as a tool of its own: all, or some of {', '.join(GROUPS)} "
        "(default: six tools that reach everything)",
    )  # fmt: skip
    parser.add_argument("--project", default="", metavar="FOLDER", help="the project (default: the working folder)")
    options = parser.parse_args(list(arguments))
    if options.project and not Path(options.project).is_dir():
        parser.error(f"there is no folder {options.project}")
    return options


def _groups(said: str) -> tuple[str, ...]:
    groups = tuple(dict.fromkeys(part.strip() for part in said.split(",") if part.strip()))
    for group in groups:
        if group != ALL and group not in GROUPS:
            raise argparse.ArgumentTypeError(f"'{group}' is no group: all, or some of {', '.join(GROUPS)}")
    return groups


def project_folder(said: str) -> str:
    """The project to serve: what was said, else what the host tells, else the working folder (empty)."""
    told = os.environ.get("CLAUDE_PROJECT_DIR", "")
    return said or (told if told and Path(told).is_dir() else "")


def mcp_server(toolbox: Toolbox, thread: MemoryThread) -> "Server[Any]":
    """The server as the SDK runs it, on any transport."""
    from mcp.server.caching import CacheHint
    from mcp.server.lowlevel import Server
    from mcp.shared.exceptions import MCPError
    from mcp_types import CallToolResult, ListToolsResult, TextContent, Tool
    from mcp_types.jsonrpc import INVALID_PARAMS

    definitions = toolbox.definitions()
    tools = [Tool.model_validate(definition) for definition in definitions]
    schemas = {definition["name"]: definition["inputSchema"] for definition in definitions}

    async def list_tools(context: Any, _: Any) -> ListToolsResult:
        return ListToolsResult(tools=tools)

    async def call_tool(context: Any, asked: Any) -> CallToolResult:
        caller = Caller(_speaker(context.session.client_params), SURFACE)
        try:
            text, failed = await toolbox.call(thread, caller, asked.name, dict(asked.arguments or {}))
        except UnknownTool:
            name = escaped(asked.name)[:LONGEST_CLIENT_NAME]
            raise MCPError(code=INVALID_PARAMS, message=f"There is no tool '{name}'; tools/list names them.") from None
        return CallToolResult(content=[TextContent(type="text", text=text)], is_error=failed)

    return Server(
        NAME, version=__version__, instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool,
        get_tool_input_schema=schemas.get, cache_hints={"tools/list": CacheHint(ttl_ms=TOOLS_FRESH_MS)},
    )  # fmt: skip


def _speaker(client: Any) -> str:
    """Who asks, from what the client says of itself: `agent:claude-code`; empty when it says nothing."""
    name = re.sub(r"[^\w.-]+", "-", client.client_info.name)[:LONGEST_CLIENT_NAME].strip("-") if client else ""
    return f"agent:{name}" if name else ""


# -- the log -----------------------------------------------------------------------------------------


def log_without_texts() -> None:
    """Send warnings and errors to stderr: one line each, errors by their type and place, never with a body."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _Formatter(logging.Formatter):
    """One line a record: control characters escaped, long ones cut, exceptions told by type and place only."""

    def format(self, record: logging.LogRecord) -> str:
        said = f"{record.levelname.lower()}: {record.name}: {escaped(record.getMessage())[:LONGEST_LOG_LINE]}"
        if record.exc_info and (place := record.exc_info[2]):
            kind = record.exc_info[0].__name__ if record.exc_info[0] else ""
            said += f" [{kind} at {innermost(place)}]"
        return said
