"""Asserting: how a statement becomes an event, and what it does to what was known before."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import BadArgument, BadConfidence, BadText
from oldhand.knowledge import admission, trusting
from oldhand.knowledge.anchoring import places
from oldhand.model import domain as domains
from oldhand.model import kinds
from oldhand.model.canonical import address, normal
from oldhand.model.identity import checked_key, memory_of_slot, memory_of_text
from oldhand.model.kinds import bounded
from oldhand.model.observed import alike
from oldhand.model.trust import RANK, Voice
from oldhand.store.fold import Record, registers, standing
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.contradiction import Met
    from oldhand.knowledge.redaction import Screening

CONFIDENCE_UNIT = 10_000  # confidence is stored in ten-thousandths: no floats in canonical bytes
LONGEST_TAG = 64  # characters
MOST_TAGS = 32  # on one memory; more is filing, not tagging
LARGEST_PRIORITY = 100
DATES = ("valid_from", "valid_until")
CAPTURED = "captured"  # the tag of what was captured unasked, which no briefing tells (knowledge.salience)


class Statement(NamedTuple):
    """Something to be remembered, checked and in normal form: its canonical bytes, their address, and its metadata."""

    kind: str
    content: dict[str, Any]
    metadata: dict[str, Any]
    body: bytes
    revision: str


class Asserted(NamedTuple):
    """What asserting did.

    outcome: remembered, confirmed, changed, restored, contested (it stands beside what it contradicts), settled (it was
    decided against before, `reason` is what holds, or empty when it was retired; nothing changed) or quarantined (it
    waits in review, and `reason` says why); replaced: the heads of the wordings of the same memory it replaced; heard,
    since: how often those had been said or confirmed, and since when (ms) the last of them had held; severity:
    how grave it is that they were replaced; met: other memories that it replaced or contradicts; confirms: the wording
    that it says again in other words.
    """

    memory: str
    revision: str
    outcome: str
    replaced: tuple[dict[str, Any], ...]
    confirmations: int
    reason: str = ""
    heard: int = 0
    severity: str = ""
    met: "tuple[Met, ...]" = ()
    since: int = 0
    confirms: str = ""


def statement(
    tree: Path | Observer, kind: str, fields: dict[str, Any], *, screening: "Screening",
    inputs: tuple[str, ...] = (), **said: Any,
) -> Statement:  # fmt: skip
    """A checked statement, screened for secrets before anything of it is hashed.

    `tree` and `said`: the arguments that `metadata` takes. Raises SecretFound when the screening refuses.
    """
    content = {name: screening.cleaned(value, name) for name, value in kinds.content(kind, fields).items()}
    body = kinds.body(kind, content, inputs)
    return Statement(kind, content, metadata(tree, screening=screening, **said), body, address(body).hex())


def metadata(
    tree: Path | Observer, *, screening: "Screening", domain: str = "", key: str = "", confidence: float = -1.0,
    priority: int = 0, tags: list[str] | None = None, anchors_said: list[str] | None = None, strict: bool = False,
    valid_from: int | None = None, valid_until: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The event fields of what is said about a memory; only what was said. Raises BadInput and its kin.

    tree: the top of the working tree, where anchors are observed; screening: what keeps secrets out of them;
    strict: as `anchoring.places` takes it.
    """
    fields: dict[str, Any] = {}
    domain, key = screening.clean(domain, "the domain"), screening.clean(key, "the key")
    tags = screening.cleaned(tags, "a tag")
    anchors_said = screening.nameable(anchors_said or ())
    if domain:
        fields["domain"] = domains.checked(domain)
    if key:
        fields["key"] = checked_key(key)
    if confidence != -1.0:
        if not 0 <= confidence <= 1:
            raise BadConfidence(confidence)
        fields["confidence"] = round(confidence * CONFIDENCE_UNIT)
    if priority:
        if abs(priority) > LARGEST_PRIORITY:
            limits = f"from -{LARGEST_PRIORITY} to {LARGEST_PRIORITY}"
            raise BadArgument("priority", priority, f"it is a whole number {limits}")
        fields["priority"] = priority
    if tags:
        fields["tags"] = sorted({checked_tag(tag) for tag in tags})
        if len(fields["tags"]) > MOST_TAGS:
            raise BadArgument("tags", f"{len(fields['tags'])} tags", f"a memory is given at most {MOST_TAGS} at once")
    if anchors_said:
        fields["anchors"] = {
            place: screening.seen(value) for place, value in places(tree, anchors_said, strict=strict).items()
        }
    if valid_from is not None:
        fields["valid_from"] = valid_from
    if valid_until is not None:
        fields["valid_until"] = valid_until
    return fields


