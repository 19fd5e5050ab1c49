"""From the words of each host to ours: times, texts, names of tools, what a call concerns, and how a command ended."""

import json
import shlex
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from oldhand.sessions.record import COMMAND, EDIT, MCP, OTHER, READ, SEARCH, TASK, WEB, WRITE

MOST_TEXT = 64_000  # characters of one event's text: hosts cut outputs at 10,000 to 40,000 themselves
MOST_EXCERPT = 2_000  # characters of what was there before an edit, and of the arguments of other tools
MOST_TITLE = 100  # characters of a session's title
MOST_NAME = 300  # characters of a name: a tool, a model, a branch, an id
MOST_PATHS = 200  # paths of one call
LATEST = 253_402_300_799_000  # the last millisecond of the year 9999: what is later is no time
SECONDS = 100_000_000_000  # numbers below it are seconds (the year 5138), above it milliseconds (after 1973)
OWN_SERVER = "oldhand"  # the name under which our MCP server is known to hosts
# How the names of our tools begin where the server's name is not set apart: Gemini CLI, OpenCode, Copilot CLI.
_OWN = (f"mcp_{OWN_SERVER}_", f"{OWN_SERVER}_", f"{OWN_SERVER}-")

_TOOLS = {
    COMMAND: "bash shell exec_command local_shell shell_command container.exec unified_exec exec run_shell_command "
    "run_terminal_cmd run_terminal_command_v2 run_command execute_command powershell execute_bash run_in_terminal",
    READ: "read notebookread read_file read_file_v2 read_many_files view view_image readfile cat_file open_file",
    EDIT: "edit multiedit notebookedit apply_patch replace str_replace_editor str_replace edit_file edit_file_v2 "
    "search_replace insert str_replace_based_edit_tool multi_edit update replace_string_in_file "
    "multi_replace_string_in_file insert_edit_into_file editfiles",
    WRITE: "write write_file create create_file writefile write_to_file",
    SEARCH: "grep glob ls list_dir list_directory grep_files grep_search search_file_content file_search rg toolsearch "
    "codebase_search glob_file_search find_file search_dir search_file search_files list_files",
    WEB: "webfetch websearch web_search web_fetch google_web_search web_search_call fetch_webpage",
    TASK: "task agent spawn_agent codebase_investigator delegate_to_agent explore",
}
_TOOL_OF = {name: tool for tool, names in _TOOLS.items() for name in names.split()}
_PATHS = (
    "file_path", "path", "filePath", "notebook_path", "absolute_path", "target_file", "filename", "file", "dir_path",
    "relative_workspace_path", "target_notebook", "directory",
)  # fmt: skip
_COMMANDS = ("command", "cmd", "script", "commands")
_PATTERNS = ("pattern", "query", "regex", "glob_pattern", "search_term", "target_directory")
_AFTER = ("new_string", "new_str", "new_source", "content", "file_text", "patch", "input", "code_edit", "insert_text")
_BEFORE = ("old_string", "old_str")
_IN_PATCH = ("*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ")
_SHELLS = frozenset({"bash", "sh", "zsh", "/bin/bash", "/bin/sh", "/bin/zsh", "/usr/bin/bash", "/usr/bin/zsh"})


class Called(NamedTuple):
    """What a call of a tool is about: one of TOOLS, the path or address, the command or what is written, details."""

    tool: str
    target: str
    text: str
    detail: dict[str, Any]


def clean(text: str) -> str:
    """A text that can be stored: without NUL and without halves of characters."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def clipped(text: str, most: int = MOST_TEXT) -> str:
    """A text within its bound: of a longer one its beginning and its end, screened for secrets before it is cut."""
    text = clean(text)
    if len(text) <= most:
        return text
    from oldhand.model.excerpt import ends
    from oldhand.model.secrets import find

    return ends(text, most, find, f"\n[… {len(text) - most:,} characters left out …]\n")


def excerpt(text: str) -> str:
    """The beginning of what is written, as much as is kept of it, screened for secrets before it is cut."""
    return text if len(text) <= MOST_EXCERPT else _beginning(text, MOST_EXCERPT)


def name_of(value: Any, most: int = MOST_NAME) -> str:
    """A name as a host gives it; empty when it is no text. One that is too long is screened before it is cut."""
    if not isinstance(value, str):
        return ""
    return clean(value if len(value) <= most else _beginning(value, most))


def _beginning(text: str, most: int) -> str:
    """The beginning of a text, no secret in it or on its cut."""
    from oldhand.model.excerpt import head
    from oldhand.model.secrets import find

    return head(text, most, find)


def mapping(value: Any) -> dict[str, Any]:
    """An object of JSON; empty when it is something else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """An array of JSON; empty when it is something else."""
    return value if isinstance(value, list) else []


