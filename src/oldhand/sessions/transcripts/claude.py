"""Transcripts of Claude Code: one file of JSON lines a session, and one for each of its subagents.

The form is internal to the host and changes: what is read here was seen in versions 2.0.76 to 2.1.328. The events of a
subagent belong to the session that started it and carry its name.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oldhand.sessions.record import COMPACTED, INJECTED, NOTE, PROMPT, REPLY, THOUGHT, USAGE, Event, Session
from oldhand.sessions.transcripts.calls import MOST_IDS, Calls
from oldhand.sessions.transcripts.claude_prompts import PLAN, Said, said_by
from oldhand.sessions.transcripts.neutral import (
    digest,
    exit_after,
    first_line,
    items,
    mapping,
    name_of,
    number,
    text_of,
    time_of,
)  # fmt: skip
from oldhand.sessions.transcripts.reader import Head, Reader, Sessions
from oldhand.sessions.transcripts.reading import Line, Reading, head_of, json_lines, tail_of

_UNREAD = (b'{"type":"api-request', b'{"type":"file-history-snapshot"', b'{"type":"tools-used"')  # large, never needed
_TURNS = ("user", "assistant", "system", "attachment", "progress")
_NO_MODEL = "<synthetic>"  # how the host calls what it says itself
_REFUSED = ("The user doesn't want to", "User rejected", "Permission to use", "The tool use was rejected")
_STEERED = ("hook_additional_context", "hook_success", "relevant_memories", "memory", "nested_memory")
MOST_QUEUED = 50  # prompts that wait to be said while the agent works


def _recognises(head: Head) -> bool:
    """Claude's lines carry the name of the session in each record beside what is said in it."""
    for said in head.records():
        if isinstance(said.get("sessionId"), str) and "projectHash" not in said and said.get("type") is not None:
            return True
        if said.get("type") in ("summary", "file-history-snapshot") and ("leafUuid" in said or "messageId" in said):
            return True
    return False


def _read(path: Path, reading: Reading) -> Sessions:
    session, agent = _session(path)
    yield session, _Claude(session, agent).events(path, reading)


def _session(path: Path) -> tuple[Session, str]:
    """What a file says of its session in its first and last records, and the subagent whose file it is."""
    head, tail = head_of(path), tail_of(path)
    turns = [said for said in head if said.get("type") in _TURNS and isinstance(said.get("sessionId"), str)]
    named = next(iter(turns), next((said for said in head if isinstance(said.get("sessionId"), str)), {}))
    agent = name_of(named.get("agentId")) if path.name.startswith("agent-") else ""
    models = (name_of(mapping(said.get("message")).get("model")) for said in (*head, *tail))
    times = [time_of(said.get("timestamp")) for said in head]
    ends = [time_of(said.get("timestamp")) for said in tail]
    stem = path.name.partition(".")[0]
    session = Session(
        host="claude",
        id=name_of(named.get("sessionId")) or stem,
        folder=next((name_of(said["cwd"], 4096) for said in turns if isinstance(said.get("cwd"), str)), ""),
        started=min(filter(None, times), default=0),
        ended=max(ends, default=0),
        title="" if agent else _title(head, tail),
        branch=next((name_of(said["gitBranch"]) for said in turns if said.get("gitBranch")), ""),
        model="" if agent else next((model for model in models if model and model != _NO_MODEL), ""),
        version=next((name_of(said["version"]) for said in turns if said.get("version")), ""),
        source=str(path),
    )
    return session, agent


def _title(head: list[dict[str, Any]], tail: list[dict[str, Any]]) -> str:
    """What the person or the host called the session, else its first prompt."""
    records = [*head, *tail]
    here = {name_of(said.get("uuid")) for said in records}
    for kind, name in (("custom-title", "customTitle"), ("ai-title", "aiTitle"), ("summary", "summary")):
        for said in reversed(records):  # a summary that names another file's last record is of that session
            if said.get("type") == kind and (kind != "summary" or name_of(said.get("leafUuid")) in here):
                title = name_of(said.get(name)) or name_of(said.get("title"))
                if title:
                    return first_line(title)
    for said in head:
        if said.get("type") == "user":
            found = said_by(said)
            if found and (found.kind == PROMPT or found.detail.get("source") == "plan"):
                return first_line(found.text.removeprefix(PLAN)).lstrip("# ")
    return ""


