"""What a host says of an event, in one form, whichever host it is. Anything may be in it, and nothing is believed."""

import posix

from oldhand.model.plain_json import parsed, written
from oldhand.sessions.hooks_of_hosts import EVENTS, FAILED, neutral, tool_by_event, tool_of

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from typing import Any

LARGEST = 8 << 20  # bytes of a payload that are read; hosts cut what is larger
PIECE = 1 << 20
MOST_DROPPED = 64 << 20  # bytes beyond it that are read and dropped, so that the host can write to its end
LONGEST_NAME = 200  # characters of a name or an id
LONGEST_PATH = 4096
MOST_PATHS = 8  # files of one action that are looked at
SAID_CODE = "Exit code "  # how Claude Code begins the error of a command that ended so
LONGEST_CODE = 3  # digits: systems give 0 to 255
SESSION = (
    "session_id", "sessionId", "sessionID", "conversation_id", "conversationId", "thread_id", "threadId",
    "trajectory_id", "taskId",
)  # fmt: skip
FOLDERS = ("workspace_roots", "workspaceRoots")
INPUT = ("tool_input", "toolInput", "toolArgs", "tool_args", "parameters", "args", "tool_info")
OUTPUT = (
    "tool_response", "toolResponse", "tool_output", "toolOutput", "tool_result", "toolResult", "result_json", "result",
    "output", "mcp_result",
)  # fmt: skip
CALL = ("tool_use_id", "toolUseId", "tool_call_id", "toolCallId", "callID", "call_id")
PROMPT = ("prompt", "userPrompt", "user_prompt", "initialPrompt", "text")
REPLY = ("last_assistant_message", "lastAssistantMessage", "prompt_response", "response", "text")
PATHS = (
    "file_path", "filePath", "path", "notebook_path", "absolute_path", "target_file", "filename", "file",
    "relative_workspace_path",
)  # fmt: skip
COMMANDS = ("command", "cmd", "command_line", "script")
NEW = ("new_string", "newString", "new_str", "new_source", "content", "file_text", "code_edit")
OLD = ("old_string", "oldString", "old_str")
PATTERNS = ("pattern", "query", "regex", "search_term")
FENCE = "<memory "  # how what memory tells an agent begins
IN_PATCH = ("*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ")


class Unreadable(ValueError):
    """A payload that cannot be read; its text says why."""


