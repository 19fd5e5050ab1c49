"""The hosts that Oldhand can be connected to: where each keeps its settings, and in which form.

Facts with their versions are in docs/SESSIONS.md. A host without hooks of its own still gets the MCP server.
"""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.errors import BadArgument, BadInput

USER, PROJECT = "user", "project"
SERVER = "oldhand"  # what the MCP server is called in every host: its tools are named after it
MAC = sys.platform == "darwin"


class Surroundings(NamedTuple):
    """What a host's files depend on.

    home: the person's home folder; environment: the variables that move folders and name programs; root: the top of
    the project's working tree; memory_home: Oldhand's own folder of the person.
    """

    home: Path
    environment: Mapping[str, str]
    root: Path
    memory_home: Path

    def moved(self, variable: str, usual: str) -> Path:
        """The folder that a variable names, else the usual one in the home folder."""
        said = self.environment.get(variable, "")
        return Path(said) if said and Path(said).is_absolute() else self.home / usual


def surroundings(
    environment: Mapping[str, str], root: Path, memory_home: Path, scope: str = USER
) -> Surroundings:  # fmt: skip
    """The surroundings that the environment tells. Raises BadInput when the scope needs a home and there is none."""
    home = Path(environment.get("HOME", ""))
    if not home.is_absolute():
        if scope == PROJECT:
            return Surroundings(memory_home.absolute(), environment, root, memory_home.absolute())
        raise BadInput("Your home folder cannot be found, so neither can the settings of agents. Set HOME.")
    return Surroundings(home, environment, root, memory_home.absolute())


class Host(NamedTuple):
    """A host.

    name, title; programs: names under which it may be on the PATH; hooks: the form of its hooks: `groups` (with
    matchers), `flat`, `file` (a plugin), `unwritten` (it has hooks, and we write none) or none; servers: the names
    from the top of its settings to its MCP servers; restart: what the person does so that it takes effect.
    """

    name: str
    title: str
    programs: tuple[str, ...]
    hooks: str
    servers: tuple[str, ...]
    restart: str


class Places(NamedTuple):
    """Where a host keeps its settings in one scope: of MCP servers and of hooks (None: it has none there)."""

    servers: Path
    hooks: Path | None


_NEXT = "start a new session in it"
_APPROVE = "open /hooks in Codex and approve ours: Codex runs no hook that nobody approved"
_START = "start the server in VS Code: command 'MCP: List Servers'"
HOSTS: dict[str, Host] = {
    one.name: one
    for one in (
        Host("claude", "Claude Code", ("claude",), "groups", ("mcpServers",), _NEXT),
        Host("codex", "Codex", ("codex",), "groups", ("mcp_servers",), _APPROVE),
        Host("gemini", "Gemini CLI", ("gemini",), "groups", ("mcpServers",), _NEXT),
        Host("cursor", "Cursor", ("cursor", "cursor-agent"), "flat", ("mcpServers",), _NEXT),
        Host("vscode", "VS Code", ("code",), "flat", ("servers",), _START),
        Host("copilot", "Copilot CLI", ("copilot",), "flat", ("mcpServers",), _NEXT),
        Host("opencode", "OpenCode", ("opencode",), "file", ("mcp",), _NEXT),
        Host("zed", "Zed", ("zed", "zeditor"), "", ("context_servers",), _NEXT),
        Host("amp", "Amp", ("amp",), "file", ("amp.mcpServers",), _NEXT),
        Host("cline", "Cline", ("cline",), "unwritten", ("mcpServers",), _NEXT),
        Host("devin", "Devin Desktop", ("devin", "windsurf"), "flat", ("mcpServers",), _NEXT),
    )
}  # fmt: skip
SPEAKS_AS = {"vscode": "copilot"}  # it reads Copilot's files of hooks, so the same lines stand in them for both


def folder_of(host: Host, around: Surroundings) -> Path:
    """The person's folder of a host, whose being there shows that the host is used here."""
    config = around.moved("XDG_CONFIG_HOME", ".config")
    library = around.home / "Library" / "Application Support"
    return {
        "claude": around.moved("CLAUDE_CONFIG_DIR", ".claude"),
        "codex": around.moved("CODEX_HOME", ".codex"),
        "gemini": around.home / ".gemini",
        "cursor": around.home / ".cursor",
        "vscode": (library if MAC else config) / "Code" / "User",
        "copilot": around.moved("COPILOT_HOME", ".copilot"),
        "opencode": config / "opencode",
        "zed": around.home / ".config" / "zed" if MAC else config / "zed",
        "amp": config / "amp",
        "cline": _cline(around, (library if MAC else config) / "Code" / "User"),
        "devin": around.home / ".codeium" / "windsurf",
    }[host.name]