def number(value: Any) -> int:
    """A count as a host gives it; 0 when it is none."""
    return min(int(value), LATEST) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def time_of(value: Any) -> int:
    """A time in milliseconds since 1970, from an ISO 8601 text or a number of seconds or milliseconds; 0: none."""
    if isinstance(value, str) and 10 <= len(value) <= 40:
        try:
            said = datetime.fromisoformat(value.replace(" ", "T", 1))
            at = said if said.tzinfo else said.replace(tzinfo=UTC)
            return max(0, int(at.timestamp() * 1000))
        except (ValueError, OverflowError, OSError):
            return 0
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < LATEST:
        return int(value if value >= SECONDS else value * 1000)
    return 0


def text_of(value: Any, most: int = MOST_TEXT) -> str:
    """The text of a content: a string, a block, or blocks of which those with text count."""
    if isinstance(value, str):
        return clipped(value, most)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return ""
    return clipped("\n".join(part for part in map(_block_text, value[:1000]) if part), most)


def _block_text(block: Any) -> str:
    if isinstance(block, str):
        return block
    said = mapping(block)
    for name in ("text", "content", "output", "thinking"):
        if isinstance(said.get(name), str):
            return str(said[name])
    return text_of(said["content"]) if isinstance(said.get("content"), list) else ""


def digest(*words: str) -> str:
    """A name for words, as short as it can be kept, by which the same ones are known."""
    return blake2b("\0".join(words).encode("utf-8", "replace"), digest_size=12).hexdigest()


def first_line(text: str, most: int = MOST_TITLE) -> str:
    """The first line of a text that says something, short enough for a title and without secrets on its cut."""
    line = next((line.strip() for line in text[:4000].splitlines() if line.strip()), "")
    return line if len(line) <= most else _beginning(line, most - 1) + "…"


def tool_of(name: str) -> str:
    """What a tool does, by the name that a host calls it: one of TOOLS."""
    if name.startswith((*_OWN, "mcp_", "MCP:")):
        return MCP
    return _TOOL_OF.get(name.rpartition(":")[2].lower(), OTHER)


def own_tool(name: str) -> bool:
    """Whether a tool is one of ours: what it answers is what memory said, and is never learned from."""
    if name.startswith(_OWN):
        return True
    return name.startswith("mcp_") and OWN_SERVER in name.rpartition("__")[0].replace("mcp_", "", 1).split("_")


def called(name: str, arguments: Any) -> Called:
    """What a call concerns. arguments: an object, the JSON of one, or a text that stands for itself."""
    said, plain = _arguments(arguments)
    tool = tool_of(name)
    if tool == COMMAND:
        command = _command(said) or plain
        if "*** Begin Patch" in command and "apply_patch" in command:
            return _edit(EDIT, said, command)
        return Called(COMMAND, "", clipped(command), _described(said))
    if tool in (EDIT, WRITE):
        return _edit(tool, said, plain)
    if tool == SEARCH:
        glob = {"glob": clipped(said["glob"], MOST_NAME)} if isinstance(said.get("glob"), str) else {}
        return Called(tool, _first(said, _PATHS), clipped(_first(said, _PATTERNS) or plain, MOST_EXCERPT), glob)
    if tool == READ:
        detail: dict[str, Any] = {key: said[key] for key in ("offset", "limit") if isinstance(said.get(key), int)}
        several = [clean(path) for path in items(said.get("paths"))[:MOST_PATHS] if isinstance(path, str)]
        detail |= {"paths": several} if len(several) > 1 else {}
        return Called(tool, _first(said, _PATHS) or (several or [""])[0], "", detail)
    if tool == WEB:
        return Called(tool, _first(said, ("url",)), clipped(_first(said, ("query", "prompt")) or plain), {})
    if tool == TASK:
        kind = _first(said, ("subagent_type", "agent_type", "agent"))
        return Called(tool, kind, clipped(_first(said, ("prompt", "message", "task", "objective")) or plain),
                      _described(said))  # fmt: skip
    text = plain or (json.dumps(said, ensure_ascii=False, sort_keys=True) if said else "")
    return Called(tool, _first(said, ("file_path", "path", "url", "uri", "skill")), clipped(text, MOST_EXCERPT), {})


