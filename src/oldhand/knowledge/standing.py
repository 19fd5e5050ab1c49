"""Changing how a memory stands: confirm, dispute, reject, retire, restore."""

from typing import Any, NamedTuple

from oldhand.errors import Refused, TooLong
from oldhand.knowledge import admission, trusting
from oldhand.knowledge.naming import Present, present
from oldhand.model.identity import short
from oldhand.model.trust import RANK, Voice
from oldhand.store.fold import Record, registers, standing
from oldhand.store.transaction import Transaction

LONGEST_REASON = 2000  # bytes: a reason is a sentence or two, kept beside the event


class Stood(NamedTuple):
    """How a memory stood before and stands now, how often it was confirmed, how many disputes are open.

    root: the root after the change; the operation fills it in once the change is complete; noted: its places that
    were noted anew, because they had changed or moved; scope: the memory it is in, project or global; also: other
    memories that say the same and went the same way.
    """

    id: str
    before: str
    standing: str
    confirmations: int
    disputes: int
    root: str
    noted: list[str]
    scope: str
    also: list[str]


def confirmed(transaction: Transaction, name: str, voice: Voice) -> Stood:
    """Confirm the memory `name` means. One that was retired comes back with all it had: it is used again.

    What waits in quarantine stands when a person confirms it; what a withdrawn source confirms counts for nothing.
    """
    held = present(transaction, name)
    voice = trusting.counting(transaction, voice)
    before = standing(held.record)
    if before == "quarantined" and voice.trust == trusting.PERSON:
        _changed(transaction, name, voice, "set", {"quarantined": False, "trust": voice.trust})
    if before == "retired":
        trusting.require_back(transaction, held.id, voice)
        _changed(transaction, name, voice, "restore", {}, seen=True)
    fields = {"trust": voice.trust, "seen": trusting.seen_by(transaction.record(held.id), voice)}
    stood = _changed(transaction, name, voice, "confirm", fields)
    return stood._replace(before=before)


def disputed(transaction: Transaction, name: str, voice: Voice, reason: str) -> Stood:
    """Dispute it, with a reason."""
    return _changed(transaction, name, voice, "dispute", {"trust": voice.trust} | _reason(reason))


def retired(transaction: Transaction, name: str, voice: Voice, reason: str) -> Stood:
    """Retire it, with a reason. What a summary stood for comes back.

    What is retired so does not come back at the word of who is trusted less (`trusting.put_away_by`).
    Refused when it is retired already, and for who is trusted less than those who said or confirmed it.
    """
    held = present(transaction, name)
    trusting.require(voice, held.record, held.id, "retire it")
    fields = {"trust": voice.trust} | _reason(reason)
    stood = _changed(transaction, name, voice, "retire", fields, refused="retired")
    settle_contradictions(transaction, stood.id, voice)
    record = transaction.record(stood.id)
    if _has_derived(record) and registers(record).get("kind") == "summary":
        from oldhand.knowledge.absorbing import give_back

        give_back(transaction, stood.id, voice)
    return stood


def rejected(transaction: Transaction, name: str, voice: Voice, reason: str) -> Stood:
    """Reject it, with a reason: what it says now does not come back, whoever says it, until it is restored.

    Other memories that say the same (`also` of the reply) are rejected with it. Who is trusted less than those who
    said or confirmed one of them cannot reject it: that is a dispute, and it stands contested. A person may reject
    anything. Refused when it is rejected already.
    """
    from oldhand.knowledge.trusting import strongest

    held = present(transaction, name)
    values = admission.put_away_values(transaction, held.id)
    also = _twins(transaction, held.id, values)
    believed = max((RANK[strongest(transaction.record(memory))] for memory in (held.id, *also)), default=0)
    if RANK[voice.trust] < believed:
        return disputed(transaction, name, voice, reason)
    fields = {"trust": voice.trust} | ({"values": values} if values else {}) | _reason(reason)
    for twin in also:
        _changed(transaction, twin, voice, "reject", fields)
        settle_contradictions(transaction, twin, voice)
    stood = _changed(transaction, held.id, voice, "reject", fields)
    settle_contradictions(transaction, held.id, voice)
    gone = [held.id, *also]
    if any(_has_derived(transaction.record(memory)) for memory in gone):
        from oldhand.knowledge.deriving import unsettle

        unsettle(transaction, gone, voice, "what it was made from was rejected")
    _outcomes_follow(transaction, gone, voice)
    return stood._replace(also=also)


