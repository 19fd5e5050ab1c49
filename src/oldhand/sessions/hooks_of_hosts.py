"""What each host calls its hooks, what it takes from them, and which of them we ask for. One table a host.

Neutral names of events: start, end, prompt, before, after, failed, stop, subagent_stop, compacting, compacted. Hooks
read this at every event: it imports nothing.
"""

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from pathlib import Path

START, END, PROMPT, BEFORE, AFTER, FAILED = "start", "end", "prompt", "before", "after", "failed"
STOP, SUBAGENT_STOP, COMPACTING, COMPACTED = "stop", "subagent_stop", "compacting", "compacted"
NEUTRAL = (START, END, PROMPT, BEFORE, AFTER, FAILED, STOP, SUBAGENT_STOP, COMPACTING, COMPACTED)

_CLAUDE = {
    "SessionStart": START, "SessionEnd": END, "UserPromptSubmit": PROMPT, "PreToolUse": BEFORE, "PostToolUse": AFTER,
    "PostToolUseFailure": FAILED, "Stop": STOP, "SubagentStop": SUBAGENT_STOP, "PreCompact": COMPACTING,
    "PostCompact": COMPACTED,
}  # fmt: skip
# The events of each host by its own names; what is not here is passed over.
EVENTS: dict[str, dict[str, str]] = {
    "claude": _CLAUDE,
    "codex": {name: event for name, event in _CLAUDE.items() if event != FAILED},
    "vscode": _CLAUDE,
    "gemini": {
        "SessionStart": START, "SessionEnd": END, "BeforeAgent": PROMPT, "AfterAgent": STOP, "BeforeTool": BEFORE,
        "AfterTool": AFTER, "PreCompress": COMPACTING,
    },
    "cursor": {
        "sessionStart": START, "sessionEnd": END, "beforeSubmitPrompt": PROMPT, "preToolUse": BEFORE,
        "postToolUse": AFTER, "postToolUseFailure": FAILED, "afterAgentResponse": STOP, "subagentStop": SUBAGENT_STOP,
        "preCompact": COMPACTING,
    },
    "copilot": {
        "sessionStart": START, "sessionEnd": END, "userPromptSubmitted": PROMPT, "preToolUse": BEFORE,
        "postToolUse": AFTER, "postToolUseFailure": FAILED, "agentStop": STOP, "subagentStop": SUBAGENT_STOP,
        "preCompact": COMPACTING,
    },
    "devin": {
        **_CLAUDE, "pre_user_prompt": PROMPT, "post_cascade_response": STOP, "pre_read_code": BEFORE,
        "pre_write_code": BEFORE, "pre_run_command": BEFORE, "post_read_code": AFTER, "post_write_code": AFTER,
        "post_run_command": AFTER, "post_mcp_tool_use": AFTER,
    },
    "cline": {
        "TaskStart": START, "TaskResume": START, "TaskComplete": END, "TaskCancel": END, "UserPromptSubmit": PROMPT,
        "PreToolUse": BEFORE, "PostToolUse": AFTER, "PreCompact": COMPACTING,
    },
    "opencode": {},
    "amp": {},
}  # fmt: skip

# At which events a host takes a text for the model, as conventions of the hosts say. Where nothing can be said before
# a tool is used, it is said after it: in either case the model reads it with the tool's result.
SPEAKS: dict[str, tuple[str, ...]] = {
    "claude": (START, PROMPT, BEFORE), "codex": (START, PROMPT, BEFORE), "vscode": (START, BEFORE),
    "gemini": (START, PROMPT, AFTER), "cursor": (START, AFTER), "copilot": (START, PROMPT),
    "devin": (), "cline": (PROMPT, BEFORE), "opencode": (START, AFTER), "amp": (START, PROMPT),
}  # fmt: skip
# How a host wants a text for the model: the name of the field, or `hook` for Claude's form.
FORM: dict[str, str] = {
    "claude": "hook", "codex": "hook", "vscode": "hook", "gemini": "hook", "devin": "hook",
    "cursor": "additional_context", "copilot": "additionalContext", "cline": "contextModification",
    "opencode": "additionalContext", "amp": "additionalContext",
}  # fmt: skip
WANTS_JSON = {"codex": (STOP, SUBAGENT_STOP)}  # where an empty output is an error to the host

