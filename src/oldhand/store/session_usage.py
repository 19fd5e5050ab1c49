"""Sums of tokens in the log of sessions: what hosts recorded, and what the texts of events are estimated at."""

from typing import Any, NamedTuple

from oldhand.store.session_log import SessionLog

OWN_NAME = "oldhand"  # in the names of our own tools, whatever a host puts around it: mcp__oldhand__recall


class Content(NamedTuple):
    """Estimated tokens of the texts of events of one sort. own: whether memory itself said them, as its tools do."""

    session: str
    agent: str
    kind: str
    tool: str
    name: str
    own: bool
    events: int
    tokens: int


def contents(log: SessionLog, session: str = "", since: int = 0, until: int = 0) -> list[Content]:
    """The texts of events, summed by session, agent, kind, tool and the tool's name; until: 0 for no end."""
    with log.reading() as connection:
        if connection is None:
            return []
        rows: Any = connection.execute(
            "SELECT s.id, e.agent, e.kind, e.tool, e.name, (e.tool='mcp' AND instr(lower(e.name), ?)>0) OR"
            " (e.tool='command' AND e.kind='result' AND EXISTS (SELECT 1 FROM events AS c WHERE c.session=e.session"
            "  AND c.kind='call' AND c.key=e.call AND substr(c.text, 1, ?)=?)) AS own, count(*), sum(e.tokens)"
            " FROM sessions AS s JOIN events AS e ON e.session=s.number"
            " WHERE (?='' OR s.id=?) AND s.last>=? AND e.at>=? AND (?=0 OR e.at<?)"
            " GROUP BY s.number, e.agent, e.kind, e.tool, e.name, own ORDER BY s.last DESC, s.number",
            (OWN_NAME, len(OWN_NAME) + 1, f"{OWN_NAME} ", session, session, since, since, until, until),
        ).fetchall()
    return [Content._make((*row[:5], bool(row[5]), int(row[6]), int(row[7]))) for row in rows]


def injected(log: SessionLog, session: str = "", since: int = 0, until: int = 0) -> tuple[int, int]:
    """How often hooks told something, and the estimated tokens of it."""
    with log.reading() as connection:
        if connection is None:
            return 0, 0
        row: Any = connection.execute(
            "SELECT count(*), coalesce(sum(tokens),0) FROM injections"
            " WHERE NOT withheld AND (?='' OR session=?) AND at>=? AND (?=0 OR at<?)",
            (session, session, since, until, until),
        ).fetchone()
    return int(row[0]), int(row[1])


def used(log: SessionLog, since: int, until: int) -> tuple[int, int]:
    """(recorded, estimated) tokens of a time: new ones that hosts recorded, and of sessions without such records the
    estimated tokens of their texts."""
    with log.reading() as connection:
        if connection is None:
            return 0, 0
        recorded: Any = connection.execute(
            "SELECT coalesce(sum(input+output+cache_written),0) FROM usage WHERE at>=? AND at<?", (since, until)
        ).fetchone()
        estimated: Any = connection.execute(
            "SELECT coalesce(sum(e.tokens),0) FROM sessions AS s JOIN events AS e ON e.session=s.number"
            " WHERE s.last>=? AND e.at>=? AND e.at<?"
            " AND NOT EXISTS (SELECT 1 FROM usage AS u WHERE u.session=s.number AND u.at>=? AND u.at<?)",
            (since, since, until, since, until),
        ).fetchone()
    return int(recorded[0]), int(estimated[0])
