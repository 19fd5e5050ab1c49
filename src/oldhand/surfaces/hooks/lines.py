"""The line of the spool for an event: who, where, what was done and what came of it, clipped and without secrets."""

from oldhand.model.excerpt import ends, head, tail
from oldhand.sessions.hooks_of_hosts import (
    AFTER,
    BEFORE,
    COMPACTED,
    COMPACTING,
    END,
    FAILED,
    PROMPT,
    START,
    STOP,
    SUBAGENT_STOP,
)
from oldhand.surfaces.hooks.payload import NEW, OLD, PATTERNS, REPLY, Happening
from oldhand.surfaces.hooks.payload import PROMPT as PROMPTS

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from typing import Any

    from oldhand.surfaces.hooks.screening import Screen

MOST_COMMAND = 2_000  # characters of a command, a pattern or the arguments of another tool
MOST_OUTPUT = 2_000  # characters of an output: its end, where errors stand
MOST_PROMPT = 4_000  # characters of a prompt, a reply or a summary
MOST_EXCERPT = 600  # characters of what is written, and of what was there before: a transcript tells all of it
MOST_PATH = 1_000
LONGEST_ACTION = 300  # characters of the action at which something was told
MOST_CHANGED = 8  # paths
DURATIONS = ("duration_ms", "duration", "executionTimeMs")  # of a call, in milliseconds, as hosts name them
LEFT_OUT = " […] "


def line_for(one: Happening, screen: "Screen", at: int) -> "dict[str, Any]":
    """The line for an event. at: milliseconds since 1970."""
    transcript = one.text(("transcript_path", "transcriptPath")) if not one.agent else ""
    line: dict[str, Any] = {
        "host": one.host, "event": one.event, "session": one.session, "at": at,
        "cwd": head(one.folder, MOST_PATH, screen.find), "transcript": head(transcript, MOST_PATH, screen.find),
        "agent": one.agent, "model": one.name(("model",)),
    }  # fmt: skip
    detail: dict[str, Any] = {}
    if one.event in (BEFORE, AFTER, FAILED):
        _of_tool(one, line, detail, screen)
    elif one.event == PROMPT:
        line["text"] = ends(one.text(PROMPTS), MOST_PROMPT, screen.find, LEFT_OUT)
        line["key"] = one.name(("prompt_id", "promptId", "generation_id", "turn_id"))
        detail["source"] = one.name(("source",))
    elif one.event in (STOP, SUBAGENT_STOP):
        line["text"] = ends(one.text(REPLY), MOST_PROMPT, screen.find, LEFT_OUT)
        detail["type"] = one.name(("agent_type", "agentType"))
    elif one.event in (COMPACTING, COMPACTED):
        line["text"] = ends(one.text(("compact_summary", "compactSummary")), MOST_PROMPT, screen.find, LEFT_OUT)
        detail["trigger"] = one.name(("trigger",))
    elif one.event in (START, END):
        detail["source" if one.event == START else "reason"] = one.name(("source", "reason"))
    line["detail"] = detail
    cleaned: dict[str, Any] = screened(line, screen)
    return cleaned


def _of_tool(one: Happening, line: "dict[str, Any]", detail: "dict[str, Any]", screen: "Screen") -> None:
    paths = one.paths()
    find = screen.find
    said = one.command or _first(one, PATTERNS) if one.tool in ("command", "search") else ""
    said = ends(said, MOST_COMMAND, find, LEFT_OUT)
    line.update(tool=one.tool or "other", name=one.tool_name, call=one.call, key=one.call)
    line["target"] = head(paths[0] if paths else _first(one, ("url",)), MOST_PATH, find)
    detail["new"] = head(_first(one, NEW), MOST_EXCERPT, find)
    detail["old"] = head(_first(one, OLD), MOST_EXCERPT, find)
    if one.event == BEFORE:
        line["text"] = said
        return
    output = one.output()
    ok, code = one.ended_well()
    line.update(ok=ok, exit=code)
    line["text"] = "" if one.own else tail(output, MOST_OUTPUT, find, MOST_OUTPUT // 4)
    detail["command"], detail["size"] = said, len(output)
    if one.tool in ("edit", "write") and ok is not False:
        detail["changed"] = [head(path, MOST_PATH, find) for path in paths[:MOST_CHANGED]]
    span = next((one.said[name] for name in DURATIONS if name in one.said), None)
    detail["ms"] = span if type(span) is int and span > 0 else None


def _first(one: Happening, names: "tuple[str, ...]") -> str:
    return next((one.input[name] for name in names if isinstance(one.input.get(name), str) and one.input[name]), "")


def line_told(said: "dict[str, Any]", screen: "Screen") -> "dict[str, Any]":
    """The line of what was told at an event, its action cut and all of it without secrets."""
    cleaned: dict[str, Any] = screened({**said, "target": head(said["target"], LONGEST_ACTION, screen.find)}, screen)
    return cleaned


def screened(value: "Any", screen: "Screen") -> "Any":
    """A value with all its texts screened for secrets."""
    if isinstance(value, str):
        return screen.clean(value.replace("\0", ""))
    if isinstance(value, dict):
        return {name: screened(said, screen) for name, said in value.items()}
    if isinstance(value, list):
        return [screened(said, screen) for said in value]
    return value
