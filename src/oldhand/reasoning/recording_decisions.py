"""What becomes of a decision that is said: one memory, tied to what it assumes, replaces and was read for."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import Refused
from oldhand.knowledge.assertion import Asserted, Statement, assert_, revise, statement
from oldhand.knowledge.trusting import require
from oldhand.model.identity import short
from oldhand.model.trust import Voice
from oldhand.reasoning.causal_assumptions import lay_down
from oldhand.reasoning.deciding import Said, content_of, drafted
from oldhand.reasoning.decisions import KIND, Decision, named
from oldhand.reasoning.documents_read import versions, versions_in_session
from oldhand.reasoning.safety_advice import Advice, advise
from oldhand.store.fold import registers

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

SAFETY = "safety:"  # begins the tags by which the checks remember what they said of a decision


class Recorded(NamedTuple):
    """What recording did. outcome, asserted: as asserting says it; decision: the draft; assumptions: ids of what it
    rests on; advice: what the checks say; joined: it had been said in other words, which stay."""

    id: str
    outcome: str
    asserted: Asserted
    decision: Decision
    assumptions: list[str]
    advice: Advice
    joined: bool


def record(
    memory: "Memory", said: Said, *, read: Sequence[str] = (), session: bool = True, name: str = "",
    supersedes: Sequence[str] = (), reason: str = "", made: int | None = None, overrides: Sequence[str] = (),
    yes: bool = False,
) -> Recorded:  # fmt: skip
    """Record a decision, or a new wording of one (`name`), in one change.

    read: documents that were read for it; session: whether to add what the session that speaks has read; supersedes:
    decisions that yield to it, and reason: why; made: when (ms), now without it. Raises what `drafted` raises,
    NotADecision, Refused, and what the checks raise when the person's policy is to ask or refuse.
    """
    documents = [*versions(memory, read), *(versions_in_session(memory) if session and not name else ())]
    with memory.reading() as reader:
        before = named(reader, name) if name else None
        older = [named(reader, one) for one in dict.fromkeys(supersedes)]
        draft = drafted(memory, said, documents, before)
        if any(before is not None and one.id == before.id for one in older):
            raise Refused("A decision cannot replace itself. Name another one with --supersedes.")
        ids = tuple(one.id for one in older)
        advice = advise(memory, reader, draft, supersedes=ids, overrides=tuple(overrides), yes=yes)
    draft = draft._replace(overrides=tuple(dict.fromkeys([*draft.overrides, *advice.overrides])))
    if made is not None:
        draft = draft._replace(at=made)
    screening = memory.screening(deliberate=True)
    words = _statement(memory, draft, advice, screening, before, made)
    with memory.writing() as transaction:
        done, joined = _said(memory, transaction, words, draft, before)
        laid = lay_down(
            transaction, memory.project.tree, done.memory, draft.assumptions, memory.voice, screening
        )  # fmt: skip
        for one in older:
            _replace(transaction, memory.voice, done.memory, one.id, reason)
    memory.trace_detail = {"memory": short(done.memory), "root": transaction.root.hex()}
    if advice.detail:
        memory.trace_detail["safety"] = advice.detail
    return Recorded(done.memory, done.outcome, done, draft, laid, advice, joined)


def _statement(
    memory: "Memory", draft: Decision, advice: Advice, screening: "Screening", before: Decision | None, made: int | None
) -> Statement:  # fmt: skip
    tags = [*draft.tags, *advice.tags]
    return statement(
        Observer(memory.project.tree), KIND, content_of(draft), screening=screening,
        domain="" if before is not None and draft.domain == before.domain else draft.domain, tags=tags,
        anchors_said=list(draft.anchors), strict=True, valid_from=made,
    )  # fmt: skip


def _said(
    memory: "Memory", transaction: "Transaction", words: Statement, draft: Decision, before: Decision | None
) -> tuple[Asserted, bool]:  # fmt: skip
    """What asserting or revising did, and whether the decision was known in other words."""
    if before is not None:
        return _reworded(transaction, before.id, words, memory), False
    done = assert_(transaction, words, memory.voice, deliberate=True)
    if done.outcome == "confirmed" and registers(transaction.record(done.memory)).get("kind") != KIND:
        done = assert_(transaction, words, memory.voice)  # a claim that says the same is confirmed by it: both stand
    if done.outcome != "confirmed" or done.revision == words.revision:
        return done, False
    # It was said before, with less about it: the words stay, what is new is added as a new wording of it.
    held = transaction.record(done.memory)["heads"][-1]["revision"]
    body = transaction.body(held)
    known = dict(json.loads(body)["content"]) if body else {}
    fresh = {field: value for field, value in content_of(draft).items() if value and field not in ("text", "title")}
    merged = {**known, **fresh, "title": known.get("title", "") or draft.title}
    if merged == known:
        return done, True
    again = statement(
        memory.project.tree, KIND, {field: value for field, value in merged.items() if value},
        screening=memory.screening(deliberate=True),
    )  # fmt: skip
    more = revise(transaction, done.memory, again, memory.voice)
    return more._replace(confirms=done.confirms), True


def _reworded(transaction: "Transaction", name: str, words: Statement, memory: "Memory") -> Asserted:
    """A new wording of a decision; only what is said about it where the words are the same."""
    record = transaction.record(name)
    gone = [tag[4:] for tag, stands in registers(record).items() if tag.startswith(f"tag/{SAFETY}") and stands]
    gone = [tag for tag in gone if tag not in words.metadata.get("tags", ())]
    metadata = {**words.metadata, **({"untag": gone} if gone else {})}
    if {head["revision"] for head in record["heads"]} == {words.revision}:
        if fresh := _fresh(registers(record), metadata):
            transaction.emit("set", name, memory.actor, memory.origin, fresh)
        outcome = "changed" if fresh else "unchanged"
        return Asserted(name, words.revision, outcome, (), sum(record.get("counts", {}).values()))
    return revise(transaction, name, words._replace(metadata=metadata), memory.voice)


def _replace(transaction: "Transaction", voice: Voice, newer: str, older: str, reason: str) -> None:
    """Have one decision take the place of another; `newer` may have come in by this very change.

    That the two contradict each other, which asserting may have found, is settled by it.
    """
    if registers(transaction.record(newer)).get(f"to/supersedes/{older}"):
        return
    require(voice, transaction.record(older), older, "have it replaced")
    why = {"reason": reason} if reason else {}
    transaction.emit("link", newer, voice.actor, voice.origin, {"rel": "supersedes", "target": older, **why})
    for source, target in ((newer, older), (older, newer)):
        if registers(transaction.record(source)).get(f"to/contradicts/{target}"):
            transaction.emit("unlink", source, voice.actor, voice.origin, {"rel": "contradicts", "target": target})


def _fresh(known: dict[str, object], said: dict[str, object]) -> dict[str, object]:
    """What is said about a memory that is not known of it."""
    found: dict[str, object] = {}
    for name, value in said.items():
        if name == "tags" and isinstance(value, list):
            if fresh := [tag for tag in value if not known.get(f"tag/{tag}")]:
                found[name] = fresh
        elif name == "anchors" and isinstance(value, dict):
            if noted := {place: seen for place, seen in value.items() if known.get(f"anchor/{place}") != seen}:
                found[name] = noted
        elif known.get(name) != value:
            found[name] = value
    return found
