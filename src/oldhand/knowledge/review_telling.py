"""Telling what waits for review: an item with its texts, why it waits, and what each choice would do."""

import shlex
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import DamagedObject
from oldhand.knowledge.doubted_endings import doubted, doubted_ties
from oldhand.knowledge.reviewing import (
    CONTRADICTION,
    DISPUTED,
    DUE,
    EXPIRED,
    EXPIRING,
    NEVER,
    NOISE,
    QUARANTINED,
    RESTS_ON_FALSE,
    STALE,
    UNTRUSTED,
    USED,
    WENT_BADLY,
    WORDINGS,
    Cause,
    Waiting,
)
from oldhand.knowledge.trusting import PERSON
from oldhand.model.identity import short
from oldhand.model.moment import day, iso
from oldhand.recall.render import clipped
from oldhand.store.held import Held

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.model.event import Event
    from oldhand.store.reader import Reader

PERSONS = frozenset({QUARANTINED, UNTRUSTED})  # what only a person settles (oldhand.knowledge.settling)
SHOWN_TEXT = 60  # characters of a text inside a sentence
MOST_TIES = 3  # of an agent that are asked about in one item: when these are settled, the next ones come
COMMIT, SHOWN_COMMIT = "commit", 12  # how a tie to a commit begins, and the digits by which it is taken away
WITHHELD = "withheld: what is quarantined is shown to persons only"
REASONS: dict[str, str] = {
    CONTRADICTION: "the two contradict each other", WORDINGS: "it has several wordings at once",
    DISPUTED: "it is disputed", QUARANTINED: "it is quarantined",
    UNTRUSTED: "it came from outside and nobody here confirmed it",
    STALE: "the code it speaks of is no longer as it was", EXPIRED: "it was said to hold until a day that is over",
    EXPIRING: "it will soon no longer hold", USED: "it is recalled often and nobody confirmed it",
    NOISE: "it is told and nobody uses it", NEVER: "it was never told",
    WENT_BADLY: "it went badly and is in force still", RESTS_ON_FALSE: "it rests on what was found not to hold",
    DUE: "nobody said whether it came as predicted",
}  # fmt: skip


class Reason(NamedTuple):
    """Why an item waits: the cause's name, what it means, what is known of it, and since when (ISO 8601)."""

    cause: str
    meaning: str
    detail: str
    since: str


class Said(NamedTuple):
    """A wording: its address, text, when (ISO 8601), by whom and through which way in it was said."""

    revision: str
    text: str
    since: str
    actor: str
    origin: str
    trust: str


class Side(NamedTuple):
    """A memory of an item. wordings: the current ones, the latest last; valid_until: ISO 8601, empty without an end."""

    id: str
    kind: str
    title: str
    standing: str
    trust: str
    wordings: list[Said]
    anchors: list[str]
    confirmations: int
    valid_until: str


class Offer(NamedTuple):
    """Something that can be done, and what it would do."""

    command: str
    effect: str


class Item(NamedTuple):
    """Something that waits. number: its place in this list; name: what the commands take; used: recalls that showed it
    lately; risk: what the list is ordered by."""

    number: int
    name: str
    why: list[Reason]
    memories: list[Side]
    choices: list[Offer]
    used: int
    risk: int


def told(memory: "Memory", reader: "Reader", number: int, one: Waiting) -> Item:
    """An item as replies tell it."""
    name = "+".join(map(short, one.ids))
    sides = [_side(memory, held) for identity in one.ids if (held := _held(reader, identity))]
    reasons = [_reason(reader, one, cause, sides) for cause in one.causes]
    other = _against(reader, one.ids[0]) if one.causes[0].name == QUARANTINED else None
    yields = short(other.id) if other else ""
    choices = _choices(name, one, sides, yields, _doubted_ties(memory, reader, one))
    if memory.trust != PERSON and any(cause.name in PERSONS for cause in one.causes):
        choices = [Offer("oldhand review", "only a person can settle this, on a terminal"), choices[-1]]
    return Item(number, name, reasons, sides, choices, one.used, one.risk)


def _held(reader: "Reader", identity: str) -> Held | None:
    """A memory; None when it is not known here or damaged, which the reply's `degraded` tells."""
    try:
        return reader.find(identity)
    except DamagedObject:
        reader.damaged.append(identity)
        return None


def _side(memory: "Memory", held: Held) -> Side:
    hidden = held.standing == "quarantined" and memory.trust != PERSON
    wordings = [
        Said(
            said.revision, WITHHELD if hidden else said.content["text"], iso(said.at), said.actor, said.origin,
            said.trust,
        )
        for said in held.wordings
    ]  # fmt: skip
    return Side(
        held.id, held.kind, "" if hidden else held.title, held.standing, held.trust, wordings, list(held.anchors),
        held.confirmations, iso(held.valid_until),
    )  # fmt: skip


def _reason(reader: "Reader", one: Waiting, cause: Cause, sides: list[Side]) -> Reason:
    """Why it waits, with what the journal knows of it."""
    detail = cause.detail
    if cause.name in (DISPUTED, QUARANTINED):
        detail = _said_so(reader, one.ids[0], cause.name)
    elif cause.name == CONTRADICTION:
        gone = [side for side in sides if side.standing not in ("active", "contested", "quarantined")]
        missing = [name for name in one.ids if name not in {side.id for side in sides}]
        told_of = [f"{short(side.id)} is {side.standing}" for side in gone]
        detail = ", ".join(told_of + [f"{short(name)} cannot be read" for name in missing])
    elif cause.name in (EXPIRED, EXPIRING) and sides:
        detail = f"until {sides[0].valid_until[:10]}"
    elif cause.name == UNTRUSTED and sides and sides[0].wordings:
        detail = f"{sides[0].trust}: {sides[0].wordings[-1].origin}"
    return Reason(cause.name, REASONS[cause.name], detail, day(cause.since))