def _outcomes_follow(transaction: Transaction, memories: list[str], voice: Voice) -> None:
    """Have the outcomes of memories that were rejected, or were brought back, stand as these do."""
    if any(name.startswith("from/outcome_of/") for one in memories for name in registers(transaction.record(one))):
        from oldhand.knowledge import put_away_before

        for memory in memories:
            gone = standing(transaction.record(memory)) == "rejected"
            with_it = put_away_before.reject_with if gone else put_away_before.restore_with
            for outcome in put_away_before.outcomes_of(transaction, memory):
                with_it(transaction, outcome, voice)


def _has_derived(record: Record) -> bool:
    """Whether something was made from a memory, or was put away for it."""
    ties = ("from/derived_from/", "from/part_of/")
    return any(value is True and name.startswith(ties) for name, value in registers(record).items())


def _twins(transaction: Transaction, memory: str, values: list[str]) -> list[str]:
    """The other memories that say one of these values, and can be rejected."""
    from oldhand.store.twins import PUT_AWAY, twins, values_said

    said = values_said(transaction.connection, memory, transaction.record(memory))
    found = twins(transaction.connection, memory, [text for text, _ in said], values)
    return [twin for twin in found if standing(transaction.record(twin)) not in PUT_AWAY]


def restored(transaction: Transaction, name: str, voice: Voice) -> Stood:
    """Restore it from retirement or rejection. Refused when it is neither, or when someone trusted more did it.

    A rejection is taken back wherever the same value was rejected; what stands in the memory meanwhile stays.
    """
    held = present(transaction, name, rejected=True)
    if standing(held.record) == "retired":
        trusting.require_back(transaction, held.id, voice)
    if not _rejections(held.record):
        return _changed(transaction, name, voice, "restore", {}, seen=True, wanted=("retired", "rejected"))
    before, also = standing(held.record), []
    values = {value for mark in _rejections(held.record) for value in mark.get("values", ())}
    _take_back(transaction, held.id, voice)
    while holder := transaction.rejected(values):
        if transaction.record(holder).get("erased"):
            admission.refuse(transaction, holder)
        _take_back(transaction, holder, voice)
        also.append(holder)
    _outcomes_follow(transaction, [held.id, *also], voice)
    return _stood(transaction, held, before)._replace(also=also)


def _rejections(record: Record) -> list[dict[str, Any]]:
    return [mark for mark in record.get("marks", ()) if mark["op"] == "reject"]


def _take_back(transaction: Transaction, memory: str, voice: Voice) -> None:
    """Take every rejection of a memory back. Raises Refused when one was made by someone who is trusted more."""
    record = transaction.record(memory)
    strongest = max((mark["trust"] for mark in _rejections(record)), key=lambda trust: RANK.get(trust, 0))
    if RANK[voice.trust] < RANK.get(strongest, 0):
        raise Refused(
            f"{short(memory)} was rejected with the trust {strongest}; you have the trust {voice.trust}. "
            f"A person takes it back: `oldhand restore {short(memory)}`."
        )
    transaction.emit(
        "restore", memory, voice.actor, voice.origin, {"trust": voice.trust, "seen": dict(record["vector"])}
    )


def settle_contradictions(transaction: Transaction, memory: str, voice: Voice) -> None:
    """Untie a memory that is put away from those it contradicts: there is nothing left to decide."""
    for name, value in registers(transaction.record(memory)).items():
        way, _, rest = name.partition("/")
        rel, _, other = rest.partition("/")
        if value is True and rel == "contradicts" and way in ("to", "from"):
            source, target = (memory, other) if way == "to" else (other, memory)
            transaction.emit("unlink", source, voice.actor, voice.origin, {"rel": rel, "target": target})


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
    if op == "restore" and (holder := admission.held_back(transaction, held.id)):
        admission.refuse(transaction, holder)
    if seen:
        fields = fields | {"seen": dict(held.record["vector"])}
    transaction.emit(op, held.id, voice.actor, voice.origin, fields)
    return _stood(transaction, held, before)


def _stood(transaction: Transaction, held: Present, before: str) -> Stood:
    after = transaction.record(held.id)
    return Stood(
        held.id, before, standing(after), sum(after.get("counts", {}).values()),
        sum(mark["op"] == "dispute" for mark in after.get("marks", ())), "", [], "project", [],
    )  # fmt: skip
