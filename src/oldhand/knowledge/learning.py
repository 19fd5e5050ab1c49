"""Learning from the project's own documents: statements in, memories of trust `repo` out, idempotently.

Reading the same documents again changes nothing. A statement that left its document is retired, a
changed one is revised, and what people or agents made of a memory since then is never undone.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import BadAnchor, BadDate, BadInput
from oldhand.knowledge import admission, trusting
from oldhand.knowledge.against_people import contest
from oldhand.knowledge.assertion import Statement as Said
from oldhand.knowledge.assertion import identity, statement
from oldhand.knowledge.beside_records import only_added, with_kept
from oldhand.knowledge.day_one import Reading, Statement
from oldhand.knowledge.moved_records import There, moved
from oldhand.model.anchor import Anchor
from oldhand.model.domain import DEFAULT_DOMAIN
from oldhand.model.identity import memory_of_slot
from oldhand.model.moment import parse
from oldhand.model.observed import alike
from oldhand.model.trust import Voice
from oldhand.store.fold import Record, registers, standing
from oldhand.store.reader import Reader
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening

ACTOR = "repo"
TRUST = "repo"
UNVOUCHED = "agent"  # trust of what an agent wrote and nobody has committed
SUPERSEDES = len("to/supersedes/")  # digits before the id in the name of a tie's register
NOT_IN_FORCE = frozenset({"superseded", "deprecated", "rejected"})  # statuses of records that no longer decide anything


class Learned(NamedTuple):
    """What a reading did. by_kind, by_file: memories that the documents account for now.

    redacted: the places of secrets that were left out of them, as FILE:LINE; waiting: texts that give orders rather
    than facts, which wait in review.
    """

    added: int
    changed: int
    retired: int
    unchanged: int
    superseded: int
    by_kind: dict[str, int]
    by_file: dict[str, int]
    left_out: list[tuple[str, str]]
    redacted: list[str]
    waiting: int
    root: str


def learn(
    transaction: Transaction, root: Path, reading: Reading, screening: "Screening",
    unvouched: Collection[str] = frozenset(),
) -> Learned:  # fmt: skip
    """Take a reading of the project's documents into memory. unvouched: those that are trusted as an agent is."""
    observer = Observer(root)  # reads each document once for all of its statements
    done: Counter[str] = Counter()
    left_out = [(screening.again().clean(name), why) for name, why in reading.left_out]
    present: dict[str, Statement] = {}
    said_now: dict[str, tuple[Said, Voice]] = {}
    by_kind: Counter[str] = Counter()
    by_file: Counter[str] = Counter()
    records = (There(one.domain, one.key, one.title, one.text) for one in reading.statements if one.key)
    elsewhere = moved(Reader(transaction.connection), root, records)
    for found in reading.statements:
        try:
            said = _said(observer, found, screening)
        except BadInput as error:
            left_out.append((screening.again().clean(f"{found.path}:{found.line_start}"), str(error)))
            continue
        memory = identity(said)
        if found.key in elsewhere:
            memory = elsewhere[found.key]
            said = said._replace(metadata={name: value for name, value in said.metadata.items() if name != "key"})
        if memory in present:
            continue
        if why := admission.turned_away(transaction, said, memory):
            left_out.append((f"{found.path}:{found.line_start}", why))
            if standing(transaction.record(memory)) not in ("awaited", "erased"):
                present[memory] = found  # the document still speaks of it, so it has not vanished
            continue
        present[memory] = found
        trust = UNVOUCHED if found.path in unvouched else TRUST
        done[_take(transaction, memory, found, said, trust)] += 1
        said_now[memory] = (said, Voice(ACTOR, f"repo:{found.path}", trust))
        by_kind[found.kind] += 1
        by_file[found.path] += 1
    superseded = _supersede(transaction, present, elsewhere)
    done["retired"] += _retire_vanished(transaction, present)
    contest(transaction, said_now)
    return Learned(
        done["added"], done["changed"], done["retired"], done["unchanged"], superseded,
        dict(by_kind.most_common()), dict(by_file.most_common()), left_out,
        screening.places(), _waiting(transaction, present), "",
    )  # fmt: skip


