"""The operation `remember`."""

import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import BadArgument, BadInput, BadLine, MissingArgument, OldhandError
from oldhand.knowledge.assertion import Asserted, Statement, assert_, foresee, statement
from oldhand.knowledge.json_lines import looks_like_a_name, text_expected
from oldhand.knowledge.own_tags import refuse_own
from oldhand.memory import Memory
from oldhand.model.clock import stamp_wall
from oldhand.model.domain import DEFAULT_DOMAIN
from oldhand.model.moment import iso, parse
from oldhand.model.trust import Voice
from oldhand.operation import WRITE, operation
from oldhand.store.fold import registers
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.store.term_rows import Rows

DAY_MS = 86_400_000
LONGEST_TTL = 36_500  # days: a century; what holds longer is given no end
ASKING = ("question", "gap", "reminder")  # kinds that answer nothing
# Kinds that their own commands make: an agent that wrote one would have its word believed as what was checked.
MADE_BY = {
    "outcome": "decision resolve", "skill": "skill distill", "plan": "plan record", "engram": "engram save",
    "handoff": "session handoff",
}  # fmt: skip
NEWLY_SAID = ("remembered", "changed", "contested", "restored")  # outcomes after which the search index has its words


class Replaced(NamedTuple):
    """A wording that was replaced.

    id, place: its memory and that memory's slot (domain/key, empty without a key); since: from when it had held;
    confirmations: how often it had been said or confirmed; severity: how grave the change is (low, medium, high or
    critical), from who had said it, how often, and how sure they were; reason: what differs.
    """

    revision: str
    text: str
    since: str
    id: str = ""
    place: str = ""
    confirmations: int = 0
    severity: str = ""
    reason: str = ""


class Contested(NamedTuple):
    """A memory that the new one contradicts and does not replace: both stand until somebody decides in review."""

    id: str
    text: str
    since: str
    confirmations: int
    severity: str
    reason: str


class RememberedOne(NamedTuple):
    """One statement taken in.

    outcome: remembered (it is there now), confirmed (it was known), changed (it replaces another), restored, contested
    (it stands beside what it contradicts), settled (it was decided against before: nothing changed) or quarantined (it
    waits in review); confirms: the wording that it says again in other words, which stays; quarantined: why it waits;
    may_answer: an open question it may settle, and how; settled: the wording that was decided to hold; key_alike: of a
    new slot, another key of the room that differs from its own only in case.
    """

    id: str
    revision: str
    outcome: str
    kind: str
    text: str
    replaced: list[Replaced]
    confirmations: int
    contested: list[Contested]
    confirms: str = ""
    quarantined: str = ""
    may_answer: str = ""
    settled: str = ""
    key_alike: str = ""


class Remembered(NamedTuple):
    """What was taken in, in the order it was given, and the root after it."""

    memories: list[RememberedOne]
    root: str


