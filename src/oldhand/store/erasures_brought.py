"""What a merge is about to erase here: its words, while they can still be read, for the files beside the store."""

from typing import Any

import apsw

from oldhand.store.erasure import texts_ever
from oldhand.store.fold import rejected_values
from oldhand.store.rows import record_of
from oldhand.store.staging import Staging
from oldhand.store.twins import sayers

WITHOUT_WORDS = ("erased", "awaited")  # standings of what says nothing any more, or not yet


def going(connection: apsw.Connection, staging: Staging) -> dict[str, list[str]]:
    """The memories here that staged events may erase, or that say what these have erased, with every text they had.

    Costs nothing where the staged journal erases nothing that is not erased here already; else every wording is read.
    """
    found: set[str] = set()
    values: set[str] = set()
    for name, packed in staging.rows("SELECT id, record FROM memories WHERE standing='erased'"):
        present = _standing(connection, name)
        if present == "erased":
            continue
        values.update(rejected_values(record_of(packed)))
        if present not in ("", *WITHOUT_WORDS):
            found.add(name.hex())
    if values:
        said = sayers(connection, values)
        found |= {one for one in said if _standing(connection, bytes.fromhex(one)) not in WITHOUT_WORDS}
    return {one: texts_ever(connection, one) for one in sorted(found)}


def erased_here(connection: apsw.Connection, staging: Staging) -> tuple[str, ...]:
    """What memories that are erased here say in a staged journal that does not know of it."""
    names = [name for (name,) in staging.rows("SELECT id FROM memories WHERE standing NOT IN ('erased', 'awaited')")]
    known = (name.hex() for name in names if _standing(connection, name) == "erased")
    return tuple(sorted({text for one in known for text in texts_ever(staging.connection, one)}))


def gone(connection: apsw.Connection, before: dict[str, list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of these that are erased after the merge, and what they said."""
    erased = [one for one in before if _standing(connection, bytes.fromhex(one)) == "erased"]
    return tuple(erased), tuple(sorted({text for one in erased for text in before[one]}))


def _standing(connection: apsw.Connection, name: bytes) -> str:
    row: Any = connection.execute("SELECT standing FROM memories WHERE id=?", (name,)).fetchone()
    return str(row[0]) if row else ""
