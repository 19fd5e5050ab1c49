"""The operation `remember`."""

import json
from typing import Any, Literal, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import BadArgument, BadInput, BadLine, MissingArgument, OldhandError
from oldhand.knowledge.assertion import Asserted, Statement, assert_, foresee, statement
from oldhand.memory import Memory
from oldhand.model.clock import stamp_wall
from oldhand.model.moment import iso, parse
from oldhand.operation import WRITE, operation

DAY_MS = 86_400_000
LONGEST_TTL = 36_500  # days: a century; what holds longer is given no end


class Replaced(NamedTuple):
    """A wording that was replaced: its address, text, and since when it had held."""

    revision: str
    text: str
    since: str


class RememberedOne(NamedTuple):
    """One statement taken in. outcome: remembered (it is there now), confirmed (it was known), changed, restored."""

    id: str
    revision: str
    outcome: str
    kind: str
    text: str
    replaced: list[Replaced]
    confirmations: int


class Remembered(NamedTuple):
    """What was taken in, in the order it was given, and the root after it."""

    memories: list[RememberedOne]
    root: str


@operation(WRITE)
def remember(
    memory: Memory, text: str = "", *, kind: str = "claim", title: str = "", domain: str = "", key: str = "",
    confidence: float = -1.0, priority: int = 0, tags: list[str] = [], anchors: list[str] = [],
    fields: list[str] = [], valid_from: str = "", valid_until: str = "", ttl_days: int = 0,
    scope: Literal["project", "global"] = "project", jsonl: str = "",
) -> Remembered:  # fmt: skip
    """Remember one thing, or many from JSON lines

    The same words said again confirm the memory and lose nothing. A statement with a key answers one
    question (its slot: domain and key), and replaces what answered it before; the old wording stays
    in its history. All lines of a bulk are taken in, or none.

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
    """
    one = {
        "text": text, "kind": kind, "title": title, "domain": domain, "key": key, "confidence": confidence,
        "priority": priority, "tags": tags, "anchors": anchors, "valid_from": valid_from,
        "valid_until": valid_until, "ttl_days": ttl_days, "fields": _named(fields),
    }  # fmt: skip
    if bool(text) == bool(jsonl):
        raise MissingArgument("remember", "text", "give either a text or lines of JSON")
    observer = Observer(memory.project.tree)
    statements = [_statement(memory, observer, one)] if text else _lines(memory, observer, jsonl)
    with memory.writing(scope) as transaction:
        if len(statements) > 1:
            foresee(transaction, statements)
        done = [assert_(transaction, said, memory.voice) for said in statements]
        replies = [_reply(transaction, said, result) for said, result in zip(statements, done, strict=True)]
    memory.trace_detail = {"memories": len(done), "root": transaction.root.hex()}
    return Remembered(replies, transaction.root.hex())


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
    now = memory.now()
    until = parse(said["valid_until"], now, end=True) if said["valid_until"] else None
    if said["ttl_days"]:
        if not 0 < said["ttl_days"] <= LONGEST_TTL:
            raise BadArgument("ttl_days", said["ttl_days"], f"it is a number of days from 1 to {LONGEST_TTL}")
        until = now + said["ttl_days"] * DAY_MS
    content = {"text": said["text"], "title": said["title"]} | said["fields"]
    return statement(
        observer, said["kind"], content, domain=said["domain"], key=said["key"],
        confidence=said["confidence"], priority=said["priority"], tags=said["tags"], anchors_said=said["anchors"],
        strict=True, valid_from=parse(said["valid_from"], now) if said["valid_from"] else None, valid_until=until,
    )  # fmt: skip


_BLANK: dict[str, Any] = {
    "text": "", "kind": "claim", "title": "", "domain": "", "key": "", "confidence": -1.0, "priority": 0, "tags": [],
    "anchors": [], "valid_from": "", "valid_until": "", "ttl_days": 0, "fields": {},
}  # fmt: skip


def _lines(memory: Memory, observer: Observer, jsonl: str) -> list[Statement]:
    """The statements of JSON lines. Raises BadLine with the number of the first line that cannot be used."""
    statements = []
    for number, line in enumerate(jsonl.split("\n"), 1):
        if not line.strip():
            continue
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
            statements.append(_statement(memory, observer, _BLANK | said))
        except OldhandError as error:
            raise BadLine(number, str(error).rstrip(".")) from None
    return statements


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, type(default)) and not (isinstance(value, bool) and isinstance(default, int))


def _reply(transaction: Any, said: Statement, done: Asserted) -> RememberedOne:
    replaced = []
    for head in done.replaced:
        body = transaction.body(head["revision"])
        text = json.loads(body)["content"]["text"] if body else ""
        replaced.append(Replaced(head["revision"], text, iso(stamp_wall(head["stamp"]))))
    return RememberedOne(
        done.memory, done.revision, done.outcome, said.kind, said.content["text"], replaced, done.confirmations
    )
