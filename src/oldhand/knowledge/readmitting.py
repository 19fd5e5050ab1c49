"""Letting back in what a withdrawn source said: it is judged as it would have been, had nobody withdrawn the source."""

import json
from typing import TYPE_CHECKING, Any

from oldhand.knowledge import contradiction
from oldhand.knowledge.assertion import Statement
from oldhand.knowledge.trusting import VOUCHING, strongest, untrusted
from oldhand.model.trust import Voice
from oldhand.store.fold import registers, standing

if TYPE_CHECKING:
    from oldhand.store.transaction import Transaction


def judged(transaction: "Transaction", memory: str) -> tuple[str, str, list[str]]:
    """What becomes of a memory in quarantine whose source is withdrawn no more.

    Why it must go on waiting and the memory that it speaks against, both empty when it may stand; and the memories
    beside which it then stands contested.
    """
    record = transaction.record(memory)
    head = record["heads"][-1]
    body = transaction.body(head["revision"])
    if body is None:
        return "", "", []
    voice = Voice(head["actor"], head["origin"], head["trust"])
    target = contradiction.said_against(transaction, memory)
    slot = transaction.record(target) if target and target != memory else {}
    pairs: list[str] = []
    if standing(slot) in contradiction.CURRENT and not contradiction.may_replace(voice, slot):
        if untrusted(voice.trust):
            return f"it contradicts what is trusted more ({strongest(slot)})", target, []
        pairs.append(target)
    if voice.trust in VOUCHING and voice.origin.startswith("repo:"):
        return "", "", pairs  # documents are read anew by `init`, which compares them with what people said
    meeting = contradiction.met(transaction, _said(body, head["revision"], registers(record)), voice)
    if meeting.against:
        held, found = meeting.against[0]
        return f"it contradicts what is trusted more: {found.reasons[0].rstrip('.')}", held.id, []
    pairs += [held.id for held, _ in (*meeting.replaced, *meeting.contested)]  # who came later is not for us to say
    return "", "", list(dict.fromkeys(pairs))


def _said(body: bytes, revision: str, values: dict[str, Any]) -> Statement:
    """The statement that a memory makes now."""
    kept = json.loads(body)
    metadata = {name: values[name] for name in ("domain", "key", "valid_from", "valid_until") if values.get(name)}
    metadata["anchors"] = {
        name.partition("/")[2]: value for name, value in values.items() if name.startswith("anchor/") and value
    }
    return Statement(values.get("kind", "claim"), kept["content"], metadata, body, revision)