def _waiting(transaction: Transaction, present: Iterable[str]) -> int:
    """How many of the memories that the documents account for are in quarantine."""
    return sum(standing(transaction.record(memory)) == "quarantined" for memory in present)


def _said(observer: Observer, found: Statement, screening: "Screening") -> Said:
    """A document's statement as memory takes it, tied to its lines."""
    try:
        since = parse(found.date, 0) if found.date else None
    except BadDate:
        since = None
    place = str(Anchor(found.path, found.line_start, found.line_end))
    if not screening.nameable([found.path]):  # its path would stand in the key, the anchor and the origin
        raise BadAnchor(screening.again().clean(found.path), "a secret stands in its name; rename it")
    return statement(
        observer, found.kind, _fields(found),
        screening=screening.at(f"{found.path}:{found.line_start}"), domain=found.domain, key=found.key,
        anchors_said=[place], valid_from=since, tags=[found.status] if found.status else [],
    )  # fmt: skip


def _fields(found: Statement) -> dict[str, Any]:
    """What a statement says, with what its record gives beside the decision, as `decision import` reads it."""
    beside = {name: value if isinstance(value, str) else list(value) for name, value in found.beside}
    return {"text": found.text, "title": found.title} | beside


def _take(transaction: Transaction, memory: str, found: Statement, said: Said, trust: str) -> str:
    """Take one statement in; added, changed or unchanged."""
    record = transaction.record(memory)
    origin = f"repo:{found.path}"
    state = standing(record)
    if state == "retired" and not _retired_by_us(transaction, memory):
        return "unchanged"
    if state == "awaited":
        transaction.put(said.body, said.revision)
        fields = {"kind": said.kind, "trust": trust, **said.metadata}
        fields |= trusting.waiting(transaction, said, Voice(ACTOR, origin, trust))
        transaction.emit("assert", memory, ACTOR, origin, fields, said.revision)
        return "added"
    outcome = "unchanged"
    if state == "retired" and not _out_of_force(found):
        transaction.emit("restore", memory, ACTOR, origin, {"seen": dict(record["vector"])})
        outcome = "changed"
    if _reword(transaction, memory, found, said, trust) or _hold_back(transaction, memory, said, origin, trust):
        outcome = "changed"
    _follow(transaction, memory, origin, said.metadata)
    return outcome


def _reword(transaction: Transaction, memory: str, found: Statement, said: Said, trust: str) -> bool:
    """Bring the document's wording in, unless someone else has reworded the memory: then only say that they differ."""
    record = transaction.record(memory)
    origin = f"repo:{found.path}"
    said = with_kept(transaction, record, said) if found.key else said
    rejected = standing(record) == "rejected"  # and this is another value, which its slot takes
    ours = rejected or all(head["origin"].startswith("repo:") for head in record["heads"])
    if any(head["revision"] == said.revision for head in record["heads"]):
        vouched = ours and trust == TRUST and any(head["trust"] == UNVOUCHED for head in record["heads"])
        if not vouched:
            return False
    elif ours and not rejected and trust == UNVOUCHED and trusting.strongest(record) in trusting.VOUCHING:
        _beside(transaction, memory, said, Voice(ACTOR, origin, trust))
        return True
    elif _says_more(transaction, record, said, ours):
        return False
    if ours or only_added(transaction, memory, Voice(ACTOR, origin, trust)):
        transaction.put(said.body, said.revision)
        fields = {"kind": said.kind, "trust": trust, **said.metadata, "seen": dict(record["vector"])}
        fields |= trusting.reworded(transaction, memory, said, Voice(ACTOR, origin, trust))
        transaction.emit("revise", memory, ACTOR, origin, fields, said.revision)
        return True
    if transaction.had_wording(memory, said.revision):
        return False
    reason = f"{found.path} now says otherwise ({said.revision[:12]})"
    latest = transaction.latest(memory, "dispute")
    if latest is not None and latest.actor == ACTOR and latest.fields.get("reason") == reason:
        return False
    transaction.emit("dispute", memory, ACTOR, origin, {"trust": trust, "reason": reason})
    return True


