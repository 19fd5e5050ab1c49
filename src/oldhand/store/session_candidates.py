"""Decision candidates in the log of sessions: what sessions seem to have decided, until a person settles it."""

from hashlib import blake2b
from typing import Any, NamedTuple

from oldhand.store.session_log import SessionLog

WAITING, CONFIRMED, SKIPPED = "waiting", "confirmed", "skipped"
COMPARED = 200  # characters by which the same words are known
_COLUMNS = "number, session, at, who, text, source, state, memory"


class Candidate(NamedTuple):
    """A decision that a session seems to have taken. number: names it here; at: ms; who: person or agent; source: the
    words around it; state: waiting, confirmed or skipped; memory: what it became."""

    number: int
    session: str
    at: int
    who: str
    text: str
    source: str
    state: str
    memory: str


def put(log: SessionLog, session: str, at: int, who: str, text: str, source: str) -> bool:
    """Note a candidate; whether it was new. What was settled before is not asked again."""
    said = log.screened(text)
    words = " ".join(said.casefold().split()).strip(" .!")[:COMPARED]
    key = blake2b(words.encode(), digest_size=12).hexdigest()
    around = log.screened(source)
    with log.changing() as connection:
        before = connection.total_changes()
        connection.execute(
            "INSERT OR IGNORE INTO candidates(key,session,at,who,text,source,state,memory) VALUES(?,?,?,?,?,?,?,'')",
            (key, session, at, who, said, around, WAITING),
        )
        return connection.total_changes() > before


def waiting(log: SessionLog, limit: int) -> tuple[list[Candidate], int]:
    """The candidates that wait, the latest first, and how many more there are."""
    with log.reading() as connection:
        if connection is None:
            return [], 0
        rows: Any = connection.execute(
            f"SELECT {_COLUMNS} FROM candidates WHERE state=? ORDER BY at DESC, number DESC LIMIT ?", (WAITING, limit)
        ).fetchall()
        total: Any = connection.execute("SELECT count(*) FROM candidates WHERE state=?", (WAITING,)).fetchone()
    return [Candidate(*row) for row in rows], int(total[0]) - len(rows)


def numbered(log: SessionLog, number: int) -> Candidate | None:
    """The candidate of a number, whatever became of it."""
    with log.reading() as connection:
        row: Any = (
            connection and connection.execute(f"SELECT {_COLUMNS} FROM candidates WHERE number=?", (number,)).fetchone()
        )
    return Candidate(*row) if row else None


def settle(log: SessionLog, number: int, state: str, memory: str = "") -> bool:
    """Settle a candidate that waits; False when it does not wait. The words of what is skipped are not kept."""
    with log.changing() as connection:
        before = connection.total_changes()
        connection.execute(
            "UPDATE candidates SET state=?, memory=?, text=iif(?='skipped','',text), source=''"
            " WHERE number=? AND state=?",
            (state, memory, state, number, WAITING),
        )
        return connection.total_changes() > before
