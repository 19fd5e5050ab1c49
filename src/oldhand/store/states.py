"""What the projections must hold, folded from the journal memory by memory, for a store that may be damaged."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import apsw

from oldhand.model.event import Event
from oldhand.store import scan
from oldhand.store.evidence import RAW_COLUMNS, RawEvent, event_from, names_read, rows_until_damage
from oldhand.store.fold import Record, fold
from oldhand.store.projection import Row, row_of
from oldhand.store.scan import Gap

BY_MEMORY = f"SELECT memory, {RAW_COLUMNS} FROM journal WHERE memory BETWEEN ? AND ? ORDER BY memory, position"
LINKS = f"SELECT {RAW_COLUMNS} FROM journal NOT INDEXED WHERE op IN ('link', 'unlink')"


class State(NamedTuple):
    """A memory as its events say. certain: none of them is damaged or out of reach; said: every wording it has had."""

    memory: bytes
    record: Record
    row: Row
    said: frozenset[bytes]
    certain: bool


class Folding:
    """Folds memories from the journal of a store that may be damaged.

    suspects: positions of damaged events; the memories they are about are folded but not certain.
    """

    def __init__(self, connection: apsw.Connection, suspects: set[int]) -> None:
        self._connection, self._suspects = connection, suspects
        self._replicas = names_read(connection, "replicas", "id")
        self._names = names_read(connection, "names", "name")
        self.gaps: list[Gap] = []
        self._doubtful: set[bytes] = set()
        self._pointing: dict[bytes, list[Event]] = {}
        for row in rows_until_damage(connection, LINKS):
            if event := self._event(RawEvent(*row)):
                target = bytes.fromhex(event.fields.get("target", ""))
                if target != row[8]:
                    self._pointing.setdefault(target, []).append(event)

    def _event(self, raw: RawEvent) -> Event | None:
        if raw.position in self._suspects:
            return None
        replica, actor, origin = (
            copies[0] if copies else ""
            for copies in (self._replicas.of(raw.replica), self._names.of(raw.actor), self._names.of(raw.origin))
        )
        return event_from(raw, replica, actor, origin, "")

    def states(self, first: int = 0, last: int = -1) -> Iterator[State]:
        """The state of every memory with an id from `first` to `last`, in id order."""
        high = scan.MEMORIES.largest if last < 0 else last
        waiting = sorted(name for name in self._pointing if first <= int.from_bytes(name) <= high)
        waiting.reverse()
        rows = scan.rows(self._connection, BY_MEMORY, scan.MEMORIES, self.gaps, first, high)
        for memory, group in groupby(rows, key=lambda row: row[0]):
            raws = [RawEvent(*row[1:]) for row in group]
            if not isinstance(memory, bytes) or len(memory) != scan.MEMORIES.length:
                continue  # an event without a memory, or a damaged one that the check of the journal names
            while waiting and waiting[-1] < memory:
                yield self._state(waiting.pop(), [])
            if waiting and waiting[-1] == memory:
                waiting.pop()
            yield self._state(memory, raws)
        while waiting:
            yield self._state(waiting.pop(), [])

    def _state(self, memory: bytes, raws: list[RawEvent]) -> State:
        events = [self._event(raw) for raw in raws]
        whole = [event for event in events if event]
        number = int.from_bytes(memory)
        near = any(gap.first <= number <= gap.last + 1 for gap in self.gaps)
        try:
            record = fold(memory.hex(), [*whole, *self._pointing.get(memory, ())])
            row = row_of(record)
        except (KeyError, TypeError, ValueError, AttributeError):
            record, row, near = {}, row_of({}), True  # events that no program of ours wrote: their ids tell
        said = frozenset(raw.revision for raw in raws if isinstance(raw.revision, bytes) and raw.revision)
        return State(memory, record, row, said, len(whole) == len(events) and not near)
