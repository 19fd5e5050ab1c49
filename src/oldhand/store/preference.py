"""Preferring what was staged: where wordings differ after a merge, the staged one wins by a new revision."""

from typing import Any

from oldhand.model.trust import RANK, Voice, least
from oldhand.store.fold import Record, counted, registers, standing
from oldhand.store.merge import PUT_AWAY
from oldhand.store.rows import record_of
from oldhand.store.staging import Staging
from oldhand.store.transaction import Transaction
from oldhand.store.twins import values_said

AT_ONCE = 2000  # revisions held before they are written
CARRIED = ("kind", "confidence", "priority", "valid_from", "valid_until")  # what a wording brings with it
_BOTH_HAVE = (
    "SELECT m.id, m.record FROM memories m JOIN here h ON h.memory = m.id"
    " WHERE m.standing NOT IN ('erased', 'rejected', 'awaited') ORDER BY m.id"
)


def prefer_staged(transaction: Transaction, staging: Staging, voice: Voice) -> int:
    """Revise every memory whose wording differs from the staged one, naming all it replaces; how many that were.

    What is erased or rejected here stays so. A revision is believed as the wording was, and no more
    than the one who imports it.
    """
    revised = 0
    for name, packed in staging.rows(_BOTH_HAVE):
        memory, theirs = name.hex(), record_of(packed)
        ours = transaction.record(memory)
        if standing(ours) in PUT_AWAY or _agreed(ours, theirs):
            continue
        head = theirs["heads"][-1]
        said = dict(values_said(transaction.connection, memory, {**theirs, "heads": [head]}))
        if not said or any(transaction.rejected(values) for values in said.values()):
            continue  # its bytes are erased, or its value is rejected here
        trust = least(voice.trust, head["trust"])
        if any(RANK[level] > RANK[trust] for level in (*counted(ours), *(one["trust"] for one in ours["heads"]))):
            continue  # said or confirmed by who is believed more: both stand, contested, until a person decides
        fields: dict[str, Any] = {"trust": trust, "seen": dict(ours["vector"])}
        known, wanted = registers(ours), registers(theirs)
        fields |= {field: wanted[field] for field in CARRIED if field in wanted and wanted[field] != known.get(field)}
        transaction.emit("revise", memory, voice.actor, voice.origin, fields, head["revision"])
        revised += 1
        if revised % AT_ONCE == 0:
            transaction.settle()
    transaction.settle()
    return revised


def _agreed(ours: Record, theirs: Record) -> bool:
    """Whether the wordings that stand here are the staged one, or all the staged ones."""
    here = {head["revision"] for head in ours.get("heads", ())}
    staged = [head["revision"] for head in theirs.get("heads", ())]
    return not staged or here in ({staged[-1]}, set(staged))
