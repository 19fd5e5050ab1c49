"""Transcripts of Gemini CLI: JSON lines since 0.39, before that one JSON document a session.

A message that changes is written again whole, later lines mend it (`$patch`) or take back everything from it on
(`$rewindTo`). So the lines are looked through first, and each message is read where it stands last.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oldhand.sessions.put_in import GEMINI
from oldhand.sessions.record import COMMAND, NOTE, PROMPT, REPLY, THOUGHT, USAGE, Event, Session
from oldhand.sessions.transcripts.calls import Calls
from oldhand.sessions.transcripts.documents import members
from oldhand.sessions.transcripts.neutral import (
    called,
    changed_by,
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
from oldhand.sessions.transcripts.reading import LONGEST_LINE, Reading, as_object, head_of, json_lines, opened, tail_of

ROOT_FILE = ".project_root"  # beside the folder `chats`: the project's folder
LONGEST_PATH = 4096  # bytes of a path
MOST_MESSAGES = 200_000  # of one session; some 200 bytes are held of each
_ENDED = ("success", "error", "cancelled")


def _recognises(head: Head) -> bool:
    start = head.raw.lstrip()[:2000]
    if start.startswith(b"{") and b'"sessionId"' in start and b'"projectHash"' in start:
        return True
    return any("projectHash" in said and "sessionId" in said for said in head.records())


def _read(path: Path, reading: Reading) -> Sessions:
    whole = not any("sessionId" in said for said in head_of(path))
    session = _of_document(path) if whole else _of_lines(path)
    gemini = _Gemini(session)
    yield session, gemini.document(path, reading) if whole else gemini.lines(path, reading)


def _of_document(path: Path) -> Session:
    about: dict[str, Any] = {}
    first = ""
    for member in members(path):
        if member.number == 0:
            about[member.name] = member.value
        elif not first and mapping(member.value).get("type") == "user":
            first = first_line(text_of(mapping(member.value).get("content")))
    return _session(path, about, [], first)


def _of_lines(path: Path) -> Session:
    head, tail = head_of(path), tail_of(path)
    about = next((said for said in head if "sessionId" in said), {})
    changes = [mapping(said["$set"]) for said in (*head, *tail) if "$set" in said]
    for change in changes:
        about = about | {name: change[name] for name in ("summary", "lastUpdated") if isinstance(change.get(name), str)}
    prompts = (text_of(said.get("content")) for said in head if said.get("type") == "user")
    return _session(path, about, [*head, *tail], first_line(next(filter(None, prompts), "")))


def _session(path: Path, about: dict[str, Any], messages: list[dict[str, Any]], first: str) -> Session:
    times = [time_of(said.get("timestamp")) for said in messages]
    models = (name_of(said.get("model")) for said in messages)
    nested = path.parent.name if path.parent.parent.name == "chats" else ""
    return Session(
        host="gemini",
        id=name_of(about.get("sessionId")) or path.stem,
        folder=_root(path),
        started=time_of(about.get("startTime")) or min(filter(None, times), default=0),
        ended=max((*times, time_of(about.get("lastUpdated"))), default=0),
        title=first_line(name_of(about.get("summary")) or first),
        model=next(filter(None, models), ""),
        parent=nested,  # a subagent's session stands in a folder named as the session that started it
        source=str(path),
    )


def _root(path: Path) -> str:
    """The project's folder, as the host notes it beside the sessions; empty where it does not."""
    for folder in path.parents[:3]:
        try:
            file, _ = opened(folder / ROOT_FILE)
        except OSError:
            continue
        with file:
            return file.read(LONGEST_PATH).decode("utf-8", "replace").strip().split("\n")[0]
    return ""


