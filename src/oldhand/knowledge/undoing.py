"""Undoing a step: what it changed is put back by further events, so that the journal keeps both."""

from typing import TYPE_CHECKING, Any

from oldhand.errors import Refused
from oldhand.knowledge import admission
from oldhand.knowledge.trusting import PERSON
from oldhand.model.identity import names_root, short
from oldhand.model.trust import RANK, Voice, least
from oldhand.store.fold import DISCOUNTED, METADATA, Record, fold, open_marks, registers, standing
from oldhand.store.reader import Reader
from oldhand.store.root_steps import step

if TYPE_CHECKING:
    from oldhand.model.event import Event
    from oldhand.store.transaction import Transaction

UNSTATED: dict[str, Any] = {"quarantined": False, "priority": 0}  # what it means that nothing was said of these
REVERSIBLE = frozenset({"confirm", "dispute", "reject", "retire", "restore", "link", "unlink", "set", "revise"})


def undone(transaction: "Transaction", root: str, voice: Voice) -> tuple[list[str], str]:
    """Put back what the change that led to `root` (empty: the latest) did; the memories concerned, by id, and the root.

    Raises UnknownId and its kin, and Refused when it cannot be undone, is another's, or its memories changed since.
    """
    if root and not names_root(root):
        raise Refused(f"'{root}' is no root. The reply of each step names the one that undoes it.")
    reader = Reader(transaction.connection)
    name = root or reader.root().root.hex()
    before, events = step(reader, name, transaction.now_ms)
    _may_undo(events, voice, own=not root)
    memories = list(dict.fromkeys(event.memory for event in events))
    last = before + len(events)
    for memory in memories:
        later = [event.op for position, event in reader.history(memory) if position > last]
        if later:
            said = f"{short(memory)} was changed since ({later[-1]})"
            raise Refused(f"{said}, so that step is not undone. `oldhand history {short(memory)}` tells what happened.")
    for memory in memories:
        earlier = fold(memory, [event for position, event in reader.history(memory) if position <= before])
        _put_back(transaction, memory, earlier, [event for event in events if event.memory == memory], voice)
    return memories, name


def _may_undo(events: "list[Event]", voice: Voice, *, own: bool) -> None:
    """Refuse what no event can put back, and what somebody else did. own: whether a person may undo only their own.

    A name is whatever its owner says; for all but persons every event must say that no more trust was behind it.
    """
    for event in events:
        if event.op not in REVERSIBLE:
            raise Refused(f"That change holds '{event.op}', which is not undone. `oldhand retire` puts a memory away.")
        if event.actor != voice.actor and (own or voice.trust != PERSON):
            whose = f"That step was taken by {event.actor}"
            raise Refused(f"{whose}; they or a person can undo it, by its root (`oldhand root` lists them).")
        if not undoable_by(voice, event):
            raise Refused(f"That step holds '{event.op}', which only a person can undo. Ask them to.")


def undoable_by(voice: Voice, event: "Event") -> bool:
    """Whether a voice may undo an event of its own: a person every one, others what says that it had their trust."""
    rank = RANK.get(str(event.fields.get("trust", "")), len(RANK))
    return voice.trust == PERSON or rank <= RANK.get(voice.trust, -1)


