"""What was said of a decision beside its record: it stays as the record changes, and keeps no new words of it out.

A record says what was decided and weighed. How sure somebody is, what they expect and take for granted is said here.
Who adds only that stands for it, and not for the words of the record: these are the record's to change.
"""

import json
from collections.abc import Collection
from typing import Any

from oldhand.knowledge import admission, trusting
from oldhand.knowledge.assertion import Statement
from oldhand.model import kinds
from oldhand.model.canonical import address
from oldhand.model.event import WORDING
from oldhand.model.trust import RANK, Voice
from oldhand.store.fold import Record, registers, standing
from oldhand.store.reader import Reader
from oldhand.store.transaction import Transaction

BESIDE = (  # fields of a decision that no record of another making has
    "confidence", "stated_by", "agent", "model", "assumptions", "predicted", "criteria", "risk", "estimate", "module",
    "read", "overrides",
)  # fmt: skip
ARGUMENTS = "arguments"
UNSAID = "agent"  # the trust of an event that does not say it


def kept(transaction: Transaction, record: Record, has: Collection[str]) -> dict[str, Any]:
    """The fields that a decision has beside its record; none where it is contested. has: those the record gives."""
    heads = record.get("heads", ())
    content = _content(transaction, heads[0]["revision"]) if len(heads) == 1 else {}
    return {name: content[name] for name in BESIDE if name in content and name not in has}


def with_kept(transaction: Transaction, record: Record, said: Statement) -> Statement:
    """What a record says now with what a decision has beside it."""
    more = kept(transaction, record, said.content)
    if not more:
        return said
    content = kinds.content(said.kind, {**said.content, **more})
    body = kinds.body(said.kind, content)
    return said._replace(content=content, body=body, revision=address(body).hex())


def only_added(transaction: Transaction, memory: str, voice: Voice) -> bool:
    """Whether those who are believed more than a record (`voice`) only added to the words that it had.

    Not where one of them worded the decision otherwise, or confirmed it as it is: then its words are theirs too.
    """
    record = transaction.record(memory)
    if len(record.get("heads", ())) != 1 or standing(record) != "active":
        return False
    own: set[str] = set()
    theirs: set[str] = set()
    for _, event in Reader(transaction.connection).history(memory):
        more = RANK.get(str(event.fields.get("trust", UNSAID)), -1) > RANK[voice.trust]
        if event.op in WORDING:
            (theirs if more else own).add(_core(_content(transaction, event.revision)))
        elif event.op == "confirm" and more:
            return False
    return bool(theirs) and theirs <= own and "" not in theirs


def reword(transaction: Transaction, memory: str, said: Statement, voice: Voice) -> bool:
    """Have a decision take the new words of its record, `said` with what was added beside them; whether it did.

    It does not where they must wait in review. Raises what admission raises.
    """
    admission.check(transaction, said, memory, deliberate=True)
    if trusting.held_back(transaction, said, voice):
        return False
    record = transaction.record(memory)
    fields = {"trust": voice.trust, "seen": dict(record["vector"]), **said.metadata}
    transaction.emit("revise", memory, voice.actor, voice.origin, fields, transaction.put(said.body, said.revision))
    if any(stands and name.startswith("from/derived_from/") for name, stands in registers(record).items()):
        from oldhand.knowledge.deriving import unsettle

        unsettle(transaction, [memory], voice, "its input was reworded")
    return True


def _content(transaction: Transaction, revision: str) -> dict[str, Any]:
    body = transaction.body(revision) if revision else None
    return dict(json.loads(body)["content"]) if body else {}


def _core(content: dict[str, Any]) -> str:
    """What a wording says of what a record says too, comparable; empty for one that cannot be read any more."""
    told = {name: value for name, value in content.items() if name not in BESIDE}
    if ARGUMENTS in told:  # each names its option, and recording a decision puts them in an order of its own
        told[ARGUMENTS] = sorted(told[ARGUMENTS])
    return json.dumps(told, sort_keys=True, ensure_ascii=False) if told else ""