def _says_more(transaction: Transaction, record: Record, said: Said, ours: bool) -> bool:
    """Whether a memory has the document's words, and somebody else gave it more beside them, as what was weighed.

    ours: whether nobody else did; then it has all that the document gives.
    """
    body = transaction.body(record["heads"][-1]["revision"]) if len(record["heads"]) == 1 else None
    content = json.loads(body)["content"] if body else {}
    compared = said.content if ours else ("text", "title")
    return bool(content) and all(content.get(name) == said.content.get(name) for name in compared)


def _beside(transaction: Transaction, memory: str, said: Said, voice: Voice) -> None:
    """Put what nobody has committed yet beside what is believed more: contested until it is committed or decided."""
    fields = {"trust": voice.trust} | trusting.waiting(transaction, said, voice)
    if "quarantined" in fields:
        return  # it would take what is believed more into quarantine with it; `init` reads it again when committed
    transaction.emit("assert", memory, voice.actor, voice.origin, fields, transaction.put(said.body, said.revision))


def _hold_back(transaction: Transaction, memory: str, said: Said, origin: str, trust: str) -> bool:
    """Put what a document says as before into quarantine when it gives orders and no person let it in.

    It may have come in before the rules knew its wording. A person who accepts it in review, or confirms it, has let
    it in; words that others gave the memory since then are not the document's.
    """
    record = transaction.record(memory)
    if registers(record).get("quarantined") or trusting.counted(record).get(trusting.PERSON):
        return False
    if [head["revision"] for head in record["heads"]] != [said.revision]:
        return False
    why = trusting.quarantine(said, Voice(ACTOR, origin, trust))
    if why:
        transaction.emit("set", memory, ACTOR, origin, {"quarantined": True, "trust": trust, "reason": why})
    return bool(why)


def _follow(transaction: Transaction, memory: str, origin: str, said: dict[str, Any]) -> None:
    """Bring up to date what readings said about a memory: its lines, its room, its status. The rest is others'."""
    values = registers(transaction.record(memory))
    places, tags = said["anchors"], set(said.get("tags", ()))
    domain = said.get("domain", DEFAULT_DOMAIN)
    anchored = {name[7:]: value for name, value in values.items() if name.startswith("anchor/") and value is not False}
    tagged = {name[4:] for name, value in values.items() if name.startswith("tag/") and value}
    new = {place: value for place, value in places.items() if not alike(anchored.get(place), value)}
    present = (set(anchored), tagged, values.get("domain", DEFAULT_DOMAIN), values.get("valid_from"))
    if not new and present == (set(places), tags, domain, said.get("valid_from")):
        return
    ours = _said_by_us(transaction, memory)
    fields: dict[str, Any] = {}
    if new:
        fields["anchors"] = new
    if gone := sorted((set(anchored) & ours.places) - set(places)):
        fields["unanchor"] = gone
    if fresh := sorted(tags - tagged):
        fields["tags"] = fresh
    if stale := sorted((tagged & ours.tags) - tags):
        fields["untag"] = stale
    fields |= {
        name: value
        for name, value in (("domain", domain), ("valid_from", said.get("valid_from")))
        if value not in (None, values.get(name)) and values.get(name) == ours.latest.get(name)
    }
    if fields:
        transaction.emit("set", memory, ACTOR, origin, fields)


class _Ours(NamedTuple):
    """What readings have said about a memory so far: places and tags ever given, and the latest domain and date."""

    places: set[str]
    tags: set[str]
    latest: dict[str, Any]