class _Claude:
    """The records of one file, turned into events."""

    def __init__(self, session: Session, agent: str) -> None:
        self._agent = agent
        self._calls = Calls()
        self._prompted = ""  # the promptId of the last prompt, which later records repeat
        self._compacted: Event | None = None  # a boundary whose summary has not come yet
        self._usage: dict[str, Event] = {}  # by agent, of the answer being read: its last record has the whole count
        self._records: set[int] = set()  # hashes of the names of the records that were read
        self._counted: set[str] = set()  # the answers whose tokens were told
        self._queued: list[tuple[int, str]] = []
        self._steered: list[str] = []  # digests of what was said into the work, which some versions record twice

    def events(self, path: Path, reading: Reading) -> Iterator[Event]:
        """The events of the file from where the reading begins."""
        self._begin(reading.begun.state)
        for line in json_lines(path, reading, reading.begun.offset, _UNREAD):
            try:
                yield from self._of(line)
            except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
                # A record of a form never seen: it is told of in the notes of the import, and the rest is read.
                reading.skip(f"byte {line.start:,}", f"a record is not understood ({type(error).__name__})")
            reading.reached(line.end, self._state())
        yield from self._flushed()
        reading.reached(reading.place.offset, self._state())

    def _begin(self, state: dict[str, Any]) -> None:
        """Go on from what an earlier reading of the same file left."""
        self._calls = Calls(state.get("calls"))
        self._prompted = name_of(state.get("prompted"))
        self._steered = [name_of(name) for name in items(state.get("steered"))]
        for agent, (at, key, detail) in mapping(state.get("usage")).items():
            self._usage[agent] = Event(USAGE, number(at), key, agent=agent, detail=mapping(detail))
        if waiting := items(state.get("compacted")):
            self._compacted = Event(COMPACTED, number(waiting[0]), name_of(waiting[1]), detail=mapping(waiting[2]))

    def _state(self) -> dict[str, Any]:
        """What the next reading has to know, as a plain object of JSON. No words of the session are in it."""
        waiting = self._compacted
        return {
            "calls": self._calls.open,
            "prompted": self._prompted,
            "steered": self._steered,
            "usage": {agent: [event.at, event.key, event.detail] for agent, event in self._usage.items()},
            "compacted": [waiting.at, waiting.key, waiting.detail] if waiting else [],
        }

    def _flushed(self) -> Iterator[Event]:
        """What waited for a later record that did not come."""
        # They are kept as well: the rest of an answer, or the summary, may come when the file grows, and is told under
        # the same key then.
        yield from self._usage.values()
        if self._compacted:
            yield self._compacted

    def _told(self, agent: str) -> Iterator[Event]:
        """The tokens of the last answer of an agent."""
        if event := self._usage.pop(agent, None):
            self._counted.add(event.key)
            yield event

    def _of(self, line: Line) -> Iterator[Event]:
        said = line.said
        if "forkedFrom" in said:  # copied from the session that this one began from, where it is read
            return
        if isinstance(said.get("uuid"), str):  # some versions write a record a second time when a session is resumed
            mark = hash(said["uuid"])
            if mark in self._records:
                return
            if len(self._records) < MOST_IDS:
                self._records.add(mark)
        kind = said.get("type")
        agent = name_of(said.get("agentId")) or self._agent or ("side" if said.get("isSidechain") is True else "")
        at, key = time_of(said.get("timestamp")), name_of(said.get("uuid")) or f"byte-{line.start}"
        if kind == "user":
            yield from self._user(said, at, key, agent)
        elif kind == "assistant":
            yield from self._assistant(said, at, key, agent)
        elif kind == "progress" and mapping(said.get("data")).get("type") == "agent_progress":
            yield from self._of_subagent(mapping(said.get("data")), at, key)
        elif kind == "system":
            yield from self._system(said, at, key, agent)
        elif kind == "attachment":
            yield from self._attachment(mapping(said.get("attachment")), at, key, agent)
        elif kind == "queue-operation":
            yield from self._queue(said, at)
        elif kind == "pr-link" and isinstance(said.get("prUrl"), str):
            url = name_of(said["prUrl"])
            yield Event(NOTE, at, digest(url), target=url, detail={"what": "pull request"})

    def _of_subagent(self, data: dict[str, Any], at: int, key: str) -> Iterator[Event]:
        """What a subagent did, as older versions repeat it in the file of its session."""
        said = mapping(data.get("message"))
        agent, at = name_of(data.get("agentId")), time_of(said.get("timestamp")) or at
        key = name_of(said.get("uuid")) or key
        if said.get("type") == "assistant":
            yield from self._assistant(said, at, key, agent)
        elif said.get("type") == "user":
            yield from self._user(said, at, key, agent)

    def _user(self, said: dict[str, Any], at: int, key: str, agent: str) -> Iterator[Event]:
        content = mapping(said.get("message")).get("content")
        blocks = [block for block in map(mapping, items(content)) if block.get("type") == "tool_result"]
        for index, block in enumerate(blocks):
            yield from self._result(block, said, at, f"{key}#{index}", agent)
        if blocks:
            return
        if agent:  # what the agent that started it asked of it; no person speaks to a subagent
            yield Event(INJECTED, at, key, text_of(content), agent, detail={"source": "agent"})
            return
        found = said_by(said)
        if found is None:
            return
        if found.kind == COMPACTED:
            boundary, self._compacted = self._compacted, None
            yield (boundary or Event(COMPACTED, at, key))._replace(text=found.text)
            return
        if found.kind == PROMPT:
            yield self._prompt(found, at, key, name_of(said.get("promptId")))
        elif found.tool:
            yield from self._calls.by_person(found, at, key)
        else:
            yield Event(found.kind, at, key, found.text, detail=found.detail)

    def _prompt(self, found: Said, at: int, key: str, prompt: str) -> Event:
        """A prompt, by the host's own name of it; the first record of several that share one bears it."""
        self._queued = [(when, text) for when, text in self._queued if text.strip() != found.text.strip()]
        if prompt and prompt != self._prompted:
            self._prompted = key = prompt
        return Event(PROMPT, at, key, found.text, detail=found.detail)

    def _result(self, block: dict[str, Any], said: dict[str, Any], at: int, key: str, agent: str) -> Iterator[Event]:
        told = said.get("toolUseResult")
        text = text_of(block.get("content"))
        failed = block.get("is_error") is True
        detail: dict[str, Any] = {}
        ok: bool | None = not failed
        exit_code = exit_after(text[:40], "Exit code ") if failed else None
        if failed and text.startswith(_REFUSED):
            ok, detail["refused"] = None, True
        if mapping(told).get("interrupted") is True:
            ok, detail["interrupted"] = None, True
        if exit_code is not None:
            detail["exit"] = exit_code
        if mapping(told).get("backgroundTaskId"):
            ok, detail["background"] = None, True
        if isinstance(mapping(told).get("agentId"), str):
            detail["agent"] = name_of(mapping(told)["agentId"])
        call = name_of(block.get("tool_use_id"))
        yield from self._calls.result(call, text, at, key, agent, ok, detail, ran=True)

    def _assistant(self, said: dict[str, Any], at: int, key: str, agent: str) -> Iterator[Event]:
        message = mapping(said.get("message"))
        content = message.get("content")
        blocks = items(content) if not isinstance(content, str) else [{"type": "text", "text": content}]
        model = name_of(message.get("model"))
        for index, block in enumerate(map(mapping, blocks)):
            own = key if len(blocks) == 1 else f"{key}#{index}"
            kind = block.get("type")
            if kind == "text" and (text := text_of(block)):
                if said.get("isApiErrorMessage") is True:
                    yield Event(NOTE, at, own, text, agent, detail={"what": "error"})
                else:
                    yield Event(REPLY, at, own, text, agent)
            elif kind == "thinking" and (text := text_of(block.get("thinking"))):
                yield Event(THOUGHT, at, own, text, agent)
            elif kind in ("tool_use", "server_tool_use", "mcp_tool_use"):
                yield from self._calls.call(
                    name_of(block.get("id")), name_of(block.get("name")), block.get("input"), at, own, agent
                )
            elif kind in ("web_search_tool_result", "mcp_tool_result", "web_fetch_tool_result"):
                call = name_of(block.get("tool_use_id"))
                ok = block.get("is_error") is not True
                yield from self._calls.result(call, text_of(block.get("content")), at, own, agent, ok, {})
        if model != _NO_MODEL:
            yield from self._used(name_of(message.get("id")) or key, model, mapping(message.get("usage")), at, agent)

    def _used(self, answer: str, model: str, usage: dict[str, Any], at: int, agent: str) -> Iterator[Event]:
        """Tokens of an answer, once: its records repeat them, and only the last has all that was put out."""
        if not usage or answer in self._counted:
            return
        before = self._usage.get(agent)
        if before and before.key != answer:
            yield from self._told(agent)
            before = None
        detail = {
            "input": number(usage.get("input_tokens")),
            "output": number(usage.get("output_tokens")),
            "cache_read": number(usage.get("cache_read_input_tokens")),
            "cache_written": number(usage.get("cache_creation_input_tokens")),
            "reasoning": number(mapping(usage.get("output_tokens_details")).get("thinking_tokens")),
        }
        known = before.detail if before else {}
        largest = {name: max(value, known.get(name, 0)) for name, value in detail.items()}
        self._usage[agent] = Event(USAGE, at, answer, agent=agent, detail={"model": model, **largest})

    def _system(self, said: dict[str, Any], at: int, key: str, agent: str) -> Iterator[Event]:
        kind = said.get("subtype")
        if kind in ("compact_boundary", "microcompact_boundary"):
            meta = mapping(said.get("compactMetadata"))
            if self._compacted:
                yield self._compacted
            detail = {"trigger": name_of(meta.get("trigger")) or "auto", "before": number(meta.get("preTokens"))}
            self._compacted = Event(COMPACTED, at, key, agent=agent, detail=detail)
        elif kind == "api_error":
            yield Event(NOTE, at, key, text_of(said.get("error")), agent, detail={"what": "error"})

    def _attachment(self, said: dict[str, Any], at: int, key: str, agent: str) -> Iterator[Event]:
        """What hooks and the host's own memory put before the agent, and prompts said while it worked."""
        kind = said.get("type")
        if kind == "queued_command":
            if (
                said.get("commandMode") not in ("prompt", None)
                or mapping(said.get("origin")).get("kind", "human") != "human"
            ):
                return
            text = text_of(said.get("prompt"))
            yield from self._steering(text, at)
        elif kind in _STEERED:
            text = text_of(said.get("content") or said.get("memories"))
            if text:
                detail = {"source": kind, "event": name_of(said.get("hookEvent"))}
                yield Event(INJECTED, at, key, text, agent, detail=detail)

    def _queue(self, said: dict[str, Any], at: int) -> Iterator[Event]:
        """Prompts typed while the agent worked. One that is taken out of the queue unsaid went into the work itself."""
        text, done = said.get("content"), said.get("operation")
        if done == "enqueue":
            self._queued = [*self._queued, (at, text_of(text))][-MOST_QUEUED:]
        elif done == "remove" and self._queued:
            when, words = self._queued.pop(0)
            if not words.startswith(("{", "<", "/")):  # what is not typed: the ends of background tasks, commands
                yield from self._steering(words, when)
        elif done == "dequeue":
            self._queued = self._queued[1:]
        elif done == "popAll":  # taken back into the line where prompts are typed
            self._queued = []

    def _steering(self, text: str, at: int) -> Iterator[Event]:
        """What the person said into the work, once, and by the same key whichever record tells of it."""
        if text.strip() and (name := digest("queued", text)) not in self._steered:
            self._steered = [*self._steered, name][-MOST_QUEUED:]
            yield Event(PROMPT, at, name, text, detail={"source": "queued"})


READER = Reader("claude", "Claude Code", _recognises, _read, goes_on=True)
