"""Saying again what lost events had said, where the state that followed from them is still whole.

The state of a memory is kept beside its events, with a digest. After a repair that lost events, the
events that are left may give another state: a wording missing, a retired memory active again. Where
the stored state is whole, the new replica says what is missing, as events of its own.
"""

from hashlib import sha256
from typing import Any, NamedTuple

import apsw

from oldhand.store.evidence import rows_until_damage
from oldhand.store.fold import METADATA, Record, registers
from oldhand.store.rows import record_of
from oldhand.store.transaction import Transaction

TRUST_OF_REPAIR = "tool"  # of a confirmation that settles a dispute again: the repair has seen no evidence itself


class Speaker(NamedTuple):
    """Who says it again, in which transaction."""

    transaction: Transaction
    actor: str
    origin: str

    def say(self, op: str, memory: str, fields: dict[str, Any], revision: str = "") -> None:
        """Emit one event."""
        self.transaction.emit(op, memory, self.actor, self.origin, fields, revision)


def revive(source: apsw.Connection, transaction: Transaction, actor: str, origin: str) -> tuple[str, ...]:
    """Bring memories to the state the damaged database holds of them; the ids of those that changed."""
    if any(part == b"state" for (part,) in rows_until_damage(source, "SELECT CAST(part AS BLOB) FROM health")):
        return ()  # the stored states are known to be out of date
    speaker = Speaker(transaction, actor, origin)
    revived = []
    for memory, packed, digest in rows_until_damage(source, "SELECT id, record, digest FROM memories ORDER BY id"):
        if not isinstance(memory, bytes) or not isinstance(packed, bytes) or sha256(packed).digest() != digest:
            continue
        before = len(transaction.emitted)
        stored, present = record_of(packed), transaction.record(memory.hex())
        if not stored.get("erased") and not present.get("erased"):
            _say_wordings(speaker, memory.hex(), stored)
            _say_registers(speaker, memory.hex(), stored)
            _say_marks(speaker, memory.hex(), stored)
        if len(transaction.emitted) > before:
            revived.append(memory.hex())
    return tuple(revived)


def _say_wordings(speaker: Speaker, memory: str, stored: Record) -> None:
    """The current wordings of the stored state that no event brings any more, as far as their bytes were saved."""
    wanted = {head["revision"] for head in stored.get("heads", ())}
    for head in stored.get("heads", ()):
        present = speaker.transaction.record(memory)
        there = {one["revision"] for one in present.get("heads", ())}
        name = bytes.fromhex(head["revision"])
        saved = speaker.transaction.connection.execute("SELECT 1 FROM objects WHERE address=?", (name,)).fetchone()
        if head["revision"] in there or not saved:
            continue
        fields = {"trust": head["trust"], "kind": registers(stored).get("kind", "claim")}
        if there - wanted:
            speaker.say("revise", memory, fields | {"seen": dict(present["vector"])}, head["revision"])
        else:
            speaker.say("assert", memory, fields, head["revision"])


def _say_registers(speaker: Speaker, memory: str, stored: Record) -> None:
    """The fields, tags, anchors and links that differ."""
    present = registers(speaker.transaction.record(memory))
    differing = {name: value for name, value in registers(stored).items() if present.get(name, False) != value}
    fields: dict[str, Any] = {name: value for name, value in differing.items() if name in METADATA}
    for name, value in sorted(differing.items()):
        sort, _, rest = name.partition("/")
        if sort == "tag":
            fields.setdefault("tags" if value else "untag", []).append(rest)
        elif sort == "anchor" and value is False:
            fields.setdefault("unanchor", []).append(rest)
        elif sort == "anchor":
            fields.setdefault("anchors", {})[rest] = value
        elif sort == "to":
            rel, _, target = rest.partition("/")
            speaker.say("link" if value else "unlink", memory, {"rel": rel, "target": target})
        elif name == "retired":
            speaker.say("retire" if value else "restore", memory, {})
    if fields:
        speaker.say("set", memory, fields)


def _say_marks(speaker: Speaker, memory: str, stored: Record) -> None:
    """Disputes and rejections that stand, and those that were settled."""
    present = speaker.transaction.record(memory)
    wanted = {mark["op"]: mark["trust"] for mark in stored.get("marks", ())}
    there = {mark["op"] for mark in present.get("marks", ())}
    for op in sorted(wanted.keys() - there):
        speaker.say(op, memory, {"trust": wanted[op]})
    for op in sorted(there - wanted.keys()):
        seen = dict(present["vector"])
        if op == "dispute":
            speaker.say("confirm", memory, {"trust": TRUST_OF_REPAIR, "seen": seen})
        else:
            speaker.say("restore", memory, {"seen": seen})
