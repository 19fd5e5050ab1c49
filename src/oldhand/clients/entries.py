"""What is ours in a host's settings: how it is written, and how it is known again, with a receipt or without."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from oldhand.clients.hosts import MAC, SERVER, SPEAKS_AS, Host, Surroundings, server_entry
from oldhand.clients.json_edit import Items, Leaf, Only
from oldhand.errors import Refused
from oldhand.sessions import hooks_of_hosts, launcher

PROGRAM = "oldhand"
FLEETING = ("archive-v0", "uvx")  # folders of programs that uv runs once: parts of their paths
MILLISECONDS = 1000


def command_of(environment: Mapping[str, str]) -> list[str]:
    """The program that serves MCP, by a path that outlives an upgrade: the link on the PATH when it leads to us.

    Raises Refused when we run from a folder that is cleaned away by itself.
    """
    beside = Path(sys.executable).with_name(PROGRAM)
    if any(part in FLEETING for part in beside.parts):
        raise Refused(
            f"Oldhand runs from {beside.parent}, a folder that is cleaned away by itself. Install it for good "
            "(with `uv tool install` or `pipx install`) and run this again."
        )
    linked = shutil.which(PROGRAM, path=environment.get("PATH", ""))
    if linked and (not beside.exists() or os.path.realpath(linked) == os.path.realpath(beside)):
        return [os.path.abspath(linked), "mcp"]
    return [str(beside), "mcp"] if beside.exists() else [sys.executable, "-m", PROGRAM, "mcp"]


def moved_home(around: Surroundings) -> str:
    """Oldhand's folder when a host would not find it by itself: hosts do not hand on every variable."""
    usual = "Library/Application Support/oldhand" if MAC else ".local/share/oldhand"
    return "" if around.memory_home == around.home / usual else str(around.memory_home)


def server_of(host: Host, around: Surroundings) -> dict[str, Any]:
    """The entry of our MCP server in a host's settings."""
    return server_entry(host, command_of(around.environment), moved_home(around))


def hooks_of(host: Host, around: Surroundings) -> dict[str, list[dict[str, Any]]]:
    """The hooks of a host as its settings say them, by the host's names of the events."""
    speaker = SPEAKS_AS.get(host.name, host.name)
    said: dict[str, list[dict[str, Any]]] = {}
    for event, matcher, seconds in hooks_of_hosts.INSTALLED.get(speaker, ()):
        line = launcher.command(around.memory_home, speaker, event)
        said.setdefault(event, []).append(_hook(speaker, line, matcher, seconds))
    return said


def _hook(host: str, line: str, matcher: str, seconds: int) -> dict[str, Any]:
    """One hook in the form of its host."""
    if host == "devin":
        return {"command": line, "show_output": False}
    if host == "copilot":
        return {"type": "command", "bash": line, "timeoutSec": seconds}
    if host == "cursor":
        return {"command": line, "timeout": seconds} | ({"matcher": matcher} if matcher else {})
    handler: dict[str, Any] = {"type": "command", "command": line, "timeout": seconds}
    if host == "gemini":
        handler = {"type": "command", "name": SERVER, "command": line, "timeout": seconds * MILLISECONDS}
    return ({"matcher": matcher} if matcher else {}) | {"hooks": [handler]}


def json_additions(host: Host, around: Surroundings, *, servers: bool, hooks: bool) -> dict[str, Any]:
    """What is added to a JSON file of the host that holds its MCP servers, its hooks, or both."""
    said: dict[str, Any] = {}
    if servers:
        inner: Any = {SERVER: Leaf(server_of(host, around))}
        for name in reversed(host.servers):
            inner = {name: inner}
        said |= inner
    if hooks:
        if host.name in ("cursor", "copilot", "vscode"):
            said["version"] = Only(1)
        said["hooks"] = {event: Items(tuple(ones)) for event, ones in hooks_of(host, around).items()}
    return said


def is_our_server(entry: Any) -> bool:
    """Whether an entry of an MCP server starts ours, wherever it is installed."""
    if not isinstance(entry, Mapping):
        return False
    command, arguments = entry.get("command"), entry.get("args", [])
    said = [*(command if isinstance(command, list) else [command]), *(arguments if isinstance(arguments, list) else [])]
    words = [word for word in said if isinstance(word, str)]
    if len(words) != len(said) or "mcp" not in words[1:]:
        return False
    return Path(words[0]).name.removesuffix(".exe") == PROGRAM or words[1:3] == ["-m", PROGRAM]


def is_our_hook(value: Any) -> bool:
    """Whether a hook of a host, or a group of hooks, is ours and nobody else's."""
    if not isinstance(value, Mapping):
        return False
    handlers = value.get("hooks")
    if isinstance(handlers, list):
        return bool(handlers) and all(is_our_hook(one) for one in handlers)
    line = value.get("command", value.get("bash"))
    return isinstance(line, str) and launcher.ours(line)


def rule_of(servers: tuple[str, ...]) -> Callable[[tuple[str | int, ...], Any], bool]:
    """What tells ours in a JSON file of a host. servers: the names that lead to its MCP servers."""

    def ours(path: tuple[str | int, ...], value: Any) -> bool:
        if path == (*servers, SERVER):
            return is_our_server(value)
        return path[:1] == ("hooks",) and len(path) in (3, 5) and is_our_hook(value)

    return ours


def found_in(said: Any, servers: tuple[str, ...]) -> tuple[Any, list[str]]:
    """What a host's settings hold under our name (None: nothing), and the lines of our hooks in them."""
    inner = said
    for name in (*servers, SERVER):
        inner = inner.get(name) if isinstance(inner, Mapping) else None
    lines: list[str] = []
    hooks = said.get("hooks") if isinstance(said, Mapping) else None
    for ones in hooks.values() if isinstance(hooks, Mapping) else ():
        for group in ones if isinstance(ones, list) else ():
            handlers = group.get("hooks", [group]) if isinstance(group, Mapping) else []
            ours = [one for one in (handlers if isinstance(handlers, list) else ()) if is_our_hook(one)]
            lines += [str(one.get("command", one.get("bash"))) for one in ours]
    return inner, lines


def starts_what_is_there(line_or_entry: Any) -> str:
    """The program that a hook's line or a server's entry starts when that is gone; empty when it is there."""
    if isinstance(line_or_entry, str):
        try:
            program = shlex.split(line_or_entry)[0]
        except (ValueError, IndexError):
            return line_or_entry
    else:
        command = line_or_entry.get("command")
        program = command[0] if isinstance(command, list) and command else str(command)
    return "" if not os.path.isabs(program) or os.access(program, os.X_OK) else program
