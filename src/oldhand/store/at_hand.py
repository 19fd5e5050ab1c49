"""What a hook asks of a store before it imports anything else: its root, and which memories stand near an action.

The questions are those that `store.anchored`, `store.by_kind` and the reader ask, with the same order and bounds, so
that nothing is passed over which they would find. The store is opened for reading alone and never waited for.
"""

import apsw

from oldhand.model.plain_json import parsed
from oldhand.store.acceptance import format_in

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

APPLICATION_ID = 0x4F4C4448  # as in store.connection, which takes long to import
FORMAT = 2
CACHE_KIB = 16_384  # most its page cache may take: what a file with some hundred memories is asked for twice
BUSY_MS = 100  # a writer locks out no reader; this covers a recovery, after which the next hook will do
UNUSABLE = (apsw.Error, OSError, UnicodeDecodeError)  # what may come of a store that cannot be read


class Unreadable(Exception):
    """A store that a hook does not read; its text says why."""


class IndexDamaged(Exception):
    """The search index cannot be read, so that nothing can be said of triggers; the rest of the store can."""


class Near:
    """A memory near an action. id: hexadecimal; origins: of its wordings; triggers: as they are stored; actors: who
    said its wordings; valid: from when until when it counts (milliseconds, None: no bound)."""

    def __init__(self, name: bytes, kind: str, standing: str, priority: int, record: "dict[str, Any]") -> None:
        self.id, self.kind, self.standing, self.priority = name.hex(), kind, standing, priority
        heads = record.get("heads", ())
        self.origins = [str(head.get("origin", "")) for head in heads]
        self.actors = [str(head.get("actor", "")) for head in heads]
        self.revisions = [str(head.get("revision", "")) for head in heads]
        values = {name: value for group in record.get("registers", {}).values() for name, value in group.items()}
        self.valid = (values.get("valid_from"), values.get("valid_until"))
        self.triggers: list[str] = []


