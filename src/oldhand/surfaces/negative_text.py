"""Replies about what was tried as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped, tried
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
LONGEST = 300  # characters of one text; --json gives all of it
MOST_EVIDENCE = 10  # pieces of evidence that are shown of one memory
EVERYWHERE = "this project"
_DERIVED = {"history": "from git's history", "negative": "worked out here"}  # by who or what derived it
_UNCHECKED = ("tool", "web")  # trust below which nothing is told unasked
_OUTCOMES = {
    "remembered": "Recorded", "confirmed": "Recorded again", "changed": "Changed", "restored": "Recorded again",
    "expired": "It counts no longer", "reopened": "Open for another try", "unchanged": "It is so already",
    "contested": "Contested", "settled": "It was decided against before", "quarantined": "It waits in `oldhand review`",
}  # fmt: skip


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the group `negative` as lines."""
    told = {
        "negative_list": _listed, "negative_show": _shown, "negative_update": _updated,
        "negative_prevented": _prevented,
    }  # fmt: skip
    yield from told.get(operation, _changed)(reply)


def _changed(reply: Any) -> Iterator[Line]:
    why = f" ({line(clipped(reply.why, LONGEST))})" if reply.why else ""
    said = (
        "Nothing was changed" if reply.outcome == "unchanged" and why else _OUTCOMES.get(reply.outcome, reply.outcome)
    )
    yield Line(HEAD, f"{said}{why}")
    yield from _one(reply.negative)
    one = reply.negative
    if reply.outcome in ("remembered", "confirmed", "changed", "restored") and not (one.anchors or one.module):
        yield Line(NOTE, "  It is tied to no place: --anchors FILE has it told before that file is edited.")


def _one(one: Any) -> Iterator[Line]:
    """What was tried: what it says, then where and until when it counts, then what became of telling it."""
    grave = f"  {one.severity.upper()}" if one.severity == "critical" else ""
    label, said = tried(one.text)
    yield Line(CODE, f"{one.id[:SHOWN_DIGITS]}  {label}{grave}  {line(clipped(said, LONGEST))}")
    if one.advice:
        yield Line(CODE, f"  instead: {line(clipped(one.advice, LONGEST))}")
    yield Line(WARNING if one.state == "reopened" else TAIL, f"  {_state(one)}")
    where = line(clipped(one.applies or EVERYWHERE, LONGEST))
    facts = [f"holds for {where}", *[one.severity] * (one.severity != "critical"), _whose(one), *_counted(one)]
    yield Line(TAIL, f"  {' | '.join(facts)}")


def _state(one: Any) -> str:
    since, until = one.since[:10], one.until[:10]
    if one.state == "expired":
        return f"since {since}, expired {until}"
    ends = f", counts until {until}" if until else ""
    if one.state == "reopened":
        return f"may be worth another try: {line(clipped('; '.join(one.again), LONGEST))} (since {since}{ends})"
    return f"since {since}{ends}"


def _whose(one: Any) -> str:
    """Who says it, and how far it is believed where the name does not tell."""
    if one.said_by in _DERIVED:
        return _DERIVED[one.said_by] + (", told to who asks only" if one.trust in _UNCHECKED else "")
    who = f"by {line(one.said_by)}"
    return who if one.said_by == one.trust else f"{who} (believed as {one.trust})"


def _counted(one: Any) -> list[str]:
    """How often it was told, and what became of that."""
    found = [f"shown {one.shown}x"] if one.shown else []
    found += [f"prevented {one.prevented}x"] if one.prevented else []
    return found + ([f"done all the same {one.ignored}x"] if one.ignored else [])


def _listed(reply: Any) -> Iterator[Line]:
    for one in reply.items:
        yield from _one(one)
    if not reply.items and not reply.left_out:
        more = f" ({reply.expired} expired: --state expired)" if reply.expired else ""
        known = reply.in_force or reply.reopened
        said = "Nothing of that sort was tried" if known else "Nothing is known that was tried and did not work"
        yield Line(HEAD, f"{said}{more}. `oldhand negative record TEXT --conclusion TEXT` records something.")
        yield from _behind(reply)
        return
    counts = [f"{reply.in_force:,} in force", f"{reply.reopened:,} worth another look", f"{reply.expired:,} expired"]
    left = f"{reply.left_out:,} more (--limit). " if reply.left_out else ""
    yield Line(TAIL, f"{left}{', '.join(counts)}.")
    yield from _behind(reply)


