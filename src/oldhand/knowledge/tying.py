"""Tying memories together and apart."""

from typing import NamedTuple

from oldhand.errors import Refused
from oldhand.knowledge.naming import Present, present
from oldhand.knowledge.trusting import require
from oldhand.model.identity import short
from oldhand.model.relation import known
from oldhand.model.trust import Voice
from oldhand.store.fold import registers, standing
from oldhand.store.transaction import Transaction

BLAMES = "caused_by"  # what follows for a decision from such a tie is believed as who set it (reasoning.incidents)


class Tied(NamedTuple):
    """A tie and how its ends stand after the change. changed: whether it was otherwise before.

    root: the root after the change; scope: where both are, project or global; the operation fills both in once
    the change is complete.
    """

    source: str
    relation: str
    target: str
    stands: bool
    changed: bool
    source_standing: str
    target_standing: str
    root: str
    scope: str = "project"


def tied(
    transaction: Transaction, voice: Voice, op: str, source: str, relation: str, target: str, *, reason: str = ""
) -> Tied:  # fmt: skip
    """Make (`link`) or undo (`unlink`) a tie. reason: why, kept with the event.

    Raises UnknownRelation, UnknownId, and Refused for a tie to itself or one that would overrule who is trusted more.
    """
    rel = known(relation)
    start, end = present(transaction, source), present(transaction, target)
    if start.id == end.id:
        raise Refused(f"{short(start.id)} cannot be tied to itself. Name two different memories.")
    stands = bool(registers(start.record).get(f"to/{rel}/{end.id}"))
    changed = stands != (op == "link")
    if changed:
        _allowed(voice, op, rel, start, end)
        why = {"reason": reason} if reason else {}
        why |= {"trust": voice.trust} if rel == BLAMES else {}
        transaction.emit(op, start.id, voice.actor, voice.origin, {"rel": rel, "target": end.id, **why})
    source_stands, target_stands = (standing(transaction.record(name)) for name in (start.id, end.id))
    return Tied(start.id, rel, end.id, op == "link", changed, source_stands, target_stands, "")


def _allowed(voice: Voice, op: str, rel: str, start: Present, end: Present) -> None:
    """Refuse ties by which one who is believed less would replace, lower, raise or settle what is trusted more."""
    if rel == "supersedes":
        replaced = end if op == "link" else start
        require(
            voice, replaced.record, replaced.id, "have it replaced" if op == "link" else "take back what it replaced"
        )
    elif rel == "derived_from":
        require(voice, start.record, start.id, "say from what it was made")
    elif rel == "contradicts" and op == "unlink":
        for one in (start, end):
            require(voice, one.record, one.id, "settle a contradiction of it")
