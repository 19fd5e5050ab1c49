"""Replies about causes and assumptions as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.counting import agreeing, many
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
LONGEST = 200  # characters of one text; --json gives all of it
MOST_NAMED = 5  # decisions and commands named in a list; --json gives all
MOST_SEEN = 3  # tries named with an action
WHOLE = 10_000
DAY = 10  # characters of a date


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the group `causal` as lines."""
    told = {
        "causal_show": _shown, "causal_assumptions": _listed, "causal_validate": _settled, "causal_falsify": _settled,
        "causal_rituals": _rituals, "causal_calibrate": _calibrated,
    }  # fmt: skip
    yield from told[operation](reply)


def _text(said: str) -> str:
    return clipped(line(said), LONGEST)


# -- what a decision led to -------------------------------------------------------------------------------


def _shown(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"{reply.id[:SHOWN_DIGITS]}  {_text(reply.title or reply.text)}")
    sure = f"stated {reply.confidence / 100:.0f} %" if reply.confidence >= 0 else "no confidence stated"
    risk = f", risk {line(reply.risk)}" if reply.risk else ""
    went = f": went {reply.value / 100:.0f} %, counts {reply.weight / WHOLE:.2f}" if reply.weight else ""
    yield Line(CODE, f"  {sure}{risk}; {reply.state}{went}")
    if reply.predicted:
        yield Line(CODE, f"  expected: {_text(reply.predicted)}")
    yield from (Line(CODE, f"  to be seen by: {_text(one)}") for one in reply.criteria)
    for one in reply.assumed:
        kind = WARNING if one.state == "falsified" else CODE
        yield Line(kind, f"  assumed: {_text(one.text)} ({one.state or 'nobody checked'}, {one.id[:SHOWN_DIGITS]})")
    for step in reply.steps:
        when = step.at.replace("T", " ")[:16] or "unknown when"
        yield Line(CODE, f"  {when:<16}  {step.sort}: {_text(step.said)}")
        where = step.open or step.ref
        yield Line(TAIL, f"      {line(step.because)}{f': {line(where)}' if where else ''}")
    if len(reply.steps) == 1:
        yield Line(NOTE, "  Nothing came of it yet: `oldhand decision link` ties commits to it.")
    if reply.left_out:
        earlier = agreeing(reply.left_out, "earlier action is", "earlier actions are")
        yield Line(TAIL, f"  {earlier} left out: `oldhand session show` has them.")
    if reply.behind:
        yield Line(NOTE, f"  {reply.behind}")


# -- assumptions ------------------------------------------------------------------------------------------


def _listed(reply: Any) -> Iterator[Line]:
    for one in reply.items:
        yield from _assumption(one)
    if not reply.items and not reply.left_out:
        said = "No assumptions" if not reply.counts else "None of that state"
        yield Line(HEAD, f"{said}. `oldhand decision record TEXT --assumption TEXT` names what a decision rests on.")
    counts = ", ".join(f"{count:,} {state}" for state, count in reply.counts.items())
    if counts:
        yield Line(TAIL, f"{counts}.{f' {reply.left_out:,} more (--limit).' if reply.left_out else ''}")


def _assumption(one: Any) -> Iterator[Line]:
    by = {"word": ", as somebody said", "tie": ", by a memory that is tied to it"}.get(one.by, "")
    kind = WARNING if one.state in ("falsified", "contested") else CODE
    yield Line(kind, f"{one.id[:SHOWN_DIGITS]}  {_text(one.text)}")
    yield Line(CODE, f"  {one.state}{by}")
    yield from (Line(CODE, f"  {_text(piece)}") for piece in one.evidence)
    signs = sorted(one.signs, key=lambda sign: not sign.strong)
    for sign in signs[:MOST_NAMED]:
        speaks = "for it" if sign.favours else "against it"
        sure = "" if sign.strong else ", weakly"
        yield Line(TAIL, f"  speaks {speaks}{sure}: {_text(sign.said)} ({line(sign.ref)[:SHOWN_DIGITS]})")
    if more := signs[MOST_NAMED:]:
        favour = sum(sign.favours for sign in more)
        yield Line(TAIL, f"  {many(len(more), 'more sign')}: {favour:,} for it, {len(more) - favour:,} against it")
    yield from _resting("rests on it" if len(one.decisions) == 1 else "rest on it", one.decisions)


def _resting(how: str, decisions: list[Any]) -> Iterator[Line]:
    for one in decisions[:MOST_NAMED]:
        stands = "" if one.standing in ("active", "") else f", {one.standing}"
        yield Line(TAIL, f"  {how}: {one.id[:SHOWN_DIGITS]} {_text(one.title)} ({one.state}{stands})")
    if len(decisions) > MOST_NAMED:
        yield Line(TAIL, f"  and {len(decisions) - MOST_NAMED:,} more")


