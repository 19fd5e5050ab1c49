"""Learning from a project's history: findings in, memories out, idempotently.

Each finding has a key of its own, so that reading again adds nothing twice. What people or agents made of a
memory since then is never undone.
"""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import BadInput
from oldhand.knowledge import admission, trusting
from oldhand.knowledge.assertion import Statement, identity, statement
from oldhand.knowledge.history_findings import Finding
from oldhand.knowledge.history_mining import Mined
from oldhand.model.anchor import Anchor, parse
from oldhand.model.identity import SHOWN_DIGITS, short
from oldhand.model.trust import Voice
from oldhand.store.fold import registers, standing
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening

ACTOR = "history"
QUOTED, GUESSED = "repo", "tool"  # trust: what people wrote into the repository, and what is worked out from it
NOWHERE = "git"  # the way in of what comes from no commit in particular
CONFIDENCE = {"decision": 0.8, "revert": 0.8, "removal": 0.6, "dependency": 0.6, "fragile": 0.6, "owners": 0.5}
PRIORITY = {"decision": -10, "revert": -10}  # below everything that people say without naming a priority (0)
LEAST_PRIORITY = -20  # for what was worked out
_REVISED = ("kind", "trust", "anchors", "valid_from", "commit")


class FromHistory(NamedTuple):
    """What learning from the history did. kept, by_kind: memories it accounts for now, by category and by kind.

    redacted: the commits whose messages held secrets, which were left out; left_out: (commit, why) of what is
    rejected or erased; waiting: texts that give orders, which wait in review.
    """

    added: int
    changed: int
    retired: int
    unchanged: int
    kept: dict[str, int]
    by_kind: dict[str, int]
    redacted: list[str]
    left_out: tuple[tuple[str, str], ...] = ()
    waiting: int = 0


def learn_history(transaction: Transaction, root: Path, mined: Mined, screening: "Screening") -> FromHistory:
    """Take the findings into memory, and put away those that no longer hold."""
    done: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    present: set[str] = set()
    left_out: list[tuple[str, str]] = []
    explained = {finding.commit for finding in mined.kept if finding.category == "decision"}
    for finding in mined.kept:
        try:
            said = _said(root, finding, explained, screening)
        except BadInput:
            continue  # a text that no memory may hold, as one of broken surrogates: git still has it
        memory = identity(said)
        present.add(memory)
        if why := admission.turned_away(transaction, said, memory):
            left_out.append((finding.commit[:SHOWN_DIGITS] or NOWHERE, why))
            continue
        done[_take(transaction, memory, finding, said)] += 1
        kept[finding.category] += 1
        by_kind[finding.kind] += 1
    done["retired"] = _retire(transaction, present, mined.keys)
    return FromHistory(
        done["added"], done["changed"], done["retired"], done["unchanged"], dict(kept.most_common()),
        dict(by_kind.most_common()), screening.places(), tuple(left_out),
        sum(standing(transaction.record(memory)) == "quarantined" for memory in present),
    )  # fmt: skip


def _said(root: Path, finding: Finding, explained: set[str], screening: "Screening") -> Statement:
    """A finding as memory takes it. A reason that a memory of its own tells (`explained`) is not told twice."""
    whole = finding.category == "decision" or finding.commit not in explained
    told, beside = finding.told(reason=whole), dict(finding.fields)
    if not whole and "conclusion" in beside:
        beside["conclusion"] = beside["conclusion"].removesuffix(f": {finding.reason}")
    screening = screening.at(f"commit {short(finding.commit)}")
    said = statement(
        root, finding.kind, {"text": told, **beside}, screening=screening,
        domain=finding.domain, key=finding.key,
        confidence=CONFIDENCE[finding.category], priority=PRIORITY.get(finding.category, LEAST_PRIORITY),
        valid_from=finding.time, valid_until=finding.time + finding.lasts_ms if finding.lasts_ms else None,
        tags=["history", finding.category],
    )  # fmt: skip
    if places := screening.nameable(_places(finding.paths)):
        # Nothing is observed there: the file has changed since the commit, which makes what it says no less true.
        said.metadata["anchors"] = dict.fromkeys(places, "")
    if finding.commit:
        said.metadata["commit"] = finding.commit
    return said


