"""Admission: what may not come in, whichever way it comes. Every way in asks here before it writes a wording.

Deliberate ways `check`, and the one who said it learns why not; automatic ways ask whether it is `turned_away`,
and count it among what was left out. A value that was rejected, or erased, is refused wherever it appears, with a
key or without one, under whichever kind; a memory that was rejected takes other values.
"""

import json
from typing import TYPE_CHECKING

from oldhand.errors import ErasedMemory, RejectedInOtherWords, RejectedValue
from oldhand.knowledge.erasing_about import FAILED_KEY
from oldhand.model.clock import stamp_wall
from oldhand.model.identity import MEMORY_DIGITS, short
from oldhand.model.moment import day
from oldhand.model.value import OF_ANOTHER, digests_at, put_away_with
from oldhand.store.fold import Record, open_marks, registers, standing
from oldhand.store.rejections import rejected_wordings
from oldhand.store.transaction import PROJECTION_FAULTS, Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.assertion import Statement

# Of the look for what was rejected and is said in other words:
MOST_LOOKED_AT = 200  # rejected memories, the newest first: what is looked through has to stay below 2 ms
MOST_COMPARED = 6  # of these that share their words with the text; comparing takes 0.1 ms each
LONGEST_COMPARED = 4_000  # bytes of a wording that are looked at: what is longer is no statement
LONGEST_SHOWN = 120  # characters of the rejected words in the message


def check(transaction: Transaction, said: "Statement", memory: str, *, deliberate: bool = False) -> None:
    """Raise RejectedValue or ErasedMemory when what is said about `memory` was put away for good.

    deliberate: somebody says this one thing on purpose, so it is also compared with what stands rejected, and refused
    when it surely says that in other words. Bulks and automatic ways are asked for the value only.
    """
    if holder := _forbidden_by(transaction, said, memory):
        refuse(transaction, holder)
    if deliberate and (found := _rejected_in_other_words(transaction, said, memory)):
        from oldhand.recall.render import clipped

        holder, text = found
        when, who = _rejection(transaction, holder)
        raise RejectedInOtherWords(when, short(holder), who, clipped(" ".join(text.split()), LONGEST_SHOWN))


def turned_away(transaction: Transaction, said: "Statement", memory: str) -> str:
    """Why an automatic way must leave a statement about `memory` out; empty when it is welcome."""
    holder = _forbidden_by(transaction, said, memory)
    if not holder:
        return ""
    if transaction.record(holder).get("erased"):
        return f"it was erased ({short(holder)})"
    when, who = _rejection(transaction, holder)
    return f"it was rejected on {when} by {who} ({short(holder)})"


def refuse(transaction: Transaction, holder: str) -> None:
    """Raise the error that says which memory forbids it, since when, by whom, and how to take that back."""
    if transaction.record(holder).get("erased"):
        raise ErasedMemory(short(holder))
    when, who = _rejection(transaction, holder)
    raise RejectedValue(when, short(holder), who)


def held_back(transaction: Transaction, memory: str) -> str:
    """Another memory that rejects or erased one of the wordings that `memory` has now; empty when there is none."""
    for values in values_of(transaction, memory):
        holder = transaction.rejected(values)
        if holder and holder != memory:
            return holder
    return ""


def refused_wording(transaction: Transaction, memory: str, revision: str) -> str:
    """The memory that forbids an earlier wording to be given to `memory` again; empty when nothing does."""
    body = transaction.body(revision)
    if body is None:
        return memory  # it was erased
    return transaction.rejected(digests_at(json.loads(body)["content"], _slot_of(transaction.record(memory), memory)))


def values_of(transaction: Transaction, memory: str) -> list[tuple[str, ...]]:
    """The digests of each current wording of a memory; of wordings whose bytes are lost or erased, none."""
    record = transaction.record(memory)
    bodies = [transaction.body(head["revision"]) for head in record.get("heads", ())]
    return [digests_at(json.loads(body)["content"], _slot_of(record, memory)) for body in bodies if body]