def checked_tag(tag: str) -> str:
    """A tag in lower case. Raises BadText when it is no short printable word."""
    word = normal(bounded(tag, "tag").strip().casefold())  # folding can take a character apart
    if not word or len(word) > LONGEST_TAG or not word.isprintable():
        raise BadText("tag", f"a tag is one printable line of at most {LONGEST_TAG} characters")
    return word


def identity(said: Statement) -> str:
    """The id of the memory a statement belongs to: its slot's when it has a key, else its text's."""
    key = said.metadata.get("key")
    return (
        memory_of_slot(said.metadata.get("domain", domains.DEFAULT_DOMAIN), key)
        if key
        else memory_of_text(said.revision)
    )


def foresee(transaction: Transaction, statements: list[Statement]) -> None:
    """Have the store look up at once what a bulk of statements will ask for one by one."""
    transaction.foresee(dict.fromkeys(map(identity, statements)), dict.fromkeys(said.revision for said in statements))


def assert_(transaction: Transaction, said: Statement, voice: Voice, *, deliberate: bool = False) -> Asserted:
    """Take a statement in: a new memory, a confirmation of what is known, or a new wording of its slot.

    Saying the same words again never loses what is known about them: metadata is only added. A new wording replaces
    the old one only when `voice` is believed as far as those who said or confirmed it; else both stand, contested, and
    what untrusted sources say waits in quarantine. deliberate: somebody says this one thing on purpose, so rivals are
    also looked for by place and subject; bulks and automatic ways compare within the slot only.
    Raises RejectedValue or ErasedMemory when it was put away for good.
    """
    memory = identity(said)
    if "key" not in said.metadata:
        memory = transaction.holder_of(said.revision) or memory
    record = transaction.record(memory)
    admission.check(transaction, said, memory, deliberate=deliberate)
    present = standing(record)
    before = tuple(record.get("heads", ()))
    if before and {head["revision"] for head in before} == {said.revision}:
        return _said_again(transaction, memory, said, voice, present, deliberate)
    waits = trusting.held_back(transaction, said, voice)
    if not before:
        return _new(transaction, memory, said, voice, waits, deliberate)
    if waits:
        return _beside(transaction, said, voice, waits, memory)
    return _answered(transaction, memory, said, voice, present)


def _new(
    transaction: Transaction, memory: str, said: Statement, voice: Voice, waits: str, deliberate: bool
) -> Asserted:  # fmt: skip
    """A statement of which nothing was known, once its rivals are asked."""
    meeting = None
    if deliberate and not waits:
        from oldhand.knowledge import contradiction

        meeting = contradiction.met(transaction, said, voice)
        if meeting.same is not None:
            return _same_in_other_words(transaction, meeting.same.id, meeting.same.text, said, voice)
        if meeting.against:
            held, found = meeting.against[0]
            reason = f"it contradicts what is trusted more: {found.reasons[0].rstrip('.')}"
            return _beside(transaction, said, voice, reason, held.id)
    fields = {"kind": said.kind, "trust": voice.trust, **said.metadata}
    fields |= {"quarantined": True, "reason": waits} if waits else {}
    transaction.emit("assert", memory, voice.actor, voice.origin, fields, transaction.put(said.body, said.revision))
    if waits:
        return Asserted(memory, said.revision, "quarantined", (), 1, waits)
    if meeting is None or not (meeting.replaced or meeting.contested):
        return Asserted(memory, said.revision, "remembered", (), 1)
    found_ = contradiction.carried_out(transaction, memory, meeting, voice)
    outcomes = {one.outcome for one in found_}
    outcome = "contested" if "contested" in outcomes else "changed" if outcomes else "remembered"
    return Asserted(memory, said.revision, outcome, (), 1, met=found_)


def _said_again(
    transaction: Transaction, memory: str, said: Statement, voice: Voice, present: str, deliberate: bool
) -> Asserted:  # fmt: skip
    """The same words once more: a confirmation; what was put away comes back, unless the source is untrusted."""
    outcome = "confirmed"
    record = transaction.record(memory)
    if present == "retired" and trusting.stays_away(transaction, memory, voice):
        if deliberate:
            trusting.require_back(transaction, memory, voice)
        times = sum(record.get("counts", {}).values())
        return Asserted(memory, said.revision, "settled", (), times)
    if present == "retired" and not trusting.untrusted(voice.trust):
        transaction.emit("restore", memory, voice.actor, voice.origin, {"seen": dict(record["vector"])})
        outcome = "restored"
    confirm(transaction, memory, voice)
    _add_metadata(transaction, memory, said.metadata, voice)
    if present == "quarantined" and voice.trust == trusting.PERSON:  # a person says it: nobody need decide any more
        fields = {"quarantined": False, "trust": voice.trust}
        transaction.emit("set", memory, voice.actor, voice.origin, fields)
        outcome = "restored"
    found: tuple[Met, ...] = ()
    if deliberate and present == "superseded":
        from oldhand.knowledge import contradiction

        found = contradiction.came_back(transaction, memory, said, voice)
        outcome = next((one.outcome for one in found if one.outcome == "contested"), "changed" if found else outcome)
    times = sum(record.get("counts", {}).values())
    if standing(record) == "quarantined":
        return Asserted(memory, said.revision, "quarantined", (), times, "it waits in review already")
    return Asserted(memory, said.revision, outcome, (), times, met=found)


