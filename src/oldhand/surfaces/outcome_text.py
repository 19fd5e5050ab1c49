"""Replies about how decisions ended as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
SHOWN_COMMIT = 9
LONGEST = 200  # characters of one text; --json gives all of it
SHOWN_CARRIERS = 5  # commits that carry a decision that are told; --json names up to 50
SHOWN_MISSING = 5  # decisions whose commits are missing that are told
_HEX = frozenset("0123456789abcdef")
_KEPT = {
    "remembered": "Noted", "changed": "Noted; the word before stays in the history",
    "unchanged": "It was said so before", "quarantined": "It waits in `oldhand review`",
}  # fmt: skip


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation about outcomes as lines."""
    told = {"outcomes_update": _updated, "outcomes_list": _listed, "outcomes_show": _shown}
    yield from told.get(operation, _resolved)(reply)


def percent(share: int) -> str:
    """A share in ten-thousandths as people read it: `42%`."""
    return f"{round(share / 100)}%"


def _ended(one: Any) -> Iterator[Line]:
    """A decision and how it ended, in two lines."""
    yield Line(CODE, f"{one.id[:SHOWN_DIGITS]}  {line(clipped(one.title, LONGEST))}")
    yield Line(TAIL, f"  {_state(one)}")


def _state(one: Any) -> str:
    if one.state == "open" and not one.weight:
        return f"open: nothing is known of how it ended, decided {one.decided}"
    sure = f", stated confidence {percent(one.confidence)}" if one.confidence >= 0 else ""
    by = f" by {line(one.word.by)}'s word" if one.word and one.word.trust == "user" else ""
    return f"{one.state}{by}: went {percent(one.value)} well, evidence {percent(one.weight)}, {one.at}{sure}"


def _evidence(one: Any, *, carriers: bool = True) -> Iterator[Line]:
    """Everything that is known of how a decision ended. carriers: also which commits may carry it, as is not told
    elsewhere."""
    for piece in one.evidence:
        if piece.source == "carried" and not carriers:
            continue
        yield Line(CODE, f"  {piece.at}  {piece.source}  {_ref(piece.ref)}")
        weight = f"well {percent(piece.value)}, weight {percent(piece.weight)}" if piece.weight else "for the record"
        yield Line(TAIL, f"    {line(clipped(piece.said, LONGEST))} ({weight})")
    if one.word:
        whose = "a person" if one.word.trust == "user" else f"believed as {line(one.word.trust)}"
        reason = f": {line(clipped(one.word.reason, LONGEST))}" if one.word.reason else ""
        yield Line(CODE, f"  {one.word.at}  word  {line(one.word.by)} ({whose}): {one.word.state}{reason}")
        if one.evidence and one.word.trust == "user" and one.derived != one.state:
            yield Line(NOTE, f"  Evidence alone says: {one.derived}. The person's word counts.")


def _ref(ref: str) -> str:
    """What can be opened: a commit in short, anything else as it is."""
    return ref[:SHOWN_COMMIT] if len(ref) >= 40 and _HEX.issuperset(ref) else line(clipped(ref, LONGEST))


def _resolved(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"{_KEPT.get(reply.outcome, reply.outcome)}.")
    yield from _ended(reply.ended)
    yield from _evidence(reply.ended)
    word = reply.ended.word
    if word and not word.reason and word.state in ("failed", "reverted", "reworked", "abandoned"):
        yield Line(NOTE, "Say why, so that the next decision learns from it: the same again with --reason … --again.")


def _shown(reply: Any) -> Iterator[Line]:
    yield from _ended(reply.ended)
    yield from _evidence(reply.ended, carriers=not reply.carriers)
    surest = sorted(reply.carriers, key=lambda one: -one.sure)[:SHOWN_CARRIERS]  # of equal ones the earliest
    for one in surest:
        sure = "" if one.sure >= 10_000 else f" (surely {percent(one.sure)})"
        yield Line(CODE, f"  {one.at}  carried by  {one.commit[:SHOWN_COMMIT]}{sure}")
        yield Line(TAIL, f"    {line(clipped(one.subject, LONGEST))}")
    if len(reply.carriers) > len(surest):
        yield Line(TAIL, f"  {len(reply.carriers) - len(surest)} more commits carry it (--json).")
    if reply.waiting:
        names = ", ".join(_ref(sha) for sha in reply.waiting[:SHOWN_CARRIERS])
        more = f" and {len(reply.waiting) - SHOWN_CARRIERS} more" * (len(reply.waiting) > SHOWN_CARRIERS)
        yield Line(NOTE, f"  Tied to {names}{more}, not looked up yet: `oldhand outcomes update`.")
    elif not reply.ended.word and reply.ended.state == "open":
        yield from _looked(reply)
    if reply.behind and reply.head:
        yield Line(NOTE, f"  {reply.behind}")


