"""Taking a part of a journal: events of some memories, retold by replicas of their own.

A replica's events form one unbroken chain, so a part of them cannot be taken as it is. Each replica
that is taken from lends its part to a new replica, whose id follows from what was selected: the same
selection made anywhere gives the same events. Times, actors, origins and wordings stay as they were.
"""

from array import array
from bisect import bisect_right
from hashlib import sha256
from typing import Any

from oldhand.model.clock import Clock
from oldhand.model.event import Event, make, recomputed_id
from oldhand.store.staging import Staging, fields_of

REPLICA_DIGITS = 16
Sequences = dict[str, "array[int]"]  # replica -> the sequence numbers taken from it, ascending
_TAKEN = (
    "SELECT r.id, j.seq, j.wall, j.counter, a.name, o.name, j.op, j.memory, j.revision, j.fields, j.erased, j.id"
    " FROM taken k CROSS JOIN journal j ON j.position = k.position JOIN replicas r ON r.number = j.replica"
    " JOIN names a ON a.number = j.actor JOIN names o ON o.number = j.origin WHERE length(j.memory) = 16"
    " ORDER BY j.position"
)


def retell(staging: Staging, selection: str = "") -> None:
    """Put retold events in the place of the chosen ones. The staging place has been completed before.

    selection: what names it, where it grows at its end alone; by default all that was selected.
    """
    whole = sha256()
    sequences: Sequences = {}
    for replica, seq, *_, name in staging.rows(_TAKEN):
        whole.update(name)
        sequences.setdefault(replica, array("Q")).append(seq)
    names = {replica: _name(replica, selection or whole.hexdigest()) for replica in sequences}
    position = first = int(next(staging.rows("SELECT coalesce(max(position), 0) FROM journal"))[0])
    previous: dict[str, str] = {}
    counts: dict[str, int] = {}
    for replica, *row in staging.rows(_TAKEN):
        counts[replica] = counts.get(replica, 0) + 1
        event = _retold(names[replica], counts[replica], previous.get(replica, ""), row, sequences, names)
        previous[replica] = event.id
        position += 1
        staging.add_event(position, event)
    staging.flush()
    staging.connection.execute("DELETE FROM taken")
    staging.connection.execute("INSERT INTO taken SELECT position FROM journal WHERE position > ?", (first,))


def _name(replica: str, selection: str) -> str:
    return sha256(f"selected\n{replica}\n{selection}".encode()).hexdigest()[:REPLICA_DIGITS]


def _retold(replica: str, seq: int, prev: str, row: list[Any], sequences: Sequences, names: dict[str, str]) -> Event:
    """One event, told by a new replica: what it says it had seen is said of the new replicas too."""
    _, wall, counter, actor, origin, op, memory, revision, packed, erased, _ = row
    fields = fields_of(packed)
    if "seen" in fields:
        seen = {names[one]: bisect_right(sequences[one], upto) for one, upto in fields["seen"].items() if one in names}
        fields = fields | {"seen": {one: upto for one, upto in seen.items() if upto}}
    made = make(replica, seq, Clock(wall, counter), actor, origin, op, memory.hex(), revision.hex(), fields, prev)
    if erased is None:
        return made
    made = made._replace(fields={}, fields_digest=erased.hex(), packed=b"")
    return made._replace(id=recomputed_id(made))