def _settled(reply: Any) -> Iterator[Line]:
    said = {
        "changed": "Noted", "unchanged": "That was said before, by the same evidence",
        "contested": "Noted beside what was said by who is believed more; both stand",
        "quarantined": "It waits in `oldhand review`",
    }.get(reply.outcome, reply.outcome)  # fmt: skip
    yield Line(HEAD, f"{said}{f' ({line(reply.reason)})' if reply.reason else ''}")
    yield from _assumption(reply.assumption._replace(decisions=[]))
    if not reply.resting:
        yield Line(TAIL, "  No decision rests on it.")
        return
    verb = "to be looked at again, as it rests on this" if reply.assumption.state == "falsified" else "rests on it"
    yield from _resting(verb, reply.resting)


# -- rituals ----------------------------------------------------------------------------------------------


def _rituals(reply: Any) -> Iterator[Line]:
    for one in reply.rituals:
        yield from _ritual(one, reply.difference)
    if not reply.rituals and not reply.left_out:
        yield Line(HEAD, "No action was repeated after failures: it takes 3 times.")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    read = f"{many(reply.sessions, 'session')}, {agreeing(reply.tries, 'try', 'tries')} of commands that had failed"
    plain = f"; with nothing done and nothing changed {reply.plain_passed} of {reply.plain} passed"
    yield Line(TAIL, f"{read}{plain * bool(reply.plain)}.")
    if reply.tested:
        yield Line(TAIL, f"{reply.tested} compared; any of them is told falsely in {100 * reply.alpha:.0f} % at most.")
        yield Line(TAIL, "Who did something had a reason to: this is no experiment.")


def _ritual(one: Any, difference: float) -> Iterator[Line]:
    words = {
        "helps": "the next try passes more often after it", "hinders": "the next try passes less often after it",
        "no difference": "no difference from doing nothing: a ritual", "cannot tell": "cannot tell",
    }  # fmt: skip
    kind = WARNING if one.verdict in ("no difference", "hinders") else HEAD
    yield Line(kind, f"{line(one.action)}: {words[one.verdict]}")
    nothing = f"{one.left_passed} of {one.left} with nothing done" if one.left else "nothing comparable without it"
    yield Line(CODE, f"  passed: {one.done_passed} of {one.done} after it, {nothing}")
    if one.difference is not None:
        crude = f" ({100 * one.crude:+.0f} without regard to the command)" if one.crude is not None else ""
        yield Line(CODE, f"  difference {100 * one.difference:+.0f} points{crude}, chance {_chance(one.chance)}")
        seen = f"a difference of {100 * difference:.0f} points would have been seen with {100 * one.power:.0f} %"
        yield Line(CODE, f"  {seen}")
    commands = ", ".join(line(each) for each in one.commands[:MOST_NAMED])
    more = f" and {len(one.commands) - MOST_NAMED} more" if len(one.commands) > MOST_NAMED else ""
    mixed = f"; {many(one.mixed, 'time')} beside other actions" if one.mixed else ""
    yield Line(TAIL, f"  before: {commands}{more}{mixed}")
    for each in one.seen[:MOST_SEEN]:
        went = "passed" if each.passed else "failed"
        yield Line(TAIL, f"    {each.at[:DAY]} session {line(each.session)[:8]}: {line(each.command)} {went}")


def _chance(share: float) -> str:
    return f"{share:.3f}" if share >= 0.001 else "below 0.001"


# -- what nobody checked ----------------------------------------------------------------------------------


def _calibrated(reply: Any) -> Iterator[Line]:
    due = [one for one in reply.predictions if one.due]
    if reply.assumptions:
        yield Line(HEAD, f"Assumptions that nobody checked for {many(reply.days, 'day')}:")
    for one in reply.assumptions:
        checked = f"checked {one.checked}" if one.checked else "never checked"
        yield Line(CODE, f"{one.id[:SHOWN_DIGITS]}  {_text(one.text)}")
        yield Line(CODE, f"  {one.state}, {checked}; decisions rest on it since {one.since}")
        yield from (Line(TAIL, f"  {_text(by)}") for by in one.by)
    if due:
        yield Line(HEAD, f"Predictions that are older than {many(reply.days, 'day')}, and nobody said how they went:")
        for one in due:
            yield from _prediction(one)
    told = [one for one in reply.predictions if not one.due and one.compared]
    if told:
        yield Line(HEAD, "Compared with what happened:")
        for one in told:
            yield from _prediction(one)
    if not reply.assumptions and not reply.predictions and not reply.left_out:
        yield Line(HEAD, f"Nothing is unchecked for {many(reply.days, 'day')}.")
    if reply.met + reply.not_met + reply.cannot_tell:
        counts = f"{reply.met} met, {reply.not_met} not met, {reply.cannot_tell} only somebody can tell"
        yield Line(TAIL, f"Of what was expected: {counts}.")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")


def _prediction(one: Any) -> Iterator[Line]:
    yield Line(CODE, f"{one.id[:SHOWN_DIGITS]}  {_text(one.title)}  {one.state}, decided {one.decided}")
    if one.predicted:
        yield Line(CODE, f"  expected: {_text(one.predicted)}")
    for each in one.compared:
        kind = WARNING if each.verdict == "not met" else CODE
        ref = f" ({line(each.ref)[:SHOWN_DIGITS]})" if each.ref else ""
        yield Line(kind, f"  {each.verdict}: {_text(each.expected)}: {_text(each.because)}{ref}")
    if one.due:
        yield Line(TAIL, f"  {line(one.by)}")
