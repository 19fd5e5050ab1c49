"""Changing how a memory stands: confirm, dispute, retire, restore."""

from typing import Any, NamedTuple

from oldhand.errors import Refused, TooLong
from oldhand.knowledge.naming import present
from oldhand.model.identity import short
from oldhand.model.trust import Voice
from oldhand.store.fold import standing
from oldhand.store.transaction import Transaction

LONGEST_REASON = 2000  # bytes: a reason is a sentence or two, kept beside the event


class Stood(NamedTuple):
    """How a memory stood before and stands now, how often it was confirmed, how many disputes are open.

    root: the root after the change; the operation fills it in once the change is complete; noted: its places that
    were noted anew, because they had changed or moved.
    """

    id: str
    before: str
    standing: str
    confirmations: int
    disputes: int
    root: str
    noted: list[str]


def confirmed(transaction: Transaction, name: str, voice: Voice) -> Stood:
    """Confirm the memory `name` means. One that was retired comes back with all it had: it is used again."""
    held = present(transaction, name)
    put_away = standing(held.record) == "retired"
    if put_away:
        _changed(transaction, name, voice, "restore", {}, seen=True)
    stood = _changed(transaction, name, voice, "confirm", {"trust": voice.trust}, seen=True)
    return stood._replace(before="retired") if put_away else stood


def disputed(transaction: Transaction, name: str, voice: Voice, reason: str) -> Stood:
    """Dispute it, with a reason."""
    return _changed(transaction, name, voice, "dispute", {"trust": voice.trust} | _reason(reason))


def retired(transaction: Transaction, name: str, voice: Voice, reason: str) -> Stood:
    """Retire it, with a reason. Refused when it is retired already."""
    return _changed(transaction, name, voice, "retire", _reason(reason), refused="retired")


def restored(transaction: Transaction, name: str, voice: Voice) -> Stood:
    """Restore it from retirement or rejection. Refused when it is neither."""
    return _changed(transaction, name, voice, "restore", {}, seen=True, wanted=("retired", "rejected"))


def _reason(reason: str) -> dict[str, str]:
    if len(reason.encode()) > LONGEST_REASON:
        raise TooLong("reason", len(reason.encode()), LONGEST_REASON)
    return {"reason": reason} if reason else {}


def _changed(
    transaction: Transaction, name: str, voice: Voice, op: str, fields: dict[str, Any], *, seen: bool = False,
    refused: str = "", wanted: tuple[str, ...] = (),
) -> Stood:  # fmt: skip
    """Emit one event about a memory and tell how it stood before and after."""
    held = present(transaction, name, rejected=op == "restore")
    before = standing(held.record)
    if before == refused or (wanted and before not in wanted):
        raise Refused(
            f"{short(held.id)} is {before}; there is nothing to {op}. `oldhand show {short(held.id)}` tells more."
        )
    if seen:
        fields = fields | {"seen": dict(held.record["vector"])}
    transaction.emit(op, held.id, voice.actor, voice.origin, fields)
    after = transaction.record(held.id)
    return Stood(
        held.id, before, standing(after), sum(after.get("counts", {}).values()),
        sum(mark["op"] == "dispute" for mark in after.get("marks", ())), "", [],
    )  # fmt: skip
