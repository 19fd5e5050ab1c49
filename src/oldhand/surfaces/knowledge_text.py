"""Replies about reminders, gotchas, conventions, gaps and questions, and the soul, as lines for people and agents.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from oldhand.knowledge.occasions import in_words
from oldhand.model.visible import line
from oldhand.recall.render import headline
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

OPERATIONS = ("remind", "acknowledge", "gotcha", "convention", "gap", "ask", "soul")
SHOWN_DIGITS = 12
SHOWN_ROOT = 8
STATES = {"due": HEAD, "over": WARNING}
GRAVE = "critical"


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of one of OPERATIONS as lines."""
    return {
        "remind": _reminders, "acknowledge": _acknowledged, "gotcha": _gotchas, "convention": _conventions,
        "gap": _gaps, "ask": _asked, "soul": _soul,
    }[operation](reply)  # fmt: skip


def taken_in(memories: Iterable[Any]) -> Iterator[Line]:
    """What became of what was said: its name, what it replaced, what stands against it, why it waits."""
    for one in memories:
        times = f" ({one.confirmations}x)" if one.outcome == "confirmed" else ""
        yield Line(CODE, f"{one.outcome}{times} {one.id[:SHOWN_DIGITS]}")
        for old in one.replaced:
            yield Line(NOTE, f'  it was "{line(old.text)}" (since {old.since[:10]}), kept in its history')
        for other in one.contested:
            yield Line(WARNING, f'  contested by {other.id[:SHOWN_DIGITS]} "{line(other.text)}": `oldhand review`')
        if one.confirms:
            yield Line(NOTE, f'  it says again what was known: "{line(one.confirms)}"')
        if one.quarantined:
            yield Line(WARNING, f"  it waits in `oldhand review`: {line(one.quarantined)}")
        if one.may_answer:
            yield Line(NOTE, f"  {line(one.may_answer)}")


def _beyond(reply: Any) -> Iterator[Line]:
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")


def _reminders(reply: Any) -> Iterator[Line]:
    yield from taken_in(reply.memories)
    if reply.memories:
        return
    for one in reply.items:
        when = " or ".join(in_words(trigger) for trigger in one.triggers if not trigger.startswith("on-date"))
        facts = [one.state, when if one.state == "waiting" else ""]
        facts.append(f"from {one.starts}" if one.state == "later" else "")
        facts.append(f"comes back: {'each time' if one.every == 'time' else f'every {one.every}'}" if one.every else "")
        facts.append(f"until {one.until}" if one.until else "")
        facts.append(one.trust if one.trust != "user" else "")
        yield Line(STATES.get(one.state, CODE), f"{one.id[:SHOWN_DIGITS]}  {line(one.text)}")
        yield Line(TAIL, f"  {line(', '.join(filter(None, facts)))}")
    yield from _beyond(reply)
    if reply.items:
        yield Line(TAIL, "`oldhand acknowledge ID` when one is done, with --until 'in 3 days' to be reminded later.")
    else:
        yield Line(HEAD, "No reminders. `oldhand remind TEXT --when edit:FILE` makes one.")


def _acknowledged(reply: Any) -> Iterator[Line]:
    said = {
        "done": "done", "later": f"comes back on {reply.next}", "waiting": "comes back at its next occasion",
        "due": "due", "seen": "you have seen it; it stays, as who set it is believed more than you",
    }[reply.state]  # fmt: skip
    already = "" if reply.changed else " (it was so already)"
    yield Line(CODE, f"{reply.id[:SHOWN_DIGITS]}  {line(reply.text)}")
    yield Line(HEAD, f"  {said}{already}")


