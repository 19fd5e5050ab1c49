"""Asserting: how a statement becomes an event, and what it does to what was known before."""

from pathlib import Path
from typing import Any, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import BadArgument, BadConfidence, BadText
from oldhand.knowledge import admission
from oldhand.knowledge.anchoring import places
from oldhand.model import domain as domains
from oldhand.model import kinds
from oldhand.model.canonical import address, normal
from oldhand.model.identity import checked_key, memory_of_slot, memory_of_text
from oldhand.model.kinds import bounded
from oldhand.model.observed import alike
from oldhand.model.trust import Voice
from oldhand.store.fold import Record, registers, standing
from oldhand.store.transaction import Transaction

CONFIDENCE_UNIT = 10_000  # confidence is stored in ten-thousandths: no floats in canonical bytes
LONGEST_TAG = 64  # characters
MOST_TAGS = 32  # on one memory; more is filing, not tagging
LARGEST_PRIORITY = 100


class Statement(NamedTuple):
    """Something to be remembered, checked and in normal form: its canonical bytes, their address, and its metadata."""

    kind: str
    content: dict[str, Any]
    metadata: dict[str, Any]
    body: bytes
    revision: str


class Asserted(NamedTuple):
    """What asserting did. outcome: remembered, confirmed, changed or restored; replaced: the addresses it replaced."""

    memory: str
    revision: str
    outcome: str
    replaced: tuple[dict[str, Any], ...]
    confirmations: int


def statement(
    tree: Path | Observer, kind: str, fields: dict[str, Any], *, inputs: tuple[str, ...] = (), **said: Any
) -> Statement:  # fmt: skip
    """A checked statement. `tree` and `said`: the arguments that `metadata` takes."""
    content = kinds.content(kind, fields)
    body = kinds.body(kind, content, inputs)
    return Statement(kind, content, metadata(tree, **said), body, address(body).hex())


def metadata(
    tree: Path | Observer, *, domain: str = "", key: str = "", confidence: float = -1.0, priority: int = 0,
    tags: list[str] | None = None, anchors_said: list[str] | None = None, strict: bool = False,
    valid_from: int | None = None, valid_until: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The event fields of what is said about a memory; only what was said. Raises BadInput and its kin.

    tree: the top of the working tree, where anchors are observed; strict: as `anchoring.places` takes it.
    """
    fields: dict[str, Any] = {}
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
        fields["anchors"] = places(tree, anchors_said, strict=strict)
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


def assert_(transaction: Transaction, said: Statement, voice: Voice) -> Asserted:
    """Take a statement in: a new memory, a confirmation of the same words, or a new wording of its slot.

    Saying the same words again never loses what is known about them: metadata is only added. Raises
    RejectedValue or ErasedMemory when it was put away for good.
    """
    revision = transaction.put(said.body, said.revision)
    memory = identity(said)
    if "key" not in said.metadata:
        memory = transaction.holder_of(revision) or memory
    record = transaction.record(memory)
    admission.check(transaction, said, memory)
    present = standing(record)
    fields = {"kind": said.kind, "trust": voice.trust, **said.metadata}
    if present == "awaited":
        transaction.emit("assert", memory, voice.actor, voice.origin, fields, revision)
        return Asserted(memory, revision, "remembered", (), 1)
    outcome = "confirmed"
    if present == "retired":
        transaction.emit("restore", memory, voice.actor, voice.origin, {"seen": dict(record["vector"])})
        outcome = "restored"
    before = tuple(record["heads"])
    if {head["revision"] for head in before} == {revision}:
        confirm(transaction, memory, voice)
        _add_metadata(transaction, memory, said.metadata, voice)
        replaced: tuple[dict[str, Any], ...] = ()
    else:
        transaction.emit(
            "revise", memory, voice.actor, voice.origin, {**fields, "seen": dict(record["vector"])}, revision
        )
        outcome, replaced = "changed", before
    return Asserted(memory, revision, outcome, replaced, sum(record.get("counts", {}).values()))


def confirm(transaction: Transaction, memory: str, voice: Voice) -> None:
    """Say that a memory still holds; open disputes that were seen are settled."""
    seen = dict(transaction.record(memory)["vector"])
    transaction.emit("confirm", memory, voice.actor, voice.origin, {"trust": voice.trust, "seen": seen})


def _add_metadata(transaction: Transaction, memory: str, said: dict[str, Any], voice: Voice) -> None:
    """Add what was said about a known memory where nothing was said before."""
    known = registers(transaction.record(memory))
    fresh: dict[str, Any] = {
        name: value for name, value in said.items() if name not in known and name not in ("tags", "anchors")
    }
    if tags := [tag for tag in said.get("tags", ()) if not known.get(f"tag/{tag}")]:
        fresh["tags"] = tags
    observed = said.get("anchors", {}).items()
    if noted := {place: value for place, value in observed if not alike(known.get(f"anchor/{place}"), value)}:
        fresh["anchors"] = noted
    if fresh:
        transaction.emit("set", memory, voice.actor, voice.origin, fresh)


def revise(transaction: Transaction, memory: str, said: Statement, voice: Voice) -> Asserted:
    """Give a memory a new wording that replaces every wording it has; the old ones stay in its history."""
    record: Record = transaction.record(memory)
    revision = transaction.put(said.body, said.revision)
    before = tuple(record.get("heads", ()))
    fields = {"trust": voice.trust, "seen": dict(record["vector"]), **said.metadata}
    transaction.emit("revise", memory, voice.actor, voice.origin, fields, revision)
    return Asserted(memory, revision, "changed", before, sum(record.get("counts", {}).values()))
