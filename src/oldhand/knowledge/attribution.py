"""Who said what: what the journal knows of a memory's sayers, as replies tell it."""

from typing import NamedTuple

from oldhand.knowledge.events import Happened, happened
from oldhand.knowledge.places import noted_anchors
from oldhand.model.event import Event
from oldhand.model.moment import iso
from oldhand.model.observed import observed
from oldhand.store.reader import Held, Reader

SHOWN_CHARACTERS = 300  # of a memory's text in a listing of who said what; `show` gives all of it
MOST_EVENTS = 50  # of one memory that are told, the latest: `history` gives all of them
SHOWN_COMMIT = 9  # digits of a commit, as git shows them in a large repository
FROM_FILE = "repo:"  # how the origin of what was read from a document begins


class Sayer(NamedTuple):
    """Somebody who confirmed or disputed a memory: when, by which way in, how far believed, and with what reason."""

    at: str
    actor: str
    origin: str
    trust: str
    reason: str


class Attributed(NamedTuple):
    """A memory and who stands for its present wording.

    at, actor, origin, trust: who said the present wording, when and by which way in; session: in which session,
    where the event notes one; evidence: the documents and commits it was taken from or observed at;
    confirmed, disputed: who else said that it holds, and who denied it, the latest first.
    """

    id: str
    kind: str
    title: str
    text: str
    standing: str
    at: str
    actor: str
    origin: str
    trust: str
    session: str
    evidence: list[str]
    confirmed: list[Sayer]
    disputed: list[Sayer]


def attributed(reader: Reader, held: Held) -> Attributed:
    """A memory with the people and agents behind it."""
    events = [event for _, event in reader.history(held.id)]
    latest = held.wordings[-1] if held.wordings else None
    brought = [event for event in events if latest and event.revision == latest.revision]
    first = brought[0] if brought else None
    text = held.text
    return Attributed(
        held.id, held.kind, held.title, text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…",
        held.standing, iso(first.clock.wall) if first else iso(held.updated), latest.actor if latest else "",
        latest.origin if latest else "", held.trust, _noted(brought, "session"), _evidence(held, events),
        _sayers(events, "confirm"), _sayers(events, "dispute", "reject"),
    )  # fmt: skip


def latest_events(reader: Reader, memory: str) -> list[Happened]:
    """What happened to a memory last, the latest first."""
    return [happened(reader, *pair) for pair in reversed(reader.history(memory)[-MOST_EVENTS:])]


def _evidence(held: Held, events: list[Event]) -> list[str]:
    """The documents a memory was read from, then the commits at which its places were observed, each once."""
    documents = [event.origin.removeprefix(FROM_FILE) for event in events if event.origin.startswith(FROM_FILE)]
    commits = [said for _, value in noted_anchors(held) if (said := _checked_out(value))]
    inputs = [f"memory {revision[:12]}" for wording in held.wordings for revision in wording.inputs]
    return list(dict.fromkeys([*documents, *commits, *inputs]))


def _checked_out(value: str) -> str:
    """The commit and branch at which a place was observed, in words; empty when nothing was noted."""
    try:
        seen = observed(value)
    except ValueError:
        return ""  # noted by a later version; `verify` names it
    return f"commit {seen.commit[:SHOWN_COMMIT]}{f' on {seen.branch}' if seen.branch else ''}" if seen.commit else ""


def _noted(events: list[Event], name: str) -> str:
    return next((str(event.fields[name]) for event in events if event.fields.get(name)), "")


def _sayers(events: list[Event], *operations: str) -> list[Sayer]:
    return [
        Sayer(
            iso(event.clock.wall), event.actor, event.origin, str(event.fields.get("trust", "")),
            str(event.fields.get("reason", "")),
        )
        for event in reversed(events)
        if event.op in operations
    ]  # fmt: skip
