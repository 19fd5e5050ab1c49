"""Reminders: what is due, what waits for its occasion, and what acknowledging one does.

A reminder's occasions are part of its wording; from when it counts is its valid time, so that snoozing and coming
back are events like any other and merge by the later one. Done once for all, it is retired.
"""

from collections.abc import Sequence
from typing import NamedTuple

from oldhand.errors import BadArgument, Refused
from oldhand.knowledge.assertion import confirm
from oldhand.knowledge.naming import present
from oldhand.knowledge.occasions import DAY_MS, MOST_TRIGGERS, Trigger, days_of, interval, read, stored
from oldhand.knowledge.trusting import require, strongest
from oldhand.model.identity import short
from oldhand.model.moment import day, iso, parse
from oldhand.model.trust import RANK, Voice
from oldhand.store.by_kind import how_many, of_kind
from oldhand.store.fold import registers, standing
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf
from oldhand.store.transaction import Transaction

KIND = "reminder"
CURRENT = ("active", "contested")
MOST_LISTED = 1_000  # reminders put in order at once: more than that are no reminders
DUE, WAITING, LATER, OVER, DONE = "due", "waiting", "later", "over", "done"
SEEN = "seen"  # what an acknowledgement by one who is believed less than who set the reminder comes to
STATES = (DUE, WAITING, LATER, OVER)
REASON = "done"  # why an acknowledged reminder is retired, as its history tells


class Reminding(NamedTuple):
    """A reminder and how it stands at a moment.

    state: due (to be said now), waiting (for an occasion), later (not before `starts`), over (its time has passed);
    triggers: its occasions as they are stored; every: how it comes back once acknowledged, empty for never;
    starts, until: the days from and until which it counts; trust: how far it may be believed.
    """

    id: str
    text: str
    state: str
    triggers: list[str]
    every: str
    starts: str
    until: str
    trust: str
    actor: str


class Occasions(NamedTuple):
    """What is said of when a reminder comes up, checked: what its wording keeps, its anchors and its valid time."""

    triggers: list[str]
    every: str
    anchors: list[str]
    valid_from: str
    valid_until: str


def occasions(when: Sequence[str], every: str, until: str, now_ms: int) -> Occasions:
    """The occasions of a new reminder; without any it is due at once. Raises BadArgument, BadDate."""
    if len(when) > MOST_TRIGGERS:
        raise BadArgument("when", f"{len(when)} occasions", f"a reminder has at most {MOST_TRIGGERS}")
    triggers = list(dict.fromkeys(read(said, now_ms) for said in when)) or [Trigger("any")]
    again = interval(every)
    if again == "time" and all(trigger.way in ("date", "any") for trigger in triggers):
        raise BadArgument("every", every, "that needs an occasion such as command:git push; for dates say '7 days'")
    days = sorted(trigger.about for trigger in triggers if trigger.way == "date")
    ends = parse(until, now_ms, end=True) if until else None
    if ends is not None and ends < (parse(days[0], now_ms) if days else now_ms):
        raise BadArgument("until", until, "it would be over before it begins")
    anchors = [trigger.about for trigger in triggers if trigger.way in ("edit", "read", "file") and not trigger.broad]
    return Occasions([str(trigger) for trigger in triggers], again, anchors, days[0] if days else "", iso(ends))


def reminding(held: Held, now_ms: int) -> Reminding:
    """A reminder and how it stands at this moment."""
    content = held.wordings[-1].content if held.wordings else {}
    latest = held.wordings[-1] if held.wordings else None
    return Reminding(
        held.id, held.text, state(held, now_ms), [str(trigger) for trigger in stored(content)],
        str(content.get("every", "")), day(held.valid_from), day(held.valid_until), held.trust,
        latest.actor if latest else "",
    )  # fmt: skip


def state(held: Held, now_ms: int) -> str:
    """How a reminder stands: one of STATES."""
    if held.valid_until is not None and held.valid_until < now_ms:
        return OVER
    if held.valid_from is not None and held.valid_from > now_ms:
        return LATER
    triggers = stored(held.wordings[-1].content) if held.wordings else []
    return DUE if all(trigger.way in ("date", "any") for trigger in triggers) else WAITING