@operation(WRITE)
def remember(
    memory: Memory, text: str = "", *, kind: str = "claim", title: str = "", domain: str = "", key: str = "",
    confidence: float = -1.0, priority: int = 0, tags: list[str] = [], anchors: list[str] = [],
    fields: list[str] = [], valid_from: str = "", valid_until: str = "", ttl_days: int = 0,
    scope: Literal["project", "global"] = "project", jsonl: str = "", source: str = "", answers: list[str] = [],
) -> Remembered:  # fmt: skip
    """Remember one thing, or many from JSON lines

    The same said again confirms the memory and loses nothing. A statement with a key answers one
    question (its slot: domain and key), and replaces what answered it before; the old wording stays
    in its history. One without a key replaces what it clearly contradicts. What was said by somebody
    who is believed more is not replaced: both stand, contested, until `oldhand review`. All lines of
    a bulk are taken in, or none; they are compared with what has the same key only.

    Parameters
    text: what to remember: one statement that can be understood by itself
    kind: what sort of memory: claim, convention, decision, gap, gotcha, question, reminder, summary
    title: a short name for it
    domain: its room: architecture, decisions, patterns, tasks, issues, dependencies, history, context,
        or one of your own
    key: the question it answers, when that has one current answer (deployment/host)
    confidence: how sure you are, from 0 to 1
    priority: from -100 to 100; more important things come first in briefings
    tags: words to find it by
    anchors: what it speaks of: FILE, FILE:LINE, FILE:FIRST-LAST, FILE::SYMBOL, FILE::"TEXT", FILE::/RE2/
        or dep:PACKAGE; a symbol, line or text that is not there is refused
    fields: further fields of its kind, as NAME=VALUE (trigger, resolution, reason, alternatives …)
    valid_from: since when it is true (a date or time)
    valid_until: until when it is true (a date or time)
    ttl_days: for how many days from now it is true
    scope: project, or global for all of your projects
    jsonl: many memories, one JSON object a line with these same names
    source: where it comes from when it is not your own word: a URL, or tool:NAME; it is then believed less
    answers: open questions or gaps that it answers, by their ids
    """
    one = {
        "text": text, "kind": kind, "title": title, "domain": domain, "key": key, "confidence": confidence,
        "priority": priority, "tags": tags, "anchors": anchors, "valid_from": valid_from,
        "valid_until": valid_until, "ttl_days": ttl_days, "fields": _named(fields),
    }  # fmt: skip
    if bool(text) == bool(jsonl):
        raise MissingArgument("remember", "text", "give either a text or lines of JSON")
    if answers and not text:
        raise BadArgument("answers", ", ".join(answers), "they go with one text; `oldhand link` ties others")
    observer = Observer(memory.project.tree)
    statements = [(_statement(memory, observer, one), source)] if text else _lines(memory, observer, jsonl, source)
    with memory.writing(scope) as transaction:
        if len(statements) > 1:
            foresee(transaction, [said for said, _ in statements])
        voices = {named: _voice(memory, named) for _, named in statements}
        alone = len(statements) == 1
        done = [assert_(transaction, said, voices[named], deliberate=alone) for said, named in statements]
        if answers:
            from oldhand.knowledge.questions import settle

            settle(transaction, memory.voice, done[0].memory, answers)
        replies = [_reply(transaction, said, result) for (said, _), result in zip(statements, done, strict=True)]
        if alone and statements[0][0].metadata.get("key") and done[0].outcome == "remembered":
            replies = [replies[0]._replace(key_alike=_key_alike(transaction, statements[0][0]))]
        like_it = _alike(transaction, replies[0]) if alone and not answers else None
    if like_it:
        replies = [replies[0]._replace(may_answer=_may_answer(memory, scope, replies[0], like_it))]
    memory.trace_detail = {"memories": len(done), "root": transaction.root.hex()}
    return Remembered(replies, transaction.root.hex())


def _voice(memory: Memory, source: str) -> Voice:
    """Who speaks; believed less when they pass on what comes from elsewhere."""
    if not source:
        return memory.voice
    from oldhand.knowledge.trusting import speaking

    return speaking(memory.voice, source)


def _alike(transaction: Transaction, one: RememberedOne) -> "Rows":
    """The rows of what shares rare words with a statement that may answer something."""
    from oldhand.knowledge.questions import alike

    if one.kind in ASKING:
        return frozenset()
    return alike(transaction, one.text, one.id, indexed=one.outcome in NEWLY_SAID)


def _may_answer(memory: Memory, scope: str, one: RememberedOne, like_it: "Rows") -> str:
    """What open questions it may answer, in a sentence; empty when there are none."""
    from oldhand.knowledge.questions import may_answer, offered

    with memory.reading(scope=scope) as reader:
        return offered(may_answer(reader, one.text, like_it, but=one.id))


def _named(fields: list[str]) -> dict[str, Any]:
    """NAME=VALUE pairs as a dictionary; a name given twice makes a list."""
    found: dict[str, Any] = {}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            raise BadInput(f"'{field}' is no field: write NAME=VALUE.")
        found[name] = (
            value if name not in found else [*([found[name]] if isinstance(found[name], str) else found[name]), value]
        )
    return found