def _said_so(reader: "Reader", identity: str, cause: str) -> str:
    """The reason that was given for a dispute or a quarantine, the latest one."""
    events = [event for _, event in reader.history(identity) if _is_about(event, cause)]
    reasoned = [event for event in events if event.fields.get("reason")]
    if not reasoned:
        return ""
    said = str(reasoned[-1].fields["reason"])
    if cause == DISPUTED:
        return f"{said} ({reasoned[-1].actor})"
    other = _against(reader, identity)
    return f"{said}: {short(other.id)} {_begin(other.text)}" if other else said


def _against(reader: "Reader", identity: str) -> Held | None:
    """The memory that a quarantined one was kept from replacing."""
    names = [event.fields["against"] for _, event in reader.history(identity) if event.fields.get("against")]
    return _held(reader, str(names[-1])) if names else None


def _is_about(event: "Event", cause: str) -> bool:
    return event.op == "dispute" if cause == DISPUTED else event.fields.get("quarantined") is True


def _choices(name: str, one: Waiting, sides: list[Side], yields: str, ties: list[str]) -> list[Offer]:
    """What can be done about an item, and what it would do. yields: what it would take the place of; ties: on which
    its bad end rests, and that a person may confirm or take away."""
    causes = {cause.name for cause in one.causes}
    found = []
    if CONTRADICTION in causes:
        found += [
            Offer(f"oldhand review accept {name} --holds {short(side.id)}", f"{short(side.id)} holds, the other yields")
            for side in sides
        ]
        found.append(Offer(f"oldhand review accept {name} --both", "both hold; the pair is not asked about again"))
    elif WORDINGS in causes and sides:
        found += [
            Offer(f"oldhand review accept {name} --holds {short(said.revision)}", f"holds: {_begin(said.text)}")
            for said in sides[0].wordings
        ]
    else:
        found.append(Offer(f"oldhand review accept {name}", _accepting(causes, yields)))
    found += _of_decision(name, one)
    for tie in ties:
        option, _, value = tie.partition(":")
        known = shlex.quote(f"{option}:{value[:SHOWN_COMMIT] if option == COMMIT else value}")
        found += [  # the whole id of a commit is found where history was rewritten, too
            Offer(f"oldhand decision link {name} --{option} {shlex.quote(value)}", "right: the tie counts as yours"),
            Offer(f"oldhand decision link {name} --unlink {known}", "wrong: the tie goes, and what follows from it"),
        ]
    if causes & {NOISE, NEVER} and len(one.ids) == 1:
        found.append(Offer(f"oldhand retire {name}", "it is put away; recall finds it with --deep alone"))
    first = short(sides[0].id) if sides else name
    rejecting = "it is wrong and stays away; said again it is refused"
    return [
        *found,
        Offer(f"oldhand review edit {name} TEXT", "your words take its place and settle it"),
        Offer(f"oldhand review reject {first}", rejecting),
        Offer(f"oldhand review defer {name}", "you are not shown it for a week"),
    ]


def _of_decision(name: str, one: Waiting) -> list[Offer]:
    """What can be done about a decision that went badly, rests on what proved false, or is due."""
    causes = {cause.name: cause for cause in one.causes}
    found = []
    if causes.keys() & {WENT_BADLY, RESTS_ON_FALSE}:
        found.append(
            Offer(f"oldhand decision supersede {name} --text TEXT", "what was decided instead takes its place")
        )
        found.append(Offer(f"oldhand retire {name}", "it is put away; recall finds it with --deep alone"))
    if RESTS_ON_FALSE in causes:
        assumption = causes[RESTS_ON_FALSE].detail.partition(" ")[0]
        found.append(Offer(f"oldhand causal validate {assumption} --evidence TEXT", "what it rests on holds after all"))
    if causes.keys() & {WENT_BADLY, DUE}:
        found.append(Offer(f"oldhand decision resolve {name} --outcome HOW", "your word on how it ended decides"))
    return found


def _doubted_ties(memory: "Memory", reader: "Reader", one: Waiting) -> list[str]:
    """The ties that a person is asked about: of a decision whose bad end rests on what an agent or an import tied."""
    if memory.trust != PERSON or all(cause.name != WENT_BADLY for cause in one.causes):
        return []
    held = _held(reader, one.ids[0])
    return doubted_ties(reader, held)[:MOST_TIES] if held is not None and doubted(reader, held) else []


def _begin(text: str) -> str:
    return clipped(text, SHOWN_TEXT)


def _accepting(causes: set[str], yields: str) -> str:
    """What accepting one memory does."""
    done = []
    if QUARANTINED in causes:
        done.append("it leaves quarantine" + (f" and takes the place of {yields}" if yields else ""))
    if causes & {EXPIRED, EXPIRING}:
        done.append("it holds for as long again (--until sets the day)")
    if causes & {NOISE, NEVER}:
        done.append("it stays, and is counted anew")
    if causes & {WENT_BADLY, RESTS_ON_FALSE, DUE}:
        done.append("it stays in force; you are asked again when more is known")
    if STALE in causes:
        done.append("its places are noted as they are now")
    return "; ".join(["it counts as confirmed by you", *done])
