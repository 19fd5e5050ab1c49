"""Lineage in the store: what a memory was made from, and what was made from it, through every step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import apsw

from oldhand.model.trust import least

if TYPE_CHECKING:
    from oldhand.store.reader import Wording

MOST_FOLLOWED = 10_000  # memories of one lineage: each costs some microseconds, and a real one has hundreds
MOST_SEEDS = 400  # memories asked about in one query: the limit for bound values is far above
DERIVED = "to/derived_from/"  # how the register of a link to an input begins
MADE = "from/derived_from/"  # and that of a link from what was made of it

_UP = (
    "WITH RECURSIVE up(id) AS (VALUES {seeds} UNION"
    " SELECT e.target FROM edges e JOIN up ON e.source = up.id WHERE e.rel = 'derived_from' LIMIT {most})"
    " SELECT DISTINCT m.trust FROM up JOIN memories m ON m.id = up.id WHERE m.trust <> ''"
)
_DOWN = (
    "WITH RECURSIVE down(id) AS (VALUES {seeds} UNION"
    " SELECT e.source FROM edges e JOIN down ON e.target = down.id WHERE e.rel = 'derived_from' LIMIT {most})"
    " SELECT id FROM down"
)


def trust_of(
    connection: apsw.Connection, memory: str, values: dict[str, Any], wordings: "Sequence[Wording]"
) -> str:  # fmt: skip
    """How far a memory may be believed: as its current wording, and no more than anything it was made from.

    values: its registers; most memories were made from nothing else, which costs no query. A link to an input that
    was taken away again still counts, where the wording itself names what it was made from.
    """
    inputs = [revision for wording in wordings for revision in wording.inputs]
    if inputs or any(value and name.startswith(DERIVED) for name, value in values.items()):
        return inherited(connection, memory, inputs)
    return wordings[-1].trust if wordings else ""


def inherited(connection: apsw.Connection, memory: str, inputs: Sequence[str]) -> str:
    """The least trust among a memory and everything it was made from; empty when nothing is known of any.

    memory: its id; inputs: the addresses of the wordings that its own wordings were made from. An input that was
    erased says nothing any more: what it lent was taken into the memory's own trust when that was made.
    """
    seeds = [bytes.fromhex(memory), *_holders(connection, inputs)]
    found = connection.execute(_UP.format(seeds=_places(len(seeds)), most=MOST_FOLLOWED), seeds).fetchall()
    return least(*(str(trust) for (trust,) in found)) if found else ""


def made_from(connection: apsw.Connection, memories: Sequence[str]) -> list[str]:
    """Every memory made from these, directly or through others, without them; in id order, circles followed once."""
    if not memories:
        return []
    wanted = [bytes.fromhex(memory) for memory in dict.fromkeys(memories)]
    found: set[str] = set()
    for start in range(0, len(wanted), MOST_SEEDS):
        seeds = wanted[start : start + MOST_SEEDS]
        rows = connection.execute(_DOWN.format(seeds=_places(len(seeds)), most=MOST_FOLLOWED), seeds)
        found.update(bytes(name).hex() for (name,) in rows)
    return sorted(found - set(memories))


def made_ever(connection: apsw.Connection, memories: Sequence[str]) -> list[str]:
    """Every memory that was ever made from these, directly or through others, without them; in id order.

    By links, also those that were taken away, and by what wordings name as their inputs. For who erases: it reads every
    wording once, some 0.2 s for 100,000.
    """
    from oldhand.store.fold import registers
    from oldhand.store.rows import record_of

    inputs, seen, waiting = worded_from(connection), set(memories), list(dict.fromkeys(memories))
    while waiting and len(seen) < MOST_FOLLOWED:
        memory = waiting.pop()
        row: Any = connection.execute("SELECT record FROM memories WHERE id=?", (bytes.fromhex(memory),)).fetchone()
        links = registers(record_of(row[0])) if row else {}
        fresh = {name[len(MADE) :] for name in links if name.startswith(MADE)} | inputs.get(memory, set())
        fresh |= set(made_from(connection, [memory]))
        waiting += sorted(fresh - seen)
        seen |= fresh
    return sorted(seen - set(memories))


def worded_from(connection: apsw.Connection) -> dict[str, set[str]]:
    """Of each memory, those that have or had a wording which names one of its wordings as an input."""
    rows: Any = connection.execute(
        "SELECT DISTINCT lower(hex(i.memory)), lower(hex(w.memory)) FROM objects o, json_each(CAST(o.body AS TEXT),"
        " '$.inputs') e JOIN wordings w ON w.revision = o.address JOIN wordings i ON i.revision = unhex(e.value)"
        " WHERE o.body IS NOT NULL AND instr(o.body, CAST('\"inputs\":' AS BLOB)) AND i.memory <> w.memory"
    )
    found: dict[str, set[str]] = {}
    for source, made in rows:
        found.setdefault(source, set()).add(made)
    return found


def _holders(connection: apsw.Connection, revisions: Sequence[str]) -> list[bytes]:
    """The memories that have or had these wordings."""
    names = [bytes.fromhex(revision) for revision in revisions[:MOST_SEEDS]]
    if not names:
        return []
    query = f"SELECT DISTINCT memory FROM wordings WHERE revision IN ({','.join('?' * len(names))})"
    return [bytes(memory) for (memory,) in connection.execute(query, names)]


def _places(count: int) -> str:
    return ",".join(["(?)"] * count)