def _arguments(arguments: Any) -> tuple[dict[str, Any], str]:
    """The arguments of a call as an object, and the text that they are when they are none."""
    if isinstance(arguments, str):
        if arguments[:1] == "{":
            try:
                said = json.loads(arguments, strict=False)
            except (ValueError, RecursionError):
                return {}, clean(arguments)
            return mapping(said), ""
        return {}, clean(arguments)
    return mapping(arguments), ""


def _first(said: dict[str, Any], names: Iterable[str]) -> str:
    found = next((said[name] for name in names if isinstance(said.get(name), str) and said[name]), "")
    return clean(found)


def _described(said: dict[str, Any]) -> dict[str, Any]:
    return {"description": clipped(said["description"], MOST_NAME)} if isinstance(said.get("description"), str) else {}


def _command(said: dict[str, Any]) -> str:
    """The command of a call, as one would type it."""
    for name in _COMMANDS:
        value = said.get(name)
        if isinstance(value, str):
            return clean(value)
        if isinstance(value, list):
            return typed_as(value)
    return ""


def typed_as(words: list[Any]) -> str:
    """The words of a command as one would type them; what a shell is given to run stands for itself."""
    texts = [clean(word) for word in words[:1000] if isinstance(word, str)]
    if len(texts) == 3 and texts[0] in _SHELLS and texts[1].startswith("-") and texts[1].endswith("c"):
        return texts[2]
    return shlex.join(texts)


def _edit(tool: str, said: dict[str, Any], plain: str) -> Called:
    """What an edit writes and where; of a patch, its files."""
    edits = [edit for edit in map(mapping, items(said.get("edits"))[:MOST_PATHS]) if edit]
    new = plain or "\n".join(_first(edit, _AFTER) for edit in edits) or _first(said, _AFTER)
    old = "\n".join(_first(edit, _BEFORE) for edit in edits) or _first(said, _BEFORE)
    paths = patched(new) if "*** " in new else []
    target = _first(said, _PATHS) or (paths or [""])[0]
    detail: dict[str, Any] = {"new": excerpt(new)} | ({"old": excerpt(old)} if old else {})
    if len(paths) > 1:
        detail["paths"] = paths
    if said.get("command") == "view":  # one tool of several hosts that reads, writes and edits
        return Called(READ, target, "", {})
    return Called(WRITE if said.get("command") == "create" else tool, target, clipped(new), detail)


def patched(patch: str) -> list[str]:
    """The files that a patch in the form of `apply_patch` names, each once, in order."""
    found: dict[str, None] = {}
    for line in lines_of(patch):
        mark = next((mark for mark in _IN_PATCH if line.startswith(mark)), "")
        if mark and len(found) < MOST_PATHS:
            found[line[len(mark) :].strip()] = None
    return [path for path in found if path]


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text, one at a time; only line feeds end one."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end].rstrip("\r")
        start = end + 1


def changed_by(called: Called, ok: bool | None) -> list[str]:
    """The paths that a call changed, when it did."""
    if called.tool not in (EDIT, WRITE) or ok is False:
        return []
    return list(called.detail.get("paths") or ([called.target] if called.target else []))


def exit_after(text: str, mark: str, start: int = 0) -> int | None:
    """The number that follows a mark in a text, as `Process exited with code 2`; None when there is none."""
    at = text.find(mark, start)
    if at < 0:
        return None
    digits = ""
    for character in text[at + len(mark) : at + len(mark) + 12].lstrip(" :"):
        if not ((character.isdecimal() and character.isascii()) or (character == "-" and not digits)):
            break
        digits += character
    return int(digits) if digits.strip("-") else None