def put_away_values(transaction: Transaction, memory: str) -> list[str]:
    """The digests that a memory holds down when it is rejected as it is now."""
    record = transaction.record(memory)
    bodies = [transaction.body(head["revision"]) for head in record.get("heads", ())]
    slot, kind = _slot_of(record, memory), str(registers(record).get("kind", ""))
    return sorted({one for body in bodies if body for one in put_away_with(kind, json.loads(body)["content"], slot)})


def _forbidden_by(transaction: Transaction, said: "Statement", memory: str) -> str:
    """The memory that keeps a statement about `memory` out; empty when nothing does."""
    record = transaction.record(memory)
    if record.get("erased"):
        return memory
    if (told := _told_of(said)) and transaction.record(told).get("erased"):
        return told
    slot = memory if said.metadata.get("key") else _slot_of(record, memory)
    if transaction.may_reject():
        asked = digests_at(said.content, slot)
        if said.kind in OF_ANOTHER:
            asked += put_away_with(said.kind, said.content, slot)
        if holder := transaction.rejected(asked):
            return holder
    unnamed = any(mark["op"] == "reject" and not mark.get("values") for mark in open_marks(record))
    if unnamed and (not slot or any(head["revision"] == said.revision for head in record.get("heads", ()))):
        return memory  # no values were noted: without a key the memory is its words, with one what stands is meant
    return ""


def _told_of(said: "Statement") -> str:
    """The id of the memory that a statement says something of and nothing without; empty where it stands by itself."""
    if said.kind == "outcome":
        told = str(said.content.get("of", ""))
    elif said.kind == "negative":
        told = str(said.metadata.get("key", "")).partition(FAILED_KEY)[2]
    else:
        return ""
    return told if len(told) == MEMORY_DIGITS and not told.strip("0123456789abcdef") else ""


def _rejected_in_other_words(transaction: Transaction, said: "Statement", memory: str) -> tuple[str, str] | None:
    """(memory, text) of a rejected memory that says surely the same; None when there is none among the newest.

    Rejected memories are in no search index, so their wordings are looked through: 10 microseconds each, and what
    shares its words with the text is compared, at 0.1 ms each.
    """
    try:
        rows = rejected_wordings(transaction.connection, MOST_LOOKED_AT)
    except PROJECTION_FAULTS:
        rows = []  # the projections are damaged: `health` says so; the value itself was asked of the events
    if not rows:
        return None
    from oldhand.knowledge.comparing import compare
    from oldhand.knowledge.contradiction import CURRENT, FAMILIES
    from oldhand.knowledge.subjects import about_the_same, telling

    record, text = transaction.record(memory), said.content["text"]
    stands = standing(record) in CURRENT and any(head["revision"] == said.revision for head in record["heads"])
    if stands or said.kind not in FAMILIES:
        return None  # what stands is said again; what asks or reminds states nothing
    asked, compared = telling(text), 0
    for holder, body in rows:
        if not about_the_same(asked, body[:LONGEST_COMPARED].decode("utf-8", "replace")):
            continue
        rejected = str(json.loads(body)["content"]["text"])
        if not about_the_same(asked, rejected):
            continue
        found = compare(rejected, text)
        if found.verdict == "paraphrase" and found.certain:
            return holder, rejected
        compared += 1
        if compared == MOST_COMPARED:
            break
    return None


def _slot_of(record: Record, memory: str) -> str:
    """The id of a memory that answers a slot; empty for one without a key."""
    return memory if registers(record).get("key") else ""


def _rejection(transaction: Transaction, memory: str) -> tuple[str, str]:
    """The day of the latest rejection of a memory, and who made it."""
    mark = [mark for mark in transaction.record(memory)["marks"] if mark["op"] == "reject"][-1]
    event = transaction.latest(memory, "reject")
    return day(stamp_wall(mark["stamp"])), event.actor if event else str(mark["trust"])
