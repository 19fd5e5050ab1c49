"""Versions: every wording that a question or a memory ever had, when each held, who said it, and how it ended."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oldhand.model.clock import stamp_wall
from oldhand.model.event import Event
from oldhand.model.moment import day, iso
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader

MOST_FOLLOWED = 64  # memories in one line of succession: longer ones are circles or logs
SUPERSEDES = "supersedes"
CURRENT = "current"


class Version(NamedTuple):
    """One wording and the time it held.

    id, revision: its memory and its address; text: empty when it was erased; since, until: as was said with it, else
    when it was said and when it ended (ISO 8601, empty while it holds); said: when this store learned of it; actor,
    origin, trust: who said it, by which way in; confirmations: how often it was said or confirmed while it held; ended:
    current, contested, quarantined, replaced, superseded, retired, rejected, expired or erased; by: the address of the
    wording or the id of the memory that took its place; reason: what was said when it ended; backwards: what is wrong
    with its dates, in words, empty when nothing is.
    """

    id: str
    kind: str
    place: str
    revision: str
    text: str
    since: str
    until: str
    said: str
    actor: str
    origin: str
    trust: str
    confirmations: int
    ended: str
    by: str
    reason: str
    backwards: str


class _End(NamedTuple):
    """How a wording ended: when (ms, None while it has not), how, by what, why."""

    at: int | None
    how: str
    by: str = ""
    reason: str = ""


def succession(reader: Reader, memory: str) -> list[str]:
    """A memory with all that it superseded and that superseded it, through any number of steps; circles are safe."""
    found = {memory: None}
    waiting = [memory]
    while waiting and len(found) < MOST_FOLLOWED:
        held = reader.find(waiting.pop())
        if held is None:
            continue
        for name, stands in registers(held.record).items():
            if stands and name.startswith((f"to/{SUPERSEDES}/", f"from/{SUPERSEDES}/")):
                other = name.rsplit("/", 1)[1]
                if other not in found and len(found) < MOST_FOLLOWED:
                    found[other] = None
                    waiting.append(other)
    return list(found)


def versions(reader: Reader, memories: Iterable[str], moment: int) -> list[Version]:
    """Every version of these memories, in the order in which they were said. moment: of which it is told, in ms."""
    found: list[tuple[str, Version]] = []
    for memory in memories:
        held = reader.find(memory)
        if held is not None and held.standing != "awaited":
            found += _of(reader, held, moment)
    found.sort(key=lambda pair: pair[0])
    return _in_order([version for _, version in found])


def _of(reader: Reader, held: Held, moment: int) -> list[tuple[str, Version]]:
    """(stamp, version) of one memory."""
    events = sorted((event for _, event in reader.history(held.id)), key=lambda event: event.stamp)
    brought = [event for event in events if event.revision]
    if not brought:
        brought = [event for event in events if event.op == "assert"]  # erased: only that it was said is left
    told = []
    for at, event in enumerate(brought):
        if any(earlier.revision == event.revision and not _ended_by(earlier, events) for earlier in brought[:at]):
            continue  # the same words said once more while they stood
        told.append((event.stamp, _version(reader, held, event, events, moment)))
    return told


def _version(reader: Reader, held: Held, event: Event, events: Sequence[Event], moment: int) -> Version:
    values = registers(held.record)
    until_said, since_said = _last_said(events, event, "valid_until"), _last_said(events, event, "valid_from")
    end = _end(reader, held, event, events, until_said, moment)
    said = event.clock.wall
    since = since_said if since_said is not None else said
    until = end.at
    if until_said is not None and (until is None or until_said < until):
        until = until_said
    body = reader.intact(event.revision) if event.revision else None
    text = str(json.loads(body)["content"]["text"]) if body else ""
    place = f"{held.domain}/{values['key']}" if values.get("key") else ""
    return Version(
        held.id, held.kind, place, event.revision, text, iso(since), iso(until), iso(said), event.actor, event.origin,
        str(event.fields.get("trust", "")), _times(event, events), end.how, end.by, end.reason,
        _backwards(since, until, since_said is not None, until_said is not None, end.how),
    )  # fmt: skip


def _last_said(events: Sequence[Event], event: Event, name: str) -> int | None:
    """What was last said of a date while a wording stood: with it, or by a `set` after it and before the next one."""
    value = event.fields.get(name)
    for later in events:
        if later.stamp <= event.stamp:
            continue
        if later.op == "revise":
            break
        if later.op == "set" and name in later.fields:
            value = later.fields[name]
    return int(value) if isinstance(value, int) else None


def _ended_by(event: Event, events: Sequence[Event]) -> Event | None:
    """The first revision whose writer had seen a wording."""
    for later in events:
        after = later.op == "revise" and later.id != event.id and later.stamp > event.stamp
        if after and later.fields.get("seen", {}).get(event.replica, 0) >= event.seq:
            return later
    return None


def _end(
    reader: Reader, held: Held, event: Event, events: Sequence[Event], until: int | None, moment: int
) -> _End:  # fmt: skip
    if held.standing == "erased":
        gone = _latest(events, "erase")
        return _End(gone.clock.wall if gone else None, "erased")
    rejected = next((one for one in events if one.op == "reject" and one.stamp > event.stamp), None)
    replaced = _ended_by(event, events)
    if rejected and (replaced is None or rejected.stamp < replaced.stamp) and not _taken_back(rejected, events):
        return _End(rejected.clock.wall, "rejected", "", str(rejected.fields.get("reason", "")))
    if replaced:
        return _End(replaced.clock.wall, "replaced", replaced.revision, str(replaced.fields.get("reason", "")))
    if held.standing == "retired":
        retired = _latest(events, "retire")
        reason = str(retired.fields.get("reason", "")) if retired else ""
        return _End(retired.clock.wall if retired else None, "retired", "", reason)
    if held.standing == "superseded":
        return _superseded(reader, held)
    if until is not None and until < moment:
        return _End(until, "expired")
    return _End(None, held.standing if held.standing in ("contested", "quarantined", "rejected") else CURRENT)


def _taken_back(rejected: Event, events: Sequence[Event]) -> bool:
    return any(
        one.op == "restore" and one.fields.get("seen", {}).get(rejected.replica, 0) >= rejected.seq for one in events
    )


def _superseded(reader: Reader, held: Held) -> _End:
    """When and by which memory one was superseded: the latest tie that stands."""
    ties = []
    for name, stands in registers(held.record).items():
        if stands and name.startswith(f"from/{SUPERSEDES}/"):
            source = name.rsplit("/", 1)[1]
            for _, event in reader.history(source):
                if event.op == "link" and event.fields.get("rel") == SUPERSEDES and event.fields["target"] == held.id:
                    ties.append((event.stamp, source))
    if not ties:
        return _End(None, "superseded")
    stamp, source = max(ties)
    return _End(stamp_wall(stamp), "superseded", source)


def _latest(events: Sequence[Event], op: str) -> Event | None:
    return next((event for event in reversed(events) if event.op == op), None)


def _times(event: Event, events: Sequence[Event]) -> int:
    """How often a wording was said or confirmed before the next one took its place."""
    end = _ended_by(event, events)
    return 1 + sum(
        1
        for one in events
        if one.stamp > event.stamp
        and (end is None or one.stamp < end.stamp)
        and (one.op == "confirm" or (one.op == "assert" and one.revision == event.revision))
    )


def _backwards(since: int, until: int | None, since_said: bool, until_said: bool, how: str) -> str:
    """What is wrong with a version's own dates, in words."""
    if until is None or since <= until:
        return ""
    if since_said and until_said:
        return f"it is said to hold from {day(since)}, after its end on {day(until)}"
    if since_said:
        return f"it was to hold from {day(since)}, and was {how} on {day(until)}, before that"
    return f"it was said on {day(since)}, when its time was over ({day(until)})"


def _in_order(told: list[Version]) -> list[Version]:
    """The same, each noted that begins before the version of its memory that it followed."""
    began: dict[str, str] = {}
    done = []
    for version in told:
        line = version.place or version.id
        before = began.get(line, "")
        if before and version.since < before and not version.backwards:
            text = f"it holds from {version.since[:10]}, before the wording it followed began ({before[:10]})"
            version = version._replace(backwards=text)
        began[line] = version.since
        done.append(version)
    return done
