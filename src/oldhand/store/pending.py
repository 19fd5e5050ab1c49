"""Which wordings wait for their vectors, and which were erased: questions to the journal from a mark onwards.

Both go through the journal by position, so that what happens daily costs what is new and not what
there is. A mark names the event at its position too: another journal (a restored one) is told by it,
and then looked through from the beginning.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from oldhand.store.reader import Reader

AT_ONCE = 400  # names in one query: the statement is prepared once and stays small
STATE = "state"  # the part of `health` that says that the states, and so erasures, are not up to date


class Mark(NamedTuple):
    """A place in the journal: a position and the id of the event there."""

    position: int
    event: bytes


NOWHERE = Mark(0, b"")


class Page(NamedTuple):
    """Some of the wordings that events brought. mark: the last event looked at; last: nothing comes after it."""

    revisions: list[bytes]
    mark: Mark
    last: bool


def latest_mark(reader: "Reader") -> Mark:
    """The end of the journal."""
    row: Any = reader._connection.execute("SELECT position, id FROM journal ORDER BY position DESC LIMIT 1").fetchone()
    return Mark(*row) if row else NOWHERE


def reaches(reader: "Reader", mark: Mark) -> bool:
    """Whether this journal has the marked event at that place."""
    if mark == NOWHERE:
        return True
    row = reader._connection.execute("SELECT id FROM journal WHERE position=?", (mark.position,)).fetchone()
    return row is not None and row[0] == mark.event


def page(reader: "Reader", after: Mark, size: int) -> Page:
    """The wordings that the next `size` events brought and that still have a text, each once."""
    rows: Any = reader._connection.execute(
        "SELECT position, id, revision FROM journal WHERE position > ? ORDER BY position LIMIT ?",
        (after.position, size),
    ).fetchall()
    revisions: list[bytes] = list(dict.fromkeys(row[2] for row in rows if row[2]))
    there = with_text(reader, revisions)
    mark = Mark(rows[-1][0], rows[-1][1]) if rows else after
    return Page([revision for revision in revisions if revision in there], mark, len(rows) < size)


def events_after(reader: "Reader", mark: Mark) -> int:
    """How many events there are after a mark, at most."""
    return latest_mark(reader).position - mark.position


def with_text(reader: "Reader", revisions: Sequence[bytes]) -> set[bytes]:
    """Those of the wordings whose text is here: neither erased nor only awaited."""
    found: set[bytes] = set()
    for start in range(0, len(revisions), AT_ONCE):
        part = revisions[start : start + AT_ONCE]
        rows: Any = reader._connection.execute(
            f"SELECT address FROM objects WHERE body IS NOT NULL AND address IN ({','.join('?' * len(part))})",
            tuple(part),
        )
        found.update(row[0] for row in rows)
    return found


def count_of_wordings(reader: "Reader") -> int:
    """How many wordings have a text. It reads the whole of one index: 0.2 s at a million."""
    rows = reader._connection
    every: Any = rows.execute("SELECT count(*) FROM (SELECT DISTINCT revision FROM wordings)").fetchone()
    without: Any = rows.execute(
        "SELECT count(DISTINCT j.revision) FROM memories m CROSS JOIN journal j ON j.memory = m.id"
        " CROSS JOIN objects o ON o.address = j.revision WHERE m.standing = 'erased' AND o.body IS NULL"
    ).fetchone()
    return int(every[0]) - int(without[0])


def erased_since(reader: "Reader", position: int) -> list[bytes]:
    """The wordings without a text of the memories that were erased after a position."""
    rows: Any = reader._connection.execute(
        "SELECT DISTINCT j.revision FROM (SELECT DISTINCT memory FROM journal WHERE position > ? AND op = 'erase') e"
        " CROSS JOIN journal j ON j.memory = e.memory CROSS JOIN objects o ON o.address = j.revision"
        " WHERE o.body IS NULL",
        (position,),
    )
    return [row[0] for row in rows]


def faulty(reader: "Reader") -> bool:
    """Whether the states of memories are broken, so that erasures may still have to be carried out."""
    return STATE in reader.faults()