def _put_back(
    transaction: "Transaction", memory: str, earlier: Record, events: "list[Event]", voice: Voice
) -> None:  # fmt: skip
    """Bring a memory back to an earlier state, part by part."""

    def emit(op: str, fields: dict[str, Any], revision: str = "") -> None:
        transaction.emit(op, memory, voice.actor, voice.origin, fields, revision)

    def present() -> Record:
        return transaction.record(memory)

    if _open(present(), "reject") and not _open(earlier, "reject"):
        emit("restore", {"trust": voice.trust, "seen": dict(present()["vector"])})
    _reword(transaction, memory, earlier, voice)
    was, now = registers(earlier), registers(present())
    if bool(was.get("retired")) != bool(now.get("retired")):
        emit("retire", {}) if was.get("retired") else emit("restore", {"seen": dict(present()["vector"])})
    for name in sorted(name for name in {*was, *now} if name.startswith("to/")):
        if (was.get(name) is True) != (now.get(name) is True):
            _, rel, target = name.split("/", 2)
            emit("link" if was.get(name) is True else "unlink", {"rel": rel, "target": target})
    fields = _metadata(was, now)
    if counted := sum(event.op in ("confirm", "assert") for event in events):
        gone = dict(now.get(DISCOUNTED) or {})
        for event in events:
            if event.op == "confirm":
                trust = str(event.fields.get("trust", voice.trust))
                gone[trust] = gone.get(trust, 0) + 1
        fields[DISCOUNTED] = gone if counted else {}
    if fields:
        emit("set", fields | ({"trust": voice.trust} if "quarantined" in fields else {}))
    lost = _open(earlier, "dispute")
    if lost and not _open(present(), "dispute"):
        strongest = max((mark["trust"] for mark in lost), key=lambda level: RANK.get(level, -1))
        emit("dispute", {"trust": least(strongest, voice.trust), "reason": _reason(transaction, memory, lost[-1])})
    elif _open(present(), "dispute") and not lost:
        emit("confirm", {"trust": voice.trust, "seen": dict(present()["vector"])})
    if standing(present()) != standing(earlier):
        said = f"{short(memory)} stands as {standing(present())} and stood as {standing(earlier)}"
        raise Refused(f"{said}: others changed what decides that. `oldhand history {short(memory)}` tells more.")


def _reason(transaction: "Transaction", memory: str, mark: dict[str, Any]) -> str:
    """Why a memory was disputed, as its history tells it."""
    for _, event in Reader(transaction.connection).history(memory):
        if (event.replica, event.seq) == (mark["replica"], mark["seq"]) and event.fields.get("reason"):
            return str(event.fields["reason"])
    return "its settlement was undone"


def _open(record: Record, op: str) -> list[dict[str, Any]]:
    return [mark for mark in open_marks(record) if mark["op"] == op] if "marks" in record else []


def _reword(transaction: "Transaction", memory: str, earlier: Record, voice: Voice) -> None:
    """Give a memory the wordings it had, each with the trust it had and at most this voice's."""
    record = transaction.record(memory)
    wanted = {head["revision"]: head["trust"] for head in earlier["heads"]}
    if set(wanted) == {head["revision"] for head in record["heads"]}:
        return
    seen = dict(record["vector"])
    for number, (revision, trust) in enumerate(wanted.items()):
        if transaction.body(revision) is None:
            raise Refused(f"The wording {short(revision)} was erased; it cannot come back.")
        if holder := admission.refused_wording(transaction, memory, revision):
            admission.refuse(transaction, holder)
        fields: dict[str, Any] = {"trust": least(trust, voice.trust)}
        if number == 0:
            transaction.emit("revise", memory, voice.actor, voice.origin, fields | {"seen": seen}, revision)
        else:  # beside the first: an assertion covers nothing
            kind = registers(record).get("kind", "claim")
            transaction.emit("assert", memory, voice.actor, voice.origin, fields | {"kind": kind}, revision)


def _metadata(was: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The fields of a `set` that bring metadata, tags and anchors back."""
    changed = [name for name in METADATA if was.get(name) != now.get(name) and name != DISCOUNTED]
    if never := [name for name in changed if name not in was and name not in UNSTATED]:
        raise Refused(
            f"Nothing was said of its {never[0]} before, and nothing cannot be said; `oldhand revise` sets it."
        )
    fields: dict[str, Any] = {
        name: was.get(name, UNSTATED.get(name)) for name in changed if was.get(name) or now.get(name)
    }
    parts: dict[str, list[str]] = {"tags": [], "untag": [], "unanchor": []}
    anchors: dict[str, Any] = {}
    for name in sorted({*was, *now}):
        group, _, rest = name.partition("/")
        before, after = was.get(name, False), now.get(name, False)
        if group not in ("tag", "anchor") or before == after:
            continue
        if group == "tag":
            parts["tags" if before else "untag"].append(rest)
        elif before is False:
            parts["unanchor"].append(rest)
        else:
            anchors[rest] = before
    fields |= {name: said for name, said in parts.items() if said}
    return fields | ({"anchors": anchors} if anchors else {})
