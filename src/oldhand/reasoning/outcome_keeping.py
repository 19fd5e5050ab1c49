"""Keeping how decisions ended: what evidence says, and somebody's word, each in a memory of its own.

Evidence that says the same again changes nothing: not an event is written. Somebody who is believed less does not
replace the word of one who is believed more.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import AlreadyResolved
from oldhand.knowledge import admission, trusting
from oldhand.knowledge.assertion import Statement, assert_
from oldhand.model import kinds
from oldhand.model.canonical import address
from oldhand.model.identity import memory_of_slot, short
from oldhand.model.moment import day
from oldhand.model.trust import RANK, Voice
from oldhand.reasoning.outcomes import (
    DOMAIN,
    EVIDENCE,
    KIND,
    PERSON,
    WORD,
    Word,
    ended,
    evidence_key,
    read_evidence,
    word_key,
    written,
)
from oldhand.reasoning.weighing_outcomes import CARRIED, WENT, Evidence, deciding, weighed
from oldhand.store.fold import registers, standing
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening
    from oldhand.store.reader import Reader

PRIORITY = -100  # the least: whatever lists memories lists outcomes last
TIE = "outcome_of"
PUT_AWAY = ("rejected", "erased", "retired")
MOST_EVIDENCE = 40  # pieces of evidence that a memory keeps: those that weigh most; a person reads no more of them


class Kept(NamedTuple):
    """What keeping did. outcome: remembered, changed, unchanged, quarantined, or put away: somebody removed it."""

    memory: str
    outcome: str


def keep_word(
    transaction: Transaction, reader: "Reader", voice: Voice, screening: "Screening", decision: str, state: str, *,
    reason: str = "", went: int | None = None, again: bool = False,
) -> Kept:  # fmt: skip
    """Somebody's word on how a decision or plan (its whole id) ended.

    went: how well, in ten-thousandths, where the state alone does not tell it. The same word again changes nothing.
    Raises AlreadyResolved when there is another word by one who is believed more, or, without `again`, any other word.
    """
    identity = memory_of_slot(DOMAIN, word_key(decision))
    value = WENT[state] if went is None else went
    fields = {"text": reason.strip() or state, "of": decision, "said": WORD, "state": state, "value": str(value)}
    said = _statement(kinds.content(KIND, screening.cleaned(fields)), word_key(decision))
    admission.check(transaction, said, identity)
    record = transaction.record(identity)
    before = ended(reader, decision).word
    if before is not None:
        heads = {head["revision"] for head in record.get("heads", ())}
        same = (before.state, before.went) == (state, value) and not reason.strip()
        if same or heads == {said.revision}:
            if RANK[voice.trust] > RANK.get(before.trust, -1):  # a person agrees with an agent: now it is theirs too
                return _revised(transaction, identity, said, voice)
            return Kept(identity, "unchanged")
        _may_replace(decision, before, state, voice, again)
    if not record.get("heads") or trusting.held_back(transaction, said, voice):
        outcome = assert_(transaction, said, voice)
        _tie(transaction, outcome.memory, decision, voice)
        return Kept(outcome.memory, "quarantined" if outcome.outcome == "quarantined" else "remembered")
    return _revised(transaction, identity, said, voice)


def _may_replace(decision: str, before: Word, state: str, voice: Voice, again: bool) -> None:
    """Raise AlreadyResolved when a word must not take the place of the one before, or not without being asked to."""
    said = "" if not before.reason else f", because: {before.reason[:120]}"
    by = f"{before.by} (a person)" if before.trust == PERSON else before.by
    told = (short(decision), before.state, day(before.at), by, said)
    if RANK.get(before.trust, -1) > RANK[voice.trust]:
        raise AlreadyResolved(*told, "An agent's word does not replace a person's: ask them to resolve it again.")
    if not again:
        raise AlreadyResolved(*told, f"If it is {state} now, run it again with --again; both words are kept.")


def keep_evidence(
    transaction: Transaction, voice: Voice, decision: str, pieces: Sequence[Evidence], screening: "Screening"
) -> Kept:  # fmt: skip
    """What evidence says of a decision or plan (its whole id), derived anew. Without any there is nothing to keep.

    voice: the one of where the evidence comes from, so its trust is the least of theirs.
    """
    identity = memory_of_slot(DOMAIN, evidence_key(decision))
    record = transaction.record(identity)
    # The decision too may have been put away while the history was read, which takes minutes the first time.
    if standing(record) in PUT_AWAY or standing(transaction.record(decision)) in ("rejected", "erased"):
        return Kept(identity, "put away")
    heads = {head["revision"] for head in record.get("heads", ())}
    if not pieces and not heads:
        return Kept(identity, "unchanged")
    said = _statement(evidence_content(decision, pieces, screening), evidence_key(decision))
    if heads == {said.revision}:
        return Kept(identity, "unchanged")
    if admission.turned_away(transaction, said, identity):
        return Kept(identity, "put away")
    if heads:
        return _revised(transaction, identity, said, voice)
    fields = {"kind": KIND, "trust": voice.trust, **said.metadata}
    transaction.emit("assert", identity, voice.actor, voice.origin, fields, transaction.put(said.body, said.revision))
    _tie(transaction, identity, decision, voice)
    return Kept(identity, "remembered")


def evidence_content(decision: str, pieces: Sequence[Evidence], screening: "Screening") -> dict[str, Any]:
    """The fields of the memory that tells what evidence says: the same for the same evidence, in whatever order."""
    most = sorted(pieces, key=lambda one: (one.source != CARRIED, -one.weight, one))[:MOST_EVIDENCE]
    ordered = sorted(most)
    state, value, weight = weighed(ordered)
    made = deciding(ordered) or next(iter(ordered), None)
    text = f"{state}: {made.said}" if made else f"{state}: nothing is known of it any more"
    fields = {
        "text": text, "of": decision, "said": EVIDENCE, "state": state, "value": str(value), "weight": str(weight),
        "evidence": [written(one) for one in ordered],
    }  # fmt: skip
    return kinds.content(KIND, screening.cleaned(fields))


def as_kept(decision: str, pieces: Sequence[Evidence], screening: "Screening") -> tuple[Evidence, ...]:
    """The pieces as they are read again once they are kept: the weightiest, by their days, without secrets."""
    return tuple(read_evidence(evidence_content(decision, pieces, screening).get("evidence", ()))) if pieces else ()


def _statement(content: dict[str, Any], key: str) -> Statement:
    body = kinds.body(KIND, content)
    return Statement(KIND, content, {"domain": DOMAIN, "key": key, "priority": PRIORITY}, body, address(body).hex())


def _revised(transaction: Transaction, identity: str, said: Statement, voice: Voice) -> Kept:
    """Another wording in the place of those that were seen."""
    record = transaction.record(identity)
    if standing(record) == "retired":
        transaction.emit("restore", identity, voice.actor, voice.origin, {"seen": dict(record["vector"])})
    fields = {"kind": KIND, "trust": voice.trust, **said.metadata, "seen": dict(record["vector"])}
    fields |= {"quarantined": False} if standing(record) == "quarantined" and voice.trust == PERSON else {}
    transaction.emit("revise", identity, voice.actor, voice.origin, fields, transaction.put(said.body, said.revision))
    return Kept(identity, "changed")


def _tie(transaction: Transaction, identity: str, decision: str, voice: Voice) -> None:
    """Tie an outcome to what it is of. Not `tying.tied`: within this change the outcome has no name yet."""
    if not registers(transaction.record(identity)).get(f"to/{TIE}/{decision}"):
        transaction.emit("link", identity, voice.actor, voice.origin, {"rel": TIE, "target": decision})