class Happening:
    """One event of a host. event: its neutral name; named: the host's own; said: all that the host said of it."""

    def __init__(self, host: str, named: str, said: "dict[str, Any]") -> None:
        # Cline puts what an event is about under its name, Cascade under one name for all.
        inner = said.get(named[:1].lower() + named[1:], said.get("tool_info"))
        self.said = said = {**said, **inner} if isinstance(inner, dict) else said
        if host == "claude" and "cursor_version" in said:
            host = "cursor"  # it runs the hooks of Claude Code's settings too
        elif host == "claude" and "sessionId" in said and "session_id" not in said:
            host = "vscode"  # so does this one
        elif host == "copilot" and self.name(("hookEventName", "hook_event_name")) in EVENTS["vscode"]:
            host, named = "vscode", self.name(("hookEventName", "hook_event_name"))  # and those of Copilot's
        self.host, self.named = host, named
        self.event = neutral(host, named) or neutral("claude", named)
        self.session = self.name(SESSION)
        self.agent = self.name(("agent_id", "agentId"))
        roots: list[Any] = next((said[name] for name in FOLDERS if isinstance(said.get(name), list)), [])
        folder = said.get("cwd") or said.get("directory") or next(iter(roots), "")
        self.folder = folder if isinstance(folder, str) and len(folder) <= LONGEST_PATH else ""
        self.tool_name = self.name(("tool_name", "toolName", "tool", "mcp_tool_name"))
        self.tool = tool_by_event(named) or (tool_of(self.tool_name) if self.tool_name else "")
        self.call = self.name(CALL)
        self.input = self._input()

    def name(self, names: "tuple[str, ...]") -> str:
        """The first of these members that is a short text; empty when none is."""
        for name in names:
            value = self.said.get(name)
            if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME:  # cut, it would be another name
                return value
        return ""

    def text(self, names: "tuple[str, ...]") -> str:
        """The first of these members that is a text."""
        return _first(self.said, names)

    def _input(self) -> "dict[str, Any]":
        """What the tool is given, as an object."""
        for name in INPUT:
            value = self.said.get(name)
            if isinstance(value, str) and value[:1] == "{":
                try:
                    value = parsed(value)
                except (ValueError, RecursionError):
                    continue
            elif isinstance(value, str) and value:
                value = {"command": value}
            if isinstance(value, dict):
                return value
        return {}

    @property
    def command(self) -> str:
        """The command line that is run; of a tool that is no command, what is searched for."""
        value = next((self.input[name] for name in COMMANDS if self.input.get(name)), "")
        if isinstance(value, list):
            words = [word for word in value if isinstance(word, str)]
            plain = len(words) == 3 and words[1] in ("-c", "-lc")  # [bash, -lc, "…"]
            return words[2] if plain else " ".join(words)
        return value if isinstance(value, str) else ""

    def paths(self) -> "list[str]":
        """The files that an action touches, as the host names them."""
        patch = _first(self.input, ("command", "patch", "input"))
        if self.tool == "edit" and "*** Begin Patch" in patch:
            lines = (line for line in patch.split("\n") if line.startswith("*** "))
            found = (line[len(mark) :].strip() for line in lines for mark in IN_PATCH if line.startswith(mark))
            return list(dict.fromkeys(found))[:MOST_PATHS]
        several = self.input.get("paths", self.input.get("files"))
        if isinstance(several, list):
            return [path for path in several if isinstance(path, str)][:MOST_PATHS]
        path = _first(self.input, PATHS)
        return [path] if path else []

    def output(self) -> str:
        """What came of a tool, as text."""
        if self.event == FAILED:
            error = self.said.get("error", self.said.get("error_message"))
            return text_of(error if error is not None else self.result())
        return text_of(self.result())

    def result(self) -> "Any":
        """What came of a tool, as the host gives it. Cursor gives the JSON of an object as a text."""
        value = next((self.said[name] for name in OUTPUT if name in self.said), None)
        if self.host == "cursor" and isinstance(value, str) and value[:1] == "{":
            try:
                return parsed(value)
            except (ValueError, RecursionError):
                return value
        return value

    def ended_well(self) -> "tuple[bool | None, int | None]":
        """Whether a tool succeeded, and with what code a command ended; None for what the host does not say."""
        result = self.result()
        said = result if isinstance(result, dict) else {}
        code = next((said[name] for name in ("exit_code", "exitCode") if type(said.get(name)) is int), None)
        if self.event == FAILED:
            return False, code if code is not None else _code_said(self.said.get("error"))
        if code is not None:
            return code == 0, code
        if type(succeeded := self.said.get("success")) is bool:
            return succeeded, None
        if said.get("resultType") in ("failure", "denied") or said.get("error"):
            return False, None
        return (True if self.host in ("claude", "cursor", "copilot") else None), None

    @property
    def own(self) -> bool:
        """Whether the tool is one of ours: what it answers is what memory said.

        Cursor names no server: there the answer is known by its fence.
        """
        if self.tool != "mcp":
            return False
        return "oldhand" in self.tool_name + self.name(("mcp_server_name",)) or FENCE in self.output()

    @property
    def action(self) -> str:
        """What is done to files: edit, read, or command; empty for what no memory can concern."""
        return {"write": "edit", "edit": "edit", "read": "read", "command": "command"}.get(self.tool, "")


def received(host: str, named: str) -> "Happening | None":
    """What the host says on the standard input; None for an event that we know nothing of. Raises Unreadable."""
    raw = _read()
    try:
        said = parsed(raw.decode("utf-8", "replace").lstrip("\ufeff\0")) if raw.strip() else {}
    except RecursionError:
        raise Unreadable("what the host said is nested too deeply") from None
    except ValueError:
        raise Unreadable(f"what the host said is no JSON ({len(raw)} bytes)") from None
    if not isinstance(said, dict):
        raise Unreadable("what the host said is no object")
    happening = Happening(host, named, said)
    return happening if happening.event else None


def _code_said(error: "Any") -> "int | None":
    """What a command ended with, in the words of its error; None where they name no code."""
    if not isinstance(error, str) or not error.startswith(SAID_CODE):
        return None
    digits = error[len(SAID_CODE) : len(SAID_CODE) + LONGEST_CODE]
    while digits and not (digits.isascii() and digits.isdecimal()):
        digits = digits[:-1]
    return int(digits or 0) or None  # it failed: 0 is no code of that


def _read() -> bytes:
    pieces: list[bytes] = []
    size = 0
    while size < LARGEST + MOST_DROPPED:
        piece = posix.read(0, PIECE)
        if not piece:
            break
        if size < LARGEST:
            pieces.append(piece)
        size += len(piece)
    if size > LARGEST:
        raise Unreadable(f"what the host said is longer than {LARGEST >> 20} MiB")
    return b"".join(pieces)


def _first(said: "dict[str, Any]", names: "tuple[str, ...]") -> str:
    return next((said[name] for name in names if isinstance(said.get(name), str) and said[name]), "")


def text_of(value: "Any") -> str:
    """The text of a result: a string, blocks of text, or what a command printed; else the JSON of it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(part for part in map(text_of, value[:200]) if part)
    if not isinstance(value, dict):
        return "" if value is None else written(value)
    printed = [value[name] for name in ("stdout", "stderr") if isinstance(value.get(name), str) and value[name]]
    if printed or "stdout" in value:
        return "\n".join(printed)
    for name in ("output", "text", "textResultForLlm", "llmContent", "message", "content"):
        if isinstance(value.get(name), (str, list)):
            return text_of(value[name])
    return ""
