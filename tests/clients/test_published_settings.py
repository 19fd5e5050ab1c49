"""What `install` writes for the hosts that cannot be run here, held to the rules that they publish for their settings.

Where the rules are published stands in `tests/clients/published.py`. Of Claude Code and Codex the programs themselves
read what is written (`tests/hosts`).
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from oldhand.clients.hosts import HOSTS, PROJECT, USER, places_of
from oldhand.sessions.hooks_of_hosts import PLUGINS
from tests.clients.conftest import Person
from tests.clients.published import PUBLISHED

# The events that each host publishes: what is asked for must be among them.
EVENTS: dict[str, set[str]] = {
    "gemini": {
        "SessionStart", "SessionEnd", "BeforeAgent", "AfterAgent", "BeforeTool", "AfterTool", "BeforeModel",
        "AfterModel", "BeforeToolSelection", "Notification", "PreCompress",
    },
    "cursor": {
        "sessionStart", "sessionEnd", "beforeSubmitPrompt", "preToolUse", "postToolUse", "postToolUseFailure",
        "beforeShellExecution", "afterShellExecution", "beforeMCPExecution", "afterMCPExecution", "beforeReadFile",
        "afterFileEdit", "subagentStart", "subagentStop", "preCompact", "stop", "afterAgentResponse",
        "afterAgentThought", "workspaceOpen",
    },
    "copilot": {
        "sessionStart", "userPromptSubmitted", "userPromptTransformed", "preToolUse", "preMcpToolCall", "postToolUse",
        "postToolUseFailure", "postResult", "agentStop", "subagentStart", "subagentStop", "preCompact", "sessionEnd",
        "errorOccurred", "permissionRequest", "notification", "prePRDescription",
    },
    "devin": {
        *(f"{when}_{what}" for when in ("pre", "post")
          for what in ("read_code", "write_code", "run_command", "mcp_tool_use")),
        "pre_user_prompt", "post_cascade_response", "post_cascade_response_with_transcript",
    },
}  # fmt: skip
EVENTS["vscode"] = EVENTS["copilot"]  # it reads Copilot's file and turns the names into its own
# Members of one hook: those that must be there, and those that may.
MEMBERS: dict[str, tuple[set[str], set[str]]] = {
    "gemini": ({"type", "command"}, {"name", "timeout", "description"}),
    "cursor": ({"command"}, {"timeout", "matcher", "type", "failClosed", "loop_limit"}),
    "copilot": ({"type", "bash"}, {"powershell", "cwd", "env", "timeoutSec"}),
    "vscode": ({"type", "bash"}, {"powershell", "cwd", "env", "timeoutSec"}),
    "devin": ({"command"}, {"show_output", "working_directory", "powershell"}),
}
LEAST_MS, LEAST_S = 1000, 1  # of a timeout: one of 5 ms, or of 5000 s, is one in the wrong unit
MOST_MS, MOST_S = 60_000, 60
# Members of the entry of an MCP server: the kind of each that must be there. `None`: any.
ENTRY: dict[str, dict[str, Any]] = {
    "gemini": {"command": str, "args": list}, "cursor": {"command": str, "args": list},
    "vscode": {"type": "stdio", "command": str, "args": list},
    "copilot": {"type": "local", "command": str, "args": list, "tools": ["*"]},
    "opencode": {"type": "local", "command": list, "enabled": True}, "zed": {"command": str, "args": list},
    "amp": {"command": str, "args": list}, "cline": {"command": str, "args": list},
    "devin": {"command": str, "args": list},
}  # fmt: skip
VARIABLES = {name: "environment" if name == "opencode" else "env" for name in ENTRY}
FOR_PERSON = ("cline", "devin")  # have no settings of MCP servers in projects
ANYWHERE = [(host, USER) for host in PUBLISHED] + [(host, PROJECT) for host in PUBLISHED if host not in FOR_PERSON]


def written(person: Person, host: str, scope: str) -> tuple[dict[str, Any], Any]:
    """The settings of MCP servers and of hooks that connecting writes; a plugin as its text, no hooks as None."""
    person.call("install", client=host, scope=scope)
    places = places_of(HOSTS[host], scope, person.around())
    servers = json.loads(places.servers.read_text(encoding="utf-8"))
    if places.hooks is None:
        return servers, None
    text = places.hooks.read_text(encoding="utf-8")
    return servers, text if host in PLUGINS else json.loads(text)


@pytest.mark.parametrize(("host", "scope"), ANYWHERE)
def test_the_entry_of_the_server_has_the_published_members(person: Person, host: str, scope: str) -> None:
    assert PUBLISHED[host].servers.startswith("https://")
    said, _ = written(person, host, scope)
    servers: Any = said
    for name in HOSTS[host].servers:
        servers = servers[name]
    assert list(servers) == ["oldhand"]
    entry = dict(servers["oldhand"])
    assert entry.pop(VARIABLES[host]) == {"OLDHAND_HOME": str(person.project.home)}  # both members are texts
    assert entry.keys() == ENTRY[host].keys()
    for name, wanted in ENTRY[host].items():
        assert isinstance(entry[name], wanted) if isinstance(wanted, type) else entry[name] == wanted
    command = entry["command"] if host == "opencode" else [entry["command"], *entry["args"]]
    assert all(isinstance(word, str) for word in command) and os.path.isabs(command[0]) and command[-1] == "mcp"


@pytest.mark.parametrize(("host", "scope"), [one for one in ANYWHERE if one[0] in MEMBERS])
def test_the_hooks_have_the_published_form(person: Person, host: str, scope: str) -> None:
    assert PUBLISHED[host].hooks.startswith("https://")
    _, said = written(person, host, scope)
    assert ("version" in said and said["version"] == 1) == (host in ("cursor", "copilot", "vscode"))
    assert said["hooks"].keys() <= EVENTS[host] and said["hooks"]
    for groups in said["hooks"].values():
        for group in groups:
            if host == "gemini":
                assert {"hooks"} <= group.keys() <= {"matcher", "sequential", "hooks"}
            for hook in group["hooks"] if host == "gemini" else [group]:
                must, may = MEMBERS[host]
                assert must <= hook.keys() <= must | may
                assert hook.get("type", "command") == "command" and hook.get("show_output") is not True
                line = hook.get("command", hook.get("bash"))
                assert isinstance(line, str) and Path(line.split()[0]).is_file()
                if host == "gemini":
                    assert LEAST_MS <= hook["timeout"] <= MOST_MS
                elif host != "devin":
                    assert LEAST_S <= hook.get("timeout", hook.get("timeoutSec")) <= MOST_S


@pytest.mark.parametrize(("host", "marks"), [
    ("opencode", ("export const ", "async ({ directory, worktree })", '"chat.message": async (input, output)',
                  '"tool.execute.after": async (input, output)', "event: async ({ event })")),
    ("amp", ("export default function (amp", 'amp.on("session.start"', 'amp.on("agent.start"', 'amp.on("tool.result"',
             'amp.on("agent.end"')),
])  # fmt: skip
def test_a_plugin_asks_for_what_its_host_publishes(person: Person, host: str, marks: tuple[str, ...]) -> None:
    """That it does so rightly is seen where it runs: `tests/hosts/test_written_plugins.py`."""
    assert PUBLISHED[host].hooks.startswith("https://")
    for scope, folder in ((USER, f".config/{host}/plugins"), (PROJECT, f".{host}/plugins")):
        _, text = written(person, host, scope)
        assert all(mark in text for mark in marks)
        place = places_of(HOSTS[host], scope, person.around()).hooks
        top = person.home if scope == USER else person.project.root
        assert place and str(place.parent.relative_to(top)) == folder


def test_every_host_is_either_run_or_has_a_reference() -> None:
    assert set(PUBLISHED) == set(HOSTS) - {"claude", "codex"} == set(ENTRY)
    assert {host for host, one in PUBLISHED.items() if not one.hooks} == {
        name for name, host in HOSTS.items() if not host.hooks
    }
    assert all(one.seen and any(digit in one.seen for digit in "0123456789") for one in PUBLISHED.values())
