"""Rows of the log of sessions: how sessions, events and injections are made ready, written, blanked and removed."""

import json
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import apsw

from oldhand.model.canonical import LARGEST_INTEGER
from oldhand.model.excerpt import ends
from oldhand.model.session import COMPACTED, PROMPT, REPLY, USAGE, Event, Session
from oldhand.model.tokens import ASCII_PER_TOKEN, estimate
from oldhand.store.session_blanking import BLANKED

LONGEST_TEXT = 20_000  # characters of an event's text: as much of an output as is read for its error
LONGEST_NAME = 300  # characters of an id, a key or the name of a tool
LONGEST_PLACE = 4096  # characters of a path: the longest that Linux opens
LONGEST_TITLE = 500  # characters of a session's title
LONGEST_DETAIL = 4000  # characters of one text in a detail: twice what readers give of an edit
MOST_DETAIL = 64_000  # characters of a whole detail, as JSON: some hundred changed paths
MOST_IDS = 100  # memories of one injection: a briefing names some dozens
DEEPEST_DETAIL = 4  # lists and objects inside each other
CUT = "\n[…]\n"  # between the two ends of a text that was cut
TWICE_MS = 10_000  # a hook and a transcript tell the same words at times that differ by less
COMPACTING_MS = 60_000  # so far apart a hook and a transcript may tell one compaction, which takes a minute itself
COMPARED = 1000  # characters by which the same words are known: hooks cut what is longer
_SAID_TWICE = (PROMPT, REPLY, COMPACTED)  # what a hook and a transcript name by different keys
_COUNTS = ("input", "output", "cache_read", "cache_written", "reasoning")


class Screen(NamedTuple):
    """What keeps secrets out. clean: replaces the secrets in a text; find: tells where they are."""

    clean: Callable[[str], str]
    find: Callable[[str], Sequence[tuple[str, int, int]]]


class Injection(NamedTuple):
    """What a hook put before an agent. event: at what event of the host; action: the command or file it concerned;
    root: of the memory then; memories: ids of what was told; tokens: estimated; withheld: whether the holdout kept it
    back, and nothing was told; agent: the subagent it was told to."""

    session: str
    at: int
    event: str
    action: str = ""
    root: str = ""
    memories: tuple[str, ...] = ()
    tokens: int = 0
    withheld: bool = False
    key: str = ""
    agent: str = ""


class Row(NamedTuple):
    """A session as listings tell it. events: how many are kept; calls: of tools; failures: results that failed;
    injections: how often something was told in it; injected_tokens: estimated; last: time of its last event, ms."""

    session: Session
    events: int
    prompts: int
    calls: int
    failures: int
    injections: int
    injected_tokens: int
    last: int


class Usage(NamedTuple):
    """Tokens that a host recorded for one session, agent (empty: the session's own) and model. answers: of the model;
    input: read anew; cache_read, cache_written: through the provider's cache; reasoning: part of output."""

    session: str
    agent: str
    model: str
    answers: int
    input: int
    output: int
    cache_read: int
    cache_written: int
    reasoning: int


def plain(text: object, longest: int) -> str:
    """A text that can be kept: no NUL, no lone surrogate, cut in its middle when it is too long."""
    said = text if isinstance(text, str) else "" if text is None else str(text)
    if len(said) > longest:
        half = longest // 2
        said = f"{said[:half]}{CUT}{said[-half:]}"
    return said.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def cleaned(text: str, screen: Screen, longest: int = LONGEST_TEXT) -> str:
    """A text with its secrets replaced, cut to so many characters; a secret that the cut halves is replaced too."""
    said = plain(text, max(longest, len(text or "")))
    if len(said) <= longest:
        return plain(screen.clean(said), longest) if said else ""
    return screen.clean(ends(said, longest, screen.find, CUT))


