"""The spool: a folder of the store where hooks leave a line for what happened, and what such a line says.

A line is one JSON object of at most LONGEST_LINE bytes, written with one `os.write` to the end of `waiting.jsonl`.
Lines come from any process that may write there, so nothing in them is believed: a line that cannot be used is counted
and kept aside.
"""

import json
from hashlib import blake2b
from typing import Any

from oldhand.model.canonical import LARGEST_INTEGER
from oldhand.model.session import (
    CALL,
    COMMAND,
    COMPACTED,
    INJECTED,
    NOTE,
    OTHER,
    PROMPT,
    REPLY,
    RESULT,
    TOOLS,
    Event,
    Session,
)
from oldhand.sessions.put_in import by_host
from oldhand.store.session_log import Noted
from oldhand.store.session_rows import Injection

SPOOL = "spool"  # the folder inside the store's
WAITING = "waiting.jsonl"  # where hooks append
TAKEN = "taken-"  # how the name of a file begins that a drainer has taken: taken-<ms>-<pid>.jsonl
BROKEN = "broken.jsonl"  # what could not be used
TOKENS = "tokens.json"  # the day's tokens, for hooks: see sessions/tokens.py
ONCE = "once"  # the folder of markers by which one of two copies of a hook speaks
VERSION = 1  # of a line
LONGEST_LINE = 65_536  # bytes: four times what hooks write; longer ones were not written by them
LONGEST_NAME = 200  # characters of a session's, host's or agent's name: a UUID has 36
ASKED = ("old", "new", "description")  # of a detail: what was asked of a tool, beside its text
AUTOMATIC = frozenset({"system", "loop_wakeup", "schedule_wakeup", "poll_event"})  # sources of prompts nobody typed
SUMMARISER = "<analysis>"  # how the words of the agent begin that a host has summarise a session
START, END, STOP, SUBAGENT_STOP = "start", "end", "stop", "subagent_stop"
BEFORE, AFTER, FAILED = "before", "after", "failed"
COMPACTING, TOLD, WITHHELD = "compacting", "injected", "withheld"
EVENTS = (
    START, END, "prompt", BEFORE, AFTER, FAILED, STOP, SUBAGENT_STOP, COMPACTING, "compacted", TOLD, WITHHELD, "notice",
)  # fmt: skip


class BrokenLine(ValueError):
    """A line of the spool that cannot be used; its text says why."""


def noted(line: bytes) -> Noted:
    """What a line says, as the log takes it. Raises BrokenLine."""
    try:
        said = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BrokenLine("it is no JSON") from None
    if not isinstance(said, dict):
        raise BrokenLine("it is no JSON object")
    if said.get("v") != VERSION:
        raise BrokenLine("it was written for another version")
    event, session = _text(said, "event"), _text(said, "session")
    if event not in EVENTS:
        raise BrokenLine("it names no known event")
    if not session or len(session) > LONGEST_NAME or not session.isprintable():
        raise BrokenLine("it names no session")
    key = _name(said, "key") or blake2b(line, digest_size=12).hexdigest()
    at = _number(said, "at")
    begun = Session(
        _name(said, "host"), session, _text(said, "cwd"), at if event == START else 0,
        at if event == END else 0, "", _text(_detail(said), "branch"), _text(said, "model"),
        source=_text(said, "transcript"),
    )  # fmt: skip
    injections = (_injection(said, event, session, at, key),) if event in (TOLD, WITHHELD) else ()
    events = tuple((session, one) for one in _events(said, event, at, key))
    return Noted((begun,), events, injections)


def _events(said: dict[str, Any], event: str, at: int, key: str) -> list[Event]:
    agent, text, detail = _name(said, "agent"), _text(said, "text"), _detail(said)
    if event == "prompt":
        return _prompt(said, at, key)
    if event in (STOP, SUBAGENT_STOP):
        if text.lstrip().startswith(SUMMARISER):
            return []  # the host's own summary before a compaction, which comes by itself
        return [Event(REPLY, at, key, text, agent, detail=detail)] if text.strip() else []
    if event in (BEFORE, AFTER, FAILED):
        return _call(said, event, at, key)
    if event == "compacted":
        return [Event(COMPACTED, at, key, text, agent, detail=detail)]
    if event in (TOLD, WITHHELD):
        return [Event(INJECTED, at, key, "", agent, target=_text(said, "target"), detail=detail)]
    return [Event(NOTE, at, key, text or event, agent, detail={**detail, "event": event})]


def _prompt(said: dict[str, Any], at: int, key: str) -> list[Event]:
    """A prompt, or what else the host hands over as one: only what a person or a script said is a prompt."""
    agent, text, detail = _name(said, "agent"), _text(said, "text"), _detail(said)
    source = _text(detail, "source")
    if source in AUTOMATIC:
        detail = {**detail, "automatic": True}
    if _text(said, "host") != "claude":
        if by_host(text):
            return [Event(INJECTED, at, key, text, agent, detail={**detail, "source": "host"})] if text.strip() else []
        return [Event(PROMPT, at, key, text, agent, detail=detail)]
    from oldhand.sessions.transcripts.claude_prompts import said_by

    found = said_by({"message": {"content": text}, "promptSource": "typed" if source == "user" else source})
    if found is None:
        return []
    return [Event(found.kind, at, key, found.text, agent, found.tool, detail={**detail, **found.detail})]


def _call(said: dict[str, Any], event: str, at: int, key: str) -> list[Event]:
    """The call, and what came of it when that is known. Both are named by the host's own name of the call."""
    agent, text, detail = _name(said, "agent"), _text(said, "text"), _detail(said)
    tool = _text(said, "tool")
    tool = tool if tool in TOOLS else OTHER
    call = _name(said, "call") or key
    name, target = _name(said, "name"), _text(said, "target")
    asked: dict[str, Any] = {field: detail[field] for field in ASKED if field in detail}
    if event == BEFORE:
        return [Event(CALL, at, call, text, agent, tool, name, call, target, None, detail)]
    said_ok = said.get("ok")
    ok = said_ok if isinstance(said_ok, bool) else False if event == FAILED else None
    exit_code = said.get("exit")
    if isinstance(exit_code, int) and not isinstance(exit_code, bool):
        detail = {**detail, "exit": exit_code}
        ok = exit_code == 0 if tool == COMMAND else ok
    given = {field: value for field, value in detail.items() if field not in (COMMAND, *ASKED)}
    return [
        Event(CALL, at, call, _text(detail, "command"), agent, tool, name, call, target, None, asked),
        Event(RESULT, at, call, text, agent, tool, name, call, target, ok, given),
    ]


def _injection(said: dict[str, Any], event: str, session: str, at: int, key: str) -> Injection:
    detail = _detail(said)
    named = detail.get("memories")
    ids = tuple(one for one in named if isinstance(one, str)) if isinstance(named, list) else ()
    action = _text(said, "target") or _text(said, "text")
    withheld = event == WITHHELD or detail.get("withheld") is True
    return Injection(
        session, at, _text(detail, "event"), action, _text(detail, "root"), ids, _number(detail, "tokens"), withheld,
        key, _name(said, "agent"),
    )  # fmt: skip


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _name(said: dict[str, Any], name: str) -> str:
    """A name or an id; one that is too long is none, for cut it would be another one."""
    value = _text(said, name)
    return value if len(value) <= LONGEST_NAME else ""


def _number(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_INTEGER else 0


def _detail(said: dict[str, Any]) -> dict[str, Any]:
    value = said.get("detail")
    return value if isinstance(value, dict) else {}
