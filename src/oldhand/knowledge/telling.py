"""Telling: a held memory as the record that replies carry, with what may be checked checked."""

from pathlib import Path
from typing import NamedTuple

from oldhand.code.anchors import CANNOT_TELL, RECALL_SECONDS, Checker
from oldhand.knowledge.assertion import CONFIDENCE_UNIT
from oldhand.model.moment import iso
from oldhand.recall.answer import earlier_wordings
from oldhand.recall.contested import contradicting
from oldhand.recall.straight import CURRENT
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader

MOST_CONTESTED = 4  # other sides told with a contested memory: `show` gives the links to all of them
REPLACED_SHOWN = 1  # earlier wordings told with a memory; `history` tells all


class AnchorState(NamedTuple):
    """A place a memory speaks of, and whether it still says so.

    state: holds, moved, changed, gone or cannot tell; now: its place now, when that is another one;
    detail: what differs since it was noted, or why it cannot be told, in one line.
    """

    anchor: str
    state: str
    now: str
    detail: str = ""


class Earlier(NamedTuple):
    """An earlier wording and the days it stood."""

    text: str
    since: str
    until: str


class Told(NamedTuple):
    """A memory as replies tell it. Times are ISO 8601 in UTC, empty when unstated; confidence is -1 when unstated.

    scope and project say whose it is: project is empty for the project one is in. contested: the
    other wordings that stand beside `text`, and the texts of the memories that contradict it.
    """

    id: str
    kind: str
    domain: str
    key: str
    title: str
    text: str
    standing: str
    trust: str
    actor: str
    origin: str
    confidence: float
    priority: int
    since: str
    updated: str
    valid_from: str
    valid_until: str
    expired: bool
    confirmations: int
    tags: list[str]
    anchors: list[AnchorState]
    replaces: list[Earlier]
    contested: list[str]
    scope: str
    project: str


def told(
    reader: Reader, held: Held, tree: Path | Checker | None, now_ms: int, *, scope: str = "project", project: str = "",
    replaced: Held | None = None,
) -> Told:  # fmt: skip
    """A memory as replies tell it.

    tree: the working tree whose files its anchors are checked against, or what checks them for all of an
    answer; None when they cannot be checked (another project, a moment in the past); replaced: the memory
    whose place it took, told among its earlier wordings.
    """
    latest = held.wordings[-1] if held.wordings else None
    earlier = earlier_wordings(reader, held, REPLACED_SHOWN)
    if replaced is not None and replaced.text:
        earlier = [(replaced.text, replaced.created, held.created), *earlier][:REPLACED_SHOWN]
    values = registers(held.record)
    checker = Checker(tree, seconds=RECALL_SECONDS) if isinstance(tree, Path) else tree
    anchors = [
        AnchorState(*checker.check(place, values.get(f"anchor/{place}", ""))) if checker
        else AnchorState(place, CANNOT_TELL, "")
        for place in held.anchors
    ]  # fmt: skip
    updated = held.updated or (_last_event(reader, held) if latest is None else 0)
    since = held.valid_from if held.valid_from is not None else held.updated or None
    return Told(
        held.id, held.kind, held.domain, held.key, held.title, held.text, held.standing, held.trust,
        latest.actor if latest else "", latest.origin if latest else "",
        held.confidence / CONFIDENCE_UNIT if held.confidence >= 0 else -1.0, held.priority,
        iso(since), iso(updated or None),
        iso(held.valid_from), iso(held.valid_until),
        held.valid_until is not None and held.valid_until < now_ms, held.confirmations, list(held.tags), anchors,
        [Earlier(text, iso(since), iso(until)) for text, since, until in earlier],
        _contested(reader, held) if held.standing == "contested" else [],
        scope, project,
    )  # fmt: skip


def _last_event(reader: Reader, held: Held) -> int:
    """When something last happened to a memory without words: when it was erased."""
    return max((event.clock[0] for _, event in reader.history(held.id)), default=0)


def _contested(reader: Reader, held: Held) -> list[str]:
    """What stands against a contested memory: its other wordings, and the memories that contradict it."""
    texts = [wording.content["text"] for wording in held.wordings[:-1]]
    for name in contradicting(held.record)[:MOST_CONTESTED]:
        other = reader.find(name)
        if other is not None and other.standing in CURRENT and other.text:
            texts.append(other.text)
    return texts