def _behind(reply: Any) -> Iterator[Line]:
    """That outcomes are older than the history: what failed since is not among what is told."""
    if reply.behind:
        yield Line(NOTE, reply.behind)


def _shown(reply: Any) -> Iterator[Line]:
    one = reply.negative
    yield from _one(one)
    if reply.until_because:
        yield Line(CODE, f"  why until then: {line(clipped(reply.until_because, LONGEST))}")
    if one.tried and line(one.tried) not in line(one.text):
        yield Line(CODE, f"  tried: {line(clipped(one.tried, LONGEST))}")
    if one.conclusion and line(one.conclusion).rstrip(".") not in line(one.text):
        yield Line(CODE, f"  what came of it: {line(clipped(one.conclusion, LONGEST))}")
    for said in one.evidence[:MOST_EVIDENCE]:
        yield Line(CODE, f"  evidence: {line(clipped(said, LONGEST))}")
    if len(one.evidence) > MOST_EVIDENCE:
        yield Line(TAIL, f"  and {len(one.evidence) - MOST_EVIDENCE} more (--json)")
    if one.anchors:
        yield Line(CODE, f"  tied to: {line(clipped(', '.join(one.anchors), LONGEST))}")
    if one.reopens:
        yield Line(CODE, f"  worth another try when this changes: {line(clipped(', '.join(one.reopens), LONGEST))}")
    yield from _targets("learned from", reply.came_of)
    yield from _targets("prevented", reply.prevented)
    yield from _targets("done all the same", reply.ignored)
    yield from _behind(reply)


def _targets(title: str, found: Sequence[Any]) -> Iterator[Line]:
    for one in found:
        said = f"{one.kind} {line(clipped(one.text, LONGEST))}" if one.kind else "it is gone"
        how = f" ({line(clipped(one.how, LONGEST))})" if one.how else ""
        yield Line(CODE, f"  {title}: {one.id[:SHOWN_DIGITS]} {said}{how}")


def _updated(reply: Any) -> Iterator[Line]:
    known = f"{reply.failed} decision{'s' * (reply.failed != 1)} that failed"
    ruled = f"{reply.ruled_out} option{'s' * (reply.ruled_out != 1)} that sessions ruled out"
    yield Line(HEAD, f"Known now: {known}, {ruled}.")
    changes = [(reply.added, "new"), (reply.changed, "changed"), (reply.retired, "no longer so")]
    changes += [(reply.tied, "tied to what history shows"), (reply.reopened, "worth another look now")]
    said = ", ".join(f"{count} {what}" for count, what in changes if count)
    yield Line(CODE, f"  {said or 'nothing changed'}")
    if reply.prevented or reply.ignored or reply.sessions:
        told = f"{reply.prevented} left alone after it was told, {reply.ignored} done all the same"
        yield Line(CODE, f"  {told} ({reply.sessions} session{'s' * (reply.sessions != 1)} looked at)")
    if reply.left:
        yield Line(NOTE, "  More sessions wait: run it again.")
    for note in reply.notes:
        yield Line(WARNING, f"  left out: {line(clipped(note, LONGEST))}")
    if reply.failed or reply.ruled_out:
        yield Line(TAIL, "`oldhand negative list` shows them.")


def _prevented(reply: Any) -> Iterator[Line]:
    words = {"prevented": "Left alone because it was told", "ignored": "Done all the same", "taken back": "Taken back"}
    again = "" if reply.changed else " (it was so already)"
    yield Line(HEAD, f"{words.get(reply.outcome, reply.outcome)}{again}")
    yield from _one(reply.negative)
    yield from _targets("in", [reply.target])
