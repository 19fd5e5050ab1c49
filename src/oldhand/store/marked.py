"""Finding wordings in which something was left out, by the mark that stands there."""

from collections.abc import Iterator
from typing import Any

from oldhand.store.reader import Reader

MARK = " …".encode()  # in every mark, and rarely anywhere else


def marked(reader: Reader, latest: int = 0) -> Iterator[tuple[str, str]]:
    """(text of a current wording, origin of the event that brought it) of wordings that may hold a mark.

    latest: only among so many of the latest events; 0 looks at every wording, which takes a second at a million.
    """
    lately = "SELECT revision FROM (SELECT revision FROM journal ORDER BY position DESC LIMIT ?) WHERE length(revision)"
    within, arguments = (f" AND o.address IN ({lately})", (latest,)) if latest else ("", ())
    rows: Any = reader._connection.execute(
        "SELECT o.body, w.memory, o.address FROM objects o JOIN wordings w ON w.revision = o.address"
        f" WHERE o.body IS NOT NULL AND instr(o.body, ?){within}",
        (MARK, *arguments),
    )
    for body, memory, revision in rows.fetchall():
        row: Any = reader._connection.execute(
            "SELECT n.name FROM journal j JOIN names n ON n.number = j.origin WHERE j.memory = ? AND j.revision = ?"
            " ORDER BY j.position LIMIT 1",
            (memory, revision),
        ).fetchone()
        yield bytes(body).decode("utf-8", "replace"), str(row[0]) if row else ""
