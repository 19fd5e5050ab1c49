"""How Codex's calls ended: its outputs say it in words, its events say it a second time and better."""

import json
from collections.abc import Iterator
from typing import Any

from oldhand.sessions.record import COMMAND, EDIT, Event
from oldhand.sessions.transcripts.calls import Calls
from oldhand.sessions.transcripts.neutral import MOST_PATHS, exit_after, items, mapping, name_of, text_of

MOST_KEPT = 500  # calls of which an event told something before their output came, and commands that still run
_HEAD = 600  # characters at the start of an output in which the host's own words stand
_RUNNING = "Process running with session ID"
_EXITS = ("Process exited with code", "Exit code:", "Exit code")


def exit_of(text: str) -> int | None:
    """The exit code that the host's own words before an output tell; None when they tell none."""
    head = text[:_HEAD].partition("\nOutput:\n")[0]
    return next((code for mark in _EXITS if (code := exit_after(head, mark)) is not None), None)


class Ends:
    """How calls ended, collected until their outputs come. state: of an earlier reading of the same file."""

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        self._facts: dict[str, dict[str, Any]] = {}  # call -> exit, ok, changed
        self._running: dict[str, str] = {}  # session of a running command -> its call
        self._typed: dict[str, str] = {}  # call that looks after a running command -> that session
        said = state or {}
        self._facts |= {call: mapping(facts) for call, facts in mapping(said.get("facts")).items()}
        self._running |= {number: name_of(call) for number, call in mapping(said.get("running")).items()}
        self._typed |= {call: name_of(number) for call, number in mapping(said.get("typed")).items()}

    @property
    def state(self) -> dict[str, Any]:
        """What the next reading has to know, as a plain object of JSON."""
        return {"facts": self._facts, "running": self._running, "typed": self._typed}

    def typed(self, call: str, arguments: Any) -> str:
        """What is typed into a running command, and which command it is."""
        try:
            said = mapping(json.loads(arguments)) if isinstance(arguments, str) else mapping(arguments)
        except (ValueError, RecursionError):
            said = {}
        _keep(self._typed, call, str(said.get("session_id", ""))[:40])
        chars = said.get("chars")
        return chars if isinstance(chars, str) else ""

    def told(self, payload: dict[str, Any]) -> None:
        """An event that tells how a call ended."""
        call, kind = name_of(payload.get("call_id")), payload.get("type")
        if not call:
            return
        if kind == "exec_command_end" and isinstance(payload.get("exit_code"), int):
            self._note(call, exit=payload["exit_code"])
        elif kind == "patch_apply_end":
            self._note(call, ok=payload.get("success") is True, changed=_paths(payload.get("changes")))
        elif kind == "mcp_tool_call_end":
            result = mapping(payload.get("result"))
            failed = "Err" in result or mapping(result.get("Ok")).get("isError") is True
            self._note(call, ok=not failed)

    def completed(self, item: dict[str, Any]) -> None:
        """The same, as newer versions tell it."""
        call, kind = name_of(item.get("id")), item.get("type")
        if kind == "CommandExecution" and isinstance(item.get("exit_code"), int):
            self._note(call, exit=item["exit_code"])
        elif kind == "FileChange":
            self._note(call, ok=item.get("status") == "completed", changed=_paths(item.get("changes")))
        elif kind == "McpToolCall":
            self._note(call, ok=item.get("status") == "completed")

    def _note(self, call: str, **facts: Any) -> None:
        _keep(self._facts, call, {name: value for name, value in facts.items() if value not in (None, [])})

    def results(self, calls: Calls, call: str, output: Any, at: int, key: str) -> Iterator[Event]:
        """What came of a call; for one that looks after a running command also how that one ended."""
        text, said = _output(output)
        facts = self._facts.pop(call, {})
        code = facts.get("exit", said.get("exit_code"))
        code = code if isinstance(code, int) else exit_of(text)
        tool = calls.open.get(call, [""])[0]
        ok: bool | None = facts.get("ok")
        detail: dict[str, Any] = {"changed": facts["changed"]} if facts.get("changed") else {}
        if code is not None and tool in (COMMAND, EDIT):
            ok, detail["exit"] = code == 0 if ok is None else ok, code
        running = exit_after(text[:_HEAD], _RUNNING) if code is None else None
        if running is not None:
            _keep(self._running, str(running), call)
            detail["background"] = True
        elif ok is None and tool not in (COMMAND, EDIT) and not isinstance(output, str):
            ok = said.get("success") if isinstance(said.get("success"), bool) else None
        if ok is None and text.startswith(("unsupported call", "failed to parse function arguments")):
            ok = False
        started = self._running.get(self._typed.pop(call, ""), "")
        yield from calls.result(call, text, at, key, "", ok, detail, last=running is None)
        if started and code is not None:
            self._running = {session: one for session, one in self._running.items() if one != started}
            late = {"exit": code, "late": True}
            yield from calls.result(started, text, at, f"{key}-late", "", code == 0, late, again=True)


def _keep(kept: dict[str, Any], name: str, value: Any) -> None:
    while len(kept) >= MOST_KEPT:
        del kept[next(iter(kept))]
    kept[name] = value


def _paths(changes: Any) -> list[str]:
    return [name_of(path, 4096) for path in list(mapping(changes))[:MOST_PATHS]]


def _output(output: Any) -> tuple[str, dict[str, Any]]:
    """The text of an output, and what the host says of it beside; older versions give both as JSON in a text."""
    if isinstance(output, str) and output.startswith('{"output"'):
        try:
            said = mapping(json.loads(output, strict=False))
        except (ValueError, RecursionError):
            return text_of(output), {}
        return text_of(said.get("output")), mapping(said.get("metadata"))
    said = mapping(output)
    if said:
        return text_of(said.get("content") or said.get("output")), said
    return text_of(items(output) or output), {}