def _gotchas(reply: Any) -> Iterator[Line]:
    yield from taken_in(reply.memories)
    for one in reply.found:
        named = f"{one.outcome} {one.id[:SHOWN_DIGITS]}  " if one.outcome else ""
        yield Line(CODE, f"{named}{line(one.text)}")
        yield from (Line(TAIL, f"  {line(text)}") for text in one.evidence)
    if reply.found and reply.dry_run:
        yield Line(HEAD, "Nothing was written. Without --dry-run these are kept, believed as the output of a tool.")
    elif reply.found:
        yield Line(TAIL, "Nobody said so: `oldhand confirm ID` makes one trusted, `oldhand reject ID` keeps it out.")
    if reply.memories or reply.found:
        return
    for one in reply.items:
        grave = f"{one.severity.upper()}: " if one.severity == GRAVE else ""
        yield Line(HEAD if grave else CODE, f"{one.id[:SHOWN_DIGITS]}  {grave}{line(one.text)}")
        facts = [
            f"when: {one.trigger}" if one.trigger else "",
            f"helps: {one.resolution}" if one.resolution else "", f"seen {one.seen}x" if one.seen > 1 else "",
            one.trust, one.standing if one.standing != "active" else "", *one.anchors[:2],
        ]  # fmt: skip
        yield Line(TAIL, f"  {line(', '.join(filter(None, facts)))}")
    yield from _beyond(reply)
    if not reply.items:
        yield Line(HEAD, "No gotchas. `oldhand gotcha TEXT --trigger command:WORDS --resolution TEXT` keeps one.")


def _conventions(reply: Any) -> Iterator[Line]:
    yield from taken_in(reply.memories)
    if reply.memories:
        return
    area = None
    for one in reply.items:
        if one.area != area:
            area = one.area
            yield Line(HEAD, f"{line(area) or 'in general'}:")
        yield Line(CODE, f"  {one.id[:SHOWN_DIGITS]}  {line(one.text)}")
        if one.example:
            yield Line(TAIL, f"    right: {line(one.example)}")
        if one.counter_example:
            yield Line(TAIL, f"    wrong: {line(one.counter_example)}")
        facts = [one.trust, f"confirmed {one.confirmations}x" if one.confirmations > 1 else "",
                 one.standing if one.standing != "active" else ""]  # fmt: skip
        yield Line(TAIL, f"    {', '.join(filter(None, facts))}")
    yield from _beyond(reply)
    if not reply.items:
        yield Line(HEAD, "No conventions. `oldhand convention TEXT --area tests --example TEXT` keeps one.")


def _open(items: Iterable[Any]) -> Iterator[Line]:
    for one in items:
        yield Line(CODE, f"{one.id[:SHOWN_DIGITS]}  {line(one.text)}")
        often = f", asked {one.asked}x" if one.asked > 1 else ""
        of = f", of {line(one.asked_of)}" if one.asked_of else ""
        yield Line(TAIL, f"  open since {one.since[:10]}{often}{of}, {one.trust}")


def _gaps(reply: Any) -> Iterator[Line]:
    yield from taken_in(reply.memories)
    if reply.memories:
        return
    yield from _open(reply.items)
    yield from _beyond(reply)
    closing = "`oldhand remember TEXT --answers ID` closes one."
    yield Line(TAIL, closing) if reply.items else Line(HEAD, "No gaps. `oldhand gap TEXT` keeps one.")


def _asked(reply: Any) -> Iterator[Line]:
    for one in reply.answers:
        where = ", ".join([one.trust, f"since {one.since[:10]}", *(place.anchor for place in one.anchors[:1])])
        yield Line(CODE, f"{one.id[:SHOWN_DIGITS]}  {line(headline(one.title, one.text))}")
        yield Line(TAIL, f"  {one.kind}, {line(where)}")
    if reply.memories:
        unsure = "Nothing is known about this." if not reply.answers else "That may not answer it."
        yield Line(HEAD, f"{unsure} The question is kept as open:")
        yield from taken_in(reply.memories)
        yield Line(TAIL, "`oldhand remember TEXT --answers ID` settles it.")
    elif reply.verdict:
        yield Line(TAIL, "The memory knows; no question was kept. --keep asks all the same.")
    else:
        yield from _open(reply.items)
        yield from _beyond(reply)
        closing = "`oldhand remember TEXT --answers ID` settles one."
        yield Line(TAIL, closing) if reply.items else Line(HEAD, "No open questions. `oldhand ask QUESTION` asks.")


def _soul(reply: Any) -> Iterator[Line]:
    if reply.file:
        told = f"{reply.memories:,} memor{'y' if reply.memories == 1 else 'ies'}"
        yield Line(HEAD, f"{line(reply.file)} {reply.action}: {told}, {reply.bytes:,} bytes.")
        return
    yield from (Line(HEAD if text.startswith("#") else CODE, text) for text in reply.lines)