def _said_by_us(transaction: Transaction, memory: str) -> _Ours:
    places: set[str] = set()
    tags: set[str] = set()
    latest: dict[str, Any] = {}
    for _, event in Reader(transaction.connection).history(memory):
        if event.actor == ACTOR:
            places |= set(event.fields.get("anchors", ()))
            tags |= set(event.fields.get("tags", ()))
            latest |= {name: event.fields[name] for name in ("domain", "valid_from") if name in event.fields}
    return _Ours(places, tags, latest)


def _retired_by_us(transaction: Transaction, memory: str) -> bool:
    """Whether the latest retirement of a memory came from reading documents."""
    latest = transaction.latest(memory, "retire")
    return latest is not None and latest.actor == ACTOR


def _put_back(transaction: Transaction, memory: str) -> bool:
    """Whether someone else restored a memory after it was last retired: it is then left standing."""
    restored, retired = transaction.latest(memory, "restore"), transaction.latest(memory, "retire")
    return restored is not None and restored.actor != ACTOR and (retired is None or retired.stamp < restored.stamp)


def _out_of_force(found: Statement) -> bool:
    """Whether the record a statement comes from decides nothing any more; its context and consequences go with it."""
    return found.status in NOT_IN_FORCE


def _supersede(transaction: Transaction, present: dict[str, Statement], elsewhere: Mapping[str, str]) -> int:
    """Link records to those they replace and retire those no longer in force without a successor. Returns how many."""
    count = 0
    for memory, found in present.items():
        targets = {elsewhere.get(key) or memory_of_slot(found.domain, key) for key in found.supersedes}
        in_force = found.status not in NOT_IN_FORCE | {"proposed"}
        _tie(transaction, memory, (targets & set(present)) - {memory} if in_force else set(), f"repo:{found.path}")
    for memory, found in present.items():
        record = transaction.record(memory)
        state = standing(record)
        replaced = any(name.startswith("from/supersedes/") and value for name, value in registers(record).items())
        if _out_of_force(found) and state == "retired" and replaced and _retired_by_us(transaction, memory):
            transaction.emit("restore", memory, ACTOR, f"repo:{found.path}", {"seen": dict(record["vector"])})
        elif _out_of_force(found) and state in ("active", "contested") and not _put_back(transaction, memory):
            reason = {"reason": f"{found.path} has the status {found.status}"}
            transaction.emit("retire", memory, ACTOR, f"repo:{found.path}", reason)
            state = "retired"
        count += state in ("superseded", "retired")
    return count


def _tie(transaction: Transaction, source: str, wanted: set[str], origin: str) -> None:
    """Have a record supersede `wanted` and nothing else that readings tied it to. Others' ties stay as they are."""
    values = registers(transaction.record(source))
    linked = {name[SUPERSEDES:] for name, value in values.items() if value and name.startswith("to/supersedes/")}
    if linked == wanted:
        return
    speakers = {
        event.fields["target"]: event.actor
        for _, event in Reader(transaction.connection).history(source)
        if event.op in ("link", "unlink") and event.fields["rel"] == "supersedes"
    }
    for target in sorted(linked ^ wanted):
        if speakers.get(target, ACTOR) == ACTOR:
            op = "link" if target in wanted else "unlink"
            transaction.emit(op, source, ACTOR, origin, {"rel": "supersedes", "target": target})


def _retire_vanished(transaction: Transaction, present: Iterable[str]) -> int:
    """Retire what documents said once and no longer say, unless someone else has reworded it. Returns how many."""
    kept = set(present)
    count = 0
    for memory in transaction.brought_by(ACTOR):
        record = transaction.record(memory)
        waiting = standing(record) == "quarantined" and not registers(record).get("retired")
        if memory in kept or not (waiting or standing(record) in ("active", "contested", "superseded")):
            continue
        origins = [head["origin"] for head in record["heads"]]
        if all(origin.startswith("repo:") for origin in origins) and not _put_back(transaction, memory):
            reason = {"reason": f"{origins[-1].removeprefix('repo:')} no longer says this"}
            _tie(transaction, memory, set(), origins[-1])
            transaction.emit("retire", memory, ACTOR, origins[-1], reason)
            count += 1
    return count