def _cline(around: Surroundings, editor: Path) -> Path:
    """Cline keeps its settings inside VS Code; its command line has a folder of its own."""
    inside = editor / "globalStorage" / "saoudrizwan.claude-dev"
    return around.home / ".cline" / "data" if not inside.is_dir() and (around.home / ".cline").is_dir() else inside


def is_here(host: Host, around: Surroundings) -> bool:
    """Whether the host is on this machine: a program of it on the PATH, or its folder in the home."""
    return program_of(host, around) is not None or folder_of(host, around).is_dir()


def program_of(host: Host, around: Surroundings) -> str | None:
    """The host's program on the PATH."""
    found = (shutil.which(name, path=around.environment.get("PATH", "")) for name in host.programs)
    return next((one for one in found if one), None)


def places_of(host: Host, scope: str, around: Surroundings) -> Places:
    """Where the host's settings lie. Raises BadArgument for a host that has none in that scope."""
    return _in_project(host, around.root) if scope == PROJECT else _of_person(host, around)


def _of_person(host: Host, around: Surroundings) -> Places:
    folder = folder_of(host, around)
    if host.name == "claude":
        moved = around.environment.get("CLAUDE_CONFIG_DIR", "")
        return Places((Path(moved) if moved else around.home) / ".claude.json", folder / "settings.json")
    copilot = around.moved("COPILOT_HOME", ".copilot")
    return {
        "codex": Places(folder / "config.toml", folder / "hooks.json"),
        "gemini": Places(folder / "settings.json", folder / "settings.json"),
        "cursor": Places(folder / "mcp.json", folder / "hooks.json"),
        "vscode": Places(folder / "mcp.json", copilot / "hooks" / "oldhand.json"),
        "copilot": Places(folder / "mcp-config.json", folder / "hooks" / "oldhand.json"),
        "opencode": Places(_either(folder, "opencode"), folder / "plugins" / "oldhand.js"),
        "zed": Places(folder / "settings.json", None),
        "amp": Places(_either(folder, "settings"), folder / "plugins" / "oldhand.ts"),
        "cline": Places(folder / "settings" / "cline_mcp_settings.json", None),
        "devin": Places(folder / "mcp_config.json", folder / "hooks.json"),
    }[host.name]


def _in_project(host: Host, root: Path) -> Places:
    if host.name == "cline":
        raise BadArgument("scope", PROJECT, "Cline keeps its MCP servers for the person only; say --scope user")
    if host.name == "devin":
        raise BadArgument("scope", PROJECT, "Devin Desktop keeps its MCP servers for the person only; say --scope user")
    shared = root / ".github"
    return {
        # Hooks in the file that is the person's own: it is not shared with others by git, as .claude/settings.json is.
        "claude": Places(root / ".mcp.json", root / ".claude" / "settings.local.json"),
        "codex": Places(root / ".codex" / "config.toml", root / ".codex" / "hooks.json"),
        "gemini": Places(root / ".gemini" / "settings.json", root / ".gemini" / "settings.json"),
        "cursor": Places(root / ".cursor" / "mcp.json", root / ".cursor" / "hooks.json"),
        "vscode": Places(root / ".vscode" / "mcp.json", shared / "hooks" / "oldhand.json"),
        "copilot": Places(shared / "mcp.json", shared / "hooks" / "oldhand.json"),
        "opencode": Places(_either(root, "opencode"), root / ".opencode" / "plugins" / "oldhand.js"),
        "zed": Places(root / ".zed" / "settings.json", None),
        "amp": Places(_either(root / ".amp", "settings"), root / ".amp" / "plugins" / "oldhand.ts"),
    }[host.name]


def _either(folder: Path, stem: str) -> Path:
    """The file with comments in its name when it is there, else the plain one."""
    commented = folder / f"{stem}.jsonc"
    return commented if commented.exists() and not (folder / f"{stem}.json").exists() else folder / f"{stem}.json"


def server_entry(host: Host, command: list[str], memory_home: str) -> dict[str, Any]:
    """What a host's settings say of our MCP server.

    command: the program and its arguments; memory_home: Oldhand's folder where it is not the usual one, else empty.
    """
    environment = {"OLDHAND_HOME": memory_home} if memory_home else {}
    program, arguments = command[0], command[1:]
    if host.name == "opencode":
        entry: dict[str, Any] = {"type": "local", "command": command, "enabled": True}
        return entry | ({"environment": environment} if environment else {})
    entry = {"command": program, "args": arguments}
    if host.name in ("claude", "vscode"):
        entry = {"type": "stdio", **entry}
    if host.name == "copilot":
        entry = {"type": "local", **entry, "tools": ["*"]}
    if host.name == "claude":  # its own `mcp add` writes it so
        return {**entry, "env": environment}
    return entry | ({"env": environment} if environment else {})
