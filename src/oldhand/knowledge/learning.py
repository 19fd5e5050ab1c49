"""Learning from the project's own documents: statements in, memories of trust `repo` out, idempotently.

Reading the same documents again changes nothing. A statement that left its document is retired, a
changed one is revised, and what people or agents made of a memory since then is never undone.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.errors import BadDate, BadInput
from oldhand.knowledge.assertion import Statement as Said
from oldhand.knowledge.assertion import identity, statement
from oldhand.knowledge.day_one import Reading, Statement
from oldhand.model.anchor import Anchor
from oldhand.model.identity import memory_of_slot
from oldhand.model.moment import parse
from oldhand.store.fold import registers, standing
from oldhand.store.transaction import Transaction

ACTOR = "repo"
TRUST = "repo"
NOT_IN_FORCE = frozenset({"superseded", "deprecated", "rejected"})  # statuses of records that no longer decide anything


class Learned(NamedTuple):
    """What a reading did. by_kind, by_file: memories that the documents account for now."""

    added: int
    changed: int
    retired: int
    unchanged: int
    superseded: int
    by_kind: dict[str, int]
    by_file: dict[str, int]
    left_out: list[tuple[str, str]]
    root: str


def learn(transaction: Transaction, root: Path, reading: Reading) -> Learned:
    """Take a reading of the project's documents into memory."""
    done: Counter[str] = Counter()
    left_out = list(reading.left_out)
    present: dict[str, Statement] = {}
    by_kind: Counter[str] = Counter()
    by_file: Counter[str] = Counter()
    for found in reading.statements:
        try:
            said = _said(root, found)
        except BadInput as error:
            left_out.append((f"{found.path}:{found.line_start}", str(error)))
            continue
        memory, outcome = _take(transaction, found, said)
        if memory in present:
            continue
        present[memory] = found
        done[outcome] += 1
        by_kind[found.kind] += 1
        by_file[found.path] += 1
    superseded = _supersede(transaction, present)
    done["retired"] += _retire_vanished(transaction, present)
    return Learned(
        done["added"], done["changed"], done["retired"], done["unchanged"], superseded,
        dict(by_kind.most_common()), dict(by_file.most_common()), left_out, "",
    )  # fmt: skip


def _said(root: Path, found: Statement) -> Said:
    """A document's statement as memory takes it, tied to its lines."""
    try:
        since = parse(found.date, 0) if found.date else None
    except BadDate:
        since = None
    place = str(Anchor(found.path, found.line_start, found.line_end))
    return statement(
        root, found.kind, {"text": found.text, "title": found.title}, domain=found.domain, key=found.key,
        anchors_said=[place], valid_from=since, tags=[found.status] if found.status else [],
    )  # fmt: skip


def _take(transaction: Transaction, found: Statement, said: Said) -> tuple[str, str]:
    """(memory, added | changed | unchanged) of one statement."""
    revision, memory = said.revision, identity(said)
    record = transaction.record(memory)
    origin = f"repo:{found.path}"
    state = standing(record)
    fields = {"kind": said.kind, "trust": TRUST, **said.metadata}
    if state in ("rejected", "erased"):
        return memory, "unchanged"
    if state == "awaited":
        transaction.put(said.body, revision)
        transaction.emit("assert", memory, ACTOR, origin, fields, revision)
        return memory, "added"
    if state == "retired" and not _retired_by_us(transaction, memory):
        return memory, "unchanged"
    outcome = "unchanged"
    if state == "retired":
        transaction.emit("restore", memory, ACTOR, origin, {"seen": dict(record["vector"])})
        outcome = "changed"
    if not transaction.had_wording(memory, revision):
        transaction.put(said.body, revision)
        if all(head["origin"].startswith("repo:") for head in record["heads"]):
            seen = dict(record["vector"])
            transaction.emit("revise", memory, ACTOR, origin, {**fields, "seen": seen}, revision)
        else:
            why = {"trust": TRUST, "reason": f"{found.path} now says: {found.text}"[:2000]}
            transaction.emit("dispute", memory, ACTOR, origin, why)
        return memory, "changed"
    _follow_lines(transaction, memory, origin, said.metadata["anchors"])
    return memory, outcome


def _follow_lines(transaction: Transaction, memory: str, origin: str, places: dict[str, str]) -> None:
    """Tie a memory to where its statement stands now, when it moved within its document."""
    values = registers(transaction.record(memory))
    paths = {place.partition(":")[0] for place in places}
    known = {
        name[7:]: value for name, value in values.items()
        if name.startswith("anchor/") and value is not False and name[7:].partition(":")[0] in paths
    }  # fmt: skip
    if known != places:
        fields: dict[str, Any] = {"anchors": places}
        if gone := sorted(set(known) - set(places)):
            fields["unanchor"] = gone
        transaction.emit("set", memory, ACTOR, origin, fields)


def _retired_by_us(transaction: Transaction, memory: str) -> bool:
    """Whether the latest retirement of a memory came from reading documents."""
    latest = transaction.latest(memory, "retire")
    return latest is not None and latest.actor == ACTOR


def _supersede(transaction: Transaction, present: dict[str, Statement]) -> int:
    """Link records to those they replace; retire what is no longer in force and has no successor. Returns how many."""
    count = 0
    for memory, found in present.items():
        for key in found.supersedes:
            target = memory_of_slot(found.domain, key)
            if target in present and target != memory and found.status not in NOT_IN_FORCE | {"proposed"}:
                _link(transaction, memory, target, f"repo:{found.path}")
    for memory, found in present.items():
        state = standing(transaction.record(memory))
        if found.status in NOT_IN_FORCE and state in ("active", "contested"):
            reason = {"reason": f"{found.path} has the status {found.status}"}
            transaction.emit("retire", memory, ACTOR, f"repo:{found.path}", reason)
            state = "retired"
        count += state in ("superseded", "retired")
    return count


def _link(transaction: Transaction, source: str, target: str, origin: str) -> None:
    if not registers(transaction.record(source)).get(f"to/supersedes/{target}"):
        transaction.emit("link", source, ACTOR, origin, {"rel": "supersedes", "target": target})


def _retire_vanished(transaction: Transaction, present: Iterable[str]) -> int:
    """Retire what documents said once and no longer say, unless someone else has reworded it. Returns how many."""
    kept = set(present)
    count = 0
    for memory in transaction.brought_by(ACTOR):
        record = transaction.record(memory)
        if memory in kept or standing(record) not in ("active", "contested", "superseded"):
            continue
        origins = [head["origin"] for head in record["heads"]]
        if all(origin.startswith("repo:") for origin in origins):
            reason = {"reason": f"{origins[-1].removeprefix('repo:')} no longer says this"}
            transaction.emit("retire", memory, ACTOR, origins[-1], reason)
            count += 1
    return count
