"""Plain facts: current memories as JSON lines with the names that `remember --jsonl` takes, and nothing else.

For other programs and for people; history, links and counts are in the native export.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from oldhand.code.anchors import Observer
from oldhand.errors import BadExport, BadLine, OldhandError
from oldhand.exchange.json_fault import json_fault
from oldhand.exchange.native import LONGEST_LINE
from oldhand.exchange.taking_in import TakenIn, Writing, change
from oldhand.knowledge import admission, trusting
from oldhand.knowledge.assertion import CONFIDENCE_UNIT, Statement, assert_, identity, statement
from oldhand.model.domain import DEFAULT_DOMAIN
from oldhand.model.moment import iso, parse
from oldhand.model.trust import Voice
from oldhand.store.everything import current
from oldhand.store.fold import standing
from oldhand.store.merge import Brought, Counts
from oldhand.store.reader import Held, Reader
from oldhand.store.regular_files import open_regular
from oldhand.store.roots import current_root
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening

DAY_MS = 86_400_000
AT_ONCE = 2000  # facts held before they are written
BLANK: dict[str, Any] = {
    "text": "", "kind": "claim", "title": "", "domain": "", "key": "", "confidence": -1.0, "priority": 0, "tags": [],
    "anchors": [], "valid_from": "", "valid_until": "", "ttl_days": 0, "fields": {},
}  # fmt: skip


def lines(reader: Reader) -> Iterator[bytes]:
    """One line for each current memory, in order of their ids; of a contested one, its latest wording."""
    for held in current(reader):
        yield (json.dumps(fact(held), ensure_ascii=False) + "\n").encode()


def fact(held: Held) -> dict[str, Any]:
    """What `remember` would be told to remember this memory again; what was not said is left out."""
    content = held.wordings[-1].content
    said = {
        "text": content["text"], "kind": held.kind, "title": content.get("title", ""),
        "domain": "" if held.domain == DEFAULT_DOMAIN else held.domain, "key": held.key,
        "confidence": held.confidence / CONFIDENCE_UNIT if held.confidence >= 0 else -1.0, "priority": held.priority,
        "tags": list(held.tags), "anchors": list(held.anchors), "valid_from": iso(held.valid_from),
        "valid_until": iso(held.valid_until),
        "fields": {name: value for name, value in content.items() if name not in ("text", "title")},
    }  # fmt: skip
    return {name: value for name, value in said.items() if name in ("text", "kind") or value != BLANK[name]}


def statements(file: BinaryIO, root: Path, now_ms: int, screening: "Screening") -> Iterator[Statement]:
    """The statements of a file of facts, one line held at a time. Raises BadLine with the number of a bad one."""
    number = 0
    observer = Observer(root)
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            raise BadLine(number, f"it is longer than {LONGEST_LINE} bytes")
        if raw.strip():
            yield _statement(raw, number, observer, now_ms, screening)


def _statement(raw: bytes, number: int, observer: Observer, now_ms: int, screening: "Screening") -> Statement:
    try:
        said = json.loads(raw)
    except RecursionError:
        raise BadLine(number, "it is nested too deeply") from None
    except ValueError as error:
        raise BadLine(number, f"it is no JSON ({json_fault(error)})") from None
    if not isinstance(said, dict):
        raise BadLine(number, "it is no JSON object")
    if unknown := sorted(set(said) - set(BLANK)):
        raise BadLine(number, f"unknown names {unknown}")
    if wrong := [name for name, value in said.items() if not _fits(value, BLANK[name])]:
        raise BadLine(number, f"'{wrong[0]}' has the wrong type")
    try:
        return _stated(BLANK | said, observer, now_ms, screening.at(f"line {number}"))
    except (OldhandError, TypeError, OverflowError) as error:
        raise BadLine(number, str(error).rstrip(".")) from None


def _stated(said: dict[str, Any], observer: Observer, now_ms: int, screening: "Screening") -> Statement:
    until = parse(said["valid_until"], now_ms, end=True) if said["valid_until"] else None
    if said["ttl_days"]:
        until = now_ms + said["ttl_days"] * DAY_MS
    return statement(
        observer, said["kind"], {"text": said["text"], "title": said["title"]} | said["fields"],
        screening=screening, domain=said["domain"], key=said["key"], confidence=said["confidence"],
        priority=said["priority"], tags=said["tags"],
        anchors_said=said["anchors"], valid_from=parse(said["valid_from"], now_ms) if said["valid_from"] else None,
        valid_until=until,
    )  # fmt: skip


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, type(default)) and not (isinstance(value, bool) and isinstance(default, int))


def take_in_facts(
    writing: Writing, path: Path, root: Path, strategy: str, voice: Voice, now_ms: int, screening: "Screening", *,
    dry_run: bool = False,
) -> TakenIn:  # fmt: skip
    """Take in a file of plain facts. What is here already in the same words is left as it is.

    append: a slot answered differently stands contested; skip-existing: its answer here stays;
    replace: the imported answer replaces it. Raises BadLine and BadExport before anything is written.
    """
    # Read once, so that a bad line is known before anything is done.
    if not sum(1 for _ in _facts(path, root, now_ms, screening.again())):
        raise BadExport(path, "it holds nothing")
    tally = dict.fromkeys(Counts._fields, 0)
    with change(writing, dry_run) as transaction:
        before = current_root(transaction.connection).root
        events = 0
        for number, said in enumerate(_facts(path, root, now_ms, screening), 1):
            tally[_take_fact(transaction, said, strategy, voice)] += 1
            if number % AT_ONCE == 0:
                events += len(transaction.emitted)
                transaction.settle()
        events += len(transaction.emitted)
        transaction.settle()
        after = transaction.root or before
    return TakenIn(Counts(**tally), Brought(events, tally["new"] + tally["changed"], False), before.hex(), after.hex())


def _facts(path: Path, root: Path, now_ms: int, screening: "Screening") -> Iterator[Statement]:
    try:
        with open_regular(path) as file:
            yield from statements(file, root, now_ms, screening)
    except OSError as error:
        raise BadExport(path, f"it cannot be read ({error.strerror})") from None


def _take_fact(transaction: Transaction, said: Statement, strategy: str, voice: Voice) -> str:
    """Take one fact in; what became of it, as a name of Counts."""
    revision = said.revision
    memory = identity(said)
    if "key" not in said.metadata:
        memory = transaction.holder_of(revision) or memory
    record = transaction.record(memory)
    present = standing(record)
    heads = {head["revision"] for head in record.get("heads", ())}
    if admission.turned_away(transaction, said, memory):
        return "refused"
    if present == "awaited":
        assert_(transaction, said, voice)
        return "new"
    if strategy == "skip-existing":
        return "skipped"
    if present == "rejected":  # its slot takes another value
        assert_(transaction, said, voice)
        return "changed"
    if heads == {revision} or (revision in heads and strategy == "append"):
        return "same"
    if strategy == "replace" or trusting.untrusted(voice.trust) or trusting.held_back(transaction, said, voice):
        outcome = assert_(transaction, said, voice).outcome
        return {"contested": "contested", "confirmed": "same", "quarantined": "skipped"}.get(outcome, "changed")
    transaction.put(said.body, revision)
    fields = {"kind": said.kind, "trust": voice.trust, **said.metadata}
    transaction.emit("assert", memory, voice.actor, voice.origin, fields, revision)
    return "contested" if standing(transaction.record(memory)) == "contested" else "changed"
