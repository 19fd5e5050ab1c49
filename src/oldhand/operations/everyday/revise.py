"""The operation `revise`."""

import json
from typing import Any, Literal, NamedTuple

from oldhand.errors import MissingArgument
from oldhand.knowledge.assertion import checked_tag, metadata, statement
from oldhand.knowledge.assertion import revise as revise_memory
from oldhand.knowledge.naming import present
from oldhand.knowledge.own_tags import refuse_own
from oldhand.knowledge.trusting import require
from oldhand.memory import Memory
from oldhand.model import anchor
from oldhand.model.identity import short
from oldhand.model.moment import iso, parse
from oldhand.operation import WRITE, operation

DECIDING = frozenset({"valid_from", "valid_until", "priority"})  # what takes a memory out of answers or briefings


class Revised(NamedTuple):
    """A memory after its revision. text: the wording that was said; before: the wordings it had; changed: what changed.

    outcome: changed, contested (it stands beside what others said who are believed more) or quarantined (it waits in
    review as a memory of its own); reason: why it waits.
    """

    id: str
    revision: str
    text: str
    before: list[str]
    changed: list[str]
    updated: str
    root: str
    scope: str
    outcome: str = "changed"
    reason: str = ""


@operation(WRITE)
def revise(
    memory: Memory, name: str, text: str = "", *, title: str = "", domain: str = "", confidence: float = -1.0,
    priority: int = -1000, tags: list[str] = [], untag: list[str] = [], anchors: list[str] = [],
    unanchor: list[str] = [], valid_from: str = "", valid_until: str = "",
    scope: Literal["project", "global"] = "project",
) -> Revised:  # fmt: skip
    """Revise a memory: a new wording, or what is said about it

    The old wording stays in its history, and what is tied to the memory stays tied. Revising a
    contested memory settles it. What was said or confirmed by somebody who is believed more is not
    replaced: both stand, contested, or the new wording waits in review.

    Parameters
    name: the memory: at least 6 characters of its id
    text: the new wording; without it only the rest changes
    title: a new short name
    domain: a new room
    confidence: from 0 to 1
    priority: from -100 to 100
    tags: words to add
    untag: words to remove
    anchors: what to tie it to, as `remember` takes it; a place it is tied to already is noted as it is now
    unanchor: what to untie it from
    valid_from: since when it is true
    valid_until: until when it is true
    scope: project, or global for your own memory of all projects
    """
    refuse_own(tags)
    refuse_own(untag, "untag")
    now = memory.now()
    screening = memory.screening(deliberate=True)
    said = metadata(
        memory.project.tree, screening=screening, domain=domain, confidence=confidence,
        priority=priority if priority != -1000 else 0, tags=tags, anchors_said=anchors, strict=True,
        valid_from=parse(valid_from, now) if valid_from else None,
        valid_until=parse(valid_until, now, end=True) if valid_until else None,
    )  # fmt: skip
    if priority == 0:
        said["priority"] = 0
    if untag:
        said["untag"] = [checked_tag(tag) for tag in untag]
    if unanchor:
        said["unanchor"] = sorted({str(anchor.parse(place)) for place in unanchor})
    if not (text or title or said):
        raise MissingArgument("revise", "text", "say what changes")
    with memory.writing(scope, make=False) as transaction:
        held = present(transaction, name)
        if DECIDING & said.keys():
            require(memory.voice, held.record, held.id, "say how long it holds or how much it matters")
        head = held.record["heads"][-1]
        body = json.loads(transaction.body(head["revision"]) or b"{}")
        content: dict[str, Any] = dict(body["content"])
        before = [json.loads(transaction.body(h["revision"]) or b"{}")["content"]["text"] for h in held.record["heads"]]
        done = None
        if text or title:
            content |= {key: value for key, value in (("text", text), ("title", title)) if value}
            inputs = tuple(body["inputs"])
            worded = statement(memory.project.tree, body["kind"], content, screening=screening, inputs=inputs)
            done = revise_memory(transaction, held.id, worded._replace(metadata=said), memory.voice)
        else:
            transaction.emit("set", held.id, memory.actor, memory.origin, said)
        head = transaction.record(held.id)["heads"][-1]
    changed = (["text"] if text else []) + (["title"] if title else []) + sorted(said)
    memory.trace_detail = {"memory": short(held.id)}  # that it was used, for `utility`
    return Revised(
        held.id, head["revision"], content["text"], before, changed, iso(now), transaction.root.hex(), scope,
        *((done.outcome, done.reason) if done else ()),
    )  # fmt: skip
