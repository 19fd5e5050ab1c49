"""Questions to the log of sessions."""

import json
from typing import Any

import apsw

from oldhand.errors import AmbiguousSession, NoSession, UnknownSession
from oldhand.model.session import Event, Session
from oldhand.store.session_rows import Injection, Row, Usage

SHORTEST_NAME = 4  # characters of a session's name that are accepted: their ids are long, and few begin alike
CANDIDATES_SHOWN = 8  # names listed when a prefix is ambiguous

_SESSION = "host,id,folder,started,ended,title,branch,model,version,parent,source"
_ROWS = f"""
SELECT {_SESSION}, last,
  (SELECT count(*) FROM events WHERE session=s.number),
  (SELECT count(*) FROM events WHERE session=s.number AND kind='prompt'),
  (SELECT count(*) FROM events WHERE session=s.number AND kind='call'),
  (SELECT count(*) FROM events WHERE session=s.number AND kind='result' AND ok=0),
  (SELECT count(*) FROM injections WHERE session=s.id AND NOT withheld),
  (SELECT coalesce(sum(tokens),0) FROM injections WHERE session=s.id AND NOT withheld)
FROM sessions AS s"""


def _row(said: Any) -> Row:
    session, (last, *counts) = Session(*said[:11]), said[11:]
    return Row._make((session, *counts, last))


def sessions(
    connection: apsw.Connection, limit: int, since: int, host: str, branch: str, folder: str
) -> list[Row]:  # fmt: skip
    """The sessions that had something happen since a time, the latest first."""
    parts, arguments = ["last>=?"], [since]
    given: list[Any] = arguments
    for column, value in (("host", host), ("branch", branch), ("folder", folder)):
        if value:
            parts.append(f"{column}=?")
            given.append(value)
    rows = connection.execute(
        f"{_ROWS} WHERE {' AND '.join(parts)} ORDER BY last DESC, number DESC LIMIT ?", (*given, limit)
    )
    return [_row(said) for said in rows]


def session(connection: apsw.Connection | None, prefix: str) -> Row:
    """The session whose id begins so; without one the latest. Raises UnknownSession and AmbiguousSession."""
    if connection is None:
        raise UnknownSession(prefix) if prefix else NoSession
    if not prefix:
        rows = connection.execute(f"{_ROWS} ORDER BY last DESC, number DESC LIMIT 1").fetchall()
    else:
        rows = connection.execute(f"{_ROWS} WHERE id=?", (prefix,)).fetchall()
        if not rows and len(prefix) >= SHORTEST_NAME:
            rows = connection.execute(
                f"{_ROWS} WHERE substr(id,1,?)=? ORDER BY last DESC LIMIT ?",
                (len(prefix), prefix, CANDIDATES_SHOWN + 1),
            ).fetchall()
    if not rows:
        raise UnknownSession(prefix) if prefix else NoSession
    if len(rows) > 1:
        names = [str(one[1]) for one in rows]
        more = " …" if names[CANDIDATES_SHOWN:] else ""
        raise AmbiguousSession(prefix, ", ".join(names[:CANDIDATES_SHOWN]) + more)
    return _row(rows[0])


def how_many(connection: apsw.Connection) -> tuple[int, int]:
    """How many sessions and events are kept."""
    row: Any = connection.execute("SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM events)").fetchone()
    return int(row[0]), int(row[1])


def slice_of(
    connection: apsw.Connection, session: str, kinds: tuple[str, ...], after: int, agent: str | None,
    place: tuple[int, int], most: int,
) -> list[tuple[int, Event, tuple[int, int]]]:  # fmt: skip
    """The next events of a session in order of time, each with its number and its place in that order."""
    parts, given = ["(at, number) > (?, ?)", "number>?"], [*place, after]
    arguments: list[Any] = given
    if kinds:
        parts.append(f"kind IN ({','.join('?' * len(kinds))})")
        arguments += kinds
    if agent is not None:
        parts.append("agent=?")
        arguments.append(agent)
    rows: Any = connection.execute(
        "SELECT number,kind,at,key,text,agent,tool,name,call,target,ok,detail FROM events"
        f" WHERE session=(SELECT number FROM sessions WHERE id=?) AND {' AND '.join(parts)}"
        " ORDER BY at, number LIMIT ?", (session, *arguments, most),
    )  # fmt: skip
    return [
        (
            row[0],
            Event._make((*row[1:10], None if row[10] is None else bool(row[10]), json.loads(row[11]))),
            (row[2], row[0]),
        )
        for row in rows
    ]


def injections(connection: apsw.Connection, session: str, since: int, limit: int) -> list[Injection]:
    """What was put before agents or withheld from them, the latest `limit`, oldest first."""
    rows: Any = connection.execute(
        "SELECT session,at,event,action,root,memories,tokens,withheld,key,agent FROM injections"
        " WHERE (?='' OR session=?) AND at>=? ORDER BY at DESC, number DESC LIMIT ?", (session, session, since, limit),
    ).fetchall()  # fmt: skip
    return [
        Injection._make((*row[:5], tuple(row[5].split()), row[6], bool(row[7]), *row[8:])) for row in reversed(rows)
    ]  # fmt: skip


def usage(connection: apsw.Connection, session: str, since: int) -> list[Usage]:
    """Tokens that hosts recorded, summed by session, agent and model."""
    rows: Any = connection.execute(
        "SELECT s.id, u.agent, u.model, count(*), sum(u.input), sum(u.output), sum(u.cache_read),"
        " sum(u.cache_written), sum(u.reasoning) FROM usage AS u JOIN sessions AS s ON s.number=u.session"
        " WHERE (?='' OR s.id=?) AND u.at>=? GROUP BY s.number, u.agent, u.model ORDER BY min(u.at), s.number, u.agent",
        (session, session, since),
    )
    return [Usage(*row) for row in rows]


def changed(connection: apsw.Connection, after: int) -> list[tuple[str, int]]:
    """(id, number of its last event) of the sessions that have events with a greater number, in order of these."""
    rows: Any = connection.execute(
        "SELECT s.id, e.last FROM (SELECT session, max(number) AS last FROM events WHERE number>? GROUP BY session)"
        " AS e JOIN sessions AS s ON s.number=e.session ORDER BY e.last", (after,),
    )  # fmt: skip
    return [(str(name), int(last)) for name, last in rows]


def mark(connection: apsw.Connection, name: str) -> str:
    """How far a reader has come; empty when it has not begun."""
    row = connection.execute("SELECT value FROM marks WHERE name=?", (name,)).fetchone()
    return str(row[0]) if row else ""


def marked(connection: apsw.Connection, prefix: str) -> list[str]:
    """The names of the marks that begin so, without that beginning."""
    rows: Any = connection.execute("SELECT name FROM marks WHERE substr(name,1,?)=?", (len(prefix), prefix))
    return [str(name)[len(prefix) :] for (name,) in rows]


def oldest(connection: apsw.Connection, column: str) -> tuple[int, str, int] | None:
    """(number, id, time) of the session that is first by `last`, its last event, or by `noted`, when it came in."""
    row: Any = connection.execute(
        f"SELECT number, id, {column} FROM sessions ORDER BY {column}, number LIMIT 1"
    ).fetchone()
    return (int(row[0]), str(row[1]), int(row[2])) if row else None


def pages(connection: apsw.Connection) -> tuple[int, int]:
    """(bytes in use, free pages) of the file."""
    size, count, free = (int(connection.pragma(name)) for name in ("page_size", "page_count", "freelist_count"))
    return (count - free) * size, free
