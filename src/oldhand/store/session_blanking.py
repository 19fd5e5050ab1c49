"""Forgetting in the log of sessions: words go, and the rows stay, so that what happened is still counted."""

from collections.abc import Callable
from typing import Any

import apsw

BLANKED = "[forgotten]"  # what stands in place of words that were forgotten
LEAST_NAME = 12  # digits of an id that an injection may have been noted with: as ids are shown

Tells = Callable[[str], bool]  # whether a text tells what is forgotten


def blank_events(connection: apsw.Connection, tells: Tells, after: int, most: int) -> tuple[int | None, int]:
    """Blank those of the next events that tell it: (the last number looked at, or None at the end; how many)."""
    rows: Any = connection.execute(
        "SELECT number, text, target, detail FROM events WHERE number>? ORDER BY number LIMIT ?", (after, most)
    ).fetchall()
    gone = [(BLANKED, number) for number, *said in rows if any(one and tells(one) for one in said)]
    connection.executemany("UPDATE events SET text=?, target='', detail='{}', same=NULL WHERE number=?", gone)
    return (rows[-1][0] if rows else None), len(gone)


def blank_rest(connection: apsw.Connection, tells: Tells, memories: tuple[str, ...]) -> int:
    """Blank what else tells it: titles, actions and candidates; and take these memories' ids out of injections."""
    changed = 0
    for table, column in (("sessions", "title"), ("injections", "action")):
        rows: Any = connection.execute(f"SELECT number, {column} FROM {table} WHERE {column}<>''").fetchall()
        gone = [(BLANKED, number) for number, said in rows if tells(said)]
        connection.executemany(f"UPDATE {table} SET {column}=? WHERE number=?", gone)
        changed += len(gone)
    rows = connection.execute("SELECT number, text, source FROM candidates WHERE text<>'' OR source<>''").fetchall()
    settled = [(number,) for number, *said in rows if any(map(tells, said))]
    connection.executemany(
        "UPDATE candidates SET text='', source='', state=iif(state='waiting','skipped',state) WHERE number=?", settled
    )
    rows = connection.execute("SELECT number, memories FROM injections WHERE memories<>''").fetchall()
    kept = [(_without(said, memories), number) for number, said in rows]
    fewer = [one for one, (_, before) in zip(kept, rows, strict=True) if one[0] != before]
    connection.executemany("UPDATE injections SET memories=? WHERE number=?", fewer)
    return changed + len(settled) + len(fewer)


def _without(said: str, memories: tuple[str, ...]) -> str:
    """Ids separated by spaces, without those that name one of these memories, whole or by their first digits."""
    return " ".join(
        one
        for one in said.split()
        if not (len(one) >= LEAST_NAME and any(whole.startswith(one) or one.startswith(whole) for whole in memories))
    )
