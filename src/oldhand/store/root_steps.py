"""The steps between recorded roots: which events one change of the store consists of."""

from typing import Any

from oldhand.errors import Refused, UnknownId
from oldhand.model.event import Event
from oldhand.store.past import root_named
from oldhand.store.reader import Reader

MOST_EVENTS = 10_000  # of one step that is looked at: a review settles some; more is an import, which is not undone


def step(reader: Reader, name: str, now_ms: int) -> tuple[int, list[Event]]:
    """(journal position before it, events) of the change that led to a recorded root.

    Raises UnknownId, TooShortId, AmbiguousId, and Refused for a change of more than MOST_EVENTS events.
    """
    root = root_named(reader._connection, name, now_ms)
    if root is None:
        raise UnknownId(name)
    row: Any = reader._connection.execute(
        "SELECT coalesce(max(position), 0) FROM roots WHERE number < ?", (root.number,)
    ).fetchone()
    before = int(row[0])
    if root.position - before > MOST_EVENTS:
        raise Refused(f"That change has {root.position - before} events, which is no step of a review.")
    found = []
    for position, event in reader.journal(before):
        if position > root.position:
            break
        found.append(event)
    return before, found
