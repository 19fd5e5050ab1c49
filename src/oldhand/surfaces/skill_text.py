"""Replies about skills as lines, for people and agents alike.

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
MOST_DECISIONS = 12  # of a skill that are told, those that went badly first
MOST_IDS = 4  # decisions named with a pattern
_MARKS = {"green": "+", "yellow": "=", "red": "-"}
_ZONES = {"green": "better", "yellow": "no different", "red": "worse"}
_ADVICE = {"criterion": "success was", "avoid": "failed here", "convention": "convention", "gotcha": "bites"}
_OUTCOMES = {"remembered": "new", "quarantined": "waits in `oldhand review`"}


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the group `skill` as lines."""
    told = {
        "skill_list": _listed, "skill_show": _shown, "skill_distill": _distilled, "skill_export": _exported,
    }  # fmt: skip
    yield from told[operation](reply)


def _listed(reply: Any) -> Iterator[Line]:
    for one in reply.items:
        yield from _skill(one)
        yield from _patterns(one)
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    if not reply.items and not reply.left_out and not reply.ready:
        yield Line(HEAD, "No skills: too few decisions about one subject have a known outcome.")
        yield Line(NOTE, "`oldhand outcomes update` derives outcomes from git; `oldhand skill distill` then tries.")
    elif reply.ready:
        yield Line(NOTE, f"`oldhand skill distill` would make or change {reply.ready:,}.")


def _distilled(reply: Any) -> Iterator[Line]:
    told = [one for one in reply.items if one.outcome != "unchanged"]
    for one in told:
        yield Line(HEAD, _OUTCOMES.get(one.outcome, one.outcome) + (f": {line(one.why)}" if one.why else ""))
        yield from _skill(one.skill)
        yield from _patterns(one.skill)
    same = len(reply.items) - len(told)
    if same:
        yield Line(NOTE if told else HEAD, f"{many(same, 'skill')} unchanged.")
    if reply.retired:
        whose = "its" if reply.retired == 1 else "their"
        yield Line(NOTE, f"{reply.retired} put away: {whose} decisions make no skill any more.")
    if not reply.items:
        needed = f"{reply.fewest} decisions with a known outcome, worth {reply.trials:g} trials together"
        yield Line(HEAD, f"No subject has {needed}.")
    yield Line(TAIL, f"{many(reply.resolved, 'decision')} with a known outcome, {reply.open:,} without.")
    if reply.dry_run:
        yield Line(NOTE, "Nothing was written.")


def _shown(reply: Any) -> Iterator[Line]:
    one = reply.skill
    yield from _skill(one)
    if one.elsewhere_trials:
        against = f", {_ZONES[one.against]}" if one.against in _ZONES else ", which tells no difference"
        share = one.elsewhere_went / one.elsewhere_trials
        yield Line(
            CODE, f"  elsewhere {_count(one.elsewhere_went, one.elsewhere_trials)} went well ({share:.0%}){against}"
        )  # fmt: skip
    yield from _patterns(one, ids=True)
    for each in reply.advice:
        instead = f"; instead: {line(clipped(each.instead, LONGEST))}" if each.instead else ""
        text = line(clipped(each.text, LONGEST))
        yield Line(CODE, f"  {_ADVICE[each.sort]}: {text}{instead}  {each.id[:SHOWN_DIGITS]} {each.trust}")
    if reply.gone:
        yield Line(TAIL, f"  {agreeing(reply.gone, 'more holds', 'more hold')} no longer, or may not be told")
    for each in reply.decisions[:MOST_DECISIONS]:
        style = WARNING if each.bad else CODE
        name = line(clipped(each.name, LONGEST))
        yield Line(style, f"  {each.id[:SHOWN_DIGITS]} {each.at} {name}: {line(each.ending)}")
    if len(reply.decisions) > MOST_DECISIONS:
        more = many(len(reply.decisions) - MOST_DECISIONS, "more decision")
        yield Line(TAIL, f"  and {more} (--json names all)")
    for text in reply.conflicts:
        yield Line(WARNING, f"  otherwise elsewhere: {line(text)}")
    yield Line(
        TAIL, f"  quality {one.quality:.0%}, {one.now:.0%} by its age: {one.resolved} of {one.of} decisions resolved,"
        f" their outcomes {one.agreement:.0%} clear; review from {one.review}",
    )  # fmt: skip
    if one.standing in ("active", "contested"):
        yield Line(NOTE, f"`oldhand skill export {one.name}` writes it for agents.")


def _exported(reply: Any) -> Iterator[Line]:
    said = {"written": "Written", "rewritten": "Written anew", "unchanged": "Unchanged"}[reply.done]
    yield Line(HEAD, f"{said}: {line(reply.path)}")
    yield Line(CODE, f"  {reply.name}, {many(reply.lines, 'line')} of guidance")
    if reply.left_out:
        yield Line(
            NOTE, f"  {many(reply.left_out, 'line')} left out: only agents or tools stand for what is said there, or it"
            " holds no longer. `oldhand confirm ID` stands for one.",
        )  # fmt: skip


def _skill(one: Any) -> Iterator[Line]:
    """A skill's head: its name and share, and what is to be done with it."""
    standing = "" if one.standing in ("active", "") else f"  {one.standing}"
    yield Line(
        CODE, f"{one.id[:SHOWN_DIGITS]}  {line(one.name)}  {_count(one.went, one.trials)} went well"
        f" ({one.low:.0%} to {one.high:.0%}), by {one.rule} {line(one.title)}, quality {one.now:.0%}{standing}",
    )  # fmt: skip
    if one.of > one.resolved:
        are = agreeing(one.of - one.resolved, "more is", "more are")
        yield Line(TAIL, f"  {are} open; what fails shows sooner than what holds")
    for why in one.due:
        yield Line(WARNING, f"  {why}: `oldhand skill distill`")


def _patterns(one: Any, *, ids: bool = False) -> Iterator[Line]:
    for each in one.patterns:
        rest = f"without {_count(each.rest_went, each.rest_trials)}"
        named = f"  {' '.join(each.ids[:MOST_IDS])}" if ids else ""
        yield Line(
            CODE, f"  {_MARKS[each.zone]} {_ZONES[each.zone]}: {line(clipped(each.text, LONGEST))} ({each.sort})"
            f" {_count(each.went, each.trials)} ({each.low:.0%} to {each.high:.0%}), {rest}{named}",
        )  # fmt: skip
    if one.unclear:
        yield Line(TAIL, f"  {one.unclear} more seen too seldom to tell")


def _count(went: float, trials: float) -> str:
    return f"{round(went, 1):g} of {round(trials, 1):g}"