class _Gemini:
    """The messages of one session, turned into events."""

    def __init__(self, session: Session) -> None:
        self._session, self._calls = session, Calls()

    def document(self, path: Path, reading: Reading) -> Iterator[Event]:
        """The events of a session that is one JSON document."""
        for member in members(path, reading):
            if member.name == "messages" and isinstance(member.value, dict):
                yield from self._message(member.value, f"message-{member.number}")

    def lines(self, path: Path, reading: Reading) -> Iterator[Event]:
        """The events of a session that has one record a line."""
        kept, gone, mended, end = _last_lines(path, reading)
        file, packed = opened(path)
        with file:
            if packed:
                reading.skip(path.name, "a packed file of this host cannot be read; unpack it")
                return
            for name, start in sorted({**kept, **gone}.items(), key=lambda one: one[1][0]):
                said = _at(file, start[1])
                for place in mended.get(name, ()):
                    said = _patched(said, mapping(_at(file, place).get("$patch")))
                events = self._message(said, f"byte-{start[0]}")
                yield from events if name in kept else (event for event in events if event.kind == USAGE)
        if gone:
            what = {"what": "rewound", "messages": len(gone)}
            yield Event(NOTE, self._session.ended, f"rewound-{len(gone)}", detail=what)
        reading.reached(end)

    def _message(self, said: dict[str, Any], key: str) -> Iterator[Event]:
        kind, at, key = said.get("type"), time_of(said.get("timestamp")), name_of(said.get("id")) or key
        if kind == "user":
            text = text_of([part for part in _parts(said.get("content")) if "functionResponse" not in part])
            if text.startswith(GEMINI):
                return
            if text:
                yield Event(PROMPT, at, key, text, detail={"source": "subagent" if self._session.parent else "typed"})
        elif kind in ("error", "warning"):
            yield Event(NOTE, at, key, text_of(said.get("content")), detail={"what": kind})
        elif kind == "gemini":
            yield from self._answer(said, at, key)

    def _answer(self, said: dict[str, Any], at: int, key: str) -> Iterator[Event]:
        thoughts = [mapping(thought) for thought in items(said.get("thoughts"))]
        parts = _parts(said.get("content"))
        for index, thought in enumerate(thoughts):
            words = (text_of(thought.get("subject")), text_of(thought.get("description")))
            if text := ": ".join(filter(None, words)):
                yield Event(THOUGHT, time_of(thought.get("timestamp")) or at, f"{key}#t{index}", text)
        if text := text_of([part for part in parts if part.get("thought") is True]):
            yield Event(THOUGHT, at, f"{key}#t", text)
        if text := text_of([part for part in parts if part.get("thought") is not True]):
            yield Event(REPLY, at, key, text)
        for index, call in enumerate(items(said.get("toolCalls"))):
            yield from self._call(mapping(call), at, f"{key}#{index}")
        tokens = mapping(said.get("tokens"))
        if tokens:
            cached = number(tokens.get("cached"))
            detail = {
                "model": name_of(said.get("model")),
                "input": max(0, number(tokens.get("input")) - cached) + number(tokens.get("tool")),
                "output": number(tokens.get("output")) + number(tokens.get("thoughts")),
                "cache_read": cached, "cache_written": 0, "reasoning": number(tokens.get("thoughts")),
            }  # fmt: skip
            yield Event(USAGE, at, key, detail=detail)

    def _call(self, call: dict[str, Any], at: int, key: str) -> Iterator[Event]:
        name, own = name_of(call.get("name")), name_of(call.get("id"))
        when = time_of(call.get("timestamp")) or at
        about = called(name, call.get("args"))
        yield from self._calls.call(own, name, call.get("args"), when, key, about=about)
        status = call.get("status")
        if status not in _ENDED:
            return
        text = _response(call.get("result")) or text_of(call.get("resultDisplay"))
        ok = True if status == "success" else None if status == "cancelled" else False
        detail: dict[str, Any] = {"refused": True} if status == "cancelled" else {}
        if about.tool == COMMAND and status != "cancelled":
            code = exit_after(text, "Exit Code:")
            if code is not None:
                ok, detail = code == 0, {"exit": code}
        changed = changed_by(about, ok)
        if changed and ok:
            detail["changed"] = changed
        yield from self._calls.result(own, text, when, key, "", ok, detail, ran=True)


def _parts(content: Any) -> list[dict[str, Any]]:
    """A content as parts: it is a text, a part, or several."""
    if isinstance(content, str):
        return [{"text": content}]
    parts = content if isinstance(content, list) else [content]
    return [part if isinstance(part, dict) else {"text": str(part)} for part in parts[:1000] if part]


def _response(result: Any) -> str:
    """The text of what a tool answered."""
    texts = []
    for part in _parts(result):
        said = mapping(mapping(part.get("functionResponse")).get("response"))
        texts.append(text_of(said.get("output") or said.get("error")) or text_of(part.get("text")))
    return "\n".join(filter(None, texts))


_Places = dict[str, tuple[int, int]]  # message -> the bytes where it stands first and last


def _last_lines(path: Path, reading: Reading) -> tuple[_Places, _Places, dict[str, list[int]], int]:
    """Where each message stands: those that count, those that were taken back, the patches of each, and the end."""
    kept: _Places = {}
    gone: _Places = {}
    mended: dict[str, list[int]] = {}
    end = 0
    for line in json_lines(path, reading):
        said, end = line.said, line.end
        name = name_of(said.get("id"))
        if name and said.get("type") and len(kept) < MOST_MESSAGES:
            kept[name] = (kept.get(name, (line.start, 0))[0], line.start)
            mended.pop(name, None)  # written again whole
        elif "$patch" in said and (patched := name_of(mapping(said["$patch"]).get("id"))):
            mended.setdefault(patched, []).append(line.start)
        elif (since := name_of(said.get("$rewindTo"))) in kept:
            order = list(kept)
            for taken in order[order.index(since) :]:
                gone[taken] = kept.pop(taken)
    return kept, gone, mended, end


def _at(file: Any, start: int) -> dict[str, Any]:
    file.seek(start)
    said = as_object(file.readline(LONGEST_LINE))
    return said if isinstance(said, dict) else {}


def _patched(said: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """A message after a patch: its content, or the results of some of its calls."""
    changed = dict(said)
    if "content" in patch:
        changed["content"] = patch["content"]
    results = {name_of(call.get("id")): call for call in map(mapping, items(patch.get("toolCalls")))}
    calls = [mapping(call) for call in items(said.get("toolCalls"))]
    if results:
        changed["toolCalls"] = [call | results.get(name_of(call.get("id")), {}) for call in calls]
    return changed


READER = Reader("gemini", "Gemini CLI", _recognises, _read)