def _places(paths: tuple[str, ...]) -> list[str]:
    """The paths that an anchor can name."""
    places = []
    for path in paths:
        try:
            if parse(path) == Anchor(path):
                places.append(path)
        except BadInput:
            continue
    return places


def _take(transaction: Transaction, memory: str, finding: Finding, said: Statement) -> str:
    """Take one finding in; added, changed or unchanged."""
    record = transaction.record(memory)
    origin = f"commit:{finding.commit}" if finding.commit else NOWHERE
    state = standing(record)
    if state == "retired" and not _retired_by_us(transaction, memory):
        return "unchanged"
    fields: dict[str, Any] = {"kind": said.kind, "trust": QUOTED if finding.quoted else GUESSED, **said.metadata}
    voice = Voice(ACTOR, origin, fields["trust"])
    if state == "awaited":
        fields |= trusting.waiting(transaction, said, voice)
        transaction.put(said.body, said.revision)
        transaction.emit("assert", memory, ACTOR, origin, fields, said.revision)
        return "added"
    outcome = "unchanged"
    if state == "retired":
        transaction.emit("restore", memory, ACTOR, origin, {"seen": dict(record["vector"])})
        outcome = "changed"
    heads = transaction.record(memory)["heads"]
    if all(head["actor"] == ACTOR for head in heads):
        if {head["revision"] for head in heads} != {said.revision}:
            transaction.put(said.body, said.revision)
            # Only what follows the wording: a priority, a room or a tag that someone gave it since stays.
            revised = {name: value for name, value in fields.items() if name in _REVISED}
            if "valid_until" in fields and "valid_until" not in registers(record):  # else somebody may have said it
                revised["valid_until"] = fields["valid_until"]
            revised |= trusting.reworded(transaction, memory, said, voice)
            revised["seen"] = dict(transaction.record(memory)["vector"])
            _unanchor(transaction, memory, said, revised)
            transaction.emit("revise", memory, ACTOR, origin, revised, said.revision)
            return "changed"
        if _follow(transaction, memory, said, origin):
            return "changed"
    return outcome


def _follow(transaction: Transaction, memory: str, said: Statement, origin: str) -> bool:
    """Bring the places of a memory up to date where files were renamed or removed; whether there was anything to do."""
    fields: dict[str, Any] = {}
    _unanchor(transaction, memory, said, fields)
    known = _anchored(transaction, memory)
    if fresh := {place: "" for place in said.metadata.get("anchors", {}) if place not in known}:
        fields["anchors"] = fresh
    if fields:
        transaction.emit("set", memory, ACTOR, origin, fields)
    return bool(fields)


def _unanchor(transaction: Transaction, memory: str, said: Statement, fields: dict[str, Any]) -> None:
    """Add to `fields` the places that were tied without being observed, as only we do, and are named no more."""
    known = _anchored(transaction, memory)
    if gone := sorted(
        place for place, seen in known.items() if not seen and place not in said.metadata.get("anchors", {})
    ):
        fields["unanchor"] = gone


def _anchored(transaction: Transaction, memory: str) -> dict[str, Any]:
    values = registers(transaction.record(memory))
    return {name[7:]: value for name, value in values.items() if name.startswith("anchor/") and value is not False}


def _retired_by_us(transaction: Transaction, memory: str) -> bool:
    latest = transaction.latest(memory, "retire")
    return latest is not None and latest.actor == ACTOR


def _retire(transaction: Transaction, present: set[str], keys: set[str]) -> int:
    """Put away what the history no longer says (a revert taken back, a file that is calm again). Returns how many.

    What is merely outdone by better findings stays: it is as true as it was.
    """
    count = 0
    for memory in transaction.brought_by(ACTOR):
        record = transaction.record(memory)
        if memory in present or standing(record) not in ("active", "contested"):
            continue
        key = str(registers(record).get("key", ""))
        if key in keys or any(head["actor"] != ACTOR for head in record["heads"]):
            continue
        restored = transaction.latest(memory, "restore")
        if restored is not None and restored.actor != ACTOR:
            continue  # someone wants it
        reason = {"reason": "the history no longer says this"}
        transaction.emit("retire", memory, ACTOR, NOWHERE, reason)
        count += 1
    return count
