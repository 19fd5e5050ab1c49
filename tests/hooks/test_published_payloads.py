"""What the hosts that cannot be run here hand to hooks, in the form that they publish, and what they get back.

Where each form is published stands in `tests/clients/published.py`. The payloads are made up, with the members and the
kinds of values that the reference names. OpenCode and Amp hand nothing to hooks themselves: our plugins do, which run
in `tests/hosts/test_written_plugins.py`.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from oldhand.sessions.hooks_of_hosts import EVENTS, INSTALLED, SPEAKS, neutral
from tests.clients.published import PUBLISHED
from tests.conftest import Project
from tests.hooks.hosting import Host, spooled

DECISION = "Payments are never retried."
QUESTION = "what do we know about payments?"
ROOT, FILE = "@ROOT@", "@ROOT@/src/pay/client.py"
OWN = '<memory root="0">Payments are never retried.</memory>'


class Case(NamedTuple):
    """A payload as a host publishes it.

    event: the host's name of it; said: the payload; line: members that the noted line must have (its detail too);
    told: the path of members that lead to the text for the model, empty where the host takes none; source: the host
    under which the hook stands in the settings, where that is another one.
    """

    event: str
    said: dict[str, Any]
    line: dict[str, Any]
    told: tuple[str, ...] = ()
    source: str = ""


def _tool(name: str, given: Any, **more: Any) -> dict[str, Any]:
    return {"tool_name": name, "tool_input": given, **more}


_GEMINI = {"session_id": "s", "transcript_path": "/t/s.json", "cwd": ROOT, "timestamp": "2026-11-20T09:00:00Z"}
_CURSOR = {
    "conversation_id": "s", "generation_id": "g", "model": "m", "cursor_version": "2.1.0", "workspace_roots": [ROOT],
    "user_email": "nobody@example.com", "transcript_path": None,
}  # fmt: skip
_COPILOT = {"sessionId": "s", "timestamp": 1_795_000_000_000, "cwd": ROOT}
_VSCODE = {"sessionId": "s", "timestamp": "2026-11-20T09:00:00Z", "cwd": ROOT, "transcript_path": "/t/s.json"}
_CLINE = {"clineVersion": "3.0.65", "timestamp": "1", "taskId": "s", "workspaceRoots": [ROOT], "userId": "u"}
_DEVIN = {"trajectory_id": "s", "execution_id": "e", "timestamp": "2026-11-20T09:00:00Z"}
_HOOK = ("hookSpecificOutput", "additionalContext")
CASES: dict[str, list[Case]] = {
    "gemini": [
        Case("SessionStart", {**_GEMINI, "source": "startup"}, {"event": "start", "source": "startup"}, _HOOK),
        Case("BeforeAgent", {**_GEMINI, "prompt": QUESTION}, {"event": "prompt", "text": QUESTION}, _HOOK),
        Case(
            "AfterTool",
            _GEMINI | _tool("read_file", {"file_path": FILE}, tool_response={"llmContent": "x = 1"}),
            {"event": "after", "tool": "read", "target": FILE, "text": "x = 1"},
            _HOOK,
        ),
        Case(
            "AfterTool",
            _GEMINI
            | _tool(
                "run_shell_command", {"command": "make"},
                tool_response={"llmContent": "no", "returnDisplay": "", "error": {"message": "no such target"}},
            ),
            {"event": "after", "tool": "command", "command": "make", "ok": False, "text": "no"},
        ),
        Case(
            "AfterTool",
            _GEMINI | _tool("mcp_oldhand_recall", {"cue": "x"}, tool_response={"llmContent": OWN, "returnDisplay": ""}),
            {"event": "after", "tool": "mcp", "text": None},
        ),
        Case("AfterAgent", {**_GEMINI, "prompt": "p", "prompt_response": "Done.", "stop_hook_active": False},
             {"event": "stop", "text": "Done."}),
        Case("PreCompress", {**_GEMINI, "trigger": "auto"}, {"event": "compacting", "trigger": "auto"}),
        Case("SessionEnd", {**_GEMINI, "reason": "exit"}, {"event": "end", "reason": "exit"}),
    ],
    "cursor": [
        Case("sessionStart", {**_CURSOR, "session_id": "s", "is_background_agent": False, "composer_mode": "agent"},
             {"event": "start", "model": "m"}, ("additional_context",)),
        Case("beforeSubmitPrompt", {**_CURSOR, "prompt": QUESTION, "attachments": []},
             {"event": "prompt", "text": QUESTION, "key": "g"}),
        Case(
            "postToolUse",
            _CURSOR | _tool("Read", {"file_path": FILE}, tool_output="x = 1", tool_use_id="t", duration=12, cwd=ROOT),
            {"event": "after", "tool": "read", "call": "t", "target": FILE, "text": "x = 1", "ms": 12},
            ("additional_context",),
        ),
        Case(
            "postToolUse",
            _CURSOR
            | _tool("Shell", {"command": "make"}, tool_output='{"exitCode": 2, "stdout": "no"}', tool_use_id="t"),
            {"event": "after", "tool": "command", "command": "make", "ok": False, "exit": 2, "text": "no"},
        ),
        Case(
            "postToolUse",
            _CURSOR
            | _tool("MCP:recall", {"cue": "x"}, tool_output=json.dumps({"content": [{"type": "text", "text": OWN}]})),
            {"event": "after", "tool": "mcp", "text": None},
        ),
        Case(
            "postToolUse",
            _CURSOR | _tool("MCP:weather", {"town": "x"}, tool_output=json.dumps({"content": [{"text": "rain"}]})),
            {"event": "after", "tool": "mcp", "text": "rain"},
        ),
        Case(
            "postToolUseFailure",
            _CURSOR
            | _tool("Shell", {"command": "make"}, error_message="no", failure_type="error", is_interrupt=False),
            {"event": "failed", "ok": False, "command": "make", "text": "no"},
        ),
        Case("afterAgentResponse", {**_CURSOR, "text": "Done."}, {"event": "stop", "text": "Done."}),
        Case("subagentStop", {**_CURSOR, "subagent_type": "explore", "status": "done"}, {"event": "subagent_stop"}),
        Case("preCompact", {**_CURSOR, "trigger": "auto"}, {"event": "compacting", "trigger": "auto"}),
        Case("sessionEnd", {**_CURSOR, "session_id": "s", "reason": "completed"}, {"event": "end"}),
    ],
    "copilot": [
        Case("sessionStart", {**_COPILOT, "source": "new", "initialPrompt": "x"}, {"event": "start", "source": "new"},
             ("additionalContext",)),
        Case("userPromptSubmitted", {**_COPILOT, "prompt": QUESTION}, {"event": "prompt", "text": QUESTION},
             ("additionalContext",)),
        Case(
            "postToolUse",
            {**_COPILOT, "toolName": "bash", "toolArgs": {"command": "make"},
             "toolResult": {"resultType": "success", "textResultForLlm": "built"}},
            {"event": "after", "tool": "command", "command": "make", "ok": True, "text": "built"},
        ),
        Case(
            "postToolUse",
            {**_COPILOT, "toolName": "oldhand-recall", "toolArgs": '{"cue": "x"}',
             "toolResult": {"resultType": "success", "textResultForLlm": OWN}},
            {"event": "after", "tool": "mcp", "ok": True, "text": None},
        ),
        Case("postToolUseFailure", {**_COPILOT, "toolName": "bash", "toolArgs": '{"command": "make"}', "error": "no"},
             {"event": "failed", "command": "make", "ok": False, "text": "no"}),
        Case("agentStop", {**_COPILOT, "stopReason": "end_turn"}, {"event": "stop"}),
        Case("subagentStop", {**_COPILOT, "agentName": "explore"}, {"event": "subagent_stop"}),
        Case("preCompact", {**_COPILOT, "trigger": "auto"}, {"event": "compacting", "trigger": "auto"}),
        Case("sessionEnd", {**_COPILOT, "reason": "complete"}, {"event": "end", "reason": "complete"}),
    ],
    # VS Code reads Copilot's file, turns the names of events into its own, and reads Claude Code's settings too.
    "vscode": [
        Case("sessionStart", {**_VSCODE, "hookEventName": "SessionStart", "source": "new"},
             {"event": "start", "source": "new"}, _HOOK, "copilot"),
        Case("userPromptSubmitted", {**_VSCODE, "hookEventName": "UserPromptSubmit", "prompt": QUESTION},
             {"event": "prompt", "text": QUESTION}, (), "copilot"),
        Case("PreToolUse", {**_VSCODE, "hookEventName": "PreToolUse", "tool_use_id": "t"}
             | _tool("editFiles", {"files": ["src/pay/client.py"]}),
             {"event": "before", "tool": "edit", "target": "src/pay/client.py"}, _HOOK, "claude"),
        Case(
            "postToolUse",
            {**_VSCODE, "hookEventName": "PostToolUse", "tool_use_id": "t"}
            | _tool("replace_string_in_file", {"filePath": FILE, "oldString": "1", "newString": "2"}, tool_response=""),
            {"event": "after", "tool": "edit", "target": FILE, "old": "1", "new": "2", "changed": [FILE]},
            (), "copilot",
        ),
        Case("agentStop", {**_VSCODE, "hookEventName": "Stop", "stop_hook_active": False}, {"event": "stop"}, (),
             "copilot"),
        Case("preCompact", {**_VSCODE, "hookEventName": "PreCompact", "trigger": "auto"}, {"event": "compacting"}, (),
             "copilot"),
    ],
    "cline": [
        Case("TaskStart", {**_CLINE, "hookName": "TaskStart", "taskStart": {"taskMetadata": {"taskId": "s"}}},
             {"event": "start"}),
        Case("UserPromptSubmit", {**_CLINE, "userPromptSubmit": {"prompt": QUESTION, "attachments": []}},
             {"event": "prompt", "text": QUESTION}, ("contextModification",)),
        Case(
            "PreToolUse",
            {**_CLINE, "preToolUse": {"toolName": "write_to_file",
             "parameters": {"path": "src/pay/client.py", "content": "y"}}},
            {"event": "before", "tool": "write", "target": "src/pay/client.py"}, ("contextModification",),
        ),
        Case(
            "PostToolUse",
            {**_CLINE, "postToolUse": {"toolName": "execute_command", "parameters": {"command": "make"},
             "result": "no", "success": False, "executionTimeMs": 7}},
            {"event": "after", "tool": "command", "command": "make", "ok": False, "text": "no", "ms": 7},
        ),
        Case("TaskComplete", {**_CLINE, "taskComplete": {"taskMetadata": {"taskId": "s"}}}, {"event": "end"}),
    ],
    "devin": [
        Case("pre_user_prompt", {**_DEVIN, "tool_info": {"user_prompt": QUESTION}},
             {"event": "prompt", "text": QUESTION}),
        Case("post_read_code", {**_DEVIN, "tool_info": {"file_path": FILE}},
             {"event": "after", "tool": "read", "target": FILE}),
        Case("post_write_code", {**_DEVIN, "tool_info": {"file_path": FILE, "edits": [{"old_string": "1"}]}},
             {"event": "after", "tool": "edit", "target": FILE, "changed": [FILE]}),
        Case("post_run_command", {**_DEVIN, "tool_info": {"command_line": "make", "cwd": ROOT}},
             {"event": "after", "tool": "command", "command": "make"}),
        Case(
            "post_mcp_tool_use",
            {**_DEVIN, "tool_info": {"mcp_server_name": "oldhand", "mcp_tool_name": "recall", "mcp_tool_arguments": {},
             "mcp_result": "Payments are never retried."}},
            {"event": "after", "tool": "mcp", "name": "recall", "text": None},
        ),
        Case("post_cascade_response", {**_DEVIN, "tool_info": {"response": "Done."}},
             {"event": "stop", "text": "Done."}),
    ],
}  # fmt: skip
ALL = [pytest.param(host, case, id=f"{host}-{case.event}-{at}") for host, ones in CASES.items()
       for at, case in enumerate(ones)]  # fmt: skip


@pytest.fixture
def pay(project: Project) -> Project:
    """A project in which something is known of a file and of a question."""
    (project.root / "src" / "pay").mkdir(parents=True)
    (project.root / "src" / "pay" / "client.py").write_text("x = 1\n")
    project.by_person("remember", text=DECISION, kind="decision", anchors=["src/pay/client.py"])
    return project


def placed(value: Any, root: Path) -> Any:
    """A payload in this project."""
    return json.loads(json.dumps(value).replace(ROOT, str(root)))


@pytest.mark.parametrize(("host", "case"), ALL)
def test_a_payload_in_the_published_form_is_understood_and_answered_in_it(host: str, case: Case, pay: Project) -> None:
    started = Host(pay.root, pay.home, case.source or host)
    # Cascade starts its hooks in the folder of the workspace, and names no folder at most events.
    said = started.say(case.event, json.dumps(placed(case.said, pay.root)).encode(), folder=pay.root)
    assert (said.code, said.errors) == (0, b"")
    line, *told = spooled(pay)
    assert (line["host"], line["session"]) == (host, "s")
    flat = {**line, **line["detail"]}
    wanted = placed(case.line, pay.root)
    assert {name: flat.get(name) for name in wanted} == wanted
    if not case.told:
        assert said.output == b"" and told == []
        return
    answer: Any = json.loads(said.output)
    assert set(answer) - {"cancel"} == {case.told[0]} and answer.get("cancel", False) is False
    if case.told == _HOOK:
        own_name = case.said.get("hookEventName", case.event)
        assert answer["hookSpecificOutput"].keys() == {"hookEventName", "additionalContext"}
        assert answer["hookSpecificOutput"]["hookEventName"] == own_name
    for name in case.told:
        answer = answer[name]
    assert DECISION in answer and answer.startswith("<memory ") and [one["event"] for one in told] == ["injected"]


def test_every_hook_that_is_written_has_a_published_payload_here() -> None:
    for host in ("gemini", "cursor", "copilot", "devin"):
        assert {event for event, _, _ in INSTALLED[host]} <= {case.event for case in CASES[host]}, host
    assert set(CASES) | {"opencode", "amp", "zed"} == set(PUBLISHED)
    assert set(PUBLISHED) >= set(EVENTS) - {"claude", "codex"}  # those two run in tests/hosts


def test_what_is_told_is_told_where_the_reference_lets_it_be_told() -> None:
    for host, cases in CASES.items():
        told = {neutral(host, case.said.get("hookEventName", case.event)) for case in cases if case.told}
        assert told == set(SPEAKS[host]), host
        assert not told or PUBLISHED[host].hooks.startswith("https://")
