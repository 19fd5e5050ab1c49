"""Tying memories together and apart."""

from typing import NamedTuple

from oldhand.errors import Refused
from oldhand.knowledge.naming import present
from oldhand.model.identity import short
from oldhand.model.relation import known
from oldhand.model.trust import Voice
from oldhand.store.fold import registers, standing
from oldhand.store.transaction import Transaction


class Tied(NamedTuple):
    """A tie and how its ends stand after the change. changed: whether it was otherwise before.

    root: the root after the change; the operation fills it in once the change is complete.
    """

    source: str
    relation: str
    target: str
    stands: bool
    changed: bool
    source_standing: str
    target_standing: str
    root: str


def tied(transaction: Transaction, voice: Voice, op: str, source: str, relation: str, target: str) -> Tied:
    """Make (`link`) or undo (`unlink`) a tie. Raises UnknownRelation, UnknownId, Refused for a tie to itself."""
    rel = known(relation)
    start, end = present(transaction, source), present(transaction, target)
    if start.id == end.id:
        raise Refused(f"{short(start.id)} cannot be tied to itself. Name two different memories.")
    stands = bool(registers(start.record).get(f"to/{rel}/{end.id}"))
    changed = stands != (op == "link")
    if changed:
        transaction.emit(op, start.id, voice.actor, voice.origin, {"rel": rel, "target": end.id})
    source_stands, target_stands = (standing(transaction.record(name)) for name in (start.id, end.id))
    return Tied(start.id, rel, end.id, op == "link", changed, source_stands, target_stands, "")