def _answered(transaction: Transaction, memory: str, said: Statement, voice: Voice, present: str) -> Asserted:
    """Other words for what is known: a confirmation, a new wording, or two that stand beside each other."""
    from oldhand.knowledge import contradiction
    from oldhand.knowledge.comparing import compare

    record = transaction.record(memory)
    before = tuple(record["heads"])
    current = present in ("active", "contested")
    if present == "active" and len(before) == 1:
        old = _text(transaction, before[0]["revision"])
        found = compare(old, said.content["text"])
        if found.verdict == "paraphrase" and found.certain and _kind_of(record) == said.kind:
            return _same_in_other_words(transaction, memory, old, said, voice)
    if (held_off := _held_off(transaction, memory, said, voice, present)) is not None:
        return held_off
    heard = sum(trusting.counted(record).values())
    grave = contradiction.severity(record, heard) if current else ""
    since = contradiction.when_said(record)
    if present == "retired":
        transaction.emit("restore", memory, voice.actor, voice.origin, {"seen": dict(record["vector"])})
    fields = {"kind": said.kind, "trust": voice.trust, **said.metadata, "seen": dict(record["vector"])}
    fields |= {"quarantined": False} if present == "quarantined" else {}
    known = registers(record)  # a new answer holds from now on, whatever dates the old one had
    fields |= {name: None for name in DATES if known.get(name) is not None and name not in said.metadata}
    transaction.emit("revise", memory, voice.actor, voice.origin, fields, transaction.put(said.body, said.revision))
    _unsettle_derived(transaction, memory, voice)
    times = sum(record.get("counts", {}).values())
    return Asserted(memory, said.revision, "changed", before, times, heard=heard, severity=grave, since=since)


def _held_off(
    transaction: Transaction, memory: str, said: Statement, voice: Voice, present: str
) -> Asserted | None:  # fmt: skip
    """What becomes of other words from one who is believed less than those who said or confirmed a memory.

    None when the voice may replace it. What was put away or superseded is not replaced either: what they say then
    waits in review. What was rejected can take another value from anybody who works here.
    """
    from oldhand.knowledge import contradiction

    record = transaction.record(memory)
    heads = {head["revision"] for head in record["heads"]}
    if present == "retired" and trusting.stays_away(transaction, memory, voice):
        from oldhand.knowledge.comparing import compare

        if compare(_text(transaction, record["heads"][-1]["revision"]), said.content["text"]).verdict == "paraphrase":
            reason = f"what it says was retired by who is trusted more ({trusting.put_away_by(transaction, memory)})"
            return _beside(transaction, said, voice, reason, memory)
    if contradiction.may_replace(voice, record) or heads == {said.revision}:
        return None
    reason = f"it contradicts what is trusted more ({trusting.strongest(record)})"
    if trusting.untrusted(voice.trust):  # also where it was put away: its slot counts as confirmed
        return _beside(transaction, said, voice, reason, memory)
    if present not in ("active", "contested"):
        return None if present == "rejected" else _beside(transaction, said, voice, f"{reason}, {present} now", memory)
    if said.revision in heads:
        return _said_again(transaction, memory, said, voice, present, False)
    if transaction.had_wording(memory, said.revision):  # it was replaced by one who had seen it: that is a verdict
        holds, times = _text(transaction, record["heads"][-1]["revision"]), sum(record.get("counts", {}).values())
        return Asserted(memory, said.revision, "settled", (), times, holds)
    return _contested(transaction, memory, said, voice)


def _contested(transaction: Transaction, memory: str, said: Statement, voice: Voice) -> Asserted:
    """A second wording of one slot beside the one that is believed more; a verdict settles it."""
    from oldhand.knowledge import contradiction

    record = transaction.record(memory)
    head = record["heads"][-1]
    heard = sum(trusting.counted(record).values())
    grave, old = contradiction.severity(record, heard), _text(transaction, head["revision"])
    since = contradiction.when_said(record)
    fields = {"trust": voice.trust}  # what was said about the trusted wording stays as it is
    transaction.emit("assert", memory, voice.actor, voice.origin, fields, transaction.put(said.body, said.revision))
    met = contradiction.Met(memory, old, "contested", since, heard, grave, "it is believed less than what is there")
    times = sum(record.get("counts", {}).values())
    return Asserted(memory, said.revision, "contested", (), times, heard=heard, severity=grave, met=(met,))