def _looked(reply: Any) -> Iterator[Line]:
    """Why it is not known how a decision ended, and what makes it known."""
    link = f"`oldhand decision link {reply.ended.id[:SHOWN_DIGITS]} --commit COMMIT`"
    if not reply.head:
        trailer = f"Oldhand-Decision: {reply.ended.id[:SHOWN_DIGITS]}"
        update = ": `oldhand outcomes update`" if reply.behind else ""  # without git there is nothing to look through
        yield Line(NOTE, f"  Nothing has looked through the history for its commits yet{update}.")
        yield Line(NOTE, f"  It finds those with the line `{trailer}`; {link} ties others.")
        return
    found = "none of its commits was found" if not reply.carriers else "nothing there shows clearly how it ended"
    yield Line(NOTE, f"  Looked through the history to {reply.head[:SHOWN_COMMIT]}: {found}.")
    yield Line(NOTE, f"  If {'other ' if reply.carriers else ''}commits carry it: {link}.")
    yield Line(NOTE, "  If you know how it ended: `oldhand decision resolve`.")


def _listed(reply: Any) -> Iterator[Line]:
    for one in reply.items:
        yield from _ended(one)
    if not reply.items:
        yield Line(HEAD, "No decision ended so.")
        if not any(state != "open" for state in reply.states):
            yield Line(NOTE, "Commits, tests and incidents tell how they ended, or you: `oldhand decision resolve`.")
    counts = ", ".join(f"{count} {state}" for state, count in reply.states.items())
    more = f"{reply.left_out:,} more (--limit). " if reply.left_out else ""
    if counts:
        yield Line(TAIL, f"{more}All: {counts}.")
    elif more:
        yield Line(TAIL, more.strip())
    if reply.behind:
        yield Line(NOTE, reply.behind)


def _updated(reply: Any) -> Iterator[Line]:
    would = "would change" if reply.dry_run else "changed"
    looked = f"{reply.carried} of {reply.decisions} decisions have commits here"
    yield Line(HEAD, f"{reply.changed or 'No'} outcome{'s' * (reply.changed != 1)} {would}. {looked}.")
    for one in reply.changes:
        yield Line(CODE, f"{one.id[:SHOWN_DIGITS]}  {line(clipped(one.title, LONGEST))}")
        was = f"{one.was} -> {one.now}" if one.was != one.now else one.now
        yield Line(TAIL, f"  {was}: went {percent(one.value)} well, evidence {percent(one.weight)}")
        if one.why:
            ref = f"{_ref(one.ref)} " if one.ref else ""
            yield Line(TAIL, f"    {ref}{line(clipped(one.why, LONGEST))}")
        if one.gone:
            yield Line(WARNING, "    Its commits are not in this history any more; what they showed stays, marked.")
    if reply.changed > len(reply.changes):
        yield Line(TAIL, f"{reply.changed - len(reply.changes):,} more: `oldhand outcomes list`.")
    yield from _trouble(reply)


def _trouble(reply: Any) -> Iterator[Line]:
    """What the history did not give."""
    if reply.rewritten:
        yield Line(WARNING, f"The history was rewritten: {reply.rewritten[:SHOWN_COMMIT]} is no part of it any more.")
    for one in reply.missing[:SHOWN_MISSING]:
        names = ", ".join(_ref(sha) for sha in one.commits[:3])
        yield Line(WARNING, f"{one.id[:SHOWN_DIGITS]}: {names} {'is' if len(one.commits) == 1 else 'are'} not in it.")
    if len(reply.missing) > SHOWN_MISSING:
        yield Line(WARNING, f"Of {len(reply.missing) - SHOWN_MISSING} more decisions commits are missing (--json).")
    if reply.cut_off:
        yield Line(NOTE, "The clone is shallow, so earlier commits tell nothing: `git fetch --unshallow` brings them.")
    if not reply.head:
        yield Line(NOTE, "There is no git history here: only incidents that are tied to decisions tell of them.")
    elif not reply.decisions:
        yield Line(NOTE, "No decisions yet: `oldhand decision record TEXT` makes one.")
    elif not reply.carried:
        yield Line(NOTE, "Tie one to its commit: `oldhand decision link ID --commit HEAD`.")
    if reply.put_away:
        yield Line(TAIL, f"{reply.put_away} outcomes were put away by somebody and stay so.")
