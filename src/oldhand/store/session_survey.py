"""Answers to the survey in the log of sessions: what people and agents said of what memory told them.

A session has one answer of a person and one of an agent at most; a later one takes the place of the one before.
"""

from typing import Any, NamedTuple

import apsw

from oldhand.store.session_log import SessionLog

MOST_KEPT = 2_000  # answers, the latest: several a day for a year
LONGEST_MISSING = 2_000  # characters of what was missing: some sentences
_COLUMNS = "session, voice, at, actor, helped, useful, noise, wrong, missing, host"
_TABLE = """
CREATE TABLE IF NOT EXISTS survey (
  session TEXT NOT NULL,
  voice   TEXT NOT NULL,               -- user or agent: whose word it counts as
  at      INTEGER NOT NULL,            -- milliseconds since 1970
  actor   TEXT NOT NULL,
  helped  TEXT NOT NULL,               -- yes, no, mixed, or empty
  useful  TEXT NOT NULL,               -- ids of memories, separated by spaces; so are the next two
  noise   TEXT NOT NULL,
  wrong   TEXT NOT NULL,
  missing TEXT NOT NULL,               -- what memory should have said, in words
  host    TEXT NOT NULL DEFAULT '',    -- of an agent's session, kept here as answers outlive sessions; else empty
  PRIMARY KEY (session, voice)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS survey_at ON survey (at);
"""


class Answered(NamedTuple):
    """What somebody said of a session. voice: user or agent; at: ms; helped: yes, no, mixed or empty; useful, noise,
    wrong: whole ids of memories; missing: in words, without secrets; host: of an agent's session, empty if unknown."""

    session: str
    voice: str
    at: int
    actor: str
    helped: str
    useful: tuple[str, ...]
    noise: tuple[str, ...]
    wrong: tuple[str, ...]
    missing: str
    host: str = ""


def put(log: SessionLog, said: Answered) -> None:
    """Keep an answer in the place of the one before of the same session and voice; only the latest MOST_KEPT stay."""
    missing = log.screened(said.missing[:LONGEST_MISSING])
    ids = (" ".join(sorted(set(one))) for one in (said.useful, said.noise, said.wrong))
    values = (said.session, said.voice, said.at, said.actor, said.helped, *ids, missing, said.host)
    with log.changing() as connection:
        connection.execute(_TABLE).fetchall()
        connection.execute(f"INSERT OR REPLACE INTO survey({_COLUMNS}) VALUES(?,?,?,?,?,?,?,?,?,?)", values)
        connection.execute(
            "DELETE FROM survey WHERE (session, voice) IN"
            " (SELECT session, voice FROM survey ORDER BY at DESC, session, voice LIMIT -1 OFFSET ?)", (MOST_KEPT,),
        )  # fmt: skip


def take_back(log: SessionLog, session: str, voice: str) -> bool:
    """Remove an answer; whether there was one."""
    with log.changing() as connection:
        connection.execute(_TABLE).fetchall()
        before = connection.total_changes()
        connection.execute("DELETE FROM survey WHERE session=? AND voice=?", (session, voice))
        return connection.total_changes() > before


def answers(log: SessionLog, session: str = "") -> list[Answered]:
    """The answers that are kept, of one session (its whole id) or of all, oldest first."""
    with log.reading() as connection:
        if connection is None or not _there(connection):
            return []
        rows: Any = connection.execute(
            f"SELECT {_COLUMNS} FROM survey WHERE ?='' OR session=? ORDER BY at, session, voice", (session, session)
        ).fetchall()
    return [Answered._make((*row[:5], *(tuple(said.split()) for said in row[5:8]), *row[8:])) for row in rows]


def _there(connection: apsw.Connection) -> bool:
    """Whether anybody ever answered: the table is made with the first answer."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name='survey'").fetchone() is not None
