"""The other databases of a store folder: backups, and those that repairs and restores replaced.

What is erased is erased in them too, by an event of a replica of their own, so that their chains verify. Each is
changed in one transaction of SQLite: interrupted, it is as it was or as it should be, and asking again goes on.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw

from oldhand.errors import UnusableStore
from oldhand.model.terms import index_terms
from oldhand.model.trust import Voice
from oldhand.store import connection as recipe
from oldhand.store import switch
from oldhand.store.backup import FOLDER, backups
from oldhand.store.erasure import erase, texts_ever, values_ever
from oldhand.store.fold import registers, rejected_values
from oldhand.store.migrate import migrate
from oldhand.store.rows import record_of
from oldhand.store.search_index import IndexDamaged
from oldhand.store.store import own_replica
from oldhand.store.transaction import Transaction
from oldhand.store.twins import sayers

if TYPE_CHECKING:
    from oldhand.store.reader import Reader

BUSY_MS = 2000  # for another process that reads the copy: longer than a listing takes
BESIDE = "present"  # the name by which the database in use is attached
MADE = "from/derived_from/"  # how the register of a link from what was made of a memory begins
SHORTEST_QUOTE = 20  # characters of a sentence that count as a quotation, as in knowledge/quoting.py
UNREADABLE = (UnusableStore, apsw.Error, OSError, ValueError, TypeError, KeyError)


class Gone(NamedTuple):
    """What must be in no database: memories by id, and values by digest, under whatever id they are said."""

    memories: frozenset[str]
    values: frozenset[str]


def tombstones(connection: apsw.Connection) -> Gone:
    """Every memory that a database knows to be erased, and the values these said."""
    rows: Any = connection.execute("SELECT id, record FROM memories WHERE standing='erased'").fetchall()
    values = {value for _, packed in rows for value in rejected_values(record_of(packed))}
    return Gone(frozenset(name.hex() for name, _ in rows), frozenset(values))


def tombstones_of(path: Path) -> Gone:
    """The same of a database file. Raises UnusableStore and its kin."""
    connection = recipe.connect(path, writable=False)
    try:
        with recipe.translated(path):
            return tombstones(connection)
    finally:
        connection.close()


def databases(folder: Path) -> list[Path]:
    """The backups of a store, newest first, and the databases that were replaced and kept."""
    present = switch.present(folder)
    return [*backups(folder), *sorted(entry for entry in folder.glob("memory*.db") if entry != present)]


def unfinished(folder: Path) -> list[Path]:
    """Copies that are being made, or were when something interrupted it."""
    patterns = (folder.glob("*.making*"), folder.glob("*.creating*"), (folder / FOLDER).glob("*.making*"))
    return sorted(entry for found in patterns for entry in found)


def erase_in(path: Path, gone: Gone, voice: Voice, now_ms: int, present: Path) -> int:
    """Erase in one database whatever of `gone` it holds; how many memories that were.

    present: the database in use, in which `gone` is erased already: what it still holds need not be read again.
    Raises UnusableStore and its kin, StorageFull, NotWritable, StoreBusy: the file is then as it was.
    """
    with recipe.translated(path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            recipe.check_ours(connection, path)
            connection.set_busy_timeout(BUSY_MS)
            recipe.settle(connection)
            migrate(connection, path)
            connection.execute(f"ATTACH ? AS {BESIDE}", (str(present),))
            count = erase_where(connection, path, gone, voice, now_ms, beside=BESIDE)
            connection.execute(f"DETACH {BESIDE}")
            connection.pragma("wal_checkpoint", "TRUNCATE")
            return count
        finally:
            connection.close()


def erase_where(
    connection: apsw.Connection, path: Path, gone: Gone, voice: Voice, now_ms: int, *, beside: str = ""
) -> int:  # fmt: skip
    """The same through a connection that is prepared for writing. path: its file; beside: as `sayers` takes it."""
    migrate(connection, path)
    connection.execute("BEGIN IMMEDIATE")
    try:
        held = _held(connection, gone, beside)
        if held:
            transaction = Transaction(connection, own_replica(connection, path.stat().st_ino), now_ms)
            held += _quoting(transaction, held)
            erase(transaction, held, voice)
            transaction.finish()
        connection.execute("COMMIT")
    except BaseException:  # an interruption too: raised on, with nothing half done
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return len(held)


def _held(connection: apsw.Connection, gone: Gone, beside: str) -> list[str]:
    """The memories of a database that are to be erased and are not."""
    wanted = sorted(gone.memories | sayers(connection, gone.values, beside))
    found = []
    for memory in wanted:
        query = "SELECT standing FROM main.memories WHERE id=?"
        row: Any = connection.execute(query, (bytes.fromhex(memory),)).fetchone()
        if row and row[0] not in ("erased", "awaited"):
            found.append(memory)
    return found


def _quoting(transaction: Transaction, held: Iterable[str]) -> list[str]:
    """What was ever made from these, directly or through others, and has or had a sentence of theirs in a wording.

    The database in use may not know it: a copy has a history of its own.
    """
    connection, going = transaction.connection, list(held)
    sentences = {one for memory in going for text in texts_ever(connection, memory) for one in _sentences(text)}
    seen, waiting, found = set(going), list(going), []
    while waiting:
        values = registers(transaction.record(waiting.pop()))
        fresh = {name[len(MADE) :] for name in values if name.startswith(MADE)} - seen
        seen |= fresh
        waiting += sorted(fresh)
        for memory in sorted(fresh):
            said = [_plain(text) for text in texts_ever(connection, memory)]
            if any(one in text for one in sentences for text in said) and not transaction.record(memory).get("erased"):
                found.append(memory)
    return found


def _sentences(text: str) -> list[str]:
    lines = (_plain(line).rstrip(".") for line in text.replace(". ", ".\n").splitlines())
    return [line for line in lines if len(line) >= SHORTEST_QUOTE]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


class Found(NamedTuple):
    """What a forgetting concerns in one store: the memories that were named and are there, whether they are erased
    already, those that say or have said the same, the digests and the texts of all of these, and which of their terms
    stand in no other memory."""

    named: tuple[str, ...]
    erased: tuple[str, ...]
    copies: tuple[str, ...]
    values: frozenset[str]
    texts: tuple[str, ...]
    rare: frozenset[str]


def find(reader: "Reader", named: Iterable[str], values: Iterable[str] = ()) -> Found:
    """Look through one store for memories and for whatever else says the same. values: of the same in another store."""
    connection = reader._connection
    ids = sorted(set(named))
    records = {memory: _record(connection, memory) for memory in ids}
    wanted = set(values)
    for memory, record in records.items():
        wanted |= values_ever(connection, memory, record)
    copies = sorted(
        memory for memory in sayers(connection, wanted) - set(ids) if not _record(connection, memory).get("erased")
    )
    texts = sorted({text for memory in (*ids, *copies) for text in texts_ever(connection, memory)})
    erased = tuple(memory for memory, record in records.items() if record.get("erased"))
    held = len(ids) + len(copies)
    rare = {term for text in texts for term in index_terms(text) if _memories_with(reader, term, held) <= held}
    return Found(tuple(ids), erased, tuple(copies), frozenset(wanted), tuple(texts), frozenset(rare))


def erased_lately(reader: "Reader", memories: Iterable[str], texts: Iterable[str]) -> Found:
    """The same of memories that a merge has erased. texts: what they said, which is here no more."""
    ids, said = sorted(set(memories)), sorted(set(texts))
    values = {value for one in ids for value in rejected_values(_record(reader._connection, one))}
    rare = {term for text in said for term in index_terms(text) if not _memories_with(reader, term, 0)}
    return Found(tuple(ids), (), (), frozenset(values), tuple(said), frozenset(rare))


def _record(connection: apsw.Connection, memory: str) -> dict[str, Any]:
    row: Any = connection.execute("SELECT record FROM memories WHERE id=?", (bytes.fromhex(memory),)).fetchone()
    return record_of(row[0]) if row else {}


def _memories_with(reader: "Reader", term: str, most: int) -> int:
    """How many memories have a term, counted no further than one more than `most`; none while the index is broken."""
    try:
        return reader.document_count('"' + term.replace('"', '""') + '"', most + 1)
    except IndexDamaged:
        return 0


def gone_from(reader: "Reader", memories: Iterable[str]) -> Gone:
    """Those of the memories that are erased in a store, with the values they said."""
    found = {memory: _record(reader._connection, memory) for memory in memories}
    erased = {memory: record for memory, record in found.items() if record.get("erased")}
    return Gone(frozenset(erased), frozenset(value for record in erased.values() for value in rejected_values(record)))