def _statement(memory: Memory, observer: Observer, said: dict[str, Any]) -> Statement:
    if said["kind"] in MADE_BY and memory.trust != "user":
        raise BadArgument("kind", said["kind"], f"`oldhand {MADE_BY[said['kind']]}` makes it")
    refuse_own(said["tags"])
    now = memory.now()
    until = parse(said["valid_until"], now, end=True) if said["valid_until"] else None
    if said["ttl_days"]:
        if not 0 < said["ttl_days"] <= LONGEST_TTL:
            raise BadArgument("ttl_days", said["ttl_days"], f"it is a number of days from 1 to {LONGEST_TTL}")
        until = now + said["ttl_days"] * DAY_MS
    content = {"text": said["text"], "title": said["title"]} | said["fields"]
    return statement(
        observer, said["kind"], content, screening=memory.screening(deliberate=True), domain=said["domain"],
        key=said["key"],
        confidence=said["confidence"], priority=said["priority"], tags=said["tags"], anchors_said=said["anchors"],
        strict=True, valid_from=parse(said["valid_from"], now) if said["valid_from"] else None, valid_until=until,
    )  # fmt: skip


_BLANK: dict[str, Any] = {
    "source": "",
    "text": "", "kind": "claim", "title": "", "domain": "", "key": "", "confidence": -1.0, "priority": 0, "tags": [],
    "anchors": [], "valid_from": "", "valid_until": "", "ttl_days": 0, "fields": {},
}  # fmt: skip


def _lines(memory: Memory, observer: Observer, jsonl: str, source: str) -> list[tuple[Statement, str]]:
    """The statements of JSON lines and where each comes from. Raises BadLine with the number of the first bad line."""
    statements = []
    for number, line in enumerate(jsonl.split("\n"), 1):
        if not line.strip():
            continue
        if looks_like_a_name(jsonl):
            raise BadLine(number, text_expected("remember --jsonl"))
        try:
            said = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadLine(number, f"it is no JSON ({error})") from None
        if not isinstance(said, dict) or (unknown := set(said) - set(_BLANK)):
            raise BadLine(
                number, f"unknown names {sorted(unknown)}" if isinstance(said, dict) else "it is no JSON object"
            )
        if wrong := [name for name, value in said.items() if not _fits(value, _BLANK[name])]:
            raise BadLine(number, f"'{wrong[0]}' has the wrong type")
        try:
            statements.append((_statement(memory, observer, _BLANK | said), said.get("source", "") or source))
        except OldhandError as error:
            raise BadLine(number, str(error).rstrip(".")) from None
    return statements


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, type(default)) and not (isinstance(value, bool) and isinstance(default, int))


def _reply(transaction: Transaction, said: Statement, done: Asserted) -> RememberedOne:
    replaced = []
    for head in done.replaced:
        body = transaction.body(head["revision"])
        old = json.loads(body)["content"]["text"] if body else ""
        since = done.since if done.since and len(done.replaced) == 1 else stamp_wall(head["stamp"])
        place = _place(transaction, done.memory)
        replaced.append(
            Replaced(head["revision"], old, iso(since), done.memory, place, done.heard, done.severity)
        )  # fmt: skip
    contested = []
    for met in done.met:
        if met.outcome == "superseded":
            revision = transaction.record(met.memory)["heads"][-1]["revision"]
            place = _place(transaction, met.memory)
            replaced.append(
                Replaced(
                    revision, met.text, iso(met.since), met.memory, place, met.confirmations, met.severity, met.reason
                )
            )
        else:
            contested.append(
                Contested(met.memory, met.text, iso(met.since), met.confirmations, met.severity, met.reason)
            )
    return RememberedOne(
        done.memory, done.revision, done.outcome, said.kind, said.content["text"], replaced, done.confirmations,
        contested, done.confirms, done.reason if done.outcome == "quarantined" else "",
        settled=done.reason if done.outcome == "settled" else "",
    )  # fmt: skip


def _key_alike(transaction: Transaction, said: Statement) -> str:
    from oldhand.knowledge.keys_alike import alike

    return alike(transaction, said.metadata.get("domain", DEFAULT_DOMAIN), said.metadata["key"])


def _place(transaction: Transaction, memory: str) -> str:
    """The slot of a memory as people write it; empty without a key."""
    values = registers(transaction.record(memory))
    return f"{values.get('domain', DEFAULT_DOMAIN)}/{values['key']}" if values.get("key") else ""
