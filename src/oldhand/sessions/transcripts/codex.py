"""Transcripts of Codex: rollouts, one file of JSON lines a thread, plain or packed by zstd.

Seen in versions 0.142 and 0.169. `response_item` has what went to and came from the model; `event_msg` tells much of it
a second time, and how commands ended. What is said twice is one event.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oldhand.sessions.put_in import CODEX
from oldhand.sessions.record import (
    COMMAND,
    COMPACTED,
    INJECTED,
    NOTE,
    OTHER,
    PROMPT,
    REPLY,
    THOUGHT,
    WEB,
    Event,
    Session,
)
from oldhand.sessions.transcripts.calls import Calls
from oldhand.sessions.transcripts.codex_calls import Ends
from oldhand.sessions.transcripts.codex_tokens import Tokens
from oldhand.sessions.transcripts.neutral import (
    Called,
    clipped,
    digest,
    first_line,
    items,
    mapping,
    name_of,
    text_of,
    time_of,
    typed_as,
)  # fmt: skip
from oldhand.sessions.transcripts.reader import Head, Reader, Sessions
from oldhand.sessions.transcripts.reading import Line, Reading, head_of, json_lines, tail_of

_RECORDS = ("session_meta", "response_item", "event_msg", "turn_context", "compacted", "token_usage_record")
_TYPED = ("user.text", "user.image", "user.local_image")
_HEXADECIMAL = frozenset("0123456789abcdef")
MOST_PAIRED = 50  # texts that wait for their second telling; it follows at once


def _recognises(head: Head) -> bool:
    return any(
        (said.get("type") in _RECORDS and isinstance(said.get("payload"), dict)) or _of_old(said)
        for said in head.records()
    )


def _of_old(said: dict[str, Any]) -> bool:
    """The first record of the oldest rollouts, which have no envelope."""
    return isinstance(said.get("id"), str) and isinstance(said.get("timestamp"), str) and "instructions" in said


def _read(path: Path, reading: Reading) -> Sessions:
    session = _session(path)
    yield session, _Codex(session).events(path, reading)


def _session(path: Path) -> Session:
    head, tail = head_of(path), tail_of(path)
    first = head[0] if head else {}  # the oldest rollouts have no envelope
    meta = next((mapping(said.get("payload")) for said in head if said.get("type") == "session_meta"), first)
    turns = [mapping(said.get("payload")) for said in head if said.get("type") == "turn_context"]
    spawned = mapping(mapping(mapping(meta.get("source")).get("subagent")).get("thread_spawn"))
    times = [time_of(said.get("timestamp")) for said in head]
    started = time_of(meta.get("timestamp")) or min(filter(None, times), default=0)
    return Session(
        host="codex",
        id=name_of(meta.get("id")) or _id_in(path),
        folder=name_of(meta.get("cwd"), 4096) or next((name_of(turn.get("cwd"), 4096) for turn in turns), ""),
        started=started,
        ended=max((time_of(said.get("timestamp")) for said in tail), default=0),
        title=_title(head),
        branch=name_of(mapping(meta.get("git")).get("branch")),
        model=next((name_of(turn["model"]) for turn in turns if isinstance(turn.get("model"), str)), ""),
        version=name_of(meta.get("cli_version")),
        parent=name_of(spawned.get("parent_thread_id")) or name_of(meta.get("parent_thread_id")),
        source=str(path),
    )


def _id_in(path: Path) -> str:
    """The thread's id at the end of the name of its file."""
    return path.name.partition(".")[0][-36:]


def _title(head: list[dict[str, Any]]) -> str:
    for said in head:
        if said.get("type") == "event_msg" and (text := _typed_in(mapping(said.get("payload")))):
            return first_line(text)
    return ""


def _typed_in(payload: dict[str, Any]) -> str:
    """What a person typed, as an event tells it; empty when it is another event."""
    if payload.get("type") == "user_message" and payload.get("kind") in (None, "plain"):
        return text_of(payload.get("message"))
    item = mapping(payload.get("item"))
    if payload.get("type") == "item_completed" and item.get("type") == "UserMessage":
        return text_of(item.get("content"))
    return ""


def _made_at(name: str) -> int:
    """When an id was made, in milliseconds since 1970, as ids of version 7 tell; 0 for another one."""
    digits = name[:8] + name[9:13]
    return int(digits, 16) if len(name) == 36 and name[14] == "7" and set(digits) <= _HEXADECIMAL else 0


