"""Trajectories of SWE-agent (`.traj`): one JSON document a run, without times."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oldhand.sessions.record import (
    CALL,
    COMMAND,
    EDIT,
    NOTE,
    OTHER,
    PROMPT,
    READ,
    RESULT,
    SEARCH,
    THOUGHT,
    USAGE,
    WRITE,
    Event,
    Session,
)  # fmt: skip
from oldhand.sessions.transcripts.documents import members
from oldhand.sessions.transcripts.neutral import (
    MOST_EXCERPT,
    Called,
    called,
    changed_by,
    clipped,
    excerpt,
    first_line,
    mapping,
    name_of,
    number,
    text_of,
)  # fmt: skip
from oldhand.sessions.transcripts.reader import Head, Reader, Sessions
from oldhand.sessions.transcripts.reading import Reading

# The agent's own words of command; everything else that it does is a command of the shell.
_VERBS = {
    "open": READ, "goto": READ, "scroll_up": READ, "scroll_down": READ, "create": WRITE, "edit": EDIT, "insert": EDIT,
    "append": EDIT, "find_file": SEARCH, "search_dir": SEARCH, "search_file": SEARCH, "submit": OTHER,
    "exit_cost": OTHER, "exit_context": OTHER, "exit_format": OTHER, "exit_forfeit": OTHER,
    "str_replace_editor": EDIT,
}  # fmt: skip


def _recognises(head: Head) -> bool:
    start = head.raw.lstrip()
    return start.startswith(b"{") and b'"trajectory"' in start and b'"observation"' in start


def _read(path: Path, reading: Reading) -> Sessions:
    session, prompts, stats = _about(path)
    yield session, _events(path, reading, prompts, stats)


def _about(path: Path) -> tuple[Session, list[Event], dict[str, Any]]:
    """The run, what was asked, and what it cost: in the document they come behind what was done."""
    folder, model = "", ""
    prompts: list[Event] = []
    stats: dict[str, Any] = {}
    for member in members(path):
        said = mapping(member.value)
        if member.name == "trajectory" and not folder:
            folder = name_of(mapping(_state(said)).get("working_dir"), 4096)
        elif member.name == "history" and said.get("role") == "user" and not said.get("is_demo") and not prompts:
            if said.get("message_type", "observation") in ("observation", "user") or member.number <= 3:
                text = text_of(said.get("content"))
                prompts = [Event(PROMPT, 0, "prompt", text, detail={"source": "sdk"})] if text else []
        elif member.name == "info":
            stats = mapping(said.get("model_stats"))
        elif member.name == "replay_config" and isinstance(member.value, dict):
            model = name_of(mapping(mapping(said.get("agent")).get("model")).get("name"))
    title = first_line(_issue(prompts[0].text)) if prompts else ""
    name = path.name.removesuffix(".gz").removesuffix(".traj")
    session = Session(host="sweagent", id=name, folder=folder, title=title, model=model, source=str(path))
    return session, prompts, stats


def _issue(prompt: str) -> str:
    """What the task is: what follows the word that announces it."""
    for mark in ("ISSUE:", "<pr_description>"):
        _, found, rest = prompt.partition(mark)
        if found:
            return rest
    return prompt


def _state(step: dict[str, Any]) -> Any:
    """Where the agent stood: an object, or the JSON of one in older versions."""
    state = step.get("state")
    if isinstance(state, str) and state.startswith("{"):
        import json

        try:
            return json.loads(state)
        except (ValueError, RecursionError):
            return {}
    return state


def _events(path: Path, reading: Reading, prompts: list[Event], stats: dict[str, Any]) -> Iterator[Event]:
    yield from prompts
    opened = ""
    for member in members(path, reading):
        said = mapping(member.value)
        if member.name == "trajectory" and said:
            yield from _step(said, f"step-{member.number}", opened)
            opened = name_of(mapping(_state(said)).get("open_file"), 4096)
        elif member.name == "info" and (ended := name_of(said.get("exit_status"))):
            yield Event(NOTE, 0, "end", ended, detail={"what": "end"})
    sent, received = number(stats.get("tokens_sent")), number(stats.get("tokens_received"))
    if sent or received:
        counts = {"input": sent, "output": received, "cache_read": 0, "cache_written": 0, "reasoning": 0}
        yield Event(USAGE, 0, "total", detail={"model": "", **counts})


def _step(said: dict[str, Any], key: str, opened: str) -> Iterator[Event]:
    thought, action = text_of(said.get("thought")), text_of(said.get("action")).strip()
    if thought.strip():
        yield Event(THOUGHT, 0, f"{key}-thought", thought.strip())
    if not action:
        return
    about = _called(action, opened)
    name = action.split(maxsplit=1)[0][:60]
    yield Event(CALL, 0, key, about.text, "", about.tool, name, key, about.target, None, about.detail)
    text = text_of(said.get("observation"))
    ok = _ended(about.tool, text)
    detail: dict[str, Any] = {}
    if isinstance(said.get("execution_time"), float | int):
        detail["ms"] = int(said["execution_time"] * 1000)
    if ok and (changed := changed_by(about, ok)):
        detail["changed"] = changed
    yield Event(RESULT, 0, key, text, "", about.tool, name, key, about.target, ok, detail)


def _called(action: str, opened: str) -> Called:
    """What an action concerns. `edit` and `insert` change the file that is open."""
    verb, _, rest = action.partition(" ")
    tool = _VERBS.get(verb.strip(), COMMAND)
    words = rest.split()
    if verb == "str_replace_editor":
        said: dict[str, Any] = {"command": words[0] if words else "", "path": words[1] if len(words) > 1 else ""}
        return called("str_replace_editor", said | {"new_str": rest})
    if tool in (READ, WRITE):
        return Called(tool, words[0].strip("\"'") if words and not words[0].isdigit() else opened, "", {})
    if tool == EDIT:
        return Called(tool, opened, clipped(rest), {"new": excerpt(rest)})
    if tool == SEARCH:
        return Called(tool, words[-1].strip("\"'") if len(words) > 1 else "", clipped(rest, MOST_EXCERPT), {})
    return Called(tool, "", clipped(action), {})


def _ended(tool: str, text: str) -> bool | None:
    """Whether a step went well: told of edits, whose refusals the agent's own tools word; not known of commands."""
    if tool not in (EDIT, WRITE):
        return None
    refused = ("Your proposed edit has introduced new syntax error", "Text not found", "Error:", "No file open")
    return not any(mark in text[:400] for mark in refused)


READER = Reader("sweagent", "SWE-agent", _recognises, _read)
