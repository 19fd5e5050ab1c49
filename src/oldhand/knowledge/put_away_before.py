"""What comes in although the memory it rests on was put away before: it goes the same way.

A merge brings what another replica made without knowing. What rules made of an erased memory is erased, and so is what
quotes it, as far as its words are known; what somebody worded waits in review. What was made from a rejected memory
becomes what `reject` makes of it in one store. How a decision ended is rejected with it, and comes back with it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from oldhand.knowledge.deriving import STANDS, Unsettled, unsettle
from oldhand.knowledge.erasing_about import RESTING, taught_by_rules
from oldhand.model.trust import RANK, Voice
from oldhand.store.by_kind import ALL, of_kind
from oldhand.store.erasure import erase, texts_ever, values_ever
from oldhand.store.fold import registers, standing
from oldhand.store.reader import Held, Reader
from oldhand.store.resting import resting
from oldhand.store.transaction import Transaction

DERIVED, OUTCOME_OF = "derived_from", "outcome_of"
IN_FORCE = ("active", "contested", "superseded")  # standings of what was not put away: that is left as it is
WITH_WORDS = (*STANDS, "quarantined", "rejected")  # standings of what may still say something
FOLLOWS = "its decision was rejected"  # the reason by which a rejection that only follows another is known
ERASED = "what it was made from was erased"
REJECTED = "what it was made from was rejected"


class Followed(NamedTuple):
    """What went after what it rests on. erased, and words: what these said; waiting: what waits in review now;
    rejected, restored: outcomes that followed their decisions; anew: what rules made anew without it, or put away."""

    erased: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()


def follow(transaction: Transaction, voice: Voice, texts: Sequence[str] = ()) -> Followed:
    """Bring in line what is tied to memories that were put away. texts: what erased ones said, as far as it is known.

    What a person let out of quarantine since stays. Costs a look-up for each memory that was put away.
    """
    erased, words, waiting = _after_erased(transaction, voice, texts)
    made_from = _after_rejected(transaction, voice)
    back, gone = outcomes_follow(transaction, voice)
    anew = (*(after for _, after in made_from.remade), *made_from.retired)
    return Followed(erased, words, (*waiting, *made_from.quarantined), gone, back, anew)


def _after_erased(
    transaction: Transaction, voice: Voice, texts: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:  # fmt: skip
    connection = transaction.connection
    tied = resting(connection, (DERIVED, OUTCOME_OF), on=("erased",), standing=WITH_WORDS)
    reader = Reader(connection)
    going = {
        one.memory: None
        for one in tied
        if (one.relation == OUTCOME_OF and one.kind == "outcome")
        or ((held := reader.find(one.memory)) is not None and taught_by_rules(held, one.target))
    }
    going |= {held.id: None for held in _assumptions(reader) if _rests_on_erased(transaction, held)}
    inputs = sorted({one.target for one in tied if one.relation == DERIVED and one.memory not in going})
    waiting: tuple[str, ...] = ()
    if inputs:
        done = unsettle(transaction, [*inputs, *going], voice, ERASED, erasing=True, late=texts)
        going |= dict.fromkeys(done.erase)
        waiting = done.quarantined
    words = tuple(sorted({text for one in going for text in texts_ever(connection, one)}))
    # They go by their ids: what others say in the same words is theirs.
    spared = {one: frozenset(values_ever(connection, one, transaction.record(one))) for one in going}
    return tuple(erase(transaction, going, voice, spared)), words, waiting


def _after_rejected(transaction: Transaction, voice: Voice) -> Unsettled:
    """Have what was made from rejected memories, and is in force still, be made anew or wait, as where these were
    rejected: who rejected them there knew nothing of it."""
    found = resting(transaction.connection, (DERIVED,), on=("rejected",), standing=IN_FORCE)
    inputs = sorted({one.target for one in found})
    return unsettle(transaction, inputs, voice, REJECTED, late=()) if inputs else Unsettled()


def _assumptions(reader: Reader) -> list[Held]:
    names = of_kind(reader, "assumption", ALL, standings=STANDS)
    return [held for name in names if (held := reader.find(name)) is not None]


def _rests_on_erased(transaction: Transaction, held: Held) -> bool:
    """Whether all decisions that took something for granted are erased."""
    values = registers(held.record)
    named = [name[len(RESTING) :] for name, stands in values.items() if stands and name.startswith(RESTING)]
    return bool(named) and all(transaction.record(one).get("erased") for one in named)


def outcomes_follow(transaction: Transaction, voice: Voice) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Have outcomes stand as their decisions: rejected while these are. Returns (those restored, those rejected).

    One that somebody rejected by itself stays rejected when its decision comes back. How a decision ended that was
    retired or superseded still counts: it was made, and what came of it is what one wants to know.
    """
    shown = ("active", "contested", "quarantined")
    gone = resting(transaction.connection, (OUTCOME_OF,), on=("rejected",), standing=shown)
    for one in gone:
        reject_with(transaction, one.memory, voice)
    back = [
        one.memory
        for one in resting(transaction.connection, (OUTCOME_OF,), on=shown + STANDS[2:], standing=("rejected",))
        if restore_with(transaction, one.memory, voice)
    ]
    return tuple(back), tuple(one.memory for one in gone)


def outcomes_of(transaction: Transaction, decision: str) -> list[str]:
    """The outcomes that are tied to a memory."""
    begins = f"from/{OUTCOME_OF}/"
    values = registers(transaction.record(decision))
    return sorted(name[len(begins) :] for name, stands in values.items() if stands is True and name.startswith(begins))


def reject_with(transaction: Transaction, outcome: str, voice: Voice) -> bool:
    """Reject an outcome because its decision was; whether it was not put away before. No value goes with it."""
    if standing(transaction.record(outcome)) not in ("active", "contested", "quarantined"):
        return False
    transaction.emit("reject", outcome, voice.actor, voice.origin, {"trust": voice.trust, "reason": FOLLOWS})
    return True


def restore_with(transaction: Transaction, outcome: str, voice: Voice) -> bool:
    """Take back a rejection that only followed the decision's; whether there was one."""
    record = transaction.record(outcome)
    if standing(record) != "rejected":
        return False
    said = transaction.latest(outcome, "reject")
    marks = [mark["trust"] for mark in record.get("marks", ()) if mark["op"] == "reject"]
    if said is None or said.fields.get("reason") != FOLLOWS or any(RANK[one] > RANK[voice.trust] for one in marks):
        return False
    fields = {"trust": voice.trust, "seen": dict(record["vector"])}
    transaction.emit("restore", outcome, voice.actor, voice.origin, fields)
    return True
