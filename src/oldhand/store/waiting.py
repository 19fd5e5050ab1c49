"""What may wait for review, read from the state alone: rows and records, no wordings, so that ranking is cheap."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from oldhand.store.fold import Record, counted
from oldhand.store.reader import Reader
from oldhand.store.rows import hashes_to, record_of

ROW = "t.id, t.kind, t.standing, t.trust, t.priority, t.updated, t.record, t.digest"
LOOKED_UP_AT_ONCE = 400  # names in one query: the statement stays small
VOUCHING = frozenset({"user", "repo"})  # whose word makes a memory one that somebody here stands for
# The note of an edit (knowledge.annotating.EDIT_KEY, file_changes.NOTED_PRIORITY); what somebody passes on as the
# output of a tool has the origin `tool:NAME` instead.
NOTES_AN_EDIT = (
    "t.trust='tool' AND t.domain='history' AND t.priority=-50 AND instr(CAST(t.record AS TEXT), '\"key\":\"edit/')"
    ' AND NOT instr(CAST(t.record AS TEXT), \'"origin":"tool:\')'
)


class Candidate(NamedTuple):
    """A memory that may wait. updated: milliseconds since 1970, of its current wording."""

    id: str
    kind: str
    standing: str
    trust: str
    priority: int
    updated: int
    record: Record


def standing_so(reader: Reader, standing: str, most: int) -> list[Candidate]:
    """Memories of one standing, the latest worded first, at most `most`."""
    rows = reader._connection.execute(
        f"SELECT {ROW} FROM (SELECT number FROM memories WHERE standing=? ORDER BY priority DESC, updated DESC, id"
        " LIMIT ?) i CROSS JOIN memories t NOT INDEXED ON t.number = i.number", (standing, most),
    )  # fmt: skip
    return _candidates(reader, rows)


def untrusted(reader: Reader, most: int) -> list[Candidate]:
    """Active memories whose words came from tools or the web and which nobody here confirmed, the latest worded first.

    The records of those that surely nobody confirmed are not read: they come without one. What this program noted
    itself of a file that was changed is left out: nobody said it, and it ends by itself.
    """
    rows = reader._connection.execute(
        "SELECT t.id, t.kind, t.standing, t.trust, t.priority, t.updated, CASE WHEN json_type(CAST(t.record AS TEXT),"
        " '$.counts.user') IS NULL AND json_type(CAST(t.record AS TEXT), '$.counts.repo') IS NULL THEN NULL ELSE"
        " t.record END, t.digest FROM (SELECT number FROM memories WHERE standing='active' AND trust IN ('tool','web')"
        " ORDER BY updated DESC, id LIMIT ?) i CROSS JOIN memories t NOT INDEXED ON t.number = i.number"
        f" WHERE NOT ({NOTES_AN_EDIT})", (most,),
    )  # fmt: skip
    found = []
    for name, kind, standing, trust, priority, updated, record, digest in rows:
        if record is None:
            found.append(Candidate(name.hex(), kind, standing, trust, priority, updated, {}))
            continue
        whole = _candidates(reader, [(name, kind, standing, trust, priority, updated, record, digest)])
        found += [one for one in whole if not VOUCHING.intersection(counted(one.record))]
    return found


def idle(reader: Reader, before_ms: int, kinds: Sequence[str], most: int) -> list[Candidate]:
    """Active memories of some kinds last worded before a time, of no more than usual priority: of the `most` least
    important ones, the oldest first. What was captured by itself, and notes of edits, end by themselves."""
    rows = reader._connection.execute(
        f"SELECT {ROW} FROM (SELECT number FROM memories WHERE standing='active' AND priority BETWEEN -49 AND 0"
        " AND updated < ? ORDER BY priority, updated, id DESC LIMIT ?) i CROSS JOIN memories t NOT INDEXED ON"
        f" t.number = i.number WHERE t.kind IN ({','.join('?' * len(kinds))})"
        " AND NOT instr(CAST(t.record AS TEXT), '\"tag/captured\":true')", (before_ms, most, *kinds),
    )  # fmt: skip
    return _candidates(reader, rows)


def ending(reader: Reader, after_ms: int, until_ms: int, most: int) -> list[Candidate]:
    """Current memories whose validity ends within a span of time, the latest end first."""
    rows = reader._connection.execute(
        f"SELECT {ROW} FROM (SELECT e.until, e.memory FROM expiries e WHERE e.until BETWEEN ? AND ?"
        " ORDER BY e.until DESC, e.memory LIMIT ?) i CROSS JOIN memories t NOT INDEXED"
        " ON t.number = (SELECT number FROM memories WHERE id = i.memory)", (after_ms, until_ms, most),
    )  # fmt: skip
    return [one for one in _candidates(reader, rows) if one.standing in ("active", "contested")]


def tied_to(reader: Reader, paths: Sequence[str], most: int) -> list[Candidate]:
    """Current memories that are tied to some files, at most `most`."""
    found: list[Candidate] = []
    for start in range(0, len(paths), LOOKED_UP_AT_ONCE):
        part = paths[start : start + LOOKED_UP_AT_ONCE]
        rows = reader._connection.execute(
            f"SELECT {ROW} FROM (SELECT DISTINCT memory FROM anchors WHERE path IN ({','.join('?' * len(part))})"
            " LIMIT ?) i CROSS JOIN memories t NOT INDEXED ON t.number = (SELECT number FROM memories WHERE"
            " id = i.memory) WHERE t.standing IN ('active', 'contested')", (*part, most - len(found)),
        )  # fmt: skip
        found += _candidates(reader, rows)
    return found


def named(reader: Reader, names: Iterable[str]) -> list[Candidate]:
    """The memories with these ids, or with ids that begin so (an even number of digits), in no order."""
    found: list[Candidate] = []
    for name in names:
        low, high = bytes.fromhex(name.ljust(32, "0")), bytes.fromhex(name.ljust(32, "f"))
        rows = reader._connection.execute(
            f"SELECT {ROW} FROM (SELECT number FROM memories WHERE id BETWEEN ? AND ? LIMIT 2) i"
            " CROSS JOIN memories t NOT INDEXED ON t.number = i.number", (low, high),
        )  # fmt: skip
        found += _candidates(reader, rows)
    return found


def _candidates(reader: Reader, rows: Iterable[Any]) -> list[Candidate]:
    """Rows as candidates; damaged ones are left out and named in `reader.damaged`."""
    found = []
    for name, kind, standing, trust, priority, updated, record, digest in rows:
        if hashes_to(record, digest):
            found.append(Candidate(name.hex(), kind, standing, trust, priority, updated, record_of(record)))
        else:
            reader.damaged.append(name.hex())
    return found
