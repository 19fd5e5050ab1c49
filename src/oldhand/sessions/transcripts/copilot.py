"""Transcripts of Copilot CLI: `events.jsonl` in a folder for each session. Seen in version 1.0.64."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oldhand.sessions.put_in import COPILOT
from oldhand.sessions.record import COMMAND, COMPACTED, INJECTED, NOTE, PROMPT, REPLY, THOUGHT, USAGE, Event, Session
from oldhand.sessions.transcripts.calls import Calls
from oldhand.sessions.transcripts.neutral import exit_after, first_line, mapping, name_of, number, text_of, time_of
from oldhand.sessions.transcripts.reader import Head, Reader, Sessions
from oldhand.sessions.transcripts.reading import Line, Reading, head_of, json_lines, tail_of

_TAIL = 200  # characters at the end of an output in which the host says how a command ended
_EXITS = ("completed with exit code", "exited with exit code", "exit code")


def _recognises(head: Head) -> bool:
    return any(
        isinstance(said.get("data"), dict) and "parentId" in said and "." in str(said.get("type"))
        for said in head.records()
    )


def _read(path: Path, reading: Reading) -> Sessions:
    session = _session(path)
    yield session, _Copilot(session).events(path, reading)


def _session(path: Path) -> Session:
    head, tail = head_of(path), tail_of(path)
    start = next((mapping(said.get("data")) for said in head if said.get("type") == "session.start"), {})
    context = mapping(start.get("context"))
    models = (mapping(said.get("data")) for said in head if said.get("type") == "session.model_change")
    times = [time_of(said.get("timestamp")) for said in head]
    prompts = (mapping(said.get("data")) for said in head if said.get("type") == "user.message")
    return Session(
        host="copilot",
        id=name_of(start.get("sessionId")) or (path.parent.name if path.name == "events.jsonl" else path.stem),
        folder=name_of(context.get("cwd"), 4096),
        started=time_of(start.get("startTime")) or min(filter(None, times), default=0),
        ended=max((time_of(said.get("timestamp")) for said in tail), default=0),
        title=next((first_line(text_of(said.get("content"))) for said in prompts), ""),
        branch=name_of(context.get("branch")),
        model=name_of(start.get("selectedModel")) or next((name_of(said.get("newModel")) for said in models), ""),
        version=name_of(start.get("copilotVersion")),
        source=str(path),
    )


class _Copilot:
    """The records of one session, turned into events."""

    def __init__(self, session: Session) -> None:
        self._calls, self._model = Calls(), session.model
        self._agents: dict[str, str] = {}  # the call that started a subagent -> the subagent's name

    def events(self, path: Path, reading: Reading) -> Iterator[Event]:
        """The events of the file from where the reading begins."""
        state = reading.begun.state
        self._calls = Calls(state.get("calls"))
        self._model = name_of(state.get("model")) or self._model
        self._agents = {call: name_of(name) for call, name in mapping(state.get("agents")).items()}
        for line in json_lines(path, reading, reading.begun.offset, (b'{"type":"hook.', b'{"type":"system.message"')):
            try:
                yield from self._of(line)
            except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
                # A record of a form never seen: it is told of in the notes of the import, and the rest is read.
                reading.skip(f"byte {line.start:,}", f"a record is not understood ({type(error).__name__})")
            reading.reached(line.end, {"calls": self._calls.open, "model": self._model, "agents": self._agents})

    def _of(self, line: Line) -> Iterator[Event]:
        said, data = line.said, mapping(line.said.get("data"))
        kind, at = said.get("type"), time_of(said.get("timestamp"))
        key = name_of(said.get("id")) or f"byte-{line.start}"
        agent = self._agents.get(name_of(data.get("parentToolCallId")), name_of(said.get("agentId")))
        if kind == "user.message":
            yield from self._user(data, at, key, agent)
        elif kind == "assistant.message":
            yield from self._assistant(data, at, key, agent)
        elif kind == "assistant.reasoning" and (text := text_of(data.get("content"))):
            yield Event(THOUGHT, at, key, text, agent)
        elif kind == "tool.execution_start":
            name = name_of(data.get("toolName"))
            if server := name_of(data.get("mcpServerName")):
                name = f"mcp__{server}__{name_of(data.get('mcpToolName')) or name}"
            yield from self._calls.call(name_of(data.get("toolCallId")), name, data.get("arguments"), at, key, agent)
        elif kind == "tool.execution_complete":
            yield from self._result(data, at, key, agent)
        elif kind == "tool.user_requested" and (text := text_of(mapping(data.get("arguments")).get("command"))):
            yield Event(NOTE, at, key, text, detail={"what": "command", "by": "person"})
        elif kind == "subagent.started":
            name = name_of(data.get("agentName")) or name_of(data.get("agentDisplayName")) or "subagent"
            self._agents[name_of(data.get("toolCallId"))] = f"{name}-{name_of(data.get('toolCallId'))[-6:]}"
        elif kind == "session.compaction_complete":
            detail = {"trigger": name_of(data.get("trigger")), "before": number(data.get("preCompactionTokens"))}
            yield Event(COMPACTED, at, key, text_of(data.get("summaryContent")), detail=detail)
        elif kind == "session.model_change":
            self._model = name_of(data.get("newModel")) or self._model
        elif kind in ("session.error", "abort"):
            what = "error" if kind == "session.error" else "interrupted"
            yield Event(NOTE, at, key, text_of(data.get("message") or data.get("reason")), agent, detail={"what": what})
        elif kind == "system.notification" and (text := text_of(data.get("content"))):
            yield Event(INJECTED, at, key, text, agent, detail={"source": "host"})

    def _user(self, data: dict[str, Any], at: int, key: str, agent: str) -> Iterator[Event]:
        text, source = text_of(data.get("content")), name_of(data.get("source"))
        if not text:
            return
        typed = not agent and source in ("", "user") and not text.startswith(COPILOT)
        detail = {"source": "typed" if typed else source or "host"}
        yield Event(PROMPT if typed else INJECTED, at, key, text, agent, detail=detail)

    def _assistant(self, data: dict[str, Any], at: int, key: str, agent: str) -> Iterator[Event]:
        if text := text_of(data.get("reasoningText")):
            yield Event(THOUGHT, at, f"{key}#0", text, agent)
        if text := text_of(data.get("content")):
            yield Event(REPLY, at, f"{key}#1", text, agent)
        output = number(data.get("outputTokens"))
        if output:  # this host records of each answer what came out, and of what went in only the sum at the end
            detail = {
                "model": name_of(data.get("model")) or self._model, "input": number(data.get("inputTokens")),
                "output": output, "cache_read": number(data.get("cacheReadTokens")),
                "cache_written": number(data.get("cacheWriteTokens")), "reasoning": 0,
            }  # fmt: skip
            answer = name_of(data.get("apiCallId")) or name_of(data.get("messageId")) or key
            yield Event(USAGE, at, answer, agent=agent, detail=detail)

    def _result(self, data: dict[str, Any], at: int, key: str, agent: str) -> Iterator[Event]:
        call, told = name_of(data.get("toolCallId")), data.get("success")
        ok = told if isinstance(told, bool) else None
        detail: dict[str, Any] = {}
        text = text_of(mapping(data.get("result")).get("content") or mapping(data.get("error")).get("message"))
        if mapping(data.get("error")).get("code") in ("rejected", "denied"):
            ok, detail = None, {"refused": True}
        if self._calls.open.get(call, [""])[0] == COMMAND:
            tail = text[-_TAIL:].rpartition("<")[2]
            code = next((code for mark in _EXITS if (code := exit_after(tail, mark)) is not None), None)
            if code is not None:
                ok, detail = code == 0, {"exit": code}
            elif ok and "stop_bash to stop it" in tail:
                ok, detail = None, {"background": True}
        return self._calls.result(call, text, at, key, agent, ok, detail)


READER = Reader("copilot", "Copilot CLI", _recognises, _read, goes_on=True)
