"""Replies of the review as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped, headline
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, Line

STEPS = ("review_accept", "review_edit", "review_reject", "review_link")
OPERATIONS = ("review", *STEPS, "review_defer", "review_undo")
SHOWN_DIGITS = 12
LONGEST_TEXT = 400  # characters of a wording in the list; `show` and --json have all of it
ACCEPT = "oldhand review accept "
OWN = "oldhand review"  # begins the commands of the review itself


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of one of OPERATIONS as lines."""
    if operation == "review":
        yield from _listed(reply)
    elif operation == "review_defer":
        yield from _deferred(reply)
    elif operation == "review_undo":
        names = ", ".join(name[:SHOWN_DIGITS] for name in reply.memories)
        yield Line(HEAD, f"Undone: {names or 'nothing'} as before {reply.step}.")
    else:
        yield from _settled(reply)


def _listed(reply: Any) -> Iterator[Line]:
    if not reply.waiting:
        yield Line(HEAD, "Nothing waits for review.")
    else:
        counts = ", ".join(f"{count:,} {cause}" for cause, count in reply.by_cause.items())
        waits = "or more wait" if reply.cut else "waits" if reply.waiting == 1 else "wait"
        yield Line(HEAD, f"{reply.waiting:,} {waits} for review: {counts}.")
    for one in reply.items:
        yield from item_lines(one)
    hidden = [f"{reply.deferred:,} put off by you"] if reply.deferred else []
    hidden += [f"{reply.left:,} that nobody settled in time"] if reply.left else []
    last = reply.items[-1].number if reply.items else 0
    if reply.items and last < reply.waiting:
        yield Line(TAIL, f"{reply.waiting - last:,} more (--limit, --offset).")
    if hidden and not reply.every:
        yield Line(TAIL, f"Besides: {', '.join(hidden)} (--every lists them too).")
    if reply.behind:
        yield Line(NOTE, reply.behind)
    if reply.items:
        more = "edit ITEM TEXT, reject ID, link ID RELATION ID, defer ITEM"
        yield Line(TAIL, f"Besides accept: oldhand review {more}. On a terminal `oldhand review` walks through them.")


def item_lines(one: Any, *, settling: bool = True) -> Iterator[Line]:
    """One item: why it waits, what it says. settling: with the command that accepts it."""
    yield Line(HEAD, f"{one.number}. {one.name}: {reasons(one)}.")
    for side in one.memories:
        yield from side_lines(side, named=len(one.memories) > 1)
    if settling and (offers := [offer for offer in one.choices if offer.command.startswith(ACCEPT)]):
        begin = f"{ACCEPT}{one.name}"
        said = " | ".join(offer.command.removeprefix(begin).strip() for offer in offers)
        effect = f"  ({offers[0].effect})" if len(offers) == 1 else ""
        yield Line(TAIL, f"   {begin} {said}".rstrip() + effect)
    elif settling and one.choices:
        yield Line(TAIL, f"   {one.choices[0].effect}: {one.choices[0].command}")
    for offer in one.choices:  # what is done elsewhere, and so has no key when one walks through the items
        if not offer.command.startswith(OWN):
            yield Line(TAIL, f"   {offer.command}  ({offer.effect})")


def reasons(one: Any) -> str:
    """Why an item waits, in a sentence."""
    return "; ".join(
        why.meaning + (f": {line(why.detail)}" if why.detail else "") + f" (since {why.since})" for why in one.why
    )


def side_lines(side: Any, *, named: bool) -> Iterator[Line]:
    """A memory of an item: each of its wordings with who said it."""
    several = len(side.wordings) > 1
    for said in side.wordings:
        name = said.revision if several else side.id
        mark = f"{name[:SHOWN_DIGITS]} " if named or several else ""
        text = clipped(line(headline(side.title, said.text)), LONGEST_TEXT)
        yield Line(CODE, f"   {mark}{text}")
        source = line(said.origin) if said.origin.startswith(f"{said.trust}:") else f"{said.trust}: {line(said.origin)}"
        facts = [side.kind, source, line(said.actor), said.since[:10]]
        facts += [f"said or confirmed {side.confirmations}x"] if side.confirmations > 1 and not several else []
        facts += [side.standing] if side.standing not in ("active", "contested") else []
        facts += [f"until {side.valid_until[:10]}"] if side.valid_until else []
        facts += [line(place) for place in side.anchors[:2]]
        yield Line(TAIL, f"   {' ' * len(mark)}{' | '.join(facts)}")
    if not side.wordings:
        yield Line(CODE, f"   {side.id[:SHOWN_DIGITS]} ({side.standing})")


def _settled(reply: Any) -> Iterator[Line]:
    for one in reply.settled:
        names = "+".join(name[:SHOWN_DIGITS] for name in one.ids)
        yield Line(HEAD, f"{names}: {line(one.done)}; now {one.standing}.")
    if reply.undo:
        yield Line(TAIL, f"Undo: {reply.undo}")


def _deferred(reply: Any) -> Iterator[Line]:
    names = ", ".join(reply.items)
    if reply.until:
        yield Line(HEAD, f"Put off until {reply.until[:10]}, for you alone: {names}.")
        yield Line(TAIL, f"Undo: {reply.undo}")
    else:
        yield Line(HEAD, f"Waits again: {names}.")