class AtHand:
    """A store open for the questions of one hook. damaged: what is wrong with its search index, empty for nothing;
    connection: of one unchanging view, for reading alone, so that a reader may go on with what was just read.

    Raises Unreadable, or one of UNUSABLE.
    """

    IndexDamaged = IndexDamaged

    def __init__(self, path: str) -> None:
        self.damaged = ""
        try:
            self.connection = self._opened(path, "")
        except apsw.CantOpenError:
            self.connection = self._opened(path, "?immutable=1")  # a folder that nobody may write

    @staticmethod
    def _opened(path: str, how: str) -> apsw.Connection:
        quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        connection = apsw.Connection(f"file:{quoted}{how}", flags=flags)
        connection.set_busy_timeout(BUSY_MS)
        connection.execute(
            f"PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA cache_size=-{CACHE_KIB}; BEGIN"
        ).fetchall()
        row: Any = connection.execute(
            "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version"
        ).fetchone()
        if row[0] != APPLICATION_ID:
            raise Unreadable("it is some other SQLite database")
        if (found := format_in(row[1])) != FORMAT:
            raise Unreadable(f"it has format {found}, and hooks read format {FORMAT}")
        return connection

    def close(self) -> None:
        """Close the store; a hook's own process ends without that."""
        self.connection.close()

    def root(self) -> str:
        """The latest recorded root, hexadecimal; empty in an empty store."""
        row: Any = self.connection.execute("SELECT root FROM roots ORDER BY number DESC LIMIT 1").fetchone()
        return row[0].hex() if row else ""

    def has_triggers(self) -> bool:
        """Whether any current memory is of a kind that has triggers."""
        row = self.connection.execute(
            "SELECT 1 FROM tallies WHERE kind IN ('reminder', 'gotcha', 'negative')"
            " AND standing IN ('active', 'contested') LIMIT 1"
        ).fetchone()
        return row is not None

    def has_kind(self, kind: str) -> bool:
        """Whether there is an active memory of a kind."""
        row = self.connection.execute(
            "SELECT 1 FROM tallies WHERE kind = ? AND standing IN ('active', 'contested') LIMIT 1", (kind,)
        ).fetchone()
        return row is not None

    def names_in(self, kind: str, name: str, most: int) -> bool:
        """Whether a name stands in the states of the current memories of a kind; also when there are more than `most`.

        name: lower-case letters and digits, `-` and `_`; capitals count as they do.
        """
        rows: Any = self.connection.execute(
            "SELECT record FROM memories INDEXED BY memories_shelf WHERE domain IN (SELECT domain FROM tallies WHERE"
            " kind = ?1) AND kind = ?1 AND standing IN ('active', 'contested') LIMIT ?2", (kind, most + 1),
        ).fetchall()  # fmt: skip
        return len(rows) > most or any(name.encode("ascii") in bytes(record).lower() for (record,) in rows)

    def is_sound(self) -> bool:
        """Whether nothing is known to be wrong with what the store's readers go by."""
        return self.connection.execute("SELECT 1 FROM health LIMIT 1").fetchone() is None

    def tied(self, path: str, most: int) -> list[Near]:
        """The current memories tied to exactly this path, as `store.anchored.tied` finds them."""
        return self._near(
            "SELECT m.id, m.kind, m.standing, m.priority, m.record FROM (SELECT m.number, m.priority, m.updated, m.id"
            " FROM (SELECT DISTINCT memory FROM anchors WHERE path = ?) a JOIN memories m ON m.id = a.memory"
            " WHERE m.standing IN ('active', 'contested') ORDER BY m.priority DESC, m.updated DESC, m.id LIMIT ?) f"
            " CROSS JOIN memories m NOT INDEXED ON m.number = f.number ORDER BY f.priority DESC, f.updated DESC, f.id",
            (path, most),
        )

    def triggered(self, query: str, most: int) -> list[Near]:
        """The current memories with occasions that match an FTS5 query, as `store.by_kind.matching` finds them."""
        found = self._near(
            "SELECT m.id, m.kind, m.standing, m.priority, m.record"
            " FROM search JOIN memories m NOT INDEXED ON m.number = search.rowid WHERE search MATCH ?"
            " AND m.standing IN ('active', 'contested') AND m.kind IN ('reminder', 'gotcha', 'negative')"
            " ORDER BY m.priority DESC, m.updated DESC, m.id LIMIT ?", (query, most),
        )  # fmt: skip
        for one in found:
            self.read_triggers(one)
        return found

    def names(self, query: str, most: int) -> list[str]:
        """The ids of the current gotchas that match an FTS5 query; none when more than `most` memories match it."""
        rows: Any = self._rows("SELECT rowid FROM search WHERE search MATCH ? LIMIT ?", (query, most + 1))
        numbers = [number for (number,) in rows]
        if not numbers or len(numbers) > most:
            return []
        said: Any = self.connection.execute(
            f"SELECT id FROM memories NOT INDEXED WHERE number IN ({','.join('?' * len(numbers))})"
            " AND kind = 'gotcha' AND standing IN ('active', 'contested') AND priority > -50", numbers,
        )  # fmt: skip
        return [name.hex() for (name,) in said]

    def _near(self, query: str, arguments: "Sequence[Any]") -> list[Near]:
        rows = self._rows(query, arguments)
        return [
            Near(name, kind, standing, priority, parsed(bytes(record).decode("utf-8")))
            for name, kind, standing, priority, record in rows
        ]

    def _rows(self, query: str, arguments: "Sequence[Any]") -> "list[Any]":
        """The rows of a query. Raises IndexDamaged where the search index is to blame."""
        try:
            return self.connection.execute(query, arguments).fetchall()
        except (apsw.SQLError, apsw.CorruptError) as error:
            if "MATCH" not in query:
                raise
            self.damaged = f"the search index cannot be read ({error})"
            raise IndexDamaged(self.damaged) from None

    def read_triggers(self, near: Near) -> None:
        """Read the triggers of a memory's wordings."""
        for revision in near.revisions:
            row: Any = self.connection.execute(
                "SELECT body FROM objects WHERE address = ?", (bytes.fromhex(revision),)
            ).fetchone()
            body = parsed(bytes(row[0]).decode("utf-8")) if row and row[0] is not None else {}
            content = body.get("content", {})
            said = content.get("triggers", ())
            found = [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
            when = content.get("when")
            near.triggers += [*found, when] if isinstance(when, str) else found
