"""Telling what happened: an event of the journal as replies carry it."""

import json
from typing import NamedTuple

from oldhand.model.event import Event
from oldhand.model.moment import iso
from oldhand.store.reader import Reader

SHOWN_CHARACTERS = 120  # of a wording's text in a listing of events
WITHHELD = (
    "(waits in quarantine; `oldhand review` shows it)"  # in the place of its text where nobody asked for it by name
)


class Happened(NamedTuple):
    """One event. text: the wording it brought, clipped; reason: what was said about it; learned here at `position`."""

    position: int
    id: str
    at: str
    op: str
    memory: str
    revision: str
    text: str
    reason: str
    actor: str
    origin: str
    trust: str
    replica: str


def happened(reader: Reader, position: int, event: Event, *, listed: bool = False) -> Happened:
    """An event as replies carry it. A wording that is erased or damaged has no text.

    listed: among others, so that what waits in quarantine is not told.
    """
    body = reader.intact(event.revision) if event.revision else None
    text = str(json.loads(body)["content"]["text"]) if body else ""
    if listed and text and reader.standing(event.memory) == "quarantined":
        text = WITHHELD
    reason = str(event.fields.get("reason", ""))
    if event.op in ("link", "unlink"):
        reason = f"{event.fields['rel']} {event.fields['target'][:12]}"
    elif event.op == "root":
        reason = str(event.fields.get("label", ""))
    return Happened(
        position, event.id, iso(event.clock.wall), event.op, event.memory, event.revision,
        text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…", reason,
        event.actor, event.origin, str(event.fields.get("trust", "")), event.replica,
    )  # fmt: skip