def _beside(transaction: Transaction, said: Statement, voice: Voice, reason: str, against: str) -> Asserted:
    """A statement that may touch nothing, kept as a memory of its own until somebody decides in review."""
    memory = memory_of_text(said.revision)
    record = transaction.record(memory)
    admission.check(transaction, said, memory)
    if record.get("heads"):
        confirm(transaction, memory, voice)
        times = sum(record.get("counts", {}).values())
        waits = standing(record) == "quarantined"
        outcome = "quarantined" if waits else "confirmed"
        return Asserted(memory, said.revision, outcome, (), times, reason if waits else "")
    fields = {"kind": said.kind, "trust": voice.trust, **said.metadata, "quarantined": True, "reason": reason}
    fields.pop("key", None)  # a memory with a key is its slot's, and that is another one
    fields |= {"against": against} if against else {}
    transaction.emit("assert", memory, voice.actor, voice.origin, fields, transaction.put(said.body, said.revision))
    return Asserted(memory, said.revision, "quarantined", (), 1, reason)


def _same_in_other_words(transaction: Transaction, memory: str, old: str, said: Statement, voice: Voice) -> Asserted:
    """A confirmation in other words: the wording that is known stays, what is new about it is added."""
    confirm(transaction, memory, voice)
    _add_metadata(transaction, memory, said.metadata, voice)
    record = transaction.record(memory)
    times = sum(record.get("counts", {}).values())
    return Asserted(memory, record["heads"][-1]["revision"], "confirmed", (), times, confirms=old)


def _text(transaction: Transaction, revision: str) -> str:
    """The text of a wording; empty when its bytes are erased."""
    body = transaction.body(revision)
    return str(json.loads(body)["content"]["text"]) if body else ""


def _kind_of(record: Record) -> str:
    return str(registers(record).get("kind", ""))


def _unsettle_derived(transaction: Transaction, memory: str, voice: Voice) -> None:
    """Have what was made from a memory made anew, when its wording changed and something was made from it."""
    values = registers(transaction.record(memory))
    if any(stands and name.startswith("from/derived_from/") for name, stands in values.items()):
        from oldhand.knowledge.deriving import unsettle

        unsettle(transaction, [memory], voice, "its input was reworded")


def confirm(transaction: Transaction, memory: str, voice: Voice) -> None:
    """Say that a memory still holds; open disputes that were seen are settled, but those of who is trusted more."""
    seen = trusting.seen_by(transaction.record(memory), voice)
    trust = trusting.counting(transaction, voice).trust
    transaction.emit("confirm", memory, voice.actor, voice.origin, {"trust": trust, "seen": seen})


def _add_metadata(transaction: Transaction, memory: str, said: dict[str, Any], voice: Voice) -> None:
    """Add what is new about a known memory; who is believed less adds tags and places alone: no end, no priority."""
    record = transaction.record(memory)
    known, above = registers(record), RANK[trusting.strongest(record)] > RANK.get(voice.trust, -1)
    fresh: dict[str, Any] = {
        name: value for name, value in said.items() if not above and name not in (*known, "tags", "anchors")
    }
    if tags := [tag for tag in said.get("tags", ()) if not known.get(f"tag/{tag}") and (not above or tag != CAPTURED)]:
        fresh["tags"] = tags
    observed = said.get("anchors", {}).items()
    if noted := {place: value for place, value in observed if not alike(known.get(f"anchor/{place}"), value)}:
        fresh["anchors"] = noted
    if fresh:
        tied = trusting.ties(fresh.get("tags", ()))  # what follows from such a tag is believed as who gives it
        transaction.emit("set", memory, voice.actor, voice.origin, fresh | ({"trust": voice.trust} if tied else {}))


def revise(transaction: Transaction, memory: str, said: Statement, voice: Voice) -> Asserted:
    """Give a memory a new wording that replaces every wording it has; the old ones stay in its history.

    One who is believed less than those who said or confirmed it replaces nothing: their wording stands beside it,
    contested or in quarantine, as `assert_` does it.
    """
    record: Record = transaction.record(memory)
    admission.check(transaction, said, memory, deliberate=True)
    before = tuple(record.get("heads", ()))
    if waits := trusting.held_back(transaction, said, voice):
        return _beside(transaction, said, voice, waits, memory)
    held_off = _held_off(transaction, memory, said, voice, standing(record)) if before else None
    if held_off is not None:
        return held_off
    heard = sum(trusting.counted(record).values())
    revision = transaction.put(said.body, said.revision)
    fields = {"trust": voice.trust, "seen": dict(record["vector"]), **said.metadata}
    transaction.emit("revise", memory, voice.actor, voice.origin, fields, revision)
    _unsettle_derived(transaction, memory, voice)
    times = sum(record.get("counts", {}).values())
    return Asserted(memory, revision, "changed", before, times, heard=heard)