class _Codex:
    """The records of one rollout, turned into events."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._calls, self._ends, self._tokens = Calls(), Ends(), Tokens()
        self._made = _made_at(session.id)
        self._copied = False  # whether the turn that is read was copied from the thread that this one began from
        self._turn = ""
        self._prompted = ""  # the turn whose first prompt was told
        self._told: dict[str, int] = {}  # digests of texts told by one kind of record that wait for the other
        self._unsure: Event | None = None  # what stands as the user's words until an event tells that somebody typed it
        self._unsaid: Event | None = None  # what the model said and no event has told, until something else follows
        self._events_tell = False  # whether this file has events that tell what was typed

    def events(self, path: Path, reading: Reading) -> Iterator[Event]:
        """The events of the file from where the reading begins."""
        self._begin(reading.begun.state)
        for line in json_lines(path, reading, reading.begun.offset):
            try:
                events = list(self._of(line))
                yield from () if self._copied else events
            except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
                # A record of a form never seen: it is told of in the notes of the import, and the rest is read.
                reading.skip(f"byte {line.start:,}", f"a record is not understood ({type(error).__name__})")
            if self._unsure is None and self._unsaid is None:  # what is not told yet is read again
                reading.reached(line.end, self._state())
        if self._events_tell:
            self._unsure = None  # it was never told as typed
        yield from self._settled()

    def _begin(self, state: dict[str, Any]) -> None:
        """Go on from what an earlier reading of the same file left."""
        self._calls, self._ends = Calls(state.get("calls")), Ends(mapping(state.get("ends")))
        self._tokens = Tokens(mapping(state.get("tokens")))
        self._turn, self._prompted = name_of(state.get("turn")), name_of(state.get("prompted"))
        self._events_tell, self._copied = state.get("events_tell") is True, state.get("copied") is True
        self._told = {name: count for name, count in mapping(state.get("told")).items() if isinstance(count, int)}

    def _state(self) -> dict[str, Any]:
        """What the next reading has to know, as a plain object of JSON."""
        return {
            "calls": self._calls.open, "ends": self._ends.state, "tokens": self._tokens.state, "turn": self._turn,
            "prompted": self._prompted, "copied": self._copied, "events_tell": self._events_tell, "told": self._told,
        }  # fmt: skip

    def _of(self, line: Line) -> Iterator[Event]:
        said, kind = line.said, line.said.get("type")
        payload = mapping(said.get("payload")) if "payload" in said else said
        if "payload" not in said and kind in ("message", "function_call", "function_call_output", "reasoning"):
            kind = "response_item"  # the oldest rollouts have the items without an envelope
        at, key = time_of(said.get("timestamp")), f"byte-{line.start}"
        if kind == "response_item":
            yield from self._item(payload, at, name_of(payload.get("id")) or key)
        elif kind == "event_msg":
            yield from self._event(payload, at, key)
        elif kind == "turn_context":
            self._in_turn(payload.get("turn_id"))
            self._tokens.model = name_of(payload.get("model")) or self._tokens.model
        elif kind == "token_usage_record":
            yield from self._tokens.recorded(payload, at)
        elif kind == "compacted":
            self._unsaid = None  # it was the summary, which nobody was told
            yield from self._settled()
            yield Event(COMPACTED, at, key, text_of(payload.get("message")))

    def _in_turn(self, turn: Any) -> None:
        """Note the turn that the next records are of. A turn that is older than its thread was copied into it."""
        self._turn = name_of(turn) or self._turn
        made = _made_at(self._turn)
        self._copied = bool(made and self._made and made < self._made)

    # -- what went to and came from the model -----------------------------------------------------

    def _item(self, item: dict[str, Any], at: int, key: str) -> Iterator[Event]:
        kind, call = item.get("type"), name_of(item.get("call_id"))
        if kind == "message":
            yield from self._message(item, at, key)
            return
        yield from self._settled()
        if kind == "reasoning":
            for index, part in enumerate((*items(item.get("summary")), *items(item.get("content")))):
                yield from self._once("item", Event(THOUGHT, at, f"{key}#{index}", text_of(part)))
        elif kind in ("function_call", "custom_tool_call"):
            yield from self._called(item, call, at, key)
        elif kind == "local_shell_call":
            about = Called(COMMAND, "", clipped(typed_as(items(mapping(item.get("action")).get("command")))), {})
            yield from self._calls.call(call, "local_shell", {}, at, key, about=about)
        elif kind == "web_search_call":
            action = mapping(item.get("action"))
            about = Called(WEB, name_of(action.get("url")), text_of(action.get("query")), {})
            yield from self._calls.call(call, "web_search", {}, at, key, about=about)
        elif kind in ("function_call_output", "custom_tool_call_output", "local_shell_call_output"):
            yield from self._ends.results(self._calls, call, item.get("output"), at, key)

    def _called(self, item: dict[str, Any], call: str, at: int, key: str) -> Iterator[Event]:
        name, space = name_of(item.get("name")), name_of(item.get("namespace"))
        name = f"{space}__{name}" if space and not name.startswith(space) else name
        arguments = item.get("arguments") if item.get("type") == "function_call" else item.get("input")
        if name == "write_stdin":
            about = Called(OTHER, "", text_of(self._ends.typed(call, arguments)), {})
            return self._calls.call(call, name, {}, at, key, about=about)
        return self._calls.call(call, name, arguments, at, key)

    def _message(self, item: dict[str, Any], at: int, key: str) -> Iterator[Event]:
        role, text = item.get("role"), text_of(item.get("content"))
        if not text:
            return
        passed = mapping(item.get("internal_chat_message_metadata_passthrough"))
        self._in_turn(passed.get("turn_id"))
        kinds = [kind for kind in items(passed.get("content_item_kinds")) if isinstance(kind, str)]
        if role == "assistant":
            yield from self._settled()
            self._unsaid = next(self._once("item", Event(REPLY, at, key, text)), None)
        elif role == "user" and kinds and all(kind in _TYPED for kind in kinds):
            yield from self._settled()
            yield from self._prompts("item", text, at, key)
        elif role == "user" and not kinds and not text.startswith(CODEX):
            yield from self._settled()
            if self._told.get(digest("event", PROMPT, text.strip()), 0) > 0:
                self._wait("event", PROMPT, text, -1)
            else:
                self._unsure = Event(PROMPT, at, key, text)
        else:
            source = kinds[0] if kinds else "host"
            yield Event(INJECTED, at, key, text, detail={"source": name_of(source)})

    # -- what events tell ----------------------------------------------------------------------------

    def _event(self, payload: dict[str, Any], at: int, key: str) -> Iterator[Event]:
        kind = payload.get("type")
        if kind == "token_count":
            yield from self._tokens.counted(mapping(payload.get("info")), at, key)
            return
        if text := _typed_in(payload):
            self._events_tell = True
            if self._unsure and self._unsure.text.strip() == text.strip():
                self._unsure = None
                yield self._prompt(text, at, key)
            else:
                yield from self._settled()
                yield from self._prompts("event", text, at, key)
            return
        if kind in ("task_started", "turn_started", "agent_message", "exec_command_begin", "task_complete"):
            yield from self._settled()
        if kind in ("task_started", "turn_started"):
            self._in_turn(payload.get("turn_id"))
        elif kind == "agent_message":
            yield from self._once("event", Event(REPLY, at, key, text_of(payload.get("message"))))
        elif kind in ("agent_reasoning", "agent_reasoning_raw_content"):
            yield from self._once("event", Event(THOUGHT, at, key, text_of(payload.get("text"))))
        elif kind == "turn_aborted":
            yield Event(NOTE, at, key, name_of(payload.get("reason")), detail={"what": "interrupted"})
        elif kind in ("error", "stream_error"):
            yield Event(NOTE, at, key, text_of(payload.get("message")), detail={"what": "error"})
        elif kind == "item_completed":
            yield from self._completed(mapping(payload.get("item")), at, key)
        else:
            self._ends.told(payload)

    def _completed(self, item: dict[str, Any], at: int, key: str) -> Iterator[Event]:
        kind, key = item.get("type"), name_of(item.get("id")) or key
        if kind == "AgentMessage":
            yield from self._once("event", Event(REPLY, at, key, text_of(item.get("content"))))
        elif kind == "Reasoning":
            for index, text in enumerate((*items(item.get("summary_text")), *items(item.get("raw_content")))):
                yield from self._once("event", Event(THOUGHT, at, f"{key}#{index}", text_of(text)))
        else:
            self._ends.completed(item)

    # -- what is said twice ---------------------------------------------------------------------------

    def _prompts(self, teller: str, text: str, at: int, key: str) -> Iterator[Event]:
        if not self._paired(teller, PROMPT, text):
            yield self._prompt(text, at, key)

    def _prompt(self, text: str, at: int, key: str) -> Event:
        """A prompt; the first one of a turn bears the turn's name, as the host's hooks tell it."""
        if self._turn and self._turn != self._prompted:
            self._prompted = key = self._turn
        return Event(PROMPT, at, key, text, detail={"source": "typed"})

    def _once(self, teller: str, event: Event) -> Iterator[Event]:
        if event.text and not self._paired(teller, event.kind, event.text):
            yield event

    def _paired(self, teller: str, kind: str, text: str) -> bool:
        """Whether the other kind of record has told this text already; if not, it is waited for."""
        other = "event" if teller == "item" else "item"
        if self._told.get(digest(other, kind, text.strip()), 0) > 0:
            self._wait(other, kind, text, -1)
            return True
        self._wait(teller, kind, text, 1)
        return False

    def _wait(self, teller: str, kind: str, text: str, count: int) -> None:
        own = digest(teller, kind, text.strip())
        left = self._told.pop(own, 0) + count
        if left:
            self._told[own] = left
        while len(self._told) > MOST_PAIRED:
            del self._told[next(iter(self._told))]

    def _settled(self) -> Iterator[Event]:
        """What stood as the user's words and was never told as typed: typed only where no event tells what is."""
        if self._unsaid:
            yield self._unsaid
        event, self._unsure, self._unsaid = self._unsure, None, None
        if event is None:
            return
        if self._events_tell:
            yield event._replace(kind=INJECTED, detail={"source": "host"})
        else:
            self._wait("item", PROMPT, event.text, 1)
            yield self._prompt(event.text, event.at, event.key)


READER = Reader("codex", "Codex", _recognises, _read, goes_on=True)