# What we ask of each host: (event, matcher, seconds). Codex forgets its trust in a hook when any of it changes.
_TOOLS = "Read|Edit|Write|MultiEdit|NotebookEdit|Bash"
INSTALLED: dict[str, tuple[tuple[str, str, int], ...]] = {
    "claude": (
        ("SessionStart", "startup|resume|clear|compact|fork", 10), ("UserPromptSubmit", "", 5),
        ("PreToolUse", _TOOLS, 5), ("PostToolUse", "*", 5), ("PostToolUseFailure", "*", 5), ("Stop", "", 5),
        ("SubagentStop", "", 5), ("PreCompact", "", 5), ("PostCompact", "", 5), ("SessionEnd", "", 3),
    ),
    "codex": (
        ("SessionStart", "", 10), ("UserPromptSubmit", "", 5), ("PreToolUse", "Bash|apply_patch", 5),
        ("PostToolUse", "*", 5), ("Stop", "", 5), ("SubagentStop", "", 5), ("PreCompact", "", 5),
        ("PostCompact", "", 5), ("SessionEnd", "", 3),
    ),
    "gemini": (
        ("SessionStart", "", 10), ("BeforeAgent", "", 5), ("AfterTool", "*", 5), ("AfterAgent", "", 5),
        ("PreCompress", "", 5), ("SessionEnd", "", 3),
    ),
    "cursor": (
        ("sessionStart", "", 10), ("beforeSubmitPrompt", "", 5), ("postToolUse", "", 5), ("postToolUseFailure", "", 5),
        ("afterAgentResponse", "", 5), ("subagentStop", "", 5), ("preCompact", "", 5), ("sessionEnd", "", 3),
    ),
    "copilot": (
        ("sessionStart", "", 10), ("userPromptSubmitted", "", 5), ("postToolUse", "", 5), ("postToolUseFailure", "", 5),
        ("agentStop", "", 5), ("subagentStop", "", 5), ("preCompact", "", 5), ("sessionEnd", "", 3),
    ),
    "vscode": (
        ("SessionStart", "", 10), ("UserPromptSubmit", "", 5), ("PreToolUse", "", 5), ("PostToolUse", "", 5),
        ("Stop", "", 5), ("SubagentStop", "", 5), ("PreCompact", "", 5),
    ),
    "devin": (  # Devin Desktop; its command line reads Claude Code's files
        ("pre_user_prompt", "", 5), ("post_read_code", "", 5), ("post_write_code", "", 5), ("post_run_command", "", 5),
        ("post_mcp_tool_use", "", 5), ("post_cascade_response", "", 5),
    ),
}  # fmt: skip

# What a tool does, by the names hosts call it in lower case: a test holds this to `transcripts.neutral.tool_of`.
_NAMES = {
    "command": "bash shell exec_command local_shell shell_command container.exec unified_exec exec run_shell_command "
    "run_terminal_cmd run_terminal_command_v2 run_command execute_command powershell execute_bash run_in_terminal",
    "read": "read notebookread read_file read_file_v2 read_many_files view view_image readfile cat_file open_file",
    "edit": "edit multiedit notebookedit apply_patch replace str_replace_editor str_replace edit_file edit_file_v2 "
    "search_replace insert str_replace_based_edit_tool multi_edit update replace_string_in_file "
    "multi_replace_string_in_file insert_edit_into_file editfiles",
    "write": "write write_file create create_file writefile write_to_file",
    "search": "grep glob ls list_dir list_directory grep_files grep_search search_file_content file_search rg "
    "toolsearch codebase_search glob_file_search find_file search_dir search_file search_files list_files",
    "web": "webfetch websearch web_search web_fetch google_web_search web_search_call fetch_webpage",
    "task": "task agent spawn_agent codebase_investigator delegate_to_agent explore",
}
# How names of MCP tools begin: most hosts, Cursor, and those that put the server's name in front (OpenCode, Copilot).
_MCP = ("mcp_", "MCP:", "oldhand_", "oldhand-")
_TOOL_OF = {name: tool for tool, names in _NAMES.items() for name in names.split()}
# Where the event itself says what is done (Cascade's hooks).
_BY_EVENT = {"read_code": "read", "write_code": "edit", "run_command": "command", "mcp_tool_use": "mcp"}


def neutral(host: str, event: str) -> str:
    """The neutral name of a host's event; empty for one that we know nothing of."""
    if event in NEUTRAL:
        return event
    return EVENTS.get(host, {}).get(event, "")


def tool_of(name: str) -> str:
    """What a tool does, by the name that a host calls it: one of `record.TOOLS`."""
    if name.startswith(_MCP):
        return "mcp"
    return _TOOL_OF.get(name.rpartition(":")[2].lower(), "other")


def tool_by_event(event: str) -> str:
    """What the tool does of which an event tells by its own name; empty for most events."""
    return _BY_EVENT.get(event.partition("_")[2], "")


PLUGINS = {"opencode": "opencode.js", "amp": "amp.ts"}  # hosts that load a file of ours instead of starting a program


def plugin(host: str, home: "Path") -> str:
    """The text of the plugin that hands a host's events to the launcher of a person's folder. Raises KeyError."""
    import json
    from pathlib import Path

    from oldhand.sessions.launcher import path

    template = Path(__file__).resolve().parent.parent / "surfaces" / "hooks" / "plugins" / PLUGINS[host]
    said = template.read_text(encoding="utf-8")
    return said.replace('"@LAUNCHER@"', json.dumps(str(path(home.absolute()))))