def listed(reader: Reader, now_ms: int, limit: int, *, only_due: bool = False) -> tuple[list[Reminding], int]:
    """The reminders, what is due first and then what comes next; and how many more there are."""
    names = of_kind(reader, KIND, MOST_LISTED, standings=CURRENT)
    held = reader.several(names, Shelf(CURRENT)) if names else []
    found = [(reminding(one, now_ms), one) for one in held]
    found = [pair for pair in found if not only_due or pair[0].state == DUE]
    found.sort(key=lambda pair: (STATES.index(pair[0].state), pair[1].valid_from or 0, -pair[1].priority, pair[1].id))
    beyond = max(how_many(reader, (KIND,), CURRENT) - len(held), 0)
    return [pair[0] for pair in found[:limit]], max(len(found) - limit, 0) + beyond


class Acknowledged(NamedTuple):
    """What acknowledging did. state: done (put away for good) or later (it comes back from `next` on), waiting when it
    comes back at its next occasion, seen when it stays as it is because who set it is believed more (it is noted who
    saw it); changed: whether it was otherwise before; root: filled in by the operation."""

    id: str
    text: str
    state: str
    next: str
    changed: bool
    root: str
    scope: str = "project"


def acknowledge(transaction: Transaction, reader: Reader, name: str, voice: Voice, until: str) -> Acknowledged:
    """Take note of a reminder: once for all, until it comes back by itself, or until a day (`until`).

    What another one has acknowledged meanwhile is told, not changed again. Who is believed less than who set it ends
    nothing and puts nothing off, but as its own `every` says: that they saw it is noted. Raises Refused for what is no
    reminder, and where they would put it off; BadArgument for a day that has passed or lies behind its end.
    """
    now = transaction.now_ms
    there = present(transaction, name)
    values = registers(there.record)
    if values.get("kind") != KIND:
        raise Refused(f"{short(there.id)} is a {values.get('kind')}, no reminder. `oldhand remind` lists reminders.")
    held = reader.get(there.id)
    content = held.wordings[-1].content
    if standing(there.record) == "retired":
        return Acknowledged(there.id, held.text, DONE, "", False, "")
    every = str(content.get("every", ""))
    if RANK.get(voice.trust, -1) < RANK.get(strongest(there.record), -1):
        if until:
            require(voice, there.record, there.id, "put it off")
        if not every or (held.valid_until is not None and held.valid_until < now + days_of(every) * DAY_MS):
            return _seen(transaction, held, voice)
    if until:
        return _put_off(transaction, held, voice, _until(until, now, held), now)
    if not every:
        transaction.emit("retire", there.id, voice.actor, voice.origin, {"reason": REASON})
        return Acknowledged(there.id, held.text, DONE, "", True, "")
    if days := days_of(every):
        if held.valid_from is not None and held.valid_from > now:
            return Acknowledged(there.id, held.text, LATER, day(held.valid_from), False, "")
        confirm(transaction, there.id, voice)
        return _put_off(transaction, held, voice, now + days * DAY_MS, now)
    confirm(transaction, there.id, voice)
    return Acknowledged(there.id, held.text, WAITING, "", True, "")


def _seen(transaction: Transaction, held: Held, voice: Voice) -> Acknowledged:
    """Note once that somebody saw it, and leave it as it is."""
    history = Reader(transaction.connection).history(held.id)
    new = not any(event.op == "confirm" and event.actor == voice.actor for _, event in history)
    if new:
        confirm(transaction, held.id, voice)
    return Acknowledged(held.id, held.text, SEEN, "", new, "")


def _put_off(transaction: Transaction, held: Held, voice: Voice, moment: int, now: int) -> Acknowledged:
    """Let it count from a moment on; one whose end comes before is done."""
    if held.valid_until is not None and held.valid_until < moment:
        transaction.emit("retire", held.id, voice.actor, voice.origin, {"reason": REASON})
        return Acknowledged(held.id, held.text, DONE, "", True, "")
    changed = held.valid_from != moment
    if changed:
        transaction.emit("set", held.id, voice.actor, voice.origin, {"valid_from": moment})
    return Acknowledged(held.id, held.text, LATER if moment > now else DUE, day(moment), changed, "")


def _until(until: str, now_ms: int, held: Held) -> int:
    trigger = read(until, now_ms)
    if trigger.way != "date":
        raise BadArgument("until", until, "give a date (2026-12-01), 'tomorrow' or 'in 3 days'")
    moment = parse(trigger.about, now_ms)
    if moment <= now_ms:
        raise BadArgument("until", until, "that has passed")
    if held.valid_until is not None and held.valid_until < moment:
        raise BadArgument("until", until, f"its own end comes before, on {day(held.valid_until)}")
    return moment