def cleaned_name(text: object, screen: Screen) -> str:
    """A name, an id or a key as it is kept, its secrets replaced. Of a longer one the beginning, and a digest of all:
    equal ones stay equal, and others different."""
    said = text if isinstance(text, str) else "" if text is None else str(text)
    whole = cleaned(said, screen, max(len(said), 1))
    if len(whole) <= LONGEST_NAME:
        return whole
    name = blake2b(whole.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return f"{whole[: LONGEST_NAME - len(name) - 1]}…{name}"


def cleaned_session(session: Session, screen: Screen) -> Session:
    """A session as it is kept."""
    texts = {
        name: cleaned(value, screen, LONGEST_PLACE if name in ("folder", "source") else LONGEST_TITLE)
        for name, value in session._asdict().items()
        if name not in ("id", "host", "started", "ended")
    }
    return session._replace(
        **texts, id=cleaned_name(session.id, screen), host=cleaned_name(session.host, screen),
        started=_count(session.started), ended=_count(session.ended),
    )  # fmt: skip


def cleaned_injection(said: Injection, screen: Screen) -> Injection:
    """An injection as it is kept."""
    ids = tuple(one for one in said.memories if one.isalnum() and one.isascii())[:MOST_IDS]
    return Injection(
        cleaned_name(said.session, screen), _count(said.at), cleaned_name(said.event, screen),
        cleaned(said.action, screen, LONGEST_TITLE), cleaned_name(said.root, screen), ids, _count(said.tokens),
        bool(said.withheld), cleaned_name(said.key, screen), cleaned_name(said.agent, screen),
    )  # fmt: skip


class Ready(NamedTuple):
    """An event ready to be written: its session's id, the values of its row from `kind` on, and its usage."""

    session: str
    values: tuple[Any, ...]
    usage: tuple[Any, ...] | None


def prepared(events: Iterable[tuple[str, Event]], screen: Screen) -> list[Ready]:
    """Events made ready: screened, cut, each with a key and, as far as one before it tells, a time."""
    found, at = [], 0
    known: dict[object, str] = {}  # of a few sessions, tools and calls, each many times

    def name(said: object) -> str:
        if said not in known:
            known[said] = cleaned_name(said, screen)
        return known[said]

    for session, event in events:
        at = _count(event.at) or at
        text = cleaned(event.text, screen)
        detail = _detail(event.detail, screen)
        key = name(event.key) or _digest(event, text).hex()
        same = _same(event.kind, event.agent, text) if event.kind in _SAID_TWICE else None
        values = (
            name(event.kind), at, key, name(event.agent), name(event.tool), name(event.name), name(event.call),
            cleaned(event.target, screen, LONGEST_PLACE), event.ok if event.ok is None else int(bool(event.ok)),
            _tokens(event), same, text, json.dumps(detail, ensure_ascii=False, sort_keys=True),
        )  # fmt: skip
        usage = None
        if event.kind == USAGE:
            model = cleaned_name(event.detail.get("model", ""), screen)
            usage = (at, values[3], model, *(_count(event.detail.get(name)) for name in _COUNTS))
        found.append(Ready(name(session), values, usage))
    return found


def _count(value: object) -> int:
    """A whole number that is not negative; 0 for what is none."""
    if isinstance(value, float) and value == value and abs(value) <= LARGEST_INTEGER:
        value = int(value)
    return value if isinstance(value, int) and 0 <= value <= LARGEST_INTEGER else 0


def _tokens(event: Event) -> int:
    """The estimated tokens of an event's whole text, also where only a part of it was given (detail `size`)."""
    told = estimate(event.text) if event.text else 0
    size = _count(event.detail.get("size"))
    if size <= len(event.text):
        return told
    return round(told * size / len(event.text)) if event.text else -(-size // ASCII_PER_TOKEN)


def _digest(event: Event, text: str) -> bytes:
    said = (event.kind, event.at, event.agent, event.tool, event.name, event.call, event.target, text)
    return blake2b(repr(said).encode("utf-8", "replace"), digest_size=12).digest()


def _same(kind: str, agent: str, text: str) -> bytes | None:
    """By what an event is known that a hook and a transcript name differently: its words, of a compaction its kind."""
    if kind == COMPACTED:
        text = ""  # one tells the summary, the other how it was put to the model
    elif not text.strip():
        return None
    said = f"{kind}\n{agent}\n{' '.join(text[:COMPARED].split())[: COMPARED // 2]}"
    return blake2b(said.encode("utf-8", "replace"), digest_size=8).digest()


def _detail(detail: Any, screen: Screen) -> Any:
    """A detail as it is kept; one that is too large keeps only its numbers and short texts."""
    kept = _kept(detail if isinstance(detail, dict) else {}, screen, DEEPEST_DETAIL)
    if len(json.dumps(kept, ensure_ascii=False)) <= MOST_DETAIL:
        return kept
    small = {
        name: value for name, value in kept.items() if not isinstance(value, (dict, list)) and len(str(value)) < 100
    }
    return {**dict(list(small.items())[:100]), "cut": True}


def _kept(value: Any, screen: Screen, depth: int) -> Any:
    if isinstance(value, str):
        return cleaned(value, screen, LONGEST_DETAIL)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return value if value == value and abs(value) <= LARGEST_INTEGER else None
    if depth and isinstance(value, dict):
        return {cleaned(name, screen, LONGEST_NAME): _kept(one, screen, depth - 1) for name, one in value.items()}
    if depth and isinstance(value, (list, tuple)):
        return [_kept(one, screen, depth - 1) for one in value]
    return cleaned(repr(value), screen, LONGEST_NAME)


# -- writing -----------------------------------------------------------------------------------------


def put_session(connection: apsw.Connection, session: Session, now: int) -> None:
    """Write a session, or fill in what was not known of it."""
    connection.execute(
        "INSERT INTO sessions(host,id,folder,started,ended,title,branch,model,version,parent,source,last,noted)"
        " VALUES(?,?,?,?,?,?,?,?,?,?,?,max(?,?),?) ON CONFLICT(id) DO UPDATE SET"
        " host=iif(host='', excluded.host, host), folder=iif(folder='', excluded.folder, folder),"
        " started=iif(started=0 OR (excluded.started>0 AND excluded.started<started), excluded.started, started),"
        " ended=max(ended, excluded.ended), title=iif(excluded.title='', title, excluded.title),"
        " branch=iif(excluded.branch='', branch, excluded.branch), model=iif(excluded.model='', model, excluded.model),"
        " version=iif(excluded.version='', version, excluded.version), parent=iif(parent='', excluded.parent, parent),"
        " source=iif(excluded.source='', source, excluded.source), last=max(last, excluded.last), noted=excluded.noted",
        (*session, session.started, session.ended, now),
    )


def put_events(connection: apsw.Connection, rows: Sequence[Ready], now: int) -> int:
    """Write events; how many of them were new."""
    added = 0
    numbers: dict[str, int] = {}
    latest: dict[str, tuple[int, int]] = {}
    for row in rows:
        if row.session not in numbers:
            numbers[row.session] = _number_of(connection, row.session, now)
        number = numbers[row.session]
        added += _put_event(connection, number, row)
        first, last = latest.get(row.session, (0, 0))
        at = row.values[1]
        latest[row.session] = (min(first, at) if first and at else first or at, max(last, at))
    for session, (first, last) in latest.items():
        connection.execute(
            "UPDATE sessions SET last=max(last,?), noted=?, started=iif(?>0 AND (started=0 OR ?<started), ?, started)"
            " WHERE number=?", (last, now, first, first, first, numbers[session]),
        )  # fmt: skip
    return added


def _number_of(connection: apsw.Connection, session: str, now: int) -> int:
    """The number of a session, which is begun where it is not known."""
    row = connection.execute("SELECT number FROM sessions WHERE id=?", (session,)).fetchone()
    if row is None:
        put_session(connection, Session("", session), now)
        row = connection.execute("SELECT number FROM sessions WHERE id=?", (session,)).fetchone()
    return int(row[0]) if row else 0


def _put_event(connection: apsw.Connection, session: int, row: Ready) -> int:
    kind, at, key, *_, ok, _, same, text, detail = row.values
    known: Any = connection.execute(
        "SELECT number, length(text), ok, detail, instr(text,?) FROM events WHERE session=? AND kind=? AND key=?",
        (BLANKED, session, kind, key),
    ).fetchone()
    if known is None and same is not None and at:
        apart = COMPACTING_MS if kind == COMPACTED else TWICE_MS
        known = connection.execute(
            "SELECT number, length(text), ok, detail, instr(text,?) FROM events"
            " WHERE session=? AND same=? AND at BETWEEN ? AND ?", (BLANKED, session, same, at - apart, at + apart),
        ).fetchone()  # fmt: skip
    if known is not None:
        if row.usage:
            _count_more(connection, int(known[0]), row)
        elif known[4]:
            return 0  # it told what was forgotten: what it said stays out, however often it is read again
        elif len(text) > known[1] or (known[2] is None and ok is not None) or (detail != known[3] and detail != "{}"):
            _fill_in(connection, int(known[0]), row.values)
        return 0
    marks = ",".join("?" * (len(row.values) + 1))
    connection.execute(
        "INSERT INTO events(session,kind,at,key,agent,tool,name,call,target,ok,tokens,same,text,detail)"
        f" VALUES({marks})", (session, *row.values),
    )  # fmt: skip
    if row.usage:
        connection.execute(
            "INSERT INTO usage(event,session,at,agent,model,input,output,cache_read,cache_written,reasoning)"
            " VALUES(?,?,?,?,?,?,?,?,?,?)", (connection.last_insert_rowid(), session, *row.usage),
        )  # fmt: skip
    return 1


def _count_more(connection: apsw.Connection, number: int, row: Ready) -> None:
    """The tokens of an answer that was under way when they were first told: each count is its largest."""
    if row.usage is None:
        return
    before: Any = connection.execute(f"SELECT {','.join(_COUNTS)} FROM usage WHERE event=?", (number,)).fetchone()
    counts = [max(old, new) for old, new in zip(before or (0,) * len(_COUNTS), row.usage[3:], strict=True)]
    if before is None or counts != list(before):
        changes = ", ".join(f"{name}=?" for name in _COUNTS)
        connection.execute(f"UPDATE usage SET {changes} WHERE event=?", (*counts, number))
        detail = json.loads(row.values[-1]) | dict(zip(_COUNTS, counts, strict=True))
        connection.execute("UPDATE events SET detail=? WHERE number=?", (json.dumps(detail, sort_keys=True), number))


def _fill_in(connection: apsw.Connection, number: int, values: tuple[Any, ...]) -> None:
    """An event that comes again with more: the longer text stays, and what was not known is filled in."""
    _, at, _, _, tool, name, call, target, ok, tokens, _, text, detail = values
    connection.execute(
        "UPDATE events SET at=iif(at=0,:at,at), tool=iif(tool='',:tool,tool), name=iif(name='',:name,name),"
        " call=iif(call='',:call,call), target=iif(target='',:target,target), ok=coalesce(ok,:ok),"
        " tokens=max(tokens,:tokens), text=iif(length(text)<length(:text),:text,text),"
        " detail=json_patch(:detail, detail) WHERE number=:number",
        {
            "at": at, "tool": tool, "name": name, "call": call, "target": target, "ok": ok, "tokens": tokens,
            "text": text, "detail": detail, "number": number,
        },
    )  # fmt: skip


def put_injection(connection: apsw.Connection, said: Injection) -> int:
    """Write an injection; 1 when it was new. One without a key is known by its session, time, event and action."""
    key = said.key or blake2b(repr(said[:4]).encode(), digest_size=12).hexdigest()
    before = connection.total_changes()
    connection.execute(
        "INSERT OR IGNORE INTO injections(session,at,key,event,action,root,memories,tokens,withheld,agent)"
        " VALUES(?,?,?,?,?,?,?,?,?,?)",
        (
            said.session, said.at, key, said.event, said.action, said.root, " ".join(said.memories), said.tokens,
            int(said.withheld), said.agent,
        ),
    )  # fmt: skip
    return connection.total_changes() - before


def remove_session(connection: apsw.Connection, number: int, session: str) -> None:
    """Remove a session with all that is kept of it."""
    connection.execute("DELETE FROM usage WHERE session=?", (number,))
    connection.execute("DELETE FROM events WHERE session=?", (number,))
    connection.execute("DELETE FROM injections WHERE session=?", (session,))
    connection.execute("DELETE FROM candidates WHERE session=? AND state='waiting'", (session,))
    connection.execute("DELETE FROM sessions WHERE number=?", (number,))
