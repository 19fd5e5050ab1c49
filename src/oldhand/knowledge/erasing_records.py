"""Engrams and handoffs that quote what is forgotten: they lose the words, and are made anew without them.

A record is erased, as its earlier wordings hold the words for good, and what is left of its present wording stands
under another id. Nothing is made anew where nothing is left of what the record says.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.knowledge import admission
from oldhand.knowledge.assertion import Statement
from oldhand.knowledge.successors import key_after
from oldhand.model import kinds
from oldhand.model.canonical import address
from oldhand.model.identity import memory_of_slot
from oldhand.store.fold import registers
from oldhand.store.session_blanking import Tells, left_out, nothing_left

if TYPE_CHECKING:
    from oldhand.model.trust import Voice
    from oldhand.store.reader import Held
    from oldhand.store.transaction import Transaction

LINK = "to/"  # begins the register of a link to another memory
AWAY = ("retired", "superseded")  # standings of what was put away
ALIAS = "engram:"  # begins the tag by which an engram is found by its name whatever its id


class Left(NamedTuple):
    """What is left of a record. before, after: its ids; actor: who worded it; said: its metadata; content: what it
    says, and body its bytes; links: (relation, target) of its ties; away: whether it was put away."""

    before: str
    after: str
    actor: str
    said: dict[str, Any]
    content: dict[str, Any]
    body: bytes
    links: tuple[tuple[str, str], ...]
    away: bool


def left_of(held: "Held", tells: Tells) -> Left | None:
    """What is left of a record without what is forgotten; None where nothing is, so that it goes as a whole."""
    if not held.wordings or not held.key:
        return None
    content = {name: _without(value, tells) for name, value in held.wordings[-1].content.items()}
    content = {name: value for name, value in content.items() if value}
    if not content.get("text"):
        return None
    key = key_after(held.key)
    tags = set(held.tags)
    if held.kind == "engram" and content.get("name"):
        tags.add(f"{ALIAS}{content['name']}")
    said: dict[str, Any] = {
        "kind": held.kind, "trust": held.trust, "domain": held.domain, "key": key, "priority": held.priority,
        "tags": sorted(tags), "anchors": dict.fromkeys(held.anchors, ""),
    }  # fmt: skip
    if held.standing == "quarantined":
        said |= {"quarantined": True, "reason": "it waited in review before it lost words"}
    links = tuple(
        (parts[1], parts[2])
        for name, value in registers(held.record).items()
        if value and name.startswith(LINK) and len(parts := name.split("/", 2)) == 3
    )
    checked = kinds.content(held.kind, content)
    after, actor = memory_of_slot(held.domain, key), held.wordings[-1].actor
    return Left(held.id, after, actor, said, checked, kinds.body(held.kind, checked), links, held.standing in AWAY)


def make_anew(transaction: "Transaction", left: Left, voice: "Voice") -> bool:
    """Put what is left of a record in its place, before that is erased; False where something keeps it out."""
    revision = address(left.body).hex()
    statement = Statement(left.said["kind"], left.content, left.said, left.body, revision)
    if admission.turned_away(transaction, statement, left.after):
        return False
    origin = voice.origin
    transaction.emit("assert", left.after, left.actor, origin, left.said, transaction.put(left.body, revision))
    for rel, target in left.links:
        transaction.emit("link", left.after, left.actor, origin, {"rel": rel, "target": target})
    if left.away:
        transaction.emit("retire", left.after, left.actor, origin, {"reason": "as it was before it lost words"})
    return True


def _without(value: Any, tells: Tells) -> Any:
    if isinstance(value, str):
        text = left_out(tells, value)
        return "" if text != value and nothing_left(text) else text
    return [text for one in value if (text := _without(one, tells))] if isinstance(value, (list, tuple)) else value
